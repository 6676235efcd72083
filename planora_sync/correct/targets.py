"""Finds what `[file.LAYER]` names: the place, status, sprint, type, option that an entry would get."""

from __future__ import annotations

from collections.abc import Iterable

from planora_sync.change import Value
from planora_sync.correct.after import sprint_of_place, status_there
from planora_sync.correct.keeping import kept_in
from planora_sync.mapping.preset import FileAs
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Category, Entry, Layer, Named, Place, Sprint, SprintState, Status
from planora_sync.names import fits, fits_any, plain


class Stuck(Exception):
    """What `[file.LAYER]` names is not there, or an entry may not be given it; the message says why."""


def file_as(entry: Entry, layer: Layer, snapshot: Snapshot) -> FileAs:
    """Return how the entry's mapping files an entry in a layer, else how the connection's does.

    Raises Stuck where neither says it.
    """
    own = snapshot.preset(entry)
    found = own.file.get(layer) or snapshot.default_preset(entry.ref.connection).file.get(layer)
    if found is None or found == FileAs():
        raise Stuck(f"the mapping {own.name!r} does not say how to file an entry in the {layer}")
    return found


# -- places -----------------------------------------------------------------------------------------------


def find_target(how: FileAs, entry: Entry, layer: Layer, snapshot: Snapshot) -> Place | None:
    """Return the place that an entry would stand in; None where its place is not known and stays.

    A board that is a sprint is entered by moving into one of its lists. Raises Stuck.
    """
    own = snapshot.place(entry)
    kind = own.kind if own else ""
    sprint = find_sprint(how, entry, layer, snapshot) if how.sprint in ("active", "next") else None
    board = snapshot.place_at(entry.ref.connection, sprint.id) if sprint else None
    if board is not None and board.kind != "sprint":
        return _landing(board, kind, how, entry, snapshot)
    if how.place is None:
        if how.sprint == "none" and sprint_of_place(entry):
            raise Stuck(f"{entry.place.name} is itself the sprint, and the mapping names no other place")
        return own
    found = [place for place in _open_places(entry, snapshot) if _is_called(place, how.place)]
    if not found:
        raise Stuck(f"there is no place {how.place!r} in {entry.ref.connection}")
    landings = [_landing(place, kind, how, entry, snapshot) for place in found]
    nearest = min(landings, key=lambda place: _nearness(place, entry))
    if _nearness(nearest, entry)[1]:
        boards = {place.container or place.id: place.path for place in landings}
        if len(boards) > 1:
            listed = ", ".join(sorted(boards.values()))
            raise Stuck(f"{listed} all fit; name one under [file.{layer}]")
    return nearest


def _open_places(entry: Entry, snapshot: Snapshot) -> Iterable[Place]:
    for place in snapshot.places:
        if place.connection == entry.ref.connection and not place.archived and place.kind != "sprint":
            yield place


def _is_called(place: Place, wanted: str) -> bool:
    return place.id == wanted or fits(place.path, wanted)


def _nearness(place: Place, entry: Entry) -> tuple[bool, bool, int, str]:
    """Return the order of places: where the entry is, then its board, then the board's order."""
    elsewhere = place.id != entry.place.id
    abroad = elsewhere and (place.container is None or place.container != entry.place.container)
    return (elsewhere, abroad, place.position, place.path)


def _landing(place: Place, kind: str, how: FileAs, entry: Entry, snapshot: Snapshot) -> Place:
    """Return where an entry lands in a place: a list of the board, the project of the board, or the place."""
    if place.kind in (kind, "") or not kind:
        return place
    inside = [p for p in _open_places(entry, snapshot) if p.container == place.id and p.kind == kind]
    if inside:
        # `*/Backlog` in a sprint's board is that board's Backlog.
        wanted = (*how.status, *([how.place.rpartition("/")[2]] if how.place else ()))
        named = [p for name in wanted for p in inside if fits(p.name, name)]
        staying = [p for p in inside if entry.status and plain(p.name) == plain(entry.status.name)]
        in_order = sorted(inside, key=lambda p: p.position)
        return (*named, *staying, *in_order)[0]
    around = snapshot.place_at(entry.ref.connection, place.container or "")
    if around is not None and around.kind == kind:
        return around
    raise Stuck(f"{place.path} is a {place.kind} and holds no {kind}")


