"""An approval covers one digest, and of it what was named; manual corrections never."""

from __future__ import annotations

from datetime import timedelta

import pytest

from planora_sync.correct.approve import approve, approved_ids
from planora_sync.correct.proposal import Proposal, Safety
from planora_sync.errors import NotApproved, UnknownReference
from planora_sync.model import Layer
from planora_sync.testing import NOW
from tests.correct.world import World, promise, scene, wish, writing


@pytest.fixture
def proposal() -> Proposal:
    """Return a proposal of two corrections that write and one that does not."""
    of = scene()
    wish(of), promise(of)
    of.add(type="story", sprint="active", status="In Progress")
    found = World(of).propose()
    assert [one.safety for one in found.corrections] == [Safety.REVIEW, Safety.REVIEW, Safety.MANUAL]
    return found


def test_it_covers_what_writes_and_says_what_it_leaves(proposal: Proposal) -> None:
    given = approve(proposal, by="Ana", at=NOW, digest=proposal.digest)
    assert given.corrections == tuple(one.id for one in writing(proposal))
    assert (given.proposal, given.digest, given.by, given.at) == (proposal.id, proposal.digest, "Ana", NOW)
    (left,) = given.left
    assert "is done by hand: Who owns it?" in left


def test_another_digest_is_refused(proposal: Proposal) -> None:
    with pytest.raises(NotApproved, match="not what was approved"):
        approve(proposal, by="Ana", at=NOW, digest="0" * 64)


def test_a_proposal_that_was_touched_is_refused(proposal: Proposal) -> None:
    fewer = proposal.model_copy(update={"corrections": proposal.corrections[:1]})
    with pytest.raises(NotApproved, match="not what was approved"):
        approve(fewer, by="Ana", at=NOW)


def test_an_expired_one_is_refused(proposal: Proposal) -> None:
    approve(proposal, by="Ana", at=proposal.expires)
    with pytest.raises(NotApproved, match="expired on 2026-12-01 10:00"):
        approve(proposal, by="Ana", at=proposal.expires + timedelta(seconds=1))


def test_only_and_except_name_corrections(proposal: Proposal) -> None:
    first, second = (one.id for one in writing(proposal))
    assert approve(proposal, by="Ana", at=NOW, only=[second]).corrections == (second,)
    assert approve(proposal, by="Ana", at=NOW, except_=[second]).corrections == (first,)


@pytest.mark.parametrize("named", ["only", "except_"])
def test_an_id_that_is_not_there_is_said(proposal: Proposal, named: str) -> None:
    with pytest.raises(UnknownReference, match="c-nothing"):
        approve(proposal, by="Ana", at=NOW, **{named: ["c-nothing"]})  # type: ignore[arg-type]


def test_a_manual_one_cannot_be_approved_by_name(proposal: Proposal) -> None:
    manual = proposal.corrections[2]
    with pytest.raises(NotApproved, match="is done by hand"):
        approve(proposal, by="Ana", at=NOW, only=[manual.id])


def test_the_layer_decides_who_approves(proposal: Proposal) -> None:
    roles = {Layer.PLAN: ["tech_lead", "scrum_master"]}
    given = approve(proposal, by="Ana", at=NOW, roles=roles, role="product_manager")
    assert given.corrections == ()
    assert any("scrum_master or tech_lead approves it, not product_manager" in left for left in given.left)
    assert len(approve(proposal, by="Marc", at=NOW, roles=roles, role="scrum_master").corrections) == 2
    assert approve(proposal, by="?", at=NOW, roles=roles).corrections == ()


def test_approvals_of_another_digest_do_not_count(proposal: Proposal) -> None:
    first, second = (one.id for one in writing(proposal))
    one = approve(proposal, by="Ana", at=NOW, only=[first])
    other = approve(proposal, by="Marc", at=NOW, only=[second])
    assert approved_ids(proposal, [one, other]) == {first, second}
    assert approved_ids(proposal, [one, other.model_copy(update={"digest": "0" * 64})]) == {first}
