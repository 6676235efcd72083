"""Writes fields of issues: screens, verbs, the changelog, and what Jira does by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_jira.sandbox.documents import to_text
from planora_jira.sandbox.fields import FieldDef
from planora_jira.sandbox.issues import IssueView
from planora_jira.sandbox.problems import Problem
from planora_jira.sandbox.records import Comment, Issue
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import item
from planora_jira.sandbox.values import BadValue, Values, alternatives, fits

OFF_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
LISTS = frozenset({"labels", "versions", "components"})
SAME = {"epic_link": "parent", "parent_link": "parent"}
"""Slots that are another name for an attribute."""
UNSTORED = frozenset({"epic_name", "legacy_labels", "estimate"})


class Editor:
    """Applies the body of an edit, a creation or a transition to an issue, all of it or nothing."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.site = face.site
        self.values = Values(face)
        self.view = IssueView(face)

    def edit(self, issue: Issue, fields: Mapping[str, Any], update: Mapping[str, Any]) -> None:
        """Edit an issue; raises the vendor's 400 and then changes nothing."""
        both = sorted(set(fields) & set(update))
        if both:
            errors = {name: f"Field '{name}' cannot appear in both 'fields' and 'update'" for name in both}
            raise Problem(400, fields=errors)
        planned, comments = self._plan(issue, fields, update)
        self.site.remember(issue)
        rows = [row for definition, value in planned for row in self._set(issue, definition, value)]
        for body in comments:
            self.comment(issue, body)
        self.site.touch(issue, rows)

    def may_set(self, issue: Issue, name: str) -> FieldDef | None:
        """Return the field if it stands on the issue's edit screen."""
        definition = self.site.by_id.get(name)
        if definition is None or not definition.editable or definition.project not in ("", issue.project):
            return None
        return None if definition.slot in self.site.projects[issue.project].off_screen else definition

    def comment(self, issue: Issue, body: Any) -> Comment:
        """Add a comment and return it."""
        text = to_text(body).strip() if self.face.version == "3" else str(body)
        added = Comment(id=self.site.next_id(), author=self.site.me, created=self.site.now(), body=text)
        issue.comments.append(added)
        return added

    # -- planning -----------------------------------------------------------------------------------------

    def _plan(
        self, issue: Issue, fields: Mapping[str, Any], update: Mapping[str, Any]
    ) -> tuple[list[tuple[FieldDef, Any]], list[Any]]:
        planned: list[tuple[FieldDef, Any]] = []
        errors: dict[str, str] = {}
        comments = [verb["add"]["body"] for verb in update.get("comment", ()) if "add" in verb]
        wanted: list[tuple[str, Any, bool]] = [(name, value, False) for name, value in fields.items()]
        wanted += [(name, verbs, True) for name, verbs in update.items() if name != "comment"]
        for name, value, verbs in wanted:
            definition = self.may_set(issue, name)
            if definition is None:
                errors[name] = OFF_SCREEN.format(name)
                continue
            try:
                planned.append((definition, self._value(issue, definition, value, verbs)))
            except BadValue as refused:
                errors[name] = str(refused)
        if errors:
            raise Problem(400, fields=errors)
        return planned, comments

    def _value(self, issue: Issue, definition: FieldDef, value: Any, verbs: bool) -> Any:
        slot = definition.slot
        parsed = self._verbs(issue, slot, value) if verbs else self.values.parse(slot, issue, value)
        return self._possible_type(issue, parsed) if slot == "type" else parsed

    def _possible_type(self, issue: Issue, wanted: str) -> str:
        if wanted in (issue.type, *alternatives(self.site, self.site.projects[issue.project], issue.type)):
            return wanted
        sorts = {self.site.types[number].level < 0 for number in (wanted, issue.type)}
        if self.site.cloud or len(sorts) > 1:
            raise BadValue("The issue type selected is invalid.")
        # Data Center answers 204 to a type of another workflow and changes nothing.
        return issue.type

    def _verbs(self, issue: Issue, slot: str, verbs: Any) -> Any:
        if not isinstance(verbs, list):
            raise BadValue("Operation value must be an array of operations")
        if slot in LISTS:
            return self._list_verbs(issue, slot, verbs)
        if len(verbs) != 1 or "set" not in verbs[0]:
            raise BadValue("Field does not support operation")
        return self.values.parse(slot, issue, verbs[0]["set"])

    def _list_verbs(self, issue: Issue, slot: str, verbs: list[Any]) -> list[str]:
        held = list(getattr(issue, slot))
        for verb in verbs:
            ((name, value),) = verb.items()
            if name == "set":
                held = self.values.parse(slot, issue, value)
            elif name == "add":
                held += [new for new in self.values.parse(slot, issue, [value]) if new not in held]
            elif name == "remove":
                gone = self.values.parse(slot, issue, [value])
                held = [old for old in held if old not in gone]
            else:
                raise BadValue("Field does not support operation")
        return held

    # -- writing ------------------------------------------------------------------------------------------

    def _set(self, issue: Issue, definition: FieldDef, value: Any) -> list[dict[str, Any]]:
        slot = SAME.get(definition.slot, definition.slot)
        if slot in UNSTORED:
            return []
        before = self._shown(issue, definition)
        if slot == "description":
            issue.document = value if isinstance(value, dict) else None
            issue.description = to_text(value).strip() if isinstance(value, dict) else (value or "")
        else:
            setattr(issue, slot, value)
        follow = self.follow_type(issue) if slot == "type" else []
        name = definition.name if definition.custom else definition.id
        return [item(name, *before, *self._shown(issue, definition), definition.custom is not None), *follow]

    def follow_type(self, issue: Issue) -> list[dict[str, Any]]:
        """Cut the links that the new hierarchy level cannot hold."""
        for child in self.site.children(issue):
            if not fits(self.site, child.type, issue):
                child.parent = None
        if issue.parent is None or fits(self.site, issue.type, self.site.issues[issue.parent]):
            return []
        former, issue.parent = self.site.issues[issue.parent], None
        return [item("IssueParentAssociation", former.id, former.key, None, None)]

    def _shown(self, issue: Issue, definition: FieldDef) -> tuple[Any, Any]:
        """Return a field as the changelog shows it: id and words."""
        value = getattr(issue, SAME.get(definition.slot, definition.slot))
        site = self.site
        match definition.slot:
            case "sprints":
                return ", ".join(map(str, value)), ", ".join(site.sprints[n].name for n in value)
            case "labels":
                return None, " ".join(sorted(value))
            case "components":
                names = [self.face.component(site.projects[issue.project], n)["name"] for n in value]
                return ", ".join(value) or None, ", ".join(names) or None
            case "assignee" | "reporter" | "owner":
                return (
                    (None, None) if value is None else (site.users[value].account_id, site.users[value].name)
                )
            case "parent" | "epic_link" | "parent_link":
                return (None, None) if value is None else (value, site.issues[value].key)
            case "type":
                return value, site.types[value].name
            case "description" | "summary":
                return None, value
            case _:
                return (None, None) if value in (None, []) else (str(value), str(value))
