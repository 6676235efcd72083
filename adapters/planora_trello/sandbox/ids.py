"""Identifiers as Trello makes them: 24 hex digits, the first eight of which are the second of creation."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LONG = re.compile(r"[0-9a-fA-F]{24}\Z")
SHORT = re.compile(r"[0-9A-Za-z]{8}\Z")
OURS = "ffffffffff"
"""Stands in ids made while the stand-in runs, so that they follow all others of their second."""


class Ids:
    """Gives the same ids in each run of a workspace."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace
        self._serial = 0

    def named(self, name: str, created: datetime) -> str:
        """Return the id of something that the workspace file names."""
        return f"{int(created.timestamp()):08x}{self._digest(name, 8).hex()}"

    def fresh(self, now: datetime) -> str:
        """Return the id of something new."""
        self._serial += 1
        return f"{int(now.timestamp()):08x}{OURS}{self._serial:06x}"

    def short_link(self, identifier: str) -> str:
        """Return the eight letters that stand in an address."""
        number = int.from_bytes(self._digest(f"short/{identifier}", 8), "big")
        return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(8))

    def _digest(self, name: str, size: int) -> bytes:
        return hashlib.blake2b(f"{self._workspace}/{name}".encode(), digest_size=size).digest()


def born(identifier: str) -> datetime:
    """Return the second in which something was created."""
    return datetime.fromtimestamp(int(identifier[:8], 16), UTC)


def stamp(moment: datetime | None) -> str | None:
    """Return an instant as the API writes it, with milliseconds."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
