"""Changes as the body of an edit or a creation: what Jira calls each field, and what it takes there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from planora_jira.site.fields import FieldDef
from planora_jira.site.scope import KEY
from planora_jira.site.screens import Screens
from planora_jira.site.survey import Survey
from planora_jira.transport.client import JiraClient, segment
from planora_sync.change import Change, Field, Value, between
from planora_sync.errors import Unsupported
from planora_sync.model import Named

BY_HAND = "Set it in Jira by hand."
INTERVAL = "jira.polaris:"
LISTS = frozenset({"components"})
"""System fields that hold several values and are shown among the properties."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The issue that is edited or created."""

    key: str
    """For messages."""
    project: str
    """Id of its project."""
    level: int | None
    id: str | None = None
    """None for one that is to be created."""
    type: Named | None = None
    moves: bool = False
    """Whether it is about to move here: then what it shows now is of where it stands."""


@dataclass(kw_only=True)
class Edit:
    """The body of an edit that is being put together; a field stands in `fields` or in `update`, never in both."""

    fields: dict[str, Any] = field(default_factory=dict)
    update: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    changes: list[Field] = field(default_factory=list)
    screen: Mapping[str, Any] | None = None
    """The screen that the edit is made on, once it was asked for; None where nobody knows it."""

    @property
    def body(self) -> dict[str, Any]:
        """Return the body, without the half that is empty."""
        return {name: part for name, part in (("fields", self.fields), ("update", self.update)) if part}


