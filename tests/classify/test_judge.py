"""Nature from evidence: named, masked by the filing, honest about what it does not know."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planora_sync.classify.facts import masked_by
from planora_sync.classify.judge import judge
from planora_sync.classify.judgement import Dimension, Judgement
from planora_sync.classify.score import NATURES, probabilities
from planora_sync.classify.weights import load_weights
from planora_sync.mapping.filed import Filing
from planora_sync.mapping.loading import load_preset
from planora_sync.model import LAYER_OF_NATURE, Entry, Estimate, Filed, Kind, Nature, Priority
from planora_sync.testing.builders import NOW
from planora_sync.testing.scene import Scene


def look(scene: Scene, entry: Entry) -> Judgement:
    snapshot = scene.snapshot()
    placed = snapshot.entries[entry.ref]
    return judge(placed, snapshot.filing(placed), snapshot)


def scrum() -> Scene:
    return Scene(load_preset("jira-scrum"))


def test_weights_name_every_signal_once_and_are_versioned() -> None:
    weights = load_weights()
    assert weights.version >= 1
    assert {row.dimension for row in weights.signals.values()} == set(Dimension)
    assert {row.toward for row in weights.signals.values()} == set(NATURES)


def test_probabilities_sum_to_one_and_are_even_without_evidence() -> None:
    even = probabilities(())
    assert sum(even.values()) == pytest.approx(1, abs=1e-3)
    assert len(set(even.values())) == 1


def test_an_entry_about_which_nothing_is_known_is_unsure_and_every_dimension_silent() -> None:
    scene = scrum()
    entry = scene.add(kind=Kind.OTHER, level=None, status=None)
    found = look(scene, entry)
    assert found.nature is Nature.UNSURE
    assert found.evidence == ()
    assert set(found.silent) == set(Dimension)
    assert found.question


def test_what_the_matched_rule_read_says_nothing() -> None:
    scene = scrum()
    inside = scene.add(type="story", sprint="active")
    outside = scene.add(type="story")
    assert look(scene, inside).probabilities == look(scene, outside).probabilities
    assert "sprint" in look(scene, inside).masked


def test_a_rule_that_reads_the_type_has_read_kind_and_level() -> None:
    filing = Filing(filed=Filed.ROADMAP, reads=frozenset({"level"}))
    assert {"level", "type", "kind"} <= masked_by(filing, "jira")


def test_missing_owner_date_and_sprint_are_no_evidence() -> None:
    scene = scrum()
    bare = scene.add(type="story")
    assert not {signal.name for signal in look(scene, bare).evidence} & {"has-somebody", "due-soon"}
    assert not [signal for signal in look(scene, bare).evidence if "no " in signal.text]


def test_near_deadline_makes_no_task_of_a_long_initiative() -> None:
    scene = scrum()
    entry = scene.add(type="story", start=-180, due=3, status="In Progress", assignees=["Ana"])
    scene.add_children(entry, 1, type="story")
    assert look(scene, entry).nature is Nature.INITIATIVE


def test_a_title_alone_never_makes_an_initiative() -> None:
    scene = scrum()
    for title in ("Vision 2027: platform strategy", "Roadmap initiative", "Epic rewrite of everything"):
        assert look(scene, scene.add(title, type="story")).nature is not Nature.INITIATIVE


def test_bug_is_type_or_label_never_a_title_word() -> None:
    scene = scrum()
    entry = scene.add("Bug: fix crash", type="story", priority=Priority.CRITICAL, created=-1)
    assert not look(scene, entry).decided_by.startswith("policy")


@pytest.mark.parametrize(
    ("fields", "nature", "policy"),
    [
        ({}, Nature.BACKLOG, "policy bug-outside-plan"),
        ({"status": "In Progress"}, Nature.TASK, "policy committed-bug"),
        ({"assignees": ["Linh"]}, Nature.BACKLOG, "policy bug-outside-plan"),
        ({"severity": "critical", "created": -2}, Nature.TASK, "policy critical-bug"),
        ({"severity": "critical", "created": -40}, Nature.BACKLOG, "policy bug-outside-plan"),
    ],
)
def test_bug_policies_are_named(fields: dict[str, Any], nature: Nature, policy: str) -> None:
    scene = scrum()
    found = look(scene, scene.add(type="bug", **fields))
    assert (found.nature, found.decided_by) == (nature, policy)


def test_evidence_that_is_sure_of_a_task_needs_no_policy() -> None:
    scene = scrum()
    found = look(scene, scene.add(type="bug", assignees=["Linh"], due=5))
    assert (found.nature, found.decided_by) == (Nature.TASK, "evidence")


def test_policy_is_silent_about_a_bug_in_the_plan_and_about_a_large_one() -> None:
    scene = scrum()
    in_plan = scene.add(type="bug", sprint="active")
    large = scene.add(type="bug", start=-20, due=60)
    assert look(scene, in_plan).decided_by == "evidence"
    assert look(scene, large).decided_by == "evidence"


def test_goals_and_what_is_no_work_have_no_nature() -> None:
    scene = scrum()
    goal = scene.add("Activation 40 %", kind=Kind.GOAL, level=2)
    template = scene.add("Template", template=True)
    assert [look(scene, entry).nature for entry in (goal, template)] == [Nature.NONE, Nature.NONE]


def test_default_assignee_is_nobody() -> None:
    scene = scrum()
    entry = scene.add(type="story", assignees=["Marc"])
    assert "has-somebody" not in {signal.name for signal in look(scene, entry).evidence}


ENTRIES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["story", "task", "epic", "idea", "request"]),
        "status": st.sampled_from(["To Do", "In Progress"]),
        "assignees": st.sampled_from([[], ["Linh"], ["Ana"], ["Marc"]]),
        "due": st.sampled_from([None, 3, 40, -200]),
        "start": st.sampled_from([None, -2, -90]),
        "created": st.sampled_from([-1, -30, -200]),
        "updated": st.sampled_from([-0.5, -20]),
        "estimate": st.sampled_from(
            [None, Estimate(value=3, unit="points"), Estimate(value=60, unit="points")]
        ),
        "theme": st.sampled_from([None, "Payments"]),
        "labels": st.sampled_from([(), ("idea",), ("parked",)]),
        "reporter_external": st.sampled_from([None, True]),
    }
)
LAYER = {"active": Filed.PLAN, "next": Filed.PLAN, "third": Filed.BACKLOG, None: Filed.BACKLOG}


@given(
    fields=ENTRIES,
    source=st.sampled_from([*LAYER]),
    target=st.sampled_from([*LAYER]),
    children=st.integers(0, 4),
)
@settings(max_examples=150, deadline=None)
def test_refiling_never_turns_an_entry_into_the_layer_it_was_put_in(
    fields: dict[str, Any], source: str | None, target: str | None, children: int
) -> None:
    if fields["updated"] < fields["created"]:
        fields = fields | {"updated": fields["created"]}
    natures = []
    filings = []
    for sprint in (source, target):
        scene = scrum()
        entry = scene.add(sprint=sprint, **fields)
        scene.add_children(entry, children, type="story")
        natures.append(look(scene, entry).nature)
        placed = scene.snapshot().entries[entry.ref]
        filings.append(scene.snapshot().filing(placed).filed)
    before, after = natures
    became = LAYER_OF_NATURE.get(after)
    assert after is before or after is Nature.UNSURE or became is not filings[1]


def test_nothing_depends_on_the_clock_of_the_machine() -> None:
    scene = scrum()
    entry = scene.add(type="story", due=NOW.date() + timedelta(days=3), assignees=["Linh"])
    assert look(scene, entry) == look(scene, entry)
