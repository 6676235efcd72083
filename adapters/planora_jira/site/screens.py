"""What Jira's screens hold and demand: of an edit, of a creation, of a transition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from planora_jira.transport.answers import is_plain_refusal
from planora_jira.transport.client import JiraClient, segment
from planora_sync.change import Change, Field, Value, current
from planora_sync.errors import ConnectionFailed, CredentialsRefused, PlaceNotVisible
from planora_sync.model import Entry
from planora_sync.names import plain

Json = Mapping[str, Any]
PAGE = 200
"""Jira takes no larger page of a create screen."""
SHOWN = 8
"""So many allowed values are named, the others counted."""
GIVEN = frozenset({"project", "issuetype", "summary", "reporter"})
"""What each creation gives, and the reporter: whom Jira takes for whoever asks."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A field that a screen demands and that nobody can fill in with certainty."""

    name: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.allowed:
            return self.name
        more = f" and {len(self.allowed) - SHOWN} more" if len(self.allowed) > SHOWN else ""
        return f"{self.name} (one of: {', '.join(self.allowed[:SHOWN])}{more})"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a screen gets."""

    fields: Json = field(default_factory=dict)
    """Field id -> value, for those that can be filled in with certainty."""
    open: tuple[Demand, ...] = ()
    """What stays open: then the call must not be made."""


class Screens:
    """Asks for screens, once each: of issues for as long as one plan is made, of creations for a run."""

    def __init__(self, client: JiraClient) -> None:
        """Set up; `client` is the credential that writes, for screens show what *its* account may set."""
        self._client = client
        self._creations: dict[tuple[str, str], Mapping[str, Json] | None] = {}

    def edit(self, id: str) -> Mapping[str, Json]:
        """Return the fields of an issue's edit screen by id; raises ConnectionFailed."""
        path = self._client.rest(f"issue/{segment(id)}/editmeta")
        fields = self._client.get_object(path, f"the edit screen of issue {id}").get("fields")
        return _rows(fields.items() if isinstance(fields, Mapping) else ())

    def create(self, project: str, type: str) -> Mapping[str, Json] | None:
        """Return the fields of a create screen by id, or None where Jira does not show it; raises ConnectionFailed.

        Data Center before 8.4 has no such address, and an account that may not create there sees none.
        """
        if (project, type) not in self._creations:
            self._creations[project, type] = self._ask_create(project, type)
        return self._creations[project, type]

    def _ask_create(self, project: str, type: str) -> Mapping[str, Json] | None:
        path = self._client.rest(f"issue/createmeta/{segment(project)}/issuetypes/{segment(type)}")
        rows: list[Any] = []
        while True:
            try:
                page = self._client.get_object(path, "a create screen", startAt=len(rows), maxResults=PAGE)
            except (PlaceNotVisible, CredentialsRefused):
                return None
            except ConnectionFailed as failure:
                # A type that is unknown there.
                if is_plain_refusal(failure):
                    return None
                raise
            # Cloud says `fields`, Data Center `values`.
            found = page.get("fields") or page.get("values") or page.get("results") or ()
            rows += found
            total = page.get("total")
            if not found or page.get("isLast") is True or not isinstance(total, int) or len(rows) >= total:
                return _rows((row.get("fieldId"), row) for row in rows if isinstance(row, Mapping))


def _rows(pairs: Any) -> Mapping[str, Json]:
    return {str(id): row for id, row in pairs if id and isinstance(row, Mapping)}


# -- filling in ---------------------------------------------------------------------------------------------


def demanded(fields: Json) -> Mapping[str, Json]:
    """Return the fields that a screen demands and does not fill in itself."""
    return {
        str(id): row
        for id, row in fields.items()
        if isinstance(row, Mapping) and row.get("required") and not row.get("hasDefaultValue")
    }


def filled(fields: Json, held: Json, words: Sequence[str] = ()) -> Filled:
    """Return what a screen's demands are answered with, where that is certain.

    Certain is what the issue holds already, the only value that is allowed, and the resolution that is called as
    the status or the transition itself. Anything else would be a guess.

    Args:
        fields: the screen.
        held: field id -> what the issue holds, or will hold by the same correction.
        words: names of the status and of the transition.
    """
    given: dict[str, Any] = {}
    left: list[Demand] = []
    for id, row in demanded(fields).items():
        allowed = [one for one in row.get("allowedValues") or () if isinstance(one, Mapping)]
        choice = _certain(id, allowed, words)
        if id in held:
            given[id] = held[id]
        elif choice is not None:
            many = (row.get("schema") or {}).get("type") == "array"
            given[id] = [choice] if many else choice
        else:
            names = tuple(str(one.get("name") or one.get("value") or one.get("id")) for one in allowed)
            left.append(Demand(name=str(row.get("name") or id), allowed=names))
    return Filled(fields=given, open=tuple(left))


def _certain(id: str, allowed: Sequence[Json], words: Sequence[str]) -> dict[str, str] | None:
    wanted = {plain(word) for word in words}
    fitting = allowed if len(allowed) == 1 else []
    if id == "resolution" and not fitting:
        fitting = [one for one in allowed if plain(str(one.get("name"))) in wanted]
    return {"id": str(fitting[0]["id"])} if len(fitting) == 1 and "id" in fitting[0] else None


def holding(entry: Entry, changes: Sequence[Change], *, cloud: bool) -> dict[str, Any]:
    """Return what an issue holds, as a screen takes it, with what a correction sets in the same go."""

    def value(field: Field) -> Value:
        own = next((change for change in changes if change.field is field), None)
        return own.after if own else current(entry, field)

    people, due = value(Field.ASSIGNEES), value(Field.DUE)
    held: dict[str, Any] = {}
    if people:
        held["assignee"] = {"accountId" if cloud else "name": people[0].id}
    if due:
        held["duedate"] = due[0].id
    return held
