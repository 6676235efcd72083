"""Faults on purpose: which request fails next, and how."""

from __future__ import annotations

from fnmatch import fnmatchcase

from planora_sync.sandbox import Fault

BEFORE = frozenset({"cut-before", "hang", "html", "empty"})
"""Nothing was done."""
AFTER = frozenset({"cut-after", "half-json", "202"})
"""The request took effect. `202` is the answer that Trello gave in place of 200 for a while in 2025."""


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
        for place, (fault, left) in enumerate(self._waiting):
            if fault.method in ("*", method) and fnmatchcase(path, fault.path) and left != 0:
                self._waiting[place] = (fault, left - 1 if left > 0 else left)
                return fault
        return None
