"""Proposes the mapping of each place from what its tracker says of it, with the reason (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from planora_sync.errors import UsageError
from planora_sync.mapping.filed import NO_WORK
from planora_sync.mapping.loading import load_preset, preset_names
from planora_sync.model import Layer, Place
from planora_sync.names import fits, fits_any, plain

QUARTER = re.compile(r"(?:\b[qh][1-4]\b.*\b20\d\d\b|\b20\d\d\b.*\b[qh][1-4]\b)")
BUCKETS = ("now*", "next*", "later*", "jetzt", "als nächstes", "später", "ahora", "siguiente", "más adelante")
ROADMAPS = ("*roadmap*", "*initiatives*", "*ロードマップ*")
INITIATIVES = ("initiative*", "epic*", "project*", "goal*", "objective*", "iniciativa*")
TASKS = ("task*", "bug*", "story", "user story", "chore", "aufgabe*", "tarea*", "fehler*")
WORKERS = frozenset({"people", "members", "user"})
"""Types of fields that say who does something."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The mapping of one place and why."""

    place: str
    """Its path."""
    mapping: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The mapping of a connection, and of the places that have another one."""

    default: str
    choices: tuple[Choice, ...]

    @property
    def by_place(self) -> Mapping[str, str]:
        """Return the places whose mapping is not the connection's."""
        return {one.place: one.mapping for one in self.choices if one.mapping != self.default}


def suggest(tracker: str, places: Sequence[Place]) -> Suggestion:
    """Return a mapping for the places that hold entries; raises UsageError where no preset is for the tracker."""
    tops = [
        place for place in places if place.container is None and place.kind != "sprint" and not place.archived
    ]
    match tracker:
        case "jira":
            choices = [_project(top, _boards(top, places)) for top in tops]
        case "notion":
            choices = _data_sources(tops)
        case "trello":
            choices = _trello_boards(tops, places)
        case _:
            choices = _first_preset(tracker, tops)
    return Suggestion(default=_default(tracker, choices), choices=tuple(choices))


def _default(tracker: str, choices: Sequence[Choice]) -> str:
    """Return the mapping of the connection as a whole: the commonest of those that know a plan.

    What is misfiled on a roadmap is filed by it, and a roadmap's own mapping does not say where tasks live.
    """
    used = Counter(one.mapping for one in choices if one.mapping != NO_WORK.name)
    planning = Counter({name: n for name, n in used.items() if Layer.PLAN in load_preset(name).file})
    for counted in (planning, used):
        if counted:
            return counted.most_common(1)[0][0]
    return preset_names(tracker)[0] if preset_names(tracker) else NO_WORK.name


# -- Jira: the type of the project, then that of its boards ----------------------------------------------------


def _boards(top: Place, places: Iterable[Place]) -> list[Place]:
    return [place for place in places if place.kind == "board" and place.container == top.id]


def _project(top: Place, boards: Sequence[Place]) -> Choice:
    mapping, reason = _project_mapping(top, boards)
    return Choice(place=top.path, mapping=mapping, reason=reason)


def _project_mapping(top: Place, boards: Sequence[Place]) -> tuple[str, str]:
    sprinting = [board.name for board in boards if board.has_sprints]
    match top.style:
        case "product_discovery":
            return "jira-discovery", "it is a Product Discovery project: ideas, with or without a horizon"
        case "service_desk":
            return NO_WORK.name, "it is a service project: its requests are no work of the team's"
        case "team-managed":
            return "jira-team-managed", "it is team-managed, with types and statuses of its own"
        case _ if sprinting:
            return "jira-scrum", f"its board {sprinting[0]!r} works in sprints"
        case _ if boards:
            return "jira-kanban", f"its board {boards[0].name!r} works without sprints"
        case _:
            return "jira-kanban", "it has no board, and so no sprint of its own"


# -- Notion: its data sources, read together -------------------------------------------------------------------


def _data_sources(tops: Sequence[Place]) -> list[Choice]:
    sprinting = next((top for top in tops if top.has_sprints), None)
    return [_data_source(top, sprinting) for top in tops]


def _data_source(top: Place, sprinting: Place | None) -> Choice:
    mapping, reason = _data_source_mapping(top, sprinting)
    return Choice(place=top.path, mapping=mapping, reason=reason)


def _data_source_mapping(top: Place, sprinting: Place | None) -> tuple[str, str]:
    together = "notion-projects-tasks-sprints"
    if top.has_sprints:
        return together, "its rows are related to sprints"
    named = [glob for rule in load_preset(together).filed for glob in rule.when.place]
    if sprinting is not None and fits_any((top.name,), named):
        return together, f"it stands beside {sprinting.name!r}, whose rows are related to sprints"
    both = _types_of_both(top)
    if both:
        return "notion-one-database", f"its field {both!r} tells initiatives from tasks"
    if fits_any((top.name,), ROADMAPS):
        return "notion-roadmap", "it is called a roadmap, and has no sprints"
    if not top.statuses and not any(field.type in WORKERS for field in top.fields):
        return NO_WORK.name, "it has neither a status nor people: it seems to hold no work"
    return "notion-one-database", "it has a status and no sprints"


def _types_of_both(top: Place) -> str | None:
    """Return the choice field that has options for initiatives and options for tasks."""
    for field in top.fields:
        names = [option.name for option in field.options]
        if fits_any(names, INITIATIVES) and fits_any(names, TASKS):
            return field.name
    return None


# -- Trello: the names of boards and lists ---------------------------------------------------------------------


def _trello_boards(tops: Sequence[Place], places: Sequence[Place]) -> list[Choice]:
    numbered = [one.place for one in load_preset("trello-board-per-sprint").sprint]
    sprints = [top for top in tops if fits_any((top.name,), numbered)]
    return [_trello_board(top, places, sprints) for top in tops]


def _trello_board(top: Place, places: Iterable[Place], sprints: Sequence[Place]) -> Choice:
    lists = [place.name for place in places if place.container == top.id and not place.archived]
    mapping, reason = _trello_mapping(top, lists, sprints)
    return Choice(place=top.path, mapping=mapping, reason=reason)


def _trello_mapping(top: Place, lists: Sequence[str], sprints: Sequence[Place]) -> tuple[str, str]:
    buckets = [name for name in lists if fits_any((name,), BUCKETS)]
    quarters = [name for name in lists if QUARTER.search(plain(name))]
    if top in sprints:
        return "trello-board-per-sprint", "it is called as a sprint"
    if len({plain(name) for name in buckets}) > 1 and not _is_work(lists):
        return "trello-now-next-later", f"its lists are {', '.join(buckets)}"
    if len(quarters) > 1:
        return "trello-now-next-later", f"its lists are quarters: {', '.join(quarters)}"
    if sprints and fits_any((top.name,), ("*backlog*", "*ideas*", *ROADMAPS)):
        return "trello-board-per-sprint", f"it stands beside the sprint boards, such as {sprints[0].name!r}"
    return "trello-kanban", "its lists are the status of the work"


def _is_work(lists: Iterable[str]) -> bool:
    """Return whether a board holds work in progress: then its list Next is a queue, and no horizon."""
    return any(fits(name, "*{doing,in progress,review}*") for name in lists)


def _first_preset(tracker: str, tops: Sequence[Place]) -> list[Choice]:
    known = preset_names(tracker)
    if not known:
        raise UsageError(
            f"There is no preset for {tracker}.",
            next_step="Write a mapping, and name it: --mapping file:my.mapping.toml",
        )
    return [
        Choice(place=top.path, mapping=known[0], reason="it is the preset of this tracker") for top in tops
    ]
