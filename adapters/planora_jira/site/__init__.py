"""What a Jira site is: its projects, boards, fields, screens and rights, asked and remembered."""
