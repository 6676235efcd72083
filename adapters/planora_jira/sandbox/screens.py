"""What screens show: the values that choice fields take, and the fields of a create screen."""

from __future__ import annotations

from typing import Any

from planora_jira.sandbox.editing import LISTS
from planora_jira.sandbox.fields import FieldDef
from planora_jira.sandbox.records import Project
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import PRIORITIES

ALWAYS = ("project", "issuetype", "summary", "reporter")


def allowed_values(face: Face, project: Project, slot: str) -> dict[str, Any]:
    """Return the values that a field takes in a project; nothing for one that takes anything."""
    if slot == "priority":
        return {"allowedValues": [face.priority(key) for key, _ in PRIORITIES]}
    if slot in ("severity", "theme", "flagged", "roadmap"):
        return {"allowedValues": [face.option(slot, name) for name in face.option_ids(slot)]}
    if slot == "versions":
        return {"allowedValues": [face.fix_version(version) for version in project.versions]}
    if slot == "components":
        return {"allowedValues": [face.component(project, number) for number in project.component_names]}
    return {}


def create_screen(face: Face, project: Project, type: str) -> list[dict[str, Any]]:
    """Return the fields of a project's create screen for one of its types."""
    return [_row(face, project, type, one) for one in face.site.fields if _shown(face, project, type, one)]


def _shown(face: Face, project: Project, type: str, definition: FieldDef) -> bool:
    if definition.id in ALWAYS:
        return True
    if definition.slot == "parent" and not face.site.cloud:
        return face.site.types[type].level < 0
    if definition.slot == "epic_name" and not face.site.cloud:
        return face.site.types[type].level == 1
    if definition.project not in ("", project.id):
        return False
    return definition.editable and definition.slot not in project.off_screen


def _row(face: Face, project: Project, type: str, definition: FieldDef) -> dict[str, Any]:
    is_epic_name = definition.slot == "epic_name" and not face.site.cloud
    is_subtasks = definition.slot == "parent" and face.site.types[type].level < 0
    required = definition.id in ALWAYS or definition.slot in project.demands or is_epic_name or is_subtasks
    return {
        "required": required,
        "schema": definition.schema(),
        "name": definition.name,
        "key": definition.id,
        "fieldId": definition.id,
        "hasDefaultValue": definition.id in ("reporter", "project"),
        "operations": ["add", "set", "remove"] if definition.slot in LISTS else ["set"],
    } | allowed_values(face, project, definition.slot)
