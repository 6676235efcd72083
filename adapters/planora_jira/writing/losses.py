"""What an issue would lose by a move to another project: read from the issue itself and the other project's screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planora_jira.site.places import team_managed
from planora_jira.site.screens import Screens
from planora_jira.translation.values import chosen, named, person
from planora_jira.transport.client import JiraClient, segment
from planora_jira.writing.moving import Mover, Targets
from planora_sync.change import Change, Field
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Entry, Named
from planora_sync.names import plain

Json = Mapping[str, Any]
OF_PROJECT: Mapping[str, str] = {
    "components": "component",
    "fixVersions": "release",
    "versions": "affected version",
}
"""Fields whose values belong to a project, and what one is called."""
SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class _Move:
    """An issue on its way into a project."""

    entry: Entry
    fields: Json
    """All that it holds."""
    names: Mapping[str, str]
    project: Json
    type: Named
    screen: Mapping[str, Json] | None
    set: frozenset[Field]
    """What the correction writes in the same go."""

    @property
    def where(self) -> str:
        """Return the key of the other project."""
        return str(self.project.get("key"))


class Losses:
    """Compares an issue with another project."""

    def __init__(
        self, client: JiraClient, writer: JiraClient, mover: Mover, targets: Targets, screens: Screens
    ) -> None:
        self._client = client
        self._writer = writer
        self._mover = mover
        self._targets = targets
        self._screens = screens

    def of(self, entry: Entry, place: str, changes: Sequence[Change]) -> tuple[str, ...]:
        """Return what an issue would lose, a phrase each; raises Unsupported where it cannot move there at all.

        Options and fields that the other project has beyond its create screen are not shown by any API: what
        stands in a field that the screen does not have is said to be at risk.
        """
        wanted = Change(field=Field.PLACE, before=(), after=(Named(id=place, name=place),))
        others = tuple(change for change in changes if change.field is not Field.PLACE)
        self._mover.step(entry, (wanted, *others))
        project, type = self._mover.destination(entry, (wanted, *others))
        path = self._client.rest(f"issue/{segment(entry.ref.id)}")
        issue = self._client.get_object(path, f"all of {entry.key}", fields="*all", expand="names")
        move = _Move(
            entry=entry,
            fields=issue.get("fields") or {},
            names=issue.get("names") or {},
            project=self._targets.project(project),
            type=type,
            screen=self._screens.create(project, type.id),
            set=frozenset(change.field for change in others),
        )
        return (
            f"its key {entry.key}: it gets another one in {move.where}, and the old address leads on to it",
            *self._status(move),
            *_of_project(move),
            *self._people(move),
            *_kin(move),
            *_further(move),
        )

    def _status(self, move: _Move) -> Iterator[str]:
        held = move.entry.status
        known = self._targets.statuses(str(move.project["id"]), move.type.id)
        if held is not None and Field.STATUS not in move.set and held.id not in known:
            yield f"the status {held.name}, which {move.where} does not know: it arrives in the first one there"
        if move.entry.type is not None and move.entry.type.id != move.type.id and Field.TYPE not in move.set:
            yield f"its type {move.entry.type.name}: in {move.where} it is the one of its own called so"

    def _people(self, move: _Move) -> Iterator[str]:
        held = person(move.fields.get("assignee"))
        if held is None or Field.ASSIGNEES in move.set:
            return
        path = self._writer.rest("user/assignable/search")
        try:
            rows = self._writer.get(
                path, f"who can be assigned in {move.where}", project=move.where, accountId=held.id
            )
        except ConnectionFailed:
            return
        if not any(isinstance(row, Mapping) and row.get("accountId") == held.id for row in rows):
            yield f"the assignee {held.name}, who cannot be assigned in {move.where}"


def _of_project(move: _Move) -> Iterator[str]:
    """Yield values that belong to the project that is left, unless the other one has some of the same name."""
    for id, noun in OF_PROJECT.items():
        rows = move.project.get("components" if id == "components" else "versions") or ()
        there = {plain(str(row.get("name"))) for row in rows if isinstance(row, Mapping)}
        for row in move.fields.get(id) or ():
            name = str(row.get("name"))
            also = f" ({move.where} has one called so, to be set by hand)" if plain(name) in there else ""
            yield f"the {noun} {name}{also}"
    security = named(move.fields.get("security"))
    if security is not None:
        yield f"the security level {security.name}: who may see it is for {move.where} to say"


def _kin(move: _Move) -> Iterator[str]:
    subtasks = [str(row.get("key")) for row in move.fields.get("subtasks") or ()]
    if subtasks:
        more = f" and {len(subtasks) - SHOWN} more" if len(subtasks) > SHOWN else ""
        named_ = ", ".join(subtasks[:SHOWN])
        yield f"the keys and types of its sub-tasks, which go along: {named_}{more}"
    if team_managed(move.project) and move.entry.parent is not None and Field.PARENT not in move.set:
        yield f"its parent {move.entry.parent.name}: a team-managed project keeps none of another one"


def _further(move: _Move) -> Iterator[str]:
    """Yield values of custom fields that the other project's screen does not have, or does not allow."""
    if move.screen is None:
        yield f"values of fields that {move.where} lacks: its create screen cannot be seen"
        return
    for id, value in move.fields.items():
        if not id.startswith("customfield_") or value in (None, "", [], {}):
            continue
        name, held = move.names.get(id, id), ", ".join(one.name for one in chosen(value)) or str(value)
        row = move.screen.get(id)
        if row is None:
            if _is_computed(value):
                continue
            yield f"{name}: {held[:80]} (the create screen of {move.where} does not have the field)"
            continue
        allowed = {str(one.get("id")) for one in row.get("allowedValues") or () if isinstance(one, Mapping)}
        missing = [one.name for one in chosen(value) if allowed and one.id not in allowed]
        if missing:
            yield f"{name}: {', '.join(missing)}"


def _is_computed(value: Any) -> bool:
    """Return whether it is a rank, an empty development panel or another text that Jira makes by itself."""
    return isinstance(value, str) and ("|" in value[:8] or value.startswith("{"))