class Editor:
    """Puts changes into edits."""

    def __init__(self, survey: Survey, writer: JiraClient, screens: Screens) -> None:
        self._survey = survey
        self._writer = writer
        self._screens = screens
        self._cloud = survey.client.cloud

    def add(self, edit: Edit, subject: Subject, change: Change) -> None:
        """Add one change to an edit; raises Unsupported for what Jira cannot hold, ConnectionFailed."""
        match change.field:
            case Field.TYPE:
                edit.fields["issuetype"] = {"id": self._type(subject, change).id}
            case Field.PARENT:
                self._parent(edit, subject, change)
            case Field.PROPERTY:
                self._property(edit, subject, change)
            case Field.ASSIGNEES:
                one = single(change, subject)
                edit.fields["assignee"] = self._account(one) if one else None
            case Field.OWNER:
                self._owner(edit, subject, change)
            case Field.START | Field.DUE:
                day = single(change, subject)
                edit.fields[self._date_field(edit, subject, change.field.value)] = day.id if day else None
            case Field.TARGET:
                self._target(edit, subject, change)
            case Field.LABELS:
                self._labels(edit, subject, change)
            case Field.SPRINT:
                edit.fields[self._sprint_field(subject)] = sprint_number(change, subject)
            case Field.STATUS | Field.PLACE | Field.ARCHIVED:
                raise Unsupported(f"An edit of {subject.key} cannot set its {change.field}.", instead=BY_HAND)
            case _:
                assert_never(change.field)
        edit.changes.append(change.field)

    # -- types and parents --------------------------------------------------------------------------------

    def needs_move(self, subject: Subject, change: Change) -> bool:
        """Return whether an issue becomes a type only by a move, for it has another workflow, level or fields.

        An edit would be refused, or answered with 204 and nothing changed.
        """
        wanted = self._type(subject, change)
        if subject.id is None or subject.type is None or wanted.id == subject.type.id:
            return False
        path = self._writer.rest(f"issuetype/{segment(subject.type.id)}/alternatives")
        rows = self._writer.get(path, f"what {subject.type.name} can become")
        return not any(isinstance(row, Mapping) and str(row.get("id")) == wanted.id for row in rows)

    def _type(self, subject: Subject, change: Change) -> Named:
        wanted = single(change, subject)
        if wanted is None:
            raise Unsupported(f"{subject.key} cannot be without a type.", instead="Choose a type.")
        return wanted

    def _parent(self, edit: Edit, subject: Subject, change: Change) -> None:
        wanted = single(change, subject)
        is_subtask = subject.level is not None and subject.level < 0
        if is_subtask and (wanted is None or (subject.id is not None and not self._cloud)):
            raise Unsupported(
                f"{subject.key} is a sub-task: Jira keeps it under its parent.",
                instead="Use Move or Convert to issue in Jira.",
            )
        if self._cloud or is_subtask:
            if wanted is not None:
                edit.fields["parent"] = {"id": wanted.id}
            elif subject.id is not None:
                edit.update["parent"] = [{"set": {"none": True}}]
            return
        name = "parent_link" if subject.level is not None and subject.level > 0 else "epic_link"
        known = self._survey.lens(subject.project).fields.of(name)
        if not known:
            raise Unsupported(f"This Jira has no field for the parent of {subject.key}.", instead=BY_HAND)
        edit.fields[known[0]] = self._key(wanted) if wanted else None

    def _key(self, named: Named) -> str:
        # Data Center's link fields take keys; what people call an issue is its key, unless it was not shown.
        if KEY.match(named.name.rpartition("-")[0]) and named.name.rpartition("-")[2].isdigit():
            return named.name
        path = self._survey.client.rest(f"issue/{segment(named.id)}")
        return str(self._survey.client.get_object(path, f"issue {named.name}", fields="summary")["key"])

    # -- choices, dates, labels ---------------------------------------------------------------------------

    def _property(self, edit: Edit, subject: Subject, change: Change) -> None:
        wanted = change.property.id if change.property else ""
        known = self._survey.by_id.get(wanted)
        choice = known is not None and known.is_choice and known.type != "option-with-child"
        if known is None or not (choice or known.id in LISTS):
            name = change.property.name if change.property else "a property without a name"
            raise Unsupported(f"{name} of {subject.key} is no field of plain options.", instead=BY_HAND)
        if not known.is_many:
            one = single(change, subject)
            edit.fields[known.id] = _option(one) if one else None
        elif subject.id is None:
            edit.fields[known.id] = [_option(one, known.id in LISTS) for one in change.after]
        else:
            # Set would drop what somebody adds meanwhile.
            edit.update[known.id] = _verbs(
                change.before, change.after, lambda one: _option(one, known.id in LISTS)
            )

    def _labels(self, edit: Edit, subject: Subject, change: Change) -> None:
        spaced = [label.id for label in change.after if len(label.id.split()) != 1]
        if spaced:
            raise Unsupported(
                f"Jira's labels hold no spaces: {', '.join(spaced)!r}.", instead="Write them with a dash."
            )
        if subject.id is None:
            edit.fields["labels"] = [label.id for label in change.after]
        else:
            # Set would drop what somebody adds meanwhile.
            edit.update["labels"] = _verbs(change.before, change.after, lambda label: label.id)

    def _date_field(self, edit: Edit, subject: Subject, name: str) -> str:
        """Return the id of the date field to set: the first that stands on the issue's edit screen."""
        known = self._survey.lens(subject.project).fields.of(name)
        defs = self._survey.by_id
        dates = [id for id in known if id in defs and defs[id].type == "date"]
        if not dates and any(id in defs and INTERVAL in (defs[id].custom or "") for id in known):
            raise Unsupported(
                f"{subject.key} keeps its dates in an interval of Product Discovery, which Jira lets nobody write.",
                instead="Set it in the idea itself.",
            )
        if dates == ["duedate"]:
            return dates[0]
        return self._on_screen(edit, subject, dates, f"date field for its {name.replace('_', ' ')}")

    def _on_screen(self, edit: Edit, subject: Subject, ids: Sequence[str], what: str) -> str:
        """Return the first of some fields that stands on the screen; raises Unsupported where none does."""
        defs = self._survey.by_id
        shown = self._screen(edit, subject) if ids else {}
        found = next((id for id in ids if shown is None or id in shown), None)
        if found is None:
            names = ", ".join(_called(defs[id]) for id in ids) or "none"
            raise Unsupported(
                f"The edit screen of {subject.key} has no {what} (known: {names}).",
                instead="Put the field on the project's edit screen, or set it in Jira by hand.",
            )
        return found

    def _screen(self, edit: Edit, subject: Subject) -> Mapping[str, Any] | None:
        """Return the fields that can be set; None where nobody knows: then Jira says it."""
        if edit.screen is None:
            if subject.id is not None and not subject.moves:
                edit.screen = self._screens.edit(subject.id)
            elif subject.type is not None:
                edit.screen = self._screens.create(subject.project, subject.type.id)
        return edit.screen

    def _target(self, edit: Edit, subject: Subject, change: Change) -> None:
        start, end = between(change.after)
        former = between(change.before)
        for name, day, old in (("target_start", start, former[0]), ("target_end", end, former[1])):
            if day is None and old is None and subject.id is None:
                continue
            edit.fields[self._date_field(edit, subject, name)] = day.isoformat() if day else None

    # -- people -------------------------------------------------------------------------------------------

    def _account(self, one: Named) -> dict[str, str]:
        return {"accountId" if self._cloud else "name": one.id}

    def _owner(self, edit: Edit, subject: Subject, change: Change) -> None:
        known = self._survey.lens(subject.project).fields.of("owner")
        defs = self._survey.by_id
        people = [id for id in known if id in defs and "user" in (defs[id].type, defs[id].items)]
        if not people:
            raise Unsupported(
                f"This mapping names no user field that holds the owner of {subject.key}.",
                instead="Name one as `owner` under [fields], set the assignee, or set the field by hand.",
            )
        one, id = single(change, subject), self._on_screen(edit, subject, people, "user field for its owner")
        if defs[id].type == "user":
            edit.fields[id] = self._account(one) if one else None
        elif subject.id is None:
            edit.fields[id] = [self._account(person) for person in change.after]
        else:
            edit.update[id] = _verbs(change.before, change.after, self._account)

    # -- sprints ------------------------------------------------------------------------------------------

    def _sprint_field(self, subject: Subject) -> str:
        known = self._survey.lens(subject.project).fields.of("sprint")
        if not known:
            raise Unsupported("This Jira has no sprint field.", instead="Leave the sprint out.")
        return known[0]


def single(change: Change, subject: Subject) -> Named | None:
    """Return the one value that a field is set to, or None to clear it; raises Unsupported for several."""
    if len(change.after) > 1:
        names = ", ".join(value.name for value in change.after)
        raise Unsupported(
            f"Jira holds one value in {change.field} of {subject.key}, not several: {names}.",
            instead="Choose one of them.",
        )
    return change.after[0] if change.after else None


def sprint_number(change: Change, subject: Subject) -> int | None:
    """Return the number of the sprint to move to, or None for none; raises Unsupported for no sprint of Jira."""
    one = single(change, subject)
    if one is None:
        return None
    if not (one.id.isascii() and one.id.isdigit()):
        raise Unsupported(f"{one.name} is no sprint of Jira.", instead="Choose a sprint of the board.")
    return int(one.id)


def _option(value: Named, by_name: bool = False) -> dict[str, str]:
    if value.id.isdigit():
        return {"id": value.id}
    return {"name" if by_name else "value": value.name}


def _verbs(before: Value, after: Value, write: Callable[[Named], Any]) -> list[dict[str, Any]]:
    old, new = {one.id for one in before}, {one.id for one in after}
    added = [{"add": write(one)} for one in after if one.id not in old]
    return added + [{"remove": write(one)} for one in before if one.id not in new]


def _called(known: FieldDef) -> str:
    return f"{known.name} ({known.id})"
