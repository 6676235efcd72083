"""Says what a move to another board, project or data source takes along, and what it loses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planora_sync.change import Change, Field, Value, between, current, day, span
from planora_sync.correct.after import status_there
from planora_sync.correct.keeping import COMPUTED, HELD, WRITES, canonical_of, kept_in
from planora_sync.mapping.preset import Preset
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, FieldSchema, Layer, Named, Place, Ref
from planora_sync.names import plain

SHOWN = 5
"""So many children are named, the others counted."""

CHOICES = frozenset({"select", "multi_select", "status", "checkbox", "list"})
"""Types of fields that an entry shows among its properties, so that an absent one is an empty one."""

PEOPLE = frozenset({"owner", "assignees"})
NUMBER = "unique_id"
"""Type of a field that numbers the entries of its place."""
HORIZONS = frozenset({"horizon", "target", "target_start", "target_end"})
ALTERNATIVES: Mapping[str, tuple[str, ...]] = {
    "start": ("start", "dates"),
    "due": ("due", "dates"),
    "horizon": ("horizon", "target", "target_end"),
    "target": ("target", "target_end", "horizon"),
    "target_start": ("target_start", "target"),
    "target_end": ("target_end", "target"),
}
"""Canonical field -> those that hold the same in another place."""


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One value that the target cannot hold."""

    words: str
    restorable: bool
    """Whether undo can write it back once the entry stands where it stood, or it is kept in another field."""
    fields: tuple[Field, ...] = ()
    """What is empty afterwards."""
    of_values: bool = True
    """Whether it is a value of the entry itself, which an adapter can tell exactly."""


@dataclass(frozen=True, kw_only=True)
class Move:
    """What a move from one place to another does to the values of an entry."""

    carried: tuple[Change, ...] = ()
    """Into the plan: its owner and dates, written again, for the read-back must show them there. Onto the
    roadmap: its dates, as the range that it is meant for."""
    losses: tuple[Loss, ...] = ()
    orphans: tuple[Ref, ...] = ()
    """Children that no longer name the entry as their parent."""


@dataclass(frozen=True, kw_only=True)
class _Way:
    """An entry on its way from one place to another."""

    entry: Entry
    source: Place
    target: Place
    snapshot: Snapshot
    layer: Layer
    ours: frozenset[Field]
    able: frozenset[Field]

    @property
    def here(self) -> Preset:
        """Return the mapping of the source."""
        return self.snapshot.preset(self.entry)

    @property
    def there(self) -> Preset:
        """Return the mapping of the target."""
        board = self.snapshot.place_at(self.target.connection, self.target.container or "")
        return self.snapshot.preset_at(self.target.connection, self.target.path, board.path if board else "")

    def kept(self, canonical: str) -> FieldSchema | None:
        """Return the target's field for what a canonical field holds, or None."""
        names = ALTERNATIVES.get(canonical, (canonical,))
        return next((found for name in names if (found := kept_in(self.target, self.there, name))), None)


def is_far(entry: Entry, target: Place | None) -> bool:
    """Return whether a move leaves the board, project or data source; lists of one board share everything."""
    if target is None or target.id == entry.place.id:
        return False
    return target.container is None or target.container != entry.place.container


def move(
    entry: Entry,
    target: Place,
    layer: Layer,
    snapshot: Snapshot,
    ours: frozenset[Field],
    able: frozenset[Field] = frozenset(Field),
) -> Move:
    """Return what a move takes along and loses, as far as the fields of both places tell.

    Fields in `ours` are set by the correction itself; what is not in `able` no undo can write back. A place whose
    fields are not known is taken to keep everything; the read-back after the write says what became of it.
    """
    source = snapshot.place(entry)
    if source is None or not source.fields or not target.fields:
        return Move()
    way = _Way(
        entry=entry, source=source, target=target, snapshot=snapshot, layer=layer, ours=ours, able=able
    )
    people, orphans = _people(way), _orphans(way)
    lost = [loss for schema in source.fields for loss in _losses(schema, way)]
    return Move(
        carried=(*people, *_dates(way)) if layer is Layer.PLAN else _aim(way),
        losses=(*_number(way), *_unknown_status(way), *_left_behind(people, way), *lost, *_kin(orphans)),
        orphans=tuple(child.ref for child in orphans),
    )