# -- sprints ----------------------------------------------------------------------------------------------


def find_sprint(how: FileAs, entry: Entry, layer: Layer, snapshot: Snapshot) -> Sprint | None:
    """Return the sprint that `active`, `next` or `none` stands for; raises Stuck where it does not exist."""
    match how.sprint:
        case None:
            return entry.sprint
        case "none":
            return None
        case "active":
            found = snapshot.active_sprint(entry)
            # Between two sprints the next one is the plan; of two active ones a person chooses.
            if found is None and layer is Layer.PLAN and not _active_sprints(entry, snapshot):
                found = snapshot.next_sprint(entry)
        case "next":
            found = snapshot.next_sprint(entry)
        case name:
            raise Stuck(f"`sprint = {name!r}` is none of active, next, none")
    if found is None:
        raise Stuck(f"no single {how.sprint} sprint belongs to {entry.place.name}")
    return found


def _active_sprints(entry: Entry, snapshot: Snapshot) -> list[Sprint]:
    return [
        sprint
        for board in snapshot.boards_of(entry)
        for sprint in snapshot.sprints(entry.ref.connection, board)
        if sprint.state is SprintState.ACTIVE
    ]


# -- statuses ---------------------------------------------------------------------------------------------


def find_status(
    how: FileAs, entry: Entry, layer: Layer, target: Place | None, snapshot: Snapshot
) -> Status | None:
    """Return the status that an entry would get in its target place; None where it keeps its own.

    Work that has begun keeps its progress on the way into the plan. Raises Stuck.
    """
    moves = target is not None and target.id != entry.place.id
    held = status_there(entry, target) if moves and target else entry.status
    progress = layer is Layer.PLAN and snapshot.begun(entry)
    if progress and held is not None and held.category is Category.DOING:
        return held
    statuses = target.statuses if target else ()
    if progress:
        return next((one for one in statuses if one.category is Category.DOING), held)
    if not how.status:
        return held
    if held is not None and fits_any((held.name,), how.status):
        return held
    found = (one for name in how.status for one in statuses if one.id == name or fits(one.name, name))
    wanted = next(found, None)
    if wanted is None:
        where = target.path if target else entry.place.name
        raise Stuck(f"{where} has no status {' or '.join(map(repr, how.status))}")
    return wanted


# -- types, properties ------------------------------------------------------------------------------------


def find_type(how: FileAs, entry: Entry, target: Place | None, snapshot: Snapshot) -> Named | None:
    """Return the type that an entry would get; None where it keeps its own. Raises Stuck."""
    if not how.type:
        return entry.type
    if entry.type and fits_any((entry.type.name,), how.type):
        return entry.type
    known = _types_in(target, snapshot) if target else ()
    found = next((one for name in how.type for one in known if fits(one.name, name)), None)
    if found is None:
        where = target.path if target else entry.place.name
        raise Stuck(f"{where} has no type {' or '.join(map(repr, how.type))}")
    return found


def _types_in(place: Place, snapshot: Snapshot) -> tuple[Named, ...]:
    field = kept_in(place, snapshot.preset_at(place.connection, place.path), "type")
    if field is not None and field.options:
        return tuple(Named(id=option.id, name=option.name) for option in field.options)
    seen = {
        entry.type.id: Named(id=entry.type.id, name=entry.type.name)
        for entry in snapshot.entries.values()
        if entry.type and entry.place.id == place.id and entry.ref.connection == place.connection
    }
    return tuple(seen.values())


def find_property(name: str, option: str, entry: Entry, target: Place | None) -> tuple[Named, Value]:
    """Return the property of a place and the value that stands for an option's name. Raises Stuck."""
    fields = target.fields if target else ()
    field = next((f for f in fields if f.id == name or plain(f.name) == plain(name)), None)
    if field is None:
        where = target.path if target else entry.place.name
        raise Stuck(f"{where} has no property {name!r}")
    named = Named(id=field.id, name=field.name)
    if option in ("", "none"):
        return named, ()
    if not field.options and field.type == "checkbox":
        return named, (Named(id="true", name="true"),) if option == "true" else ()
    found = next((o for o in field.options if o.id == option or plain(o.name) == plain(option)), None)
    if found is None:
        raise Stuck(f"{name!r} has no option {option!r}")
    return named, (Named(id=found.id, name=found.name),)
