"""A request about to be sent, and what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request about to be sent."""

    method: str
    url: str

    @property
    def path(self) -> str:
        """Return the path without the query."""
        return urlsplit(self.url).path

    @property
    def query(self) -> str:
        """Return the query, which may hold what people wrote: it is never logged."""
        return urlsplit(self.url).query


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the courier needs to know of an answer; `answer` is the library's own response object."""

    status: int
    headers: Mapping[str, str]
    answer: object
    body: Callable[[], bytes] = lambda: b""
