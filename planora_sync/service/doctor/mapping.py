"""What the mapping of a connection covers, and whether it speaks of sprints where there are none (pure)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from planora_sync.mapping.loading import load_preset, preset_names
from planora_sync.mapping.place_sprints import place_sprints
from planora_sync.mapping.preset import Preset, WorkStyle
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Filed, Place
from planora_sync.service.doctor.rows import Row, error, ok, warning

MOST_NAMED = 3
"""Statuses of unmapped entries that are named."""


def of_sprints(snapshot: Snapshot, connection: str) -> Iterator[Row]:
    """Yield an error a mapping, or a project, that counts sprints where no board has any."""
    ours = [place for place in snapshot.places if place.connection == connection and not place.archived]
    groups: dict[str, list[Place]] = defaultdict(list)
    for top in (place for place in ours if place.container is None and place.kind != "sprint"):
        preset = snapshot.preset_at(connection, top.path)
        if preset.plan.style is WorkStyle.SPRINT and any(rule.when.sprint for rule in preset.filed):
            groups[preset.name].append(top)
    for name, tops in groups.items():
        preset = snapshot.preset_at(connection, tops[0].path)
        without = [top for top in tops if not _has_sprints(top, ours, preset, snapshot)]
        if len(without) == len(tops):
            yield _no_sprints(connection, preset, without)
        else:
            for top in without:
                # A data source without sprints beside one that has them is usual; a project's boards are its own.
                if any(place.kind == "board" for place in _below(top, ours)):
                    yield _no_sprints(connection, preset, [top])
            yield ok(
                "mapping",
                connection,
                f"Mapping {name} counts sprints, and there are some.",
                connection=connection,
            )


def of_coverage(snapshot: Snapshot, connection: str) -> Iterator[Row]:
    """Yield which share of the open entries some rule of the mapping fits."""
    ours = [e for e in snapshot.entries.values() if e.ref.connection == connection and e.is_open]
    filings = {entry.ref: snapshot.filing(entry).filed for entry in ours}
    counted = Counter(filings.values())
    unmapped = [entry for entry in ours if filings[entry.ref] is Filed.UNMAPPED]
    layers = ", ".join(f"{filed.value} {counted[filed]}" for filed in Filed if counted[filed])
    if not ours:
        yield ok("mapping", connection, "No open entry was read.", connection=connection)
        return
    share = 1 - len(unmapped) / len(ours)
    what = f"{share:.0%} of {len(ours)} open entries are mapped: {layers}."
    if not unmapped:
        yield ok("mapping", connection, what, connection=connection)
        return
    names = Counter(entry.status.name if entry.status else "no status" for entry in unmapped)
    named = ", ".join(f"{name!r} ({count})" for name, count in names.most_common(MOST_NAMED))
    step = (
        f"Say what {named} is: `[[connections.{connection}.filed]]` with `layer` and "
        '`when = { status = "..." }`.'
    )
    make = error if len(unmapped) == len(ours) else warning
    yield make("mapping", connection, what, step, connection=connection)


def _has_sprints(top: Place, ours: list[Place], preset: Preset, snapshot: Snapshot) -> bool:
    family = [top, *_below(top, ours)]
    if any(place.has_sprints or place.sprint for place in family):
        return True
    return bool(place_sprints(family, preset, snapshot.today))


def _below(top: Place, ours: list[Place]) -> list[Place]:
    children = [place for place in ours if place.container == top.id]
    return children + [further for child in children for further in _below(child, ours)]


def _no_sprints(connection: str, preset: Preset, tops: list[Place]) -> Row:
    paths = ", ".join(top.path for top in tops)
    others = [
        name for name in preset_names(preset.tracker) if load_preset(name).plan.style is not WorkStyle.SPRINT
    ]
    instead = f" Mappings without sprints: {', '.join(others)}." if others else ""
    return error(
        "mapping",
        paths,
        f"Mapping {preset.name} counts sprints, but no board of {paths} has any: nothing would ever be the plan.",
        f'Give it another mapping: under [connections.{connection}.mappings] `"{tops[0].path}" = "..."`.{instead}',
        connection=connection,
    )
