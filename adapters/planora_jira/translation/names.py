"""Names as Jira's admins decorate them: `P1 - Critical`, `2: High`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from planora_sync.names import lookup, plain

T = TypeVar("T")
_WORDS = re.compile(r"[^\W_]+")


def by_word(table: Mapping[str, T], name: str | None) -> T | None:
    """Return what a table says of a name, else of the first word in it that the table knows."""
    whole = lookup(table, (name,))
    if whole is not None or not name:
        return whole
    return next((table[word] for word in _WORDS.findall(plain(name)) if word in table), None)
