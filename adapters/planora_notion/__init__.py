"""Notion for planora-sync: the adapter; its sandbox is `planora_notion.sandbox`."""

from planora_notion.adapter import NotionAdapter

__all__ = ["NotionAdapter"]
