"""All entries and places as they stand at one moment, with what only the whole can tell about one of them."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Protocol

from planora_sync.mapping.filed import Filing, Standing, file_entry
from planora_sync.mapping.place_sprints import place_sprints
from planora_sync.mapping.preset import ConnectionMapping, Preset, WorkStyle
from planora_sync.model import Category, Entry, Person, Place, Ref, Sprint, SprintState
from planora_sync.names import fits

NEXT_WITHIN = timedelta(days=14)
"""A future sprint that begins later than this is backlog in order."""


class Roles(Protocol):
    """Who people are, as the configuration says."""

    def role(self, person: Person, connection: str, tracker: str) -> str | None:
        """Return a person's role, or None where nobody said it."""
        ...


class Snapshot:
    """What everything looks like now. Immutable: whatever is asked is computed once."""

    def __init__(
        self,
        *,
        entries: Iterable[Entry],
        places: Iterable[Place],
        mappings: Mapping[str, ConnectionMapping],
        people: Roles,
        now: datetime,
    ) -> None:
        """Take everything that is known.

        Args:
            entries: of all connections; done and archived ones too, for what is below an entry.
            places: of all connections.
            mappings: connection name -> its mapping.
            people: who has which role.
            now: aware UTC.
        """
        self.now = now
        self.today: date = now.date()
        self.places: tuple[Place, ...] = tuple(places)
        self._mappings = mappings
        self._people = people
        self._presets: dict[tuple[str, str], Preset] = {}
        self._filings: dict[Ref, Filing] = {}
        self._places = {(place.connection, place.id): place for place in self.places}
        self.entries: Mapping[Ref, Entry] = {e.ref: e for e in map(self._with_place_sprint, entries)}

    # -- places -------------------------------------------------------------------------------------------

    def place_at(self, connection: str, id: str) -> Place | None:
        """Return a place by its id, or None."""
        return self._places.get((connection, id))

    def place(self, entry: Entry) -> Place | None:
        """Return the place of an entry, or None where the tracker did not show it."""
        return self.place_at(entry.ref.connection, entry.place.id)

    def preset(self, entry: Entry) -> Preset:
        """Return the mapping of an entry's place."""
        board = self.place_at(entry.ref.connection, entry.place.container or "")
        return self.preset_at(entry.ref.connection, entry.place.name, board.path if board else "")

    def preset_at(self, connection: str, path: str, container: str = "") -> Preset:
        """Return the mapping of a place: its own, that of what holds it, or the connection's."""
        key = (connection, f"{path}\n{container}")
        if key not in self._presets:
            mapping = self._mappings[connection]
            # A board's name is the first half of its lists' paths: `Board/List`.
            names = [name for name in (path, container, path.partition("/")[0]) if name]
            own = (
                preset
                for pattern, preset in mapping.by_place.items()
                if any(fits(name, pattern) for name in names)
            )
            self._presets[key] = next(own, mapping.default)
        return self._presets[key]

    def default_preset(self, connection: str) -> Preset:
        """Return the mapping of the connection as a whole."""
        return self._mappings[connection].default

    # -- family -------------------------------------------------------------------------------------------

    @cached_property
    def _by_parent(self) -> Mapping[tuple[str, str], tuple[Entry, ...]]:
        found: dict[tuple[str, str], dict[Ref, Entry]] = defaultdict(dict)
        for entry in self.entries.values():
            connection = entry.ref.connection
            if entry.parent:
                found[connection, entry.parent.id][entry.ref] = entry
            for child in entry.children:
                ref = Ref(tracker=entry.ref.tracker, connection=connection, id=child)
                if ref in self.entries and ref != entry.ref:
                    found[connection, entry.ref.id][ref] = self.entries[ref]
        return {key: tuple(children.values()) for key, children in found.items()}

    def children(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the entries below an entry, done ones too."""
        return self._by_parent.get((entry.ref.connection, entry.ref.id), ())

    def open_children(self, entry: Entry) -> tuple[Entry, ...]:
        """Return the open entries below an entry."""
        return tuple(child for child in self.children(entry) if child.is_open)

    def parent(self, entry: Entry) -> Entry | None:
        """Return the entry above an entry, or None where there is none or it was not read."""
        if entry.parent is None:
            return None
        return self.entries.get(entry.ref.model_copy(update={"id": entry.parent.id}))

    # -- sprints ------------------------------------------------------------------------------------------

    @cached_property
    def _sprints(self) -> Mapping[tuple[str, str | None], tuple[Sprint, ...]]:
        known: dict[tuple[str, str], Sprint] = {}
        for entry in self.entries.values():
            if entry.sprint:
                known[entry.ref.connection, entry.sprint.id] = entry.sprint
        for place in self.places:
            if place.sprint:
                known[place.connection, place.sprint.id] = place.sprint
        found: dict[tuple[str, str | None], list[Sprint]] = defaultdict(list)
        for (connection, _), sprint in known.items():
            found[connection, sprint.board].append(sprint)
        return {key: tuple(sorted(sprints, key=_order)) for key, sprints in found.items()}

    def sprints(self, connection: str, board: str | None) -> tuple[Sprint, ...]:
        """Return the open sprints of a board, in order."""
        return self._sprints.get((connection, board), ())

    def boards_of(self, entry: Entry) -> tuple[str | None, ...]:
        """Return the boards whose sprints an entry can go to: its sprint's, else those of its place."""
        if entry.sprint:
            return (entry.sprint.board,)
        connection = entry.ref.connection
        boards = [
            place.id
            for place in self.places
            if place.connection == connection and place.kind == "board" and place.container == entry.place.id
        ]
        known = [board for board in boards if (connection, board) in self._sprints]
        return tuple(known) or ((None,) if (connection, None) in self._sprints else ())

    def active_sprint(self, entry: Entry) -> Sprint | None:
        """Return the active sprint of the entry's board, or None where there is none or more than one."""
        found = [
            sprint
            for board in self.boards_of(entry)
            for sprint in self.sprints(entry.ref.connection, board)
            if sprint.state is SprintState.ACTIVE
        ]
        return found[0] if len(found) == 1 else None

    def next_sprint(self, entry: Entry) -> Sprint | None:
        """Return the first future sprint of the entry's board if it begins within 14 days, or None."""
        found = [self._next(entry.ref.connection, board) for board in self.boards_of(entry)]
        known = [sprint for sprint in found if sprint]
        return known[0] if len(known) == 1 else None

    def _next(self, connection: str, board: str | None) -> Sprint | None:
        future = [s for s in self.sprints(connection, board) if s.state is SprintState.FUTURE]
        if not future:
            return None
        first = future[0]
        soon = first.start is not None and first.start <= self.today + NEXT_WITHIN
        return first if soon else None

    def _is_next(self, entry: Entry) -> bool:
        if entry.sprint is None or entry.sprint.state is not SprintState.FUTURE:
            return False
        first = self._next(entry.ref.connection, entry.sprint.board)
        return first is not None and first.id == entry.sprint.id

    # -- filing -------------------------------------------------------------------------------------------

    def filing(self, entry: Entry) -> Filing:
        """Return where an entry is filed; below level 0 it is where its parent is."""
        known = self._filings.get(entry.ref)
        if known is None or self.entries.get(entry.ref) is not entry:
            known = self._file(entry, frozenset({entry.ref}))
            if self.entries.get(entry.ref) is entry:
                self._filings[entry.ref] = known
        return known

    def _file(self, entry: Entry, seen: frozenset[Ref]) -> Filing:
        parent = self.parent(entry)
        if entry.is_part and parent is not None and parent.ref not in seen:
            above = self._file(parent, seen | {parent.ref})
            return Filing(
                filed=above.filed, rule=above.rule, reads=above.reads, reason=f"with its parent {parent.key}"
            )
        board = self.place_at(entry.ref.connection, entry.place.container or "")
        places = [entry.place.name, entry.place.id, *((board.path, board.id) if board else ())]
        standing = Standing(is_next=self._is_next(entry), places=tuple(places))
        return file_entry(entry, self.preset(entry), standing)

    def refiled(self, entry: Entry) -> Snapshot:
        """Return this snapshot with one entry in another state: what would be if it were changed."""
        other = copy.copy(self)
        other.entries = {**self.entries, entry.ref: self._with_place_sprint(entry)}
        other._filings = {}
        # Sprints and places stay as they are: a correction only moves entries between known ones.
        other.__dict__.pop("_by_parent", None)
        return other

    # -- people and time ----------------------------------------------------------------------------------

    def role(self, person: Person, connection: str, tracker: str) -> str | None:
        """Return a person's role, or None where nobody said it."""
        return self._people.role(person, connection, tracker)

    def owners(self, entry: Entry) -> tuple[Person, ...]:
        """Return who owns an entry, without the place's default assignee, who was never asked."""
        place = self.place(entry)
        default = place.default_assignee if place else None
        return tuple(person for person in entry.owners if person.id != default)

    def begun(self, entry: Entry) -> bool:
        """Return whether work on an entry has begun: its status says so."""
        return entry.category is Category.DOING

    def style(self, entry: Entry) -> WorkStyle:
        """Return how the entry's place commits: in sprints, as a flow, or by the week."""
        return self.preset(entry).plan.style

    def deadline(self, entry: Entry) -> date | None:
        """Return the day an entry is promised for: the first that exists of the mapping's `deadline`."""
        plan = self.preset(entry).plan
        for source in plan.deadline:
            day = self._deadline(entry, source, plan.horizon_days)
            if day is not None:
                return day
        return None

    def _deadline(self, entry: Entry, source: str, horizon_days: int) -> date | None:
        match source:
            case "due":
                return entry.due
            case "release":
                return entry.release.day if entry.release else None
            case "sprint_end":
                return entry.sprint.end if entry.sprint else None
            case _:
                begun = entry.since if self.begun(entry) else None
                if begun is None:
                    return None
                return begun.date() + timedelta(days=horizon_days)

    # -- building -----------------------------------------------------------------------------------------

    @cached_property
    def _place_sprints(self) -> Mapping[tuple[str, str], Sprint]:
        found: dict[tuple[str, str], Sprint] = {}
        for connection, mapping in self._mappings.items():
            ours = [place for place in self.places if place.connection == connection]
            for preset in (mapping.default, *mapping.by_place.values()):
                sprints = place_sprints(ours, preset, self.today)
                found |= {(connection, id): sprint for id, sprint in sprints.items()}
        return found

    def _with_place_sprint(self, entry: Entry) -> Entry:
        if entry.sprint is not None or not self._place_sprints:
            return entry
        connection = entry.ref.connection
        for id in (entry.place.id, entry.place.container or ""):
            sprint = self._place_sprints.get((connection, id))
            if sprint is not None and sprint.state is not SprintState.CLOSED:
                return entry.model_copy(update={"sprint": sprint})
        return entry


def _order(sprint: Sprint) -> tuple[int, date, int, str]:
    """Return the order of sprints: by the tracker's rank, then by start; undated ones come last."""
    number = int(sprint.id) if sprint.id.isdigit() else 0
    return (sprint.rank, sprint.start or date.max, number, sprint.id)
