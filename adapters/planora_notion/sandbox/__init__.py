"""A stateful local stand-in of Notion's API."""

from planora_notion.sandbox.sandbox import NotionSandbox

__all__ = ["NotionSandbox"]
