"""Caps stop the whole proposal, name place and share, and yield to one word only."""

from __future__ import annotations

import pytest

from planora_sync.correct.caps import DefaultCaps, check_caps, excesses, open_entries, within_caps
from planora_sync.correct.proposal import Correction, Proposal, Safety, seal
from planora_sync.errors import CapsExceeded
from planora_sync.model import Ref
from planora_sync.testing import NOW
from planora_sync.testing.scene import Scene
from tests.correct.world import World, scene, wish, writing


def correction(
    number: int, *, place: str = "PLAN", confidence: float | None = None, safety: Safety = Safety.REVIEW
) -> Correction:
    base = writing(World(one_wish()).propose())[0]
    ref = Ref(tracker="memory", connection="mem", id=str(number))
    update = {"id": f"c-{number}", "ref": ref, "place": place, "confidence": confidence, "safety": safety}
    return base.model_copy(update=update)


def one_wish() -> Scene:
    of = scene()
    wish(of)
    return of


def proposal(*corrections: Correction) -> Proposal:
    return seal(corrections, created=NOW, expires=NOW)


def test_the_run_is_capped_by_count() -> None:
    found = excesses([correction(n) for n in range(3)], DefaultCaps(max_corrections=2), {})
    assert [str(one) for one in found] == ["3 corrections in one run; max_corrections is 2"]


def test_a_place_is_capped_by_share_and_named_with_its_numbers() -> None:
    with pytest.raises(
        CapsExceeded, match=r"mem:PLAN: 40% of its open entries \(4/10\); max_share is 30%"
    ) as caught:
        check_caps([correction(n) for n in range(4)], DefaultCaps(), {("mem", "PLAN"): 10})
    assert "--force-caps" in caught.value.help()


def test_exactly_the_share_is_within_it() -> None:
    check_caps([correction(n) for n in range(3)], DefaultCaps(), {("mem", "PLAN"): 10})


def test_a_small_place_has_no_share() -> None:
    check_caps([correction(n) for n in range(9)], DefaultCaps(), {("mem", "PLAN"): 9})


def test_manual_corrections_do_not_count() -> None:
    found = [correction(n, safety=Safety.MANUAL) for n in range(5)]
    assert excesses(found, DefaultCaps(max_corrections=1), {}) == ()


def test_within_the_caps_the_surest_are_taken() -> None:
    sure = [
        correction(1, confidence=0.8),
        correction(2, confidence=0.95),
        correction(3),
        correction(4, confidence=0.9),
    ]
    found = within_caps(proposal(*sure), DefaultCaps(max_corrections=2), {})
    assert found == {"c-2", "c-4"}


def test_within_the_caps_no_place_takes_more_than_its_share() -> None:
    full = [correction(n, confidence=1.0) for n in range(5)]
    other = correction(9, place="OPS", confidence=0.1)
    found = within_caps(proposal(*full, other), DefaultCaps(), {("mem", "PLAN"): 10, ("mem", "OPS"): 10})
    assert found == {"c-0", "c-1", "c-2", "c-9"}


def test_where_not_one_fits_nothing_is_chosen() -> None:
    with pytest.raises(CapsExceeded, match="max_corrections is 0"):
        within_caps(proposal(correction(1)), DefaultCaps(max_corrections=0), {})
    with pytest.raises(CapsExceeded, match=r"1/10"):
        within_caps(proposal(correction(1)), DefaultCaps(max_share=0.05), {("mem", "PLAN"): 10})
    assert within_caps(proposal(), DefaultCaps(), {}) == frozenset()


def test_open_entries_are_counted_by_place() -> None:
    of = scene()
    wish(of), wish(of), of.add(status="Done"), of.add(archived=True)
    assert open_entries(of.snapshot()) == {("mem", "PLAN"): 2}


def test_an_apply_stops_as_a_whole_dry_or_not_until_force_is_said() -> None:
    of = scene()
    entries = [wish(of) for _ in range(4)]
    for _ in range(6):
        of.add(type="story", sprint="active", assignees=["Linh"])
    world = World(of)
    made = world.propose()
    sizes = open_entries(world.snapshot())
    for dry_run in (True, False):
        with pytest.raises(CapsExceeded):
            world.apply(made, open_entries=sizes, dry_run=dry_run)
    assert world.workspace.writes == []
    assert world.journal.rows() == []
    report = world.apply(made, open_entries=sizes, force_caps=True)
    assert report.counts() == {"confirmed": len(entries)}
