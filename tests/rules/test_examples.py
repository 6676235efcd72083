"""Every rule documents itself under the fixed headings, and its example really shows the fault it names."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from planora_sync.mapping.loading import load_preset
from planora_sync.model import Entry, Horizon, Kind, Priority
from planora_sync.rules.base import Rule
from planora_sync.rules.catalog import CATALOG, CODES, rule
from planora_sync.rules.documentation import HEADINGS, documentation
from planora_sync.testing.builders import NOW, make_person, make_place
from planora_sync.testing.scene import Scene

PEOPLE = {"developer": "Linh", "product_manager": "Ana", "tech_lead": "Priya"}
STATUSES = {"todo": "To Do", "doing": "In Progress"}


def scene_of(example: str) -> tuple[Scene, Entry]:
    """Return the scene that a rule's example tells of."""
    told = tomllib.loads(example)
    preset = load_preset(told["mapping"])
    row: dict[str, Any] = told["entry"]
    place = row.pop("place", None)
    places = [make_place(place, kind="data_source")] if place else []
    scene = Scene(preset, tracker="notion" if place else "jira", places=places)
    children, target = row.pop("children", 0), row.pop("target", None)
    fields: dict[str, Any] = {
        "status": STATUSES[row.pop("status", "todo")],
        "kind": Kind(row.pop("kind")),
        "level": row.pop("level", 0),
    }
    if owner := row.pop("owner", None):
        fields["assignees"] = [PEOPLE[owner]]
    if row.pop("reporter", None) == "customer":
        fields |= {"reporter": make_person("Praxis Lindner"), "reporter_external": True}
    if severity := row.pop("severity", None):
        fields["severity"] = Priority(severity)
    if target is not None:
        days = NOW.date()
        fields["horizon"] = Horizon(start=days, end=days.fromordinal(days.toordinal() + target))
    entry = scene.add(row.pop("title"), **fields, **row)
    scene.add_children(entry, children, type="story")
    return scene, entry


@pytest.mark.parametrize("one", CATALOG, ids=CODES)
def test_documentation_has_all_headings(one: Rule) -> None:
    doc = documentation(one)
    assert tuple(doc.sections) == HEADINGS
    assert doc.summary.endswith(".")
    assert all(text.strip() for text in doc.sections.values())


@pytest.mark.parametrize("one", CATALOG, ids=CODES)
def test_example_shows_the_fault(one: Rule) -> None:
    scene, entry = scene_of(documentation(one).sections["Example"])
    found = [finding for finding in scene.audit().findings if finding.ref == entry.ref]
    assert [finding.code for finding in found] == [one.code]
    assert found[0].message.endswith(".")
    assert found[0].remedy is not None


def test_codes_are_unique_sorted_and_found_by_name() -> None:
    assert sorted(set(CODES)) == list(CODES)
    for one in CATALOG:
        assert rule(one.name) is one
        assert rule(one.code.lower()) is one
