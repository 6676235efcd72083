"""One correction an entry, safe by shape, said before it is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from planora_sync.adapter import Capabilities
from planora_sync.change import Field
from planora_sync.classify.judgement import Judgement
from planora_sync.correct.caps import DefaultCaps
from planora_sync.correct.proposal import Correction, Proposal, Safety, digest_of
from planora_sync.correct.propose import propose
from planora_sync.errors import Unsupported
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.model import Entry, Estimate, Filed, Layer, Nature, Priority
from planora_sync.rules.base import Finding, Level, Remedy
from planora_sync.rules.engine import audit
from planora_sync.testing import NOW
from planora_sync.testing.builders import CONNECTION
from planora_sync.testing.scene import Scene
from tests.correct.places import ROADMAP, TASKS, notion_places
from tests.correct.world import epic, findings_of, only, promise, scene, wish, writing


def proposal(of: Scene, **options: Any) -> Proposal:
    snapshot = of.snapshot()
    found = audit(snapshot)
    given: dict[str, Any] = {"judgements": found.judgements, "now": NOW, "audit": findings_of}
    return propose(snapshot, (*found.findings, *found.folded), **{**given, **options})


def of_findings(of: Scene, *findings: Finding, **options: Any) -> Proposal:
    """Return the proposal of findings that a test makes up."""
    return propose(of.snapshot(), findings, **{"judgements": {}, "now": NOW, **options})


def finding(
    entry: Entry, code: str, layer: Layer | None = None, words: str = "Do it.", **fields: Any
) -> Finding:
    given = {
        "code": code,
        "name": code.lower(),
        "level": Level.ERROR,
        "connection": entry.ref.connection,
        "place": entry.place.name,
        "ref": entry.ref,
        "key": entry.key,
        "message": f"{code} on {entry.key}.",
        "remedy": Remedy(layer=layer, words=words),
    }
    return Finding.model_validate({**given, **fields})


# -- one correction an entry ----------------------------------------------------------------------------------


def test_findings_of_one_entry_make_one_correction() -> None:
    of = scene()
    entry = wish(of)
    found = only(proposal(of), entry)
    assert found.codes == ("PS106", "PS201")
    assert found.safety is Safety.REVIEW
    assert [change.field for change in found.changes] == [Field.SPRINT]


def test_of_conflicting_remedies_the_misfiling_decides_and_the_other_is_said() -> None:
    of = scene()
    entry = wish(of)
    ask = finding(entry, "PS201", words="Who owns it?")
    back = finding(entry, "PS106", Layer.BACKLOG)
    found = only(of_findings(of, ask, back), entry)
    assert found.changes
    assert found.words == "E-1: take it out of Sprint 37. PS201: Who owns it?"


def test_a_question_is_words_and_never_a_call() -> None:
    of = scene()
    entry = of.add(type="story", sprint="active", status="In Progress")
    found = only(proposal(of), entry)
    assert (found.safety, found.changes, found.calls) == (Safety.MANUAL, (), 0)
    assert found.words == "Who owns it?"


def test_what_stands_under_a_question_about_the_place_is_answered_there() -> None:
    of = scene()
    entry = of.add(type="story", sprint="active")
    assert of_findings(of, finding(entry, "PS201", under="PS201")).corrections == ()


# -- into and out of the sprint --------------------------------------------------------------------------------


def test_an_epic_leaves_the_sprint_and_its_children_stay() -> None:
    of = scene()
    entry = epic(of, status="In Progress", estimate=Estimate(value=8, unit="points"))
    found = only(proposal(of), entry)
    assert found.safety is Safety.REVIEW
    assert found.layer is Layer.PLAN
    assert found.cascades == (
        "Its 3 open children stay where they are.",
        "It leaves the active sprint Sprint 37 with 8 points, 100% of 8.",
    )


def test_a_share_of_the_sprint_is_said_in_its_points() -> None:
    of = scene()
    of.add(type="story", sprint="active", estimate=Estimate(value=19, unit="points"), assignees=["Linh"])
    entry = promise(of, estimate=Estimate(value=1, unit="points"))
    assert (
        "It joins the active sprint Sprint 37 with 1 point, 5% of 20." in only(proposal(of), entry).cascades
    )


def test_promised_work_may_join_the_next_sprint_instead() -> None:
    of = scene()
    entry = promise(of)
    found = only(proposal(of), entry)
    assert [change.after[0].name for change in found.changes] == ["Sprint 37"]
    assert [other.words for other in found.alternatives] == ["E-1: put it into Sprint 38."]


def test_begun_work_never_leaves_a_sprint() -> None:
    of = scene()
    entry = wish(of, status="In Progress")
    found = only(of_findings(of, finding(entry, "PS106", Layer.BACKLOG)), entry)
    assert found.safety is Safety.MANUAL
    assert "begun work never leaves Sprint 37" in found.words


def test_a_critical_bug_without_an_owner_is_told_and_not_moved() -> None:
    of = scene()
    entry = of.add(type="bug", priority=Priority.CRITICAL, created=-1, updated=-1)
    found = only(proposal(of), entry)
    assert (found.codes, found.safety, found.changes) == (("PS108",), Safety.MANUAL, ())
    assert found.words == "Tell the tech lead: who takes it, now?"
    assert [other.words for other in found.alternatives] == ["Once that is said: E-1: put it into Sprint 37."]


def test_a_critical_bug_with_an_owner_joins_the_sprint() -> None:
    of = scene()
    entry = of.add(type="bug", priority=Priority.CRITICAL, created=-1, updated=-1, assignees=["Linh"])
    found = only(proposal(of), entry)
    assert (found.codes, found.safety) == (("PS108",), Safety.REVIEW)


def test_a_story_that_is_an_initiative_is_promoted_or_split_by_people() -> None:
    of = scene()
    entry = of.add(type="story", sprint="active")
    found = only(of_findings(of, finding(entry, "PS101", Layer.ROADMAP)), entry)
    assert found.safety is Safety.MANUAL
    assert found.words.startswith(
        "Promote it to an initiative of its own with this one below it, or split it."
    )


def test_an_epic_that_is_a_task_keeps_its_type() -> None:
    of = scene()
    entry = of.add(type="epic", assignees=["Linh"], due=3)
    found = only(of_findings(of, finding(entry, "PS103", Layer.PLAN)), entry)
    assert (found.safety, found.changes) == (Safety.MANUAL, ())
    assert "filed by its type" in found.words


# -- moves ---------------------------------------------------------------------------------------------------


def row(**fields: Any) -> tuple[Scene, Entry]:
    of = scene("notion-projects-tasks-sprints", places=notion_places())
    return of, of.add(**{"place": ROADMAP, "status": ROADMAP.statuses[0], "type": "idea", **fields})


def test_a_move_that_loses_what_no_undo_brings_back_is_done_by_hand() -> None:
    of, entry = row(theme="Payments")
    found = only(of_findings(of, finding(entry, "PS104", Layer.BACKLOG)), entry)
    assert found.safety is Safety.MANUAL
    assert "Tasks cannot hold Theme: Payments" in found.words
    assert "Theme: Payments" in found.losses


def test_a_move_into_the_plan_that_would_lose_the_owner_is_done_by_hand() -> None:
    of, entry = row(owner="Linh")
    of.places[0] = TASKS.model_copy(
        update={"fields": tuple(one for one in TASKS.fields if one.type != "people")}
    )
    found = only(of_findings(of, finding(entry, "PS103", Layer.PLAN)), entry)
    assert found.safety is Safety.MANUAL


def test_an_adapter_may_say_exactly_what_a_move_loses() -> None:
    of, entry = row()
    told = ("'Tasks' has no property 'Notes' for 'Ask Ana'.",)
    found = only(
        of_findings(of, finding(entry, "PS104", Layer.BACKLOG), losses=lambda one, place, changes: told),
        entry,
    )
    assert found.losses == told


# -- limits --------------------------------------------------------------------------------------------------


def test_what_the_adapter_cannot_write_is_done_by_hand_or_an_error_where_strict() -> None:
    of = scene()
    entry = wish(of)
    able = {CONNECTION: Capabilities(writes=frozenset({Field.STATUS}))}
    found = only(proposal(of, capabilities=able), entry)
    assert (found.safety, "memory cannot set sprint of E-1" in found.words) == (Safety.MANUAL, True)
    with pytest.raises(Unsupported, match="cannot set sprint of E-1"):
        proposal(of, capabilities=able, strict=True)


def test_what_was_rejected_is_not_offered_again() -> None:
    of = scene()
    entry = wish(of)
    first = only(proposal(of), entry)
    second = proposal(of, rejected={first.id})
    assert second.corrections == ()
    assert any("rejected or moved back: 1 correction" in note for note in second.notes)


def test_a_rejection_holds_though_another_question_came_up() -> None:
    of = scene()
    entry = wish(of)
    back = finding(entry, "PS106", Layer.BACKLOG)
    alone = only(of_findings(of, back), entry)
    asked = only(of_findings(of, back, finding(entry, "PS201")), entry)
    assert alone.id == asked.id


def test_caps_are_said_before_anybody_approves() -> None:
    of = scene()
    for _ in range(4):
        wish(of)
    for _ in range(8):
        of.add(type="story", sprint="active", assignees=["Linh"])
    (note,) = (one for one in proposal(of).notes if "cap" in one)
    assert "mem:PLAN: 33% of its open entries (4/12); max_share is 30% from 10 entries on" in note


def test_a_read_only_connection_is_said_before_anybody_approves() -> None:
    of = scene()
    wish(of)
    notes = proposal(of, read_only_connections={CONNECTION}).notes
    assert any("'mem' is read-only" in note and "read_only = false" in note for note in notes)


def test_findings_without_a_correction_are_counted_and_those_on_places_said() -> None:
    of = scene()
    entry = of.add()
    bare = finding(entry, "PS503", remedy=None)
    on_place = finding(
        entry, "PS209", ref=None, words="Order it, park the rest.", message="80 cards, 4 a week."
    )
    found = of_findings(of, bare, on_place)
    assert found.corrections == ()
    assert "Findings without a correction: PS503 (1)." in found.notes
    assert "PS209 on mem:PLAN: 80 cards, 4 a week. Order it, park the rest." in found.notes


def test_what_was_not_restorable_is_said_before_approval() -> None:
    of = scene()
    wish(of)
    assert any("mails already sent" in note for note in proposal(of).notes)


# -- what it relies on ---------------------------------------------------------------------------------------


def test_it_relies_on_what_was_judged() -> None:
    of = scene()
    entry = wish(of)
    found = only(proposal(of), entry)
    fields = {relied.field for relied in found.relies}
    assert fields == {Field.TYPE, Field.PLACE, Field.STATUS, Field.ASSIGNEES, Field.OWNER, Field.DUE}


# -- the whole -----------------------------------------------------------------------------------------------


def test_the_order_and_the_ids_are_stable() -> None:
    of = scene()
    entries = [promise(of), wish(of), epic(of)]
    for _ in range(8):
        entries.append(wish(of))
    first, second = proposal(of), proposal(of)
    assert first == second
    assert [one.ref.id for one in first.corrections] == sorted(
        (one.ref.id for one in first.corrections), key=int
    )
    of.entries.reverse()
    assert proposal(of).digest == first.digest


def test_the_digest_is_of_what_would_be_written() -> None:
    of = scene()
    wish(of)
    found = proposal(of)
    assert found.digest == digest_of(found.corrections, found.expires, None)
    assert proposal(of, expires=timedelta(days=1)).digest != found.digest


def test_a_correction_that_brings_up_a_new_fault_is_not_offered() -> None:
    # Begun and due, but nobody's: in the plan it would be a task without an owner.
    of = scene()
    entry = promise(of, assignees=[])
    found = only(proposal(of), entry)
    assert (found.codes, found.safety) == (("PS105",), Safety.MANUAL)
    assert "PS201 would then be found on E-1" in found.words


def test_a_fault_on_a_relative_is_laid_to_the_correction_that_brings_it_up() -> None:
    of = scene()
    entry = epic(of)

    def strange(snapshot: Snapshot) -> list[Finding]:
        gone = snapshot.entries[entry.ref].sprint is None
        return [finding(of.entries[1], "PS106")] if gone else []

    found = only(proposal(of, audit=strange), entry)
    assert found.safety is Safety.MANUAL
    assert "PS106 would then be found on E-2" in found.words


def test_a_rejected_correction_is_blamed_for_nothing() -> None:
    of = scene()
    entry = epic(of)

    def strange(snapshot: Snapshot) -> list[Finding]:
        gone = snapshot.entries[entry.ref].sprint is None
        return [finding(of.entries[1], "PS106")] if gone else []

    offered = only(proposal(of, audit=None), entry)
    assert proposal(of, audit=strange, rejected={offered.id}).corrections == ()


def test_what_the_other_layer_asks_for_is_said_and_holds_nothing_up() -> None:
    of = scene()
    entry = epic(of)

    def asking(snapshot: Snapshot) -> list[Finding]:
        there = snapshot.filing(snapshot.entries[entry.ref]).filed is Filed.ROADMAP
        return [finding(entry, "PS301", message="It has no horizon.")] if there else []

    found = only(proposal(of, audit=asking), entry)
    assert found.safety is Safety.REVIEW
    assert found.cascades[-1] == "Then PS301 is to be answered: It has no horizon."


def test_a_correction_knows_how_sure_its_judgement_is() -> None:
    of = scene()
    entry = wish(of)
    sure = Judgement(nature=Nature.BACKLOG, confidence=0.91, probabilities={})
    found = of_findings(of, finding(entry, "PS106", Layer.BACKLOG), judgements={entry.ref: sure})
    assert only(found, entry).confidence == 0.91


def test_calls_are_counted_by_whoever_knows_them() -> None:
    of = scene()
    entry = wish(of)
    assert only(proposal(of), entry).calls == 1
    assert only(proposal(of, cost=lambda one, changes: 7), entry).calls == 7


def test_caps_may_be_the_configurations_own() -> None:
    of = scene()
    wish(of)
    assert any(
        "max_corrections is 0" in note for note in proposal(of, caps=DefaultCaps(max_corrections=0)).notes
    )


def test_everything_that_writes_is_to_be_reviewed() -> None:
    of = scene()
    epic(of), wish(of), promise(of)
    found: tuple[Correction, ...] = writing(proposal(of))
    assert [one.safety for one in found] == [Safety.REVIEW] * 3
