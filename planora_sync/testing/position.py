"""Where a pull of the in-memory workspace stands: after which entry, and since which revision."""

from __future__ import annotations

import json
from dataclasses import dataclass

from planora_sync.model import Entry


@dataclass(frozen=True, kw_only=True)
class Position:
    """Entries come by id, so that a pull goes on after one whatever was edited meanwhile."""

    revision: int
    """The workspace's when the pull began: an incremental one begins here next time."""
    after: str | None = None
    """The id of the last entry that was given."""

    @classmethod
    def parse(cls, text: str) -> Position:
        """Return the position that `str` spelled."""
        return cls(**json.loads(text))

    def __str__(self) -> str:
        return json.dumps({"revision": self.revision, "after": self.after})

    def ahead(self, entries: list[Entry]) -> list[Entry]:
        """Return the entries that are still to come, in order."""
        ordered = sorted(entries, key=lambda entry: _order(entry.ref.id))
        if self.after is None:
            return ordered
        return [entry for entry in ordered if _order(entry.ref.id) > _order(self.after)]

    def moved(self, given: list[Entry]) -> Position:
        """Return the position after these entries."""
        return Position(revision=self.revision, after=given[-1].ref.id if given else self.after)


def _order(id: str) -> tuple[int, str]:
    return (int(id), id) if id.isdecimal() else (0, id)
