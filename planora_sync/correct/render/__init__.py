"""A proposal as people and scripts read it: text, JSON, Markdown, HTML. Who proposes does not print."""
