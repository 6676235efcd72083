"""Text in Jira's forms: Atlassian Document Format (REST v3), plain or wiki strings (v2, Data Center)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

BLOCKS = frozenset(
    {
        "paragraph",
        "heading",
        "codeBlock",
        "blockquote",
        "panel",
        "rule",
        "tableRow",
        "taskItem",
        "decisionItem",
        "mediaSingle",
        "mediaGroup",
        "blockCard",
        "embedCard",
        "expand",
        "nestedExpand",
    }
)
"""Nodes that end a line."""
DEEPEST = 60
"""Nodes below this depth are left out: a description nested deeper is no text for people."""


def plain_text(value: Any) -> str:
    """Return a description in plain text, a line a block; empty for none.

    Takes a document of REST v3 or a string of v2. What is not text leaves its words behind: a mention its
    name, a card its address, a status its label, a date its day. The result is for reading only: written back
    it would lose mentions and media (https://developer.atlassian.com/cloud/jira/platform/apis/document/).
    """
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, Mapping):
        return ""
    lines = (line.rstrip() for line in _text(value, 0).splitlines())
    return "\n".join(line for line in lines if line)


def document(text: str) -> dict[str, Any]:
    """Return a text as a document of REST v3, a paragraph a line."""
    lines = [line for line in text.splitlines() if line.strip()]
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in lines]
    return {"type": "doc", "version": 1, "content": paragraphs}


def _text(node: Mapping[str, Any], depth: int) -> str:
    if depth > DEEPEST:
        return ""
    kind = str(node.get("type", ""))
    own = _own(kind, node)
    if own is not None:
        return own + ("\n" if kind in BLOCKS else "")
    children = node.get("content")
    parts = [_text(child, depth + 1) for child in children or () if isinstance(child, Mapping)]
    # Blocks inside end their lines themselves; cells of a row stand in one line.
    inner = " ".join(part.strip() for part in parts) if kind == "tableRow" else "".join(parts)
    title = _attribute(node, "title") if kind in ("expand", "nestedExpand") else ""
    inner = f"{title}\n{inner}" if title else inner
    if kind == "listItem":
        inner = f"- {inner}"
    return inner if not inner or inner.endswith("\n") or kind not in BLOCKS else f"{inner}\n"


def _own(kind: str, node: Mapping[str, Any]) -> str | None:
    """Return the words of a node that has no children, or None for one that may have some."""
    match kind:
        case "text":
            return str(node.get("text", ""))
        case "hardBreak":
            return "\n"
        case "mention" | "status" | "placeholder":
            return _attribute(node, "text")
        case "emoji":
            return _attribute(node, "text") or _attribute(node, "shortName")
        case "inlineCard" | "blockCard" | "embedCard":
            return _attribute(node, "url")
        case "media" | "mediaInline":
            return _attribute(node, "alt")
        case "date":
            return _day(_attribute(node, "timestamp"))
        case "rule":
            return "---"
        case _:
            return None


def _attribute(node: Mapping[str, Any], name: str) -> str:
    attributes = node.get("attrs")
    value = attributes.get(name) if isinstance(attributes, Mapping) else None
    return "" if value is None else str(value)


def _day(milliseconds: str) -> str:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
