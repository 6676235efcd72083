"""The engine: one finding a cause, practice is not fault, and silence has a reason."""

from __future__ import annotations

import pytest

from planora_sync.errors import UnknownReference
from planora_sync.mapping.loading import load_preset
from planora_sync.model import Kind, Nature
from planora_sync.rules.base import Level
from planora_sync.rules.catalog import rule
from planora_sync.rules.engine import Selection, audit
from planora_sync.testing.scene import Scene


def scrum(day: int = 1) -> Scene:
    return Scene(load_preset("jira-scrum"), sprint_day=day)


def with_an_initiative_in_the_sprint() -> Scene:
    scene = scrum()
    epic = scene.add("Patient portal", type="epic", sprint="active", status="In Progress")
    scene.add_children(epic, 3, type="story")
    return scene


def test_what_else_is_wrong_stands_under_the_misfiling() -> None:
    audit = with_an_initiative_in_the_sprint().audit()
    assert [found.code for found in audit.findings] == ["PS101"]
    assert [(found.code, found.under) for found in audit.folded] == [("PS201", "PS101")]


def test_ignored_rules_are_shown_with_their_reason() -> None:
    audit = with_an_initiative_in_the_sprint().audit(Selection(ignore={"PS101": "merged in spring"}))
    assert [found.code for found in audit.findings] == ["PS201"]
    assert [(skipped.code, skipped.reason) for skipped in audit.skipped] == [("PS101", "merged in spring")]


def test_a_prefix_selects_a_family() -> None:
    audit = with_an_initiative_in_the_sprint().audit(Selection(select=("PS2",)))
    assert [found.code for found in audit.findings] == ["PS201"]


def test_levels_can_be_set() -> None:
    audit = with_an_initiative_in_the_sprint().audit(Selection(level={"PS101": Level.INFO}))
    assert audit.worst() is Level.INFO


def test_what_was_just_created_gives_at_most_info() -> None:
    scene = scrum()
    scene.add(kind=Kind.BUG, level=0, severity="critical", created=-0.1, updated=-0.1)
    (found,) = scene.audit().findings
    assert (found.code, found.level) == ("PS108", Level.INFO)


def test_no_owner_is_info_until_half_the_sprint_has_passed() -> None:
    early, late = scrum(day=3), scrum(day=9)
    for scene in (early, late):
        scene.add(type="story", sprint="active")
    assert [found.level for found in early.audit().findings] == [Level.INFO]
    assert [found.level for found in late.audit().findings] == [Level.WARNING]


def test_practice_is_one_question_about_the_place() -> None:
    scene = scrum()
    for _ in range(12):
        scene.add(type="story", sprint="active")
    for _ in range(4):
        scene.add(type="story", sprint="active", assignees=["Linh"])
    audit = scene.audit()
    assert [(found.code, found.ref, found.place) for found in audit.findings] == [("PS201", None, "PLAN")]
    assert len(audit.folded) == 12
    assert "12 of 16" in audit.findings[0].message


def test_nine_are_no_practice() -> None:
    scene = scrum()
    for _ in range(9):
        scene.add(type="story", sprint="active")
    assert len(scene.audit().findings) == 9


def test_unsure_entries_raise_no_finding_about_filing() -> None:
    scene = scrum()
    entry = scene.add("Calendar", type="epic", sprint="active", status="In Progress")
    sure = scene.audit()
    assert sure.judgements[entry.ref].nature is Nature.INITIATIVE
    strict = scene.audit(Selection(confidence=0.99))
    assert strict.judgements[entry.ref].nature is Nature.UNSURE
    assert strict.judgements[entry.ref].question
    assert entry.ref in strict.unsure
    assert not [found for found in strict.findings if found.code < "PS2"]


def test_done_and_archived_entries_are_not_audited() -> None:
    scene = scrum()
    scene.add("Portal", type="epic", sprint="active", status="Done")
    scene.add("Portal", type="epic", sprint="active", archived=True)
    audit = scene.audit()
    assert not audit.findings
    assert sum(audit.counts.values()) == 0


def test_order_does_not_depend_on_the_order_of_entries() -> None:
    scene = with_an_initiative_in_the_sprint()
    scene.add(kind=Kind.BUG, level=0, severity="critical", created=-1, updated=-1)
    forwards = audit(scene.snapshot())
    scene.entries.reverse()
    assert audit(scene.snapshot()).findings == forwards.findings


def test_unknown_rule_names_the_known_ones() -> None:
    with pytest.raises(UnknownReference, match="PS101"):
        rule("PS999")
