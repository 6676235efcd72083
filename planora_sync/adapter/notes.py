"""Notes: what an adapter remembers of its tracker between two runs, so that it need not ask again."""

from __future__ import annotations

from typing import Protocol


class Notes(Protocol):
    """Texts by name, for one connection; whatever is in them can be asked anew, so that losing them is no loss."""

    def get(self, name: str) -> str | None:
        """Return a note, or None where there is none."""

    def put(self, name: str, text: str | None) -> None:
        """Keep a note; None forgets it."""

    def flush(self) -> None:
        """Write what was put, so that it outlasts the process however that ends: before a write that rests on it."""


class NotesInMemory:
    """Notes that last as long as the process."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """Return a note, or None where there is none."""
        return self._texts.get(name)

    def put(self, name: str, text: str | None) -> None:
        """Keep a note; None forgets it."""
        if text is None:
            self._texts.pop(name, None)
        else:
            self._texts[name] = text

    def flush(self) -> None:
        """Do nothing: memory is all there is."""
