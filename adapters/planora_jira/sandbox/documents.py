"""Text in Jira's two forms: Atlassian Document Format (REST v3) and plain or wiki strings (v2, Data Center)."""

from __future__ import annotations

from typing import Any

BLOCKS = frozenset({"paragraph", "heading", "listItem", "codeBlock", "blockquote", "tableRow"})


def to_document(text: str) -> dict[str, Any]:
    """Return `text` as a document, a paragraph a line."""
    lines = [line for line in text.split("\n") if line.strip()]
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines],
    }


def to_text(node: Any) -> str:
    """Return the words of a document, a line a block; mentions and media are lost, as everywhere."""
    if not isinstance(node, dict):
        return ""
    if node.get("type") == "text":
        return str(node.get("text", ""))
    if node.get("type") == "hardBreak":
        return "\n"
    inner = "".join(to_text(child) for child in node.get("content", ()))
    return inner + "\n" if node.get("type") in BLOCKS and not inner.endswith("\n") else inner


def is_document(value: Any) -> bool:
    """Return whether `value` is a document that Jira accepts."""
    return isinstance(value, dict) and value.get("type") == "doc" and isinstance(value.get("content"), list)
