"""Payloads of issues: which fields were asked for, and what each of them shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from planora_jira.sandbox.documents import to_document
from planora_jira.sandbox.fields import FieldDef
from planora_jira.sandbox.records import History, Issue, Link
from planora_jira.sandbox.rendering import Face, sprint_string
from planora_jira.sandbox.site import LINK_TYPES

EXPAND = "operations,versionedRepresentations,editmeta,changelog,renderedFields"
NOT_NAVIGABLE = frozenset({"comment", "attachment"})


class IssueView:
    """Renders issues as one request sees them."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.site = face.site
        self._shows: dict[str, Callable[[Issue], Any]] = {
            "summary": lambda i: i.summary,
            "description": self._description,
            "type": lambda i: face.issue_type(self.site.types[i.type]),
            "project": lambda i: face.project(self.site.projects[i.project]),
            "status": lambda i: face.status(self.site.statuses[i.status]),
            "priority": lambda i: face.priority(i.priority),
            "resolution": lambda i: face.resolution(i.resolution),
            "assignee": lambda i: face.user(i.assignee),
            "reporter": lambda i: face.user(i.reporter),
            "creator": lambda i: face.user(i.creator),
            "labels": lambda i: sorted(i.labels),
            "components": lambda i: [face.component(self.site.projects[i.project], n) for n in i.components],
            "versions": self._versions,
            "duedate": lambda i: _day(i.duedate),
            "created": lambda i: face.stamp(i.created),
            "updated": lambda i: face.stamp(i.updated),
            "resolved": lambda i: face.stamp(i.resolved) if i.resolved else None,
            "category_changed": lambda i: face.stamp(i.category_changed),
            "issuelinks": self._links,
            "subtasks": self._subtasks,
            "comments": self._comments,
            "security": lambda i: {"id": "10000", "name": i.security} if i.security else None,
            "attachment": lambda i: [],
            "parent": self._parent,
            "sprints": self._sprints,
            "rank": lambda i: i.rank,
            "epic_link": lambda i: self._parent_key(i, 1),
            "epic_name": lambda i: i.summary[:40] if self.site.level(i) == 1 else None,
            "points": lambda i: i.points,
            "estimate": lambda i: None,
            "start": lambda i: _day(i.start),
            "target_start": lambda i: _day(i.target_start),
            "target_end": lambda i: _day(i.target_end),
            "parent_link": lambda i: self._parent_key(i, 2),
            "flagged": lambda i: [face.option("flagged", "Impediment")] if i.flagged else None,
            "severity": lambda i: face.option("severity", i.severity),
            "theme": lambda i: face.option("theme", i.theme),
            "owner": lambda i: face.user(i.owner),
            "legacy_labels": lambda i: None,
        } | self._discovery()

    def _discovery(self) -> dict[str, Callable[[Issue], Any]]:
        """Return how Product Discovery's own fields are shown."""
        return {
            "project_start": lambda i: i.project_start,
            "project_target": lambda i: i.project_target,
            "roadmap": lambda i: self.face.option("roadmap", i.roadmap),
        }

    def issue(
        self,
        issue: Issue,
        wanted: Sequence[FieldDef],
        expand: Sequence[str] = (),
        properties: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return an issue with the fields that were asked for."""
        shown = {
            definition.id: self._shows[definition.slot](issue)
            for definition in wanted
            if definition.project in ("", issue.project)
        }
        if shown.get("parent", ...) is None:
            # Jira leaves `parent` out where there is none; other empty fields are null.
            del shown["parent"]
        body = self.stub(issue) | {"expand": EXPAND, "fields": shown}
        if "changelog" in expand:
            body["changelog"] = self.changelog(issue)
        if properties:
            body["properties"] = {key: issue.properties[key] for key in properties if key in issue.properties}
        return body

    def stub(self, issue: Issue) -> dict[str, Any]:
        """Return an issue's id, address and key."""
        return {"id": str(issue.id), "self": self.face.rest(f"issue/{issue.id}"), "key": issue.key}

    def choose(self, names: Sequence[str], default: str) -> list[FieldDef]:
        """Return the fields that a `fields` parameter names; unknown names are passed over, as Jira does."""
        asked = [name for name in names if name] or [default]
        chosen: dict[str, FieldDef] = {}
        for name in asked:
            if name in ("*all", "*navigable"):
                skip = NOT_NAVIGABLE if name == "*navigable" else frozenset()
                chosen |= {f.id: f for f in self.site.fields if f.id not in skip}
            elif name.startswith("-"):
                chosen.pop(name[1:], None)
            elif name in self.site.by_id:
                chosen[name] = self.site.by_id[name]
        return list(chosen.values())

    # -- single fields ------------------------------------------------------------------------------------

    def _description(self, issue: Issue) -> Any:
        if self.face.version == "3":
            return issue.document or (to_document(issue.description) if issue.description else None)
        return issue.description or None

    def _versions(self, issue: Issue) -> list[dict[str, Any]]:
        known = {version.id: version for version in self.site.projects[issue.project].versions}
        return [self.face.fix_version(known[number]) for number in issue.versions]

    def _sprints(self, issue: Issue) -> Any:
        if not issue.sprints:
            return None
        rows = [self.site.sprints[number] for number in issue.sprints]
        if self.site.cloud:
            return [self.face.sprint(row, in_field=True) for row in rows]
        return [sprint_string(row) for row in rows]

    def _relative(self, issue: Issue) -> dict[str, Any]:
        fields = {
            "summary": issue.summary,
            "status": self._shows["status"](issue),
            "priority": self._shows["priority"](issue),
            "issuetype": self._shows["type"](issue),
        }
        return self.stub(issue) | {"fields": fields}

    def _parent(self, issue: Issue) -> Any:
        # On Data Center `parent` is for subtasks; higher levels hang on Epic Link and Parent Link.
        if issue.parent is None or (not self.site.cloud and self.site.level(issue) >= 0):
            return None
        return self._relative(self.site.issues[issue.parent])

    def _parent_key(self, issue: Issue, level: int) -> str | None:
        if issue.parent is None:
            return None
        parent = self.site.issues[issue.parent]
        found = self.site.level(parent)
        return parent.key if found == level or (level == 2 and found > 2) else None

    def _subtasks(self, issue: Issue) -> list[dict[str, Any]]:
        return [self._relative(child) for child in self.site.children(issue) if self.site.level(child) < 0]

    def _links(self, issue: Issue) -> list[dict[str, Any]]:
        return [
            self._link(link, issue)
            for link in self.site.links.values()
            if issue.id in (link.source, link.target)
        ]

    def _link(self, link: Link, issue: Issue) -> dict[str, Any]:
        outward = link.source == issue.id
        other = self.site.issues[link.target if outward else link.source]
        return {
            "id": str(link.id),
            "self": self.face.rest(f"issueLink/{link.id}"),
            "type": self.face.link_type(link.type),
            "outwardIssue" if outward else "inwardIssue": self._relative(other),
        }

    def _comments(self, issue: Issue) -> dict[str, Any]:
        rows = [self.comment(issue, number) for number in range(len(issue.comments))]
        total = len(rows)
        link = self.face.rest(f"issue/{issue.id}/comment")
        return {"comments": rows, "self": link, "maxResults": total, "total": total, "startAt": 0}

    def comment(self, issue: Issue, place: int) -> dict[str, Any]:
        """Return one comment of an issue."""
        comment = issue.comments[place]
        author = self.face.user(comment.author)
        return {
            "self": self.face.rest(f"issue/{issue.id}/comment/{comment.id}"),
            "id": str(comment.id),
            "author": author,
            "updateAuthor": author,
            "body": to_document(comment.body) if self.face.version == "3" else comment.body,
            "created": self.face.stamp(comment.created),
            "updated": self.face.stamp(comment.created),
        } | ({"jsdPublic": True} if self.site.cloud else {})

    # -- changelog ----------------------------------------------------------------------------------------

    def changelog(self, issue: Issue) -> dict[str, Any]:
        """Return the changelog as `expand=changelog` gives it."""
        rows = self.histories(issue)
        return {"startAt": 0, "maxResults": len(rows), "total": len(rows), "histories": rows}

    def histories(self, issue: Issue) -> list[dict[str, Any]]:
        """Return the changelog's entries: newest first on Cloud, oldest first on Data Center."""
        rows = [self._history(entry) for entry in issue.history]
        return rows[::-1] if self.site.cloud else rows

    def _history(self, entry: History) -> dict[str, Any]:
        return {
            "id": str(entry.id),
            "author": self.face.user(entry.author),
            "created": self.face.stamp(entry.created),
            "items": [self._change(row) for row in entry.items],
        }

    def _change(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of the changelog: Data Center names the field alone, Cloud its id as well, where it has one."""
        body = {name: value for name, value in row.items() if name != "fieldId"}
        name = str(row["field"])
        known = next((f for f in self.site.fields if name in (f.id, f.name)), None)
        return {**body, "fieldId": known.id} if known and self.site.cloud else body

    def names(self, wanted: Sequence[FieldDef]) -> dict[str, str]:
        """Return the display names of fields, for `expand=names`."""
        return {definition.id: definition.name for definition in wanted}

    def schema(self, wanted: Sequence[FieldDef]) -> dict[str, Any]:
        """Return the schemas of fields, for `expand=schema`."""
        return {definition.id: definition.schema() for definition in wanted}

    def link_types(self) -> list[dict[str, Any]]:
        """Return all link types."""
        return [self.face.link_type(row[1]) for row in LINK_TYPES]


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
