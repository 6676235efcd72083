"""What a Notion workspace is: its data sources, schemas, sprints and people, asked and remembered."""