# -- what is written again --------------------------------------------------------------------------------


def _people(way: _Way) -> tuple[Change, ...]:
    """Return who does it, in the field where the target keeps that: its assignees, else its owner."""
    owners = tuple(Named(id=person.id, name=person.name) for person in way.entry.owners)
    for canonical, target in (("assignees", Field.ASSIGNEES), ("owner", Field.OWNER)):
        schema = way.kept(canonical)
        if owners and schema is not None:
            known = _among(owners, schema)
            after = known if target is Field.ASSIGNEES else known[:1]
            return (Change(field=target, before=current(way.entry, target), after=after),)
    return ()


def _dates(way: _Way) -> tuple[Change, ...]:
    found = []
    for canonical, target in (("start", Field.START), ("due", Field.DUE)):
        before = current(way.entry, target)
        after = before or _promised(canonical, way)
        if after and way.kept(canonical) is not None:
            found.append(Change(field=target, before=before, after=after))
    return tuple(found)


def _promised(canonical: str, way: _Way) -> Value:
    """Return the roadmap's date as the plan's: somebody said it, and the plan has no horizon to keep it in."""
    horizon = way.entry.horizon
    if way.layer is not Layer.PLAN or horizon is None or way.kept("horizon") is not None:
        return ()
    return day(horizon.start if canonical == "start" else horizon.end)


def _aim(way: _Way) -> tuple[Change, ...]:
    """Return the dates that somebody gave as the roadmap's range, where it has no due date to keep them in."""
    entry = way.entry
    end = None if way.kept("due") else entry.due
    kept = way.layer is Layer.ROADMAP and kept_in(way.target, way.there, "target") is not None
    if not kept or end is None or entry.horizon is not None or Field.TARGET not in way.able:
        return ()
    start = entry.start if entry.start and entry.start <= end and not way.kept("start") else None
    return (Change(field=Field.TARGET, before=(), after=span(start, end)),)


def _among(people: Value, schema: FieldSchema) -> Value:
    """Return those who can be named in a field; one without options takes everybody."""
    known = {option.id for option in schema.options}
    return tuple(person for person in people if not known or person.id in known)


# -- what is lost -----------------------------------------------------------------------------------------


def _number(way: _Way) -> Iterator[Loss]:
    """Yield the number that the place gave the entry: back there it gets another one."""
    if any(schema.type == NUMBER for schema in way.source.fields):
        # It changes no value of the entry, so that a person may let it happen.
        yield Loss(words=f"its number {way.entry.key}: it is given once", restorable=True)


def _unknown_status(way: _Way) -> Iterator[Loss]:
    held = way.entry.status
    if held is not None and Field.STATUS not in way.ours and status_there(way.entry, way.target) is None:
        words = f"the status {held.name}, which {way.target.path} does not know"
        yield Loss(words=words, restorable=True, fields=(Field.STATUS,))


def _left_behind(people: Iterable[Change], way: _Way) -> Iterator[Loss]:
    """Yield who the target does not know."""
    named = {one.id for change in people for one in change.after}
    keeps_people = any(set(canonical_of(f, way.source, way.here)) & PEOPLE for f in way.source.fields)
    emptied = () if named else (Field.OWNER, Field.ASSIGNEES)
    for person in way.entry.owners if keeps_people else ():
        if person.id not in named:
            words = f"{person.name}, who is unknown in {way.target.path}"
            yield Loss(words=words, restorable=True, fields=emptied)


