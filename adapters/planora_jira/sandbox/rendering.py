"""Payloads of everything but issues: accounts, types, statuses, projects, boards, sprints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from planora_jira.sandbox.records import CATEGORIES, Board, IssueType, Project, Sprint, Status, Version
from planora_jira.sandbox.site import LINK_TYPES, PRIORITIES, RESOLUTIONS, Site


@dataclass(frozen=True, kw_only=True)
class Face:
    """How one request sees the site: its base address and the version of the REST API it speaks."""

    site: Site
    base: str
    version: str

    def rest(self, path: str) -> str:
        """Return an address under the API in use."""
        return f"{self.base}/rest/api/{self.version}/{path}"

    def agile(self, path: str) -> str:
        """Return an address under the agile API."""
        return f"{self.base}/rest/agile/1.0/{path}"

    # -- moments ------------------------------------------------------------------------------------------

    def stamp(self, moment: datetime) -> str:
        """Return an instant as issues show it: in the account's zone, without a colon in the offset."""
        local = moment.astimezone(ZoneInfo(self.site.time_zone))
        return (
            local.strftime("%Y-%m-%dT%H:%M:%S.") + f"{local.microsecond // 1000:03d}" + local.strftime("%z")
        )

    # -- people -------------------------------------------------------------------------------------------

    def user(self, key: str | None) -> dict[str, Any] | None:
        """Return an account, or None where there is none."""
        if key is None:
            return None
        user = self.site.users[key]
        avatar = f"{self.base}/secure/useravatar?ownerId={user.key}"
        body: dict[str, Any] = {
            "displayName": user.name,
            "active": user.active,
            "timeZone": self.site.time_zone,
            "avatarUrls": {size: avatar for size in ("48x48", "24x24", "16x16", "32x32")},
        }
        if not self.site.cloud:
            own = {"name": user.key, "key": f"JIRAUSER{user.account_id[-5:]}", "emailAddress": user.email}
            return {"self": self.rest(f"user?username={user.key}"), **own, **body}
        shown = {} if user.email_hidden else {"emailAddress": user.email}
        link = self.rest(f"user?accountId={user.account_id}")
        return {"self": link, "accountId": user.account_id, "accountType": user.account_type, **shown, **body}

    # -- vocabulary ---------------------------------------------------------------------------------------

    def category(self, key: str) -> dict[str, Any]:
        """Return a status category."""
        number, name, colour = CATEGORIES[key]
        link = self.rest(f"statuscategory/{number}")
        return {"self": link, "id": number, "key": key, "colorName": colour, "name": name}

    def status(self, status: Status) -> dict[str, Any]:
        """Return a status with its category."""
        return {
            "self": self.rest(f"status/{status.id}"),
            "description": "",
            "iconUrl": f"{self.base}/",
            "name": status.name,
            "id": status.id,
            "statusCategory": self.category(status.category),
        } | ({"untranslatedName": status.name} if self.site.cloud else {})

    def issue_type(self, kind: IssueType) -> dict[str, Any]:
        """Return an issue type; Data Center knows no hierarchy level."""
        body: dict[str, Any] = {
            "self": self.rest(f"issuetype/{kind.id}"),
            "id": kind.id,
            "description": kind.description,
            "iconUrl": self.rest(f"universal_avatar/view/type/issuetype/avatar/{kind.id}?size=medium"),
            "name": kind.name,
            "subtask": kind.level < 0,
            "avatarId": int(kind.id),
        }
        return body | ({"hierarchyLevel": kind.level} if self.site.cloud else {})

    def priority(self, number: str) -> dict[str, Any]:
        """Return a priority."""
        name = dict(PRIORITIES)[number]
        icon = f"{self.base}/images/icons/priorities/{name.lower()}.svg"
        return {"self": self.rest(f"priority/{number}"), "iconUrl": icon, "name": name, "id": number}

    def resolution(self, number: str | None) -> dict[str, Any] | None:
        """Return a resolution, or None for an unresolved issue."""
        if number is None:
            return None
        link = self.rest(f"resolution/{number}")
        return {"self": link, "id": number, "description": "", "name": dict(RESOLUTIONS)[number]}

    def link_type(self, name: str) -> dict[str, Any]:
        """Return a link type by name."""
        row = next(row for row in LINK_TYPES if row[1] == name)
        body = dict(zip(("id", "name", "inward", "outward"), row, strict=True))
        return body | {"self": self.rest(f"issueLinkType/{row[0]}")}

    def fix_version(self, version: Version) -> dict[str, Any]:
        """Return a release."""
        body: dict[str, Any] = {
            "self": self.rest(f"version/{version.id}"),
            "id": version.id,
            "description": "",
            "name": version.name,
            "archived": False,
            "released": version.released,
        }
        return body | ({"releaseDate": version.day.isoformat()} if version.day else {})

    def component(self, project: Project, number: str) -> dict[str, Any]:
        """Return a component."""
        name = project.component_names[number]
        return {"self": self.rest(f"component/{number}"), "id": number, "name": name, "description": ""}

    def option(self, slot: str, value: str | None) -> dict[str, Any] | None:
        """Return a chosen option of a select field."""
        if value is None:
            return None
        number = self.option_ids(slot)[value]
        return {"self": self.rest(f"customFieldOption/{number}"), "value": value, "id": number}

    def option_ids(self, slot: str) -> dict[str, str]:
        """Return the options of a select field and their ids."""
        names, first = {
            "severity": (self.site.severities, 10200),
            "theme": (self.site.themes, 10300),
            "flagged": (("Impediment",), 10019),
            "roadmap": (("Now", "Next", "Later"), 10400),
        }[slot]
        return {name: str(first + place) for place, name in enumerate(names)}

    # -- places -------------------------------------------------------------------------------------------

    def project(self, project: Project, *, full: bool = False) -> dict[str, Any]:
        """Return a project: as issues show it, or in full."""
        avatar = self.rest(f"universal_avatar/view/type/project/avatar/{project.id}")
        body: dict[str, Any] = {
            "self": self.rest(f"project/{project.id}"),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": project.kind,
            "avatarUrls": {size: avatar for size in ("48x48", "24x24", "16x16", "32x32")},
        }
        if self.site.cloud:
            body |= {"simplified": project.style == "next-gen"}
        if full and self.site.cloud:
            body |= {"style": project.style, "isPrivate": False, "properties": {}}
        if full:
            body |= {"lead": self.user(project.lead), "description": ""}
            body["components"] = [self.component(project, number) for number in project.component_names]
            body |= {
                "expand": "description,lead,issueTypes,url,projectKeys,permissions,insight",
                "assigneeType": "PROJECT_LEAD" if project.default_assignee else "UNASSIGNED",
                "issueTypes": [self.issue_type(self.site.types[number]) for number in project.types],
                "versions": [
                    self.fix_version(version) | {"projectId": int(project.id)} for version in project.versions
                ],
                "url": f"{self.base}/browse/{project.key}",
                "roles": {"Administrators": self.rest(f"project/{project.id}/role/10002")},
            }
        return body

    def board(self, board: Board) -> dict[str, Any]:
        """Return a board."""
        project = self.site.projects[board.project]
        location = {
            "projectId": int(project.id),
            "displayName": f"{project.name} ({project.key})",
            "projectName": project.name,
            "projectKey": project.key,
            "projectTypeKey": project.kind,
            "name": f"{project.name} ({project.key})",
        }
        body: dict[str, Any] = {"id": board.id, "self": self.agile(f"board/{board.id}"), "name": board.name}
        return body | {"type": board.type} | ({"location": location} if self.site.cloud else {})

    def configuration(self, board: Board) -> dict[str, Any]:
        """Return a board's configuration: its columns, its points field, its rank field."""
        project = self.site.projects[board.project]
        by_slot = {definition.slot: definition for definition in self.site.fields}
        rank = int(by_slot["rank"].id.removeprefix("customfield_"))
        columns = [
            {"name": name, "statuses": [{"id": s, "self": self.rest(f"status/{s}")} for s in statuses]}
            for name, statuses in board.columns
        ]
        body: dict[str, Any] = {
            "id": board.id,
            "name": board.name,
            "type": board.type,
            "self": self.agile(f"board/{board.id}/configuration"),
            "location": {
                "type": "project",
                "key": project.key,
                "id": project.id,
                "self": self.rest(f"project/{project.id}"),
                "name": project.name,
            },
            "filter": {"id": str(10000 + board.id), "self": self.rest(f"filter/{10000 + board.id}")},
            "columnConfig": {"columns": columns, "constraintType": "issueCount"},
            "ranking": {"rankCustomFieldId": rank},
        }
        if board.type == "kanban":
            return body | {"subQuery": {"query": "fixVersion in unreleasedVersions() OR fixVersion is EMPTY"}}
        points = by_slot["points"]
        field = {"fieldId": points.id, "displayName": points.name}
        return body | {"estimation": {"type": "field", "field": field}}

    def sprint(self, sprint: Sprint, *, in_field: bool = False) -> dict[str, Any]:
        """Return a sprint: as the agile API lists it, or as the sprint field of an issue holds it (Cloud)."""
        body: dict[str, Any] = {"id": sprint.id}
        if not in_field:
            body["self"] = self.agile(f"sprint/{sprint.id}")
        body |= {"state": sprint.state, "name": sprint.name}
        moments = (("startDate", sprint.start), ("endDate", sprint.end), ("completeDate", sprint.complete))
        body |= {name: iso(moment) for name, moment in moments if moment}
        return body | {"boardId" if in_field else "originBoardId": sprint.board, "goal": sprint.goal}


def iso(moment: datetime) -> str:
    """Return an instant as the agile API shows it."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def sprint_string(sprint: Sprint) -> str:
    """Return a sprint as Data Center's sprint field holds it: a Java object's text, commas and all."""
    state = sprint.state.upper()
    parts = (
        ("id", sprint.id),
        ("rapidViewId", sprint.board),
        ("state", state),
        ("name", sprint.name),
        ("startDate", iso(sprint.start) if sprint.start else "<null>"),
        ("endDate", iso(sprint.end) if sprint.end else "<null>"),
        ("completeDate", iso(sprint.complete) if sprint.complete else "<null>"),
        ("activatedDate", iso(sprint.start) if sprint.start and state != "FUTURE" else "<null>"),
        ("sequence", sprint.id),
        ("goal", sprint.goal or "<null>"),
        ("synced", "false"),
        ("autoStartStop", "false"),
    )
    # Newer versions write the keys in alphabetical order, older ones began with the id.
    ordered = sorted(parts) if sprint.id % 2 else parts
    inner = ",".join(f"{name}={value}" for name, value in ordered)
    return f"com.atlassian.greenhopper.service.sprint.Sprint@{sprint.id:x}[{inner}]"
