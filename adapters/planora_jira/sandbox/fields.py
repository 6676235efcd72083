"""The field catalogue: ids, names and schemas of both deployments, and which slot of an issue each one shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

GH = "com.pyxis.greenhopper.jira"
CF = "com.atlassian.jira.plugin.system.customfieldtypes"
JPO = "com.atlassian.jpo"


@dataclass(frozen=True, kw_only=True)
class FieldDef:
    """A field of the site."""

    id: str
    name: str
    slot: str
    """Which attribute of an issue it shows; the field's own id where it has no attribute."""
    type: str
    items: str | None = None
    custom: str | None = None
    """`schema.custom`; None for system fields."""
    clauses: tuple[str, ...] = ()
    editable: bool = True
    project: str = ""
    """Id of the only project that has it; empty for all."""

    def schema(self) -> dict[str, Any]:
        """Return the `schema` object that Jira shows."""
        body: dict[str, Any] = {"type": self.type}
        if self.items:
            body["items"] = self.items
        if self.custom:
            return body | {"custom": self.custom, "customId": int(self.id.removeprefix("customfield_"))}
        return body | {"system": self.id}

    def payload(self) -> dict[str, Any]:
        """Return the field as `/field` lists it."""
        clauses = list(self.clauses or (self.id,))
        if self.custom:
            clauses = [f"cf[{self.id.removeprefix('customfield_')}]", self.name, *self.clauses]
        return {
            "id": self.id,
            "key": self.id,
            "name": self.name,
            "custom": self.custom is not None,
            "orderable": self.editable,
            "navigable": True,
            "searchable": True,
            "clauseNames": clauses,
            "schema": self.schema(),
        } | ({"scope": {"type": "PROJECT", "project": {"id": self.project}}} if self.project else {})


def _system(id: str, name: str, type: str, slot: str = "", **more: Any) -> FieldDef:
    return FieldDef(id=id, name=name, slot=slot or id, type=type, **more)


SYSTEM = (
    _system("summary", "Summary", "string"),
    _system("description", "Description", "string"),
    _system("issuetype", "Issue Type", "issuetype", "type", clauses=("issuetype", "type")),
    _system("project", "Project", "project", editable=False),
    _system("status", "Status", "status", editable=False),
    _system("priority", "Priority", "priority"),
    _system("resolution", "Resolution", "resolution", editable=False),
    _system("assignee", "Assignee", "user"),
    _system("reporter", "Reporter", "user"),
    _system("creator", "Creator", "user", editable=False),
    _system("labels", "Labels", "array", items="string"),
    _system("components", "Components", "array", items="component", clauses=("component",)),
    _system("fixVersions", "Fix versions", "array", "versions", items="version", clauses=("fixVersion",)),
    _system("duedate", "Due date", "date", clauses=("due", "duedate")),
    _system("created", "Created", "datetime", editable=False, clauses=("created", "createdDate")),
    _system("updated", "Updated", "datetime", editable=False, clauses=("updated", "updatedDate")),
    _system("resolutiondate", "Resolved", "datetime", "resolved", editable=False, clauses=("resolved",)),
    _system("issuelinks", "Linked Issues", "array", items="issuelinks"),
    _system("subtasks", "Sub-tasks", "array", items="issuelinks", editable=False),
    _system("comment", "Comment", "comments-page", "comments", editable=False),
    _system("security", "Security Level", "securitylevel"),
    _system("attachment", "Attachment", "array", items="attachment", editable=False),
)
CLOUD_SYSTEM = (
    _system("parent", "Parent", "issuelink"),
    _system(
        "statuscategorychangedate", "Status Category Changed", "datetime", "category_changed", editable=False
    ),
)
DC_SYSTEM = (_system("parent", "Parent", "issuelink", editable=False),)

CUSTOM = (
    # slot, name on Cloud, name on Data Center, type, items, schema, id on Cloud, id on Data Center
    ("sprints", "Sprint", "Sprint", "array", "json", f"{GH}:gh-sprint", 10020, 10104),
    ("rank", "Rank", "Rank", "any", None, f"{GH}:gh-lexo-rank", 10019, 10100),
    ("epic_link", "Epic Link", "Epic Link", "any", None, f"{GH}:gh-epic-link", 10014, 10101),
    ("epic_name", "Epic Name", "Epic Name", "string", None, f"{GH}:gh-epic-label", 10011, 10103),
    ("points", "Story Points", "Story Points", "number", None, f"{CF}:float", 10028, 10106),
    ("estimate", "Story point estimate", "", "number", None, f"{GH}:jsw-story-points", 10016, 0),
    ("start", "Start date", "Start date", "date", None, f"{CF}:datepicker", 10015, 10110),
    (
        "target_start",
        "Target start",
        "Target start",
        "date",
        None,
        f"{JPO}:jpo-custom-field-baseline-start",
        10022,
        10112,
    ),
    (
        "target_end",
        "Target end",
        "Target end",
        "date",
        None,
        f"{JPO}:jpo-custom-field-baseline-end",
        10023,
        10113,
    ),
    (
        "parent_link",
        "Parent Link",
        "Parent Link",
        "any",
        None,
        f"{JPO}:jpo-custom-field-parent",
        10018,
        10111,
    ),
    ("flagged", "Flagged", "Flagged", "array", "option", f"{CF}:multicheckboxes", 10021, 10105),
    ("severity", "Severity", "Severity", "option", None, f"{CF}:select", 10040, 10120),
    ("theme", "Theme", "Theme", "option", None, f"{CF}:select", 10041, 10121),
    ("owner", "Product manager", "Product manager", "user", None, f"{CF}:userpicker", 10047, 10127),
    # A custom field whose name is that of a system field: the library's name cache takes it for the other.
    ("legacy_labels", "labels", "labels", "string", None, f"{CF}:textarea", 10500, 10500),
)
DISCOVERY = (
    # slot, name, type, schema, number: Product Discovery's own, each of one project
    ("project_start", "Project start", "string", "jira.polaris:interval", 10601),
    ("project_target", "Project target", "string", "jira.polaris:interval", 10602),
    ("roadmap", "Roadmap", "option", f"{CF}:select", 10603),
)
COMPUTED = frozenset({"rank", "parent_link", "epic_link"})


def catalogue(deployment: str) -> tuple[FieldDef, ...]:
    """Return the fields of a Cloud or a Data Center site."""
    cloud = deployment == "cloud"
    system = SYSTEM + (CLOUD_SYSTEM if cloud else DC_SYSTEM)
    custom = []
    for slot, cloud_name, dc_name, type_, items, schema, cloud_id, dc_id in CUSTOM:
        number, name = (cloud_id, cloud_name) if cloud else (dc_id, dc_name)
        if number:
            # On Cloud the old epic fields are read-only echoes of `parent`.
            editable = slot not in COMPUTED or (not cloud and slot != "rank")
            custom.append(
                FieldDef(
                    id=f"customfield_{number}",
                    name=name,
                    slot=slot,
                    type=type_,
                    items=items if cloud or slot != "sprints" else "string",
                    custom=schema,
                    editable=editable,
                )
            )
    return (*system, *custom)


def discovery_fields(project: str) -> tuple[FieldDef, ...]:
    """Return the fields that a Product Discovery project comes with."""
    return tuple(
        FieldDef(id=f"customfield_{number}", name=name, slot=slot, type=type, custom=schema, project=project)
        for slot, name, type, schema, number in DISCOVERY
    )