def _losses(schema: FieldSchema, way: _Way) -> Iterator[Loss]:
    """Yield what of one field of the source the target cannot hold."""
    if schema.type in COMPUTED:
        return
    canonical = [
        part
        for name in canonical_of(schema, way.source, way.here)
        for part in (("start", "due") if name == "dates" else (name,))
    ]
    if not canonical:
        yield from _lost_property(schema, way)
    for name in canonical:
        # People are said by name; a status is set or found anew in every place.
        if name not in {*PEOPLE, "status"} and not way.ours & {*WRITES.get(name, ())}:
            yield from _lost_value(name, schema, way)


def _lost_value(name: str, schema: FieldSchema, way: _Way) -> Iterator[Loss]:
    held = HELD[name](way.entry) if name in HELD else ()
    if not held:
        return
    kept = way.kept(name)
    missing = _missing(held, kept) if kept else held
    if not missing:
        return
    lost = f"{schema.name}: {', '.join(missing)}"
    fields = WRITES.get(name, ())
    kept_as = _kept_as(name, way)
    if kept_as:
        yield Loss(words=f"{lost} ({kept_as})", restorable=True, fields=fields)
    else:
        yield Loss(words=lost, restorable=bool(fields) and way.able.issuperset(fields), fields=fields)


def _kept_as(name: str, way: _Way) -> str:
    """Return in what else the target keeps a date; empty where it does not."""
    if name in HORIZONS and _promised("due", way) and way.kept("due") is not None:
        return "its end is kept as the due date"
    aim = next(iter(_aim(way)), None)
    if aim is not None and name in ("start", "due") and between(aim.after)[name == "due"] is not None:
        return f"kept as the {'end' if name == 'due' else 'start'} of what it is meant for"
    return ""


def _lost_property(schema: FieldSchema, way: _Way) -> Iterator[Loss]:
    prop = next((one for one in way.entry.properties if one.id == schema.id), None)
    alike = (f for f in way.target.fields if (plain(f.name), f.type) == (plain(schema.name), schema.type))
    twin = next(alike, None)
    if prop is None:
        # Texts and numbers are not among an entry's properties: nobody knows whether one is there, so it is
        # said and decides nothing.
        if twin is None and schema.type not in CHOICES:
            yield Loss(words=f"{schema.name}, if anything stands there", restorable=True)
        return
    held = tuple(value.name for value in prop.values)
    missing = _missing(held, twin) if twin else held
    if missing:
        yield Loss(words=f"{schema.name}: {', '.join(missing)}", restorable=True)


def _missing(held: tuple[str, ...], schema: FieldSchema) -> tuple[str, ...]:
    """Return what is no option of a field; one without options takes anything, and labels come along."""
    names = {plain(option.name) for option in schema.options if schema.type != "labels"}
    return tuple(value for value in held if names and plain(value) not in names)


# -- children ---------------------------------------------------------------------------------------------


def _orphans(way: _Way) -> tuple[Entry, ...]:
    """Return the children that name the entry in a relation, which only reaches into the place it leaves."""
    return tuple(child for child in way.snapshot.children(way.entry) if _by_relation(child, way.snapshot))


def _by_relation(child: Entry, snapshot: Snapshot) -> bool:
    place = snapshot.place(child)
    if place is None:
        return False
    preset = snapshot.preset(child)
    found = [kept_in(place, preset, name) for name in ("parent", "project")]
    return any(schema is not None and schema.type == "relation" for schema in found)


def _kin(orphans: tuple[Entry, ...]) -> tuple[Loss, ...]:
    if not orphans:
        return ()
    named = ", ".join(child.key for child in orphans[:SHOWN])
    more = f" and {len(orphans) - SHOWN} more" if len(orphans) > SHOWN else ""
    noun = "child no longer names" if len(orphans) == 1 else "children no longer name"
    words = f"{len(orphans)} {noun} it as parent: {named}{more}"
    return (Loss(words=words, restorable=True, of_values=False),)
