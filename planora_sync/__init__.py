"""planora-sync: roadmap, backlog and plan kept apart in Jira, Notion and Trello."""

__version__ = "0.1.0"
