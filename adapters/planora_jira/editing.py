"""Changes as the body of an edit or a creation: what Jira calls each field, and what it takes there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

from planora_jira.client import JiraClient, segment
from planora_jira.fields import FieldDef
from planora_jira.scope import KEY
from planora_jira.survey import Survey
from planora_sync.change import Change, Field, Value
from planora_sync.errors import Unsupported
from planora_sync.model import Named

BY_HAND = "Set it in Jira by hand."


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


@dataclass(kw_only=True)
class Edit:
    """The body of an edit that is being put together; a field stands in `fields` or in `update`, never in both."""

    fields: dict[str, Any] = field(default_factory=dict)
    update: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    changes: list[Field] = field(default_factory=list)

    @property
    def body(self) -> dict[str, Any]:
        """Return the body, without the half that is empty."""
        return {name: part for name, part in (("fields", self.fields), ("update", self.update)) if part}


class Editor:
    """Puts changes into edits."""

    def __init__(self, survey: Survey, writer: JiraClient) -> None:
        self._survey = survey
        self._writer = writer
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
                edit.fields["assignee"] = {"accountId" if self._cloud else "name": one.id} if one else None
            case Field.START | Field.DUE:
                day = single(change, subject)
                edit.fields[self._date_field(subject, change.field)] = day.id if day else None
            case Field.LABELS:
                self._labels(edit, subject, change)
            case Field.SPRINT:
                edit.fields[self._sprint_field(subject)] = sprint_number(change, subject)
            case Field.STATUS | Field.PLACE | Field.OWNER | Field.ARCHIVED:
                raise Unsupported(f"An edit of {subject.key} cannot set its {change.field}.", instead=BY_HAND)
            case _:
                assert_never(change.field)
        edit.changes.append(change.field)

    # -- types and parents --------------------------------------------------------------------------------

    def _type(self, subject: Subject, change: Change) -> Named:
        wanted = single(change, subject)
        if wanted is None:
            raise Unsupported(f"{subject.key} cannot be without a type.", instead="Choose a type.")
        if subject.id is not None and subject.type is not None and wanted.id != subject.type.id:
            self._check_alternative(subject, subject.type, wanted)
        return wanted

    def _check_alternative(self, subject: Subject, former: Named, wanted: Named) -> None:
        """Refuse a type of another workflow or level: Jira answers 400, or 204 and changes nothing."""
        path = self._writer.rest(f"issuetype/{segment(former.id)}/alternatives")
        rows = self._writer.get(path, f"what {former.name} can become")
        if not any(isinstance(row, Mapping) and str(row.get("id")) == wanted.id for row in rows):
            raise Unsupported(
                f"{subject.key} cannot become {wanted.name} by an edit: "
                f"{former.name} has another workflow, level or set of fields.",
                instead=f"Use Move in Jira, or create a {wanted.name} and link the two.",
            )

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
        known = next((one for one in self._survey.fields if one.id == wanted), None)
        if known is None or not known.is_choice or known.type == "option-with-child":
            name = change.property.name if change.property else "a property without a name"
            raise Unsupported(f"{name} of {subject.key} is no field of plain options.", instead=BY_HAND)
        if not known.is_many:
            one = single(change, subject)
            edit.fields[known.id] = _option(one) if one else None
        elif subject.id is None:
            edit.fields[known.id] = [_option(one) for one in change.after]
        else:
            edit.update[known.id] = _verbs(change.before, change.after, _option)

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

    def _date_field(self, subject: Subject, field: Field) -> str:
        """Return the id of the date field to set: the first that stands on the issue's edit screen."""
        known = self._survey.lens(subject.project).fields.of(field.value)
        defs = {one.id: one for one in self._survey.fields}
        dates = [id for id in known if id in defs and defs[id].type == "date"]
        if dates and (subject.id is None or dates == ["duedate"]):
            return dates[0]
        shown = self._on_screen(subject.id) if dates and subject.id else {}
        found = next((id for id in dates if id in shown), None)
        if found is None:
            names = ", ".join(_called(defs[id]) for id in dates) or "none"
            raise Unsupported(
                f"The edit screen of {subject.key} has no date field for its {field} (known: {names}).",
                instead="Put the field on the project's edit screen, or set the date in Jira by hand.",
            )
        return found

    def _on_screen(self, id: str) -> Mapping[str, Any]:
        path = self._writer.rest(f"issue/{segment(id)}/editmeta")
        fields = self._writer.get_object(path, f"the edit screen of issue {id}").get("fields")
        return fields if isinstance(fields, Mapping) else {}

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


def _option(value: Named) -> dict[str, str]:
    return {"id": value.id} if value.id.isdigit() else {"value": value.name}


def _verbs(before: Value, after: Value, write: Any) -> list[dict[str, Any]]:
    old, new = {one.id for one in before}, {one.id for one in after}
    added = [{"add": write(one)} for one in after if one.id not in old]
    return added + [{"remove": write(one)} for one in before if one.id not in new]


def _called(known: FieldDef) -> str:
    return f"{known.name} ({known.id})"
