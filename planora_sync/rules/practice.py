"""Practice is not fault: what most entries of a place do is one question about the place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Filed
from planora_sync.rules.base import Finding, Level, Remedy

ENOUGH = 10
"""A practice is what at least so many entries of a place do ..."""
SHARE = 0.5
"""... and more than this share of those in the same layer."""


def fold_practice(found: Iterable[Finding], snapshot: Snapshot) -> tuple[list[Finding], list[Finding]]:
    """Return the findings with each practice as one on its place, and those that stand under one.

    Only PS2xx to PS5xx can be practice: a misfiled entry is misfiled however many there are.
    """
    groups: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    kept: list[Finding] = []
    for one in found:
        if one.ref is not None and one.code[:3] in {"PS2", "PS3", "PS4", "PS5"}:
            groups[one.code, one.connection, one.place].append(one)
        else:
            kept.append(one)
    sizes = _sizes(snapshot)
    folded: list[Finding] = []
    for (code, connection, place), members in groups.items():
        of = sizes[connection, place, members[0].filed]
        if len(members) >= ENOUGH and len(members) > SHARE * of:
            kept.append(_question(members, of))
            folded += [one.model_copy(update={"under": code}) for one in members]
        else:
            kept += members
    return kept, folded


def _sizes(snapshot: Snapshot) -> Counter[tuple[str, str, Filed | None]]:
    return Counter(
        (entry.ref.connection, entry.place.name, snapshot.filing(entry).filed)
        for entry in snapshot.entries.values()
        if entry.is_open and not entry.is_part
    )


def _question(members: list[Finding], of: int) -> Finding:
    first = members[0]
    return Finding(
        code=first.code,
        name=first.name,
        level=Level.INFO,
        connection=first.connection,
        place=first.place,
        filed=first.filed,
        title=first.place,
        message=f"{len(members)} of {of} entries here show {first.name}: is this how you work?",
        evidence=tuple(f"{one.key} {one.title}" for one in members),
        remedy=Remedy(words="Intended? Then ignore the rule here, with the reason.", ask=True),
    )
