"""Faults on purpose: which request fails next, and how."""

from __future__ import annotations

from fnmatch import fnmatchcase

from planora_sync.sandbox import Fault

SAVED_503 = "saved-503"
"""A further kind: the write takes effect and is answered with the 503 that says so."""
BEFORE = frozenset({"cut-before", "hang", "html", "empty"})
AFTER = frozenset({"cut-after", "half-json", SAVED_503})


class Faults:
    """The faults still to come, in order."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault; raises ValueError for a kind that nobody knows."""
        if not (fault.kind in BEFORE | AFTER or fault.kind.isdigit()):
            known = ", ".join(sorted(BEFORE | AFTER))
            raise ValueError(f"{fault.kind!r} is no kind of fault: a status, or one of {known}")
        self._waiting.append((fault, fault.times))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request meets, and count it."""
        for position, (fault, left) in enumerate(self._waiting):
            if fault.method in ("*", method) and fnmatchcase(path, fault.path) and left != 0:
                self._waiting[position] = (fault, left - 1 if left > 0 else left)
                return fault
        return None
