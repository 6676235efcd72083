"""What people call an entry, in a form that an index holds: its id, its key and its address."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from planora_sync.model import Entry

LONGEST = 80
"""Characters of a name that is kept as it is."""
_NOTION_ID = re.compile(r"[0-9a-f]{32}$")


def digests_of(entry: Entry) -> tuple[str, str, str]:
    """Return the short forms by which an entry is found: of its id, its key and its address."""
    return short(entry.ref.id), short(entry.key), short(plain_url(entry.url))


def short(name: str) -> str:
    """Return a form of a name that an index holds, without case and surrounding spaces.

    It is the name itself where that is not long: names that count up then stand beside each other in the index. A
    digest puts each somewhere else, and to store a page of entries took seven times as many pages of the file.
    """
    folded = name.strip().casefold()
    return folded if len(folded) <= LONGEST else digest(name)


def all_short(names: Iterable[str]) -> list[str]:
    """Return the forms under which names may stand in the index: the first version knew digests only."""
    return [form for name in names for form in (short(name), digest(name))]


def digest(name: str) -> str:
    """Return a digest of a name, without case and surrounding spaces."""
    folded = name.strip().casefold().encode("utf-8", "backslashreplace")
    return hashlib.blake2b(folded, digest_size=8).hexdigest()


def plain_url(url: str) -> str:
    """Return an address without what a browser adds: scheme, query, fragment, closing slash."""
    bare = url.strip().partition("#")[0].partition("?")[0]
    return bare.partition("://")[2].rstrip("/") or bare


def is_url(text: str) -> bool:
    """Return whether a text is a web address."""
    return text.strip().casefold().startswith(("http://", "https://"))


def names_in(url: str) -> tuple[str, ...]:
    """Return what could be an entry's key or id in an address that differs from the stored one.

    A renamed Notion page or Trello card keeps its id in another address; a Jira board shows an issue as
    `?selectedIssue=PLAN-12`, a Notion database shows a page as `?p=ID`.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # brackets that are no IPv6 address
        return ()
    words = [word for word in parts.path.split("/") if word]
    words += [value for values in parse_qs(parts.query).values() for value in values]
    dashed = [_dashed(found[0]) for word in words if (found := _NOTION_ID.search(word.casefold()))]
    return tuple(dict.fromkeys([*words, *dashed]))


def host_of(url: str) -> str:
    """Return the host of an address, in lower case."""
    return plain_url(url).partition("/")[0].casefold()


def _dashed(hexadecimal: str) -> str:
    cuts = (0, 8, 12, 16, 20, 32)
    return "-".join(hexadecimal[start:end] for start, end in pairwise(cuts))
