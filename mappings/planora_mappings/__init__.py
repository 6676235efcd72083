"""Ready-made mappings (TOML) for common set-ups of Jira, Notion and Trello; data only."""
