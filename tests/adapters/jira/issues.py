"""Issues as Jira sends them, written by hand, and the lens to read them through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from planora_jira.site.fields import definitions, resolve
from planora_jira.translation.wire import Lens

from planora_sync.adapter import FieldSource, Vocabulary

GH, JPO = "com.pyxis.greenhopper.jira", "com.atlassian.jpo"
CF = "com.atlassian.jira.plugin.system.customfieldtypes"


def field(
    number: int, name: str, type: str, custom: str, items: str | None = None, **more: Any
) -> dict[str, Any]:
    """Return a custom field as `/field` lists it."""
    schema: dict[str, Any] = {"type": type, "custom": custom, "customId": number}
    if items:
        schema["items"] = items
    return {"id": f"customfield_{number}", "name": name, "custom": True, "schema": schema, **more}


def system(id: str, type: str = "string") -> dict[str, Any]:
    """Return a system field as `/field` lists it."""
    return {"id": id, "name": id.capitalize(), "custom": False, "schema": {"type": type, "system": id}}


FIELDS = [
    field(10500, "labels", "string", f"{CF}:textarea"),
    system("labels", "array"),
    system("duedate", "date"),
    system("priority", "priority"),
    field(10020, "Iteration", "array", f"{GH}:gh-sprint", "json"),
    field(10019, "Rang", "any", f"{GH}:gh-lexo-rank"),
    field(10014, "Epic Link", "any", f"{GH}:gh-epic-link"),
    field(10011, "Epic Name", "string", f"{GH}:gh-epic-label"),
    field(10018, "Parent Link", "any", f"{JPO}:jpo-custom-field-parent"),
    field(10022, "Target start", "date", f"{JPO}:jpo-custom-field-baseline-start"),
    field(10023, "Target end", "date", f"{JPO}:jpo-custom-field-baseline-end"),
    field(10028, "Story Points", "number", f"{CF}:float"),
    field(10016, "Story point estimate", "number", f"{GH}:jsw-story-points"),
    field(10015, "Start date", "date", f"{CF}:datepicker"),
    field(10021, "Flagged", "array", f"{CF}:multicheckboxes", "option"),
    field(10001, "Team", "team", f"{CF}:atlassian-team"),
    field(10040, "Severity", "option", f"{CF}:select"),
    field(10041, "🎯 Theme", "option", f"{CF}:select"),
    field(10042, "Theme", "string", f"{CF}:textfield"),
    field(10043, "Regions", "array", f"{CF}:multiselect", "option"),
    field(10044, "Product", "option-with-child", f"{CF}:cascadingselect"),
    field(10045, "Horizon", "option", f"{CF}:select"),
    field(10046, "Deadline", "date", f"{CF}:datepicker"),
    field(10047, "Product manager", "user", f"{CF}:userpicker"),
    field(10048, "Project target", "string", "jira.polaris:interval"),
    field(10049, "Size", "number", f"{CF}:float"),
    field(10050, "Elsewhere", "option", f"{CF}:select", scope={"type": "PROJECT", "project": {"id": "777"}}),
]


def lens(vocabulary: Vocabulary | None = None, **more: Any) -> Lens:
    """Return a lens over a site with these fields."""
    words = vocabulary or Vocabulary()
    known = resolve(definitions(FIELDS), words, project="10000", estimates=("customfield_10028",))
    given: dict[str, Any] = {"zone": ZoneInfo("Europe/Berlin"), "vocabulary": words, "fields": known}
    return Lens(**({"connection": "work", "base": "https://acme.example"} | given | more))


def mapped(**sources: FieldSource) -> Vocabulary:
    """Return a vocabulary that says where fields are kept."""
    return Vocabulary(fields=sources)


def issue(fields: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return an issue of Cloud with some fields; `more` are fields too."""
    shown = {
        "summary": "Send reminders",
        "project": {"id": "10000", "key": "PLAN", "projectTypeKey": "software"},
        "issuetype": {"id": "10001", "name": "Story", "subtask": False, "hierarchyLevel": 0},
        "status": status("To Do", "new"),
        "created": "2026-11-01T09:00:00.000+0100",
        "updated": "2026-11-20T09:00:00.000+0100",
    }
    return {"id": "10042", "key": "PLAN-42", "fields": shown | dict(fields or {}) | more}


def status(name: str, category: str) -> dict[str, Any]:
    """Return a status; the name of its category is translated, as on a Chinese site."""
    names = {"new": "新建", "indeterminate": "正在进行", "done": "完成"}
    return {
        "id": f"1{len(name)}",
        "name": name,
        "statusCategory": {"key": category, "name": names.get(category, "?")},
    }
