"""Rich text: from requests, to answers, and to and from plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planora_notion.sandbox.errors import invalid_body

LONGEST = 2000
"""Characters that one piece of text may have."""
MOST = 100
"""Elements that one array may have."""
PLAIN = {
    "bold": False,
    "italic": False,
    "strikethrough": False,
    "underline": False,
    "code": False,
    "color": "default",
}

RichText = list[dict[str, Any]]


def rich(text: str) -> RichText:
    """Return rich text that says `text`; empty for no text."""
    return [_piece(text, None, {})] if text else []


def plain(items: Sequence[Mapping[str, Any]]) -> str:
    """Return the words of rich text."""
    return "".join(str(item["plain_text"]) for item in items)


def parse(body: object, where: str) -> RichText:
    """Return what a request's rich text becomes; raises the API's 400."""
    if not isinstance(body, list):
        raise invalid_body(where, "be an array", body)
    if len(body) > MOST:
        raise invalid_body(f"{where}.length", f"be ≤ `{MOST}`", len(body))
    return [_parse_piece(item, f"{where}[{position}]") for position, item in enumerate(body)]


def _parse_piece(item: object, where: str) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        raise invalid_body(where, "be an object", item)
    if "mention" in item:
        return _mention(item["mention"])
    text = item.get("text")
    if not isinstance(text, Mapping) or not isinstance(text.get("content"), str):
        raise invalid_body(f"{where}.text", "be defined", ...)
    content = str(text["content"])
    if len(content) > LONGEST:
        raise invalid_body(f"{where}.text.content.length", f"be ≤ `{LONGEST}`", len(content))
    link = text.get("link")
    url = str(link["url"]) if isinstance(link, Mapping) and link.get("url") else None
    return _piece(content, url, item.get("annotations") or {})


def _piece(content: str, url: str | None, annotations: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "text",
        "text": {"content": content, "link": {"url": url} if url else None},
        "annotations": PLAIN | dict(annotations),
        "plain_text": content,
        "href": url,
    }


def _mention(mention: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(mention.get("type") or next(key for key in mention if key != "type"))
    target = mention.get(kind)
    identifier = str(target.get("id", "")) if isinstance(target, Mapping) else ""
    href = f"https://app.notion.com/p/{identifier.replace('-', '')}" if kind == "page" else None
    return {
        "type": "mention",
        "mention": {"type": kind, kind: target},
        "annotations": PLAIN,
        "plain_text": "Untitled" if kind == "page" else f"@{identifier}",
        "href": href,
    }
