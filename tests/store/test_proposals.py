"""Proposals, approvals and rejections."""

from __future__ import annotations

import pytest

from planora_sync.correct.proposal import seal
from planora_sync.errors import NotApproved, UnknownReference, UsageError
from planora_sync.store import Approval, Rejection, Store
from tests.store.values import HOSTILE, HOUR, NOW, correction, proposal


def test_a_proposal_comes_back_as_it_was(store: Store) -> None:
    given = proposal(1, 2, notes=("caps are exceeded",), undoes="r-1")
    store.proposals.save(given)
    assert store.proposals.get(given.id) == given
    assert store.proposals.latest() == given
    assert store.proposals.list() == (given,)


def test_a_hostile_proposal_comes_back(store: Store) -> None:
    hostile = tuple(correction(title=text) for text in HOSTILE)
    given = proposal().model_copy(update={"corrections": hostile, "notes": HOSTILE})
    store.proposals.save(given)
    assert store.proposals.get(given.id) == given


def test_a_proposal_is_found_by_as_much_of_its_id_as_is_its_own(store: Store) -> None:
    given = [proposal(number, days=number) for number in range(1, 21)]
    for one in given:
        store.proposals.save(one)
    wanted = given[7]
    own = next(
        wanted.id[:length]
        for length in range(3, 13)
        if [one.id for one in given if one.id.startswith(wanted.id[:length])] == [wanted.id]
    )
    for text in (own, own.removeprefix("p-"), f" {wanted.id} "):
        assert store.proposals.get(text) == wanted
    assert store.proposals.latest() == given[-1]
    assert store.proposals.list(limit=2) == (given[-1], given[-2])
    with pytest.raises(UnknownReference, match=r"'p-' may be each of p-.*Write more of its id"):
        store.proposals.get("p-")


@pytest.mark.parametrize("text", ["p-0000000000", "%", "p-%", "_", "r-1"])
def test_an_unknown_proposal_is_answered_with_the_known_ones(store: Store, text: str) -> None:
    with pytest.raises(UnknownReference, match=r"planora-sync propose"):
        store.proposals.get(text)
    given = proposal()
    store.proposals.save(given)
    with pytest.raises(UnknownReference, match=f"The latest ones are {given.id}"):
        store.proposals.get(text)


def test_a_kept_proposal_never_changes(store: Store) -> None:
    given = proposal()
    store.proposals.save(given)
    store.proposals.save(given.model_copy(update={"notes": ("later",)}))
    assert store.proposals.get(given.id) == given
    with pytest.raises(UsageError, match=f"Another proposal is kept as {given.id}"):
        store.proposals.save(given.model_copy(update={"digest": "0" * 64}))


def test_an_empty_store_has_no_latest_proposal(store: Store) -> None:
    assert store.proposals.latest() is None


def test_approvals_are_kept_in_order(store: Store) -> None:
    given = proposal(1, 2)
    first, second = (item.id for item in given.corrections)
    store.proposals.save(given)
    whole = store.approvals.approve(given.id, given.digest, [first, second], by="Ana", at=NOW, how="whole")
    parts = [
        store.approvals.approve(given.id, given.digest, [second], by=text, at=NOW + HOUR, how=text)
        for text in HOSTILE
    ]
    assert store.approvals.of(given.id) == [whole, *parts]
    assert whole == Approval(
        proposal=given.id, digest=given.digest, corrections=(first, second), by="Ana", how="whole", at=NOW
    )
    assert [part.by for part in parts] == list(HOSTILE)
    assert store.approvals.of("p-other") == []


def test_only_what_is_kept_can_be_approved(store: Store) -> None:
    given = seal((), created=NOW, expires=NOW + HOUR)
    with pytest.raises(UnknownReference, match=r"no proposal"):
        store.approvals.approve(given.id, given.digest, [], by="Ana", at=NOW, how="whole")
    given = proposal(1, 2)
    store.proposals.save(given)
    with pytest.raises(NotApproved, match=f"its digest is {given.digest}"):
        store.approvals.approve(given.id, "0" * 64, [], by="Ana", at=NOW, how="whole")
    with pytest.raises(UnknownReference, match=r"no correction c-else.*It has c-"):
        store.approvals.approve(given.id, given.digest, ["c-else"], by="Ana", at=NOW, how="only c-else")
    assert store.approvals.of(given.id) == []


def test_rejections_are_remembered_with_their_reason(store: Store) -> None:
    assert store.approvals.rejected() == frozenset()
    given = [store.approvals.reject("c-1", by=text, because=text, at=NOW) for text in HOSTILE]
    other = store.approvals.reject("c-2", by="Bo", because="", at=NOW + HOUR)
    assert store.approvals.rejected() == {"c-1", "c-2"}
    assert store.approvals.rejections() == [*given, other]
    assert given[0] == Rejection(correction="c-1", by=HOSTILE[0], because=HOSTILE[0], at=NOW)
