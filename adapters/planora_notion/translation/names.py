"""Names of properties, and the ids that Notion hides in its addresses."""

from __future__ import annotations

import re
import uuid
from functools import lru_cache
from urllib.parse import urlsplit

from planora_sync.names import plain

TRAILING_ID = re.compile(
    r"([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})$", re.IGNORECASE
)


@lru_cache(maxsize=20_000)
def loose(text: str) -> str:
    """Return a plain name in which `Parent-task`, `Parent_task` and `Parent task` are the same."""
    return " ".join(re.sub(r"[-_/:.]", " ", plain(text)).split())


def dashed(text: str) -> str | None:
    """Return an id in the form of Notion's answers, or None for what is no id."""
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        return None


def hidden_id(word: str) -> str | None:
    """Return the id that a word is, or that stands at the end of an address's path; None for a name.

    Both `notion.so/...` and `app.notion.com/p/<slug>-<id>` are in use, and the library knows only the first.
    The id in the query (`?v=`) is that of a view.
    """
    text = word.strip()
    if "://" not in text:
        return dashed(text) if TRAILING_ID.fullmatch(text) else None
    found = TRAILING_ID.search(urlsplit(text).path.rstrip("/"))
    return dashed(found[1]) if found else None


def short(identifier: str) -> str:
    """Return the end of an id, for people; its beginning is the same for pages made at one time."""
    return identifier.replace("-", "")[-8:]
