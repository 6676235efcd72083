"""What a newcomer must know of a tracker before there is a connection."""

from __future__ import annotations

import functools
import tomllib
from fnmatch import fnmatchcase
from importlib.resources import files
from urllib.parse import urlsplit

from planora_sync.model import Frozen


class Guide(Frozen):
    """Where a tracker's token is made, and what it must be allowed to do."""

    tracker: str
    title: str
    hosts: tuple[str, ...] = ()
    """The vendor's own hosts, as globs."""
    own_host: bool = False
    """Whether each customer has an address of their own, which then must be said."""
    example: str = "https://tracker.example.com"
    deployments: tuple[str, ...] = ("cloud",)
    token: str = "Token"  # noqa: S105 - what people call it
    token_page: str = ""
    user: str = ""
    """What to ask for beside the token; empty for nothing."""
    user_needed: bool = False
    variable: str
    """Environment variable that holds the token."""
    reading: str = "the right to read what you name"
    writing: str = "the right to edit it"

    def is_vendor(self, url: str) -> bool:
        """Return whether an address is of the vendor's own host."""
        host = (urlsplit(url).hostname or "").casefold()
        return any(fnmatchcase(host, pattern) for pattern in self.hosts)


def guide(tracker: str) -> Guide:
    """Return the guide of a tracker; in general words where nobody wrote one."""
    known = _written().get(tracker)
    if known is not None:
        return known
    variable = "".join(char if char.isalnum() else "_" for char in tracker.upper()) + "_TOKEN"
    return Guide(tracker=tracker, title=tracker, variable=variable)


def tracker_of(url: str) -> str | None:
    """Return the tracker whose vendor has this host, or None: it may be anybody's."""
    return next((tracker for tracker, one in _written().items() if one.is_vendor(url)), None)


@functools.cache
def _written() -> dict[str, Guide]:
    text = (files("planora_sync.service.setup") / "guides.toml").read_text("utf-8")
    return {
        tracker: Guide.model_validate({"tracker": tracker, **table})
        for tracker, table in tomllib.loads(text).items()
    }
