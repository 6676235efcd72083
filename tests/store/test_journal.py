"""The journal: what was intended is there before anything is sent, and what was written down stays."""

from __future__ import annotations

import pytest

from planora_sync.change import Change, Field
from planora_sync.correct.journal import Journal, JournalRow, State
from planora_sync.errors import UnknownReference, UsageError
from planora_sync.model import Named
from planora_sync.store import Store
from tests.store.values import HOSTILE, HOUR, NOW, change, ref


def intend(journal: Journal, correction: str = "c-1", *, proposal: str = "p-1", run: str = "r-1") -> int:
    return journal.intend(
        run=run, proposal=proposal, correction=correction, ref=ref(), changes=(change(),), at=NOW
    )


def test_the_stores_journal_is_the_one_that_corrections_ask_for(store: Store) -> None:
    journal: Journal = store.journal
    id = intend(journal)
    journal.settle(id, State.CONFIRMED, detail="", at=NOW)
    assert [row.state for row in journal.rows()] == [State.CONFIRMED]


def test_an_intent_is_open_until_it_is_settled(store: Store) -> None:
    id = intend(store.journal)
    intended = JournalRow(
        id=id,
        run="r-1",
        proposal="p-1",
        correction="c-1",
        ref=ref(),
        changes=(change(),),
        state=State.INTENDED,
        intended=NOW,
    )
    assert store.journal.open_rows("p-1") == [intended]
    assert store.journal.rows() == [intended]
    store.journal.settle(id, State.CONFLICT, detail="Bo moved it", side_effects=("status",), at=NOW + HOUR)
    settled = {
        "state": State.CONFLICT,
        "detail": "Bo moved it",
        "side_effects": ("status",),
        "settled": NOW + HOUR,
    }
    assert store.journal.open_rows("p-1") == []
    assert store.journal.rows() == [intended.model_copy(update=settled)]


def test_hostile_texts_come_back(store: Store) -> None:
    for text in HOSTILE:
        named, short = Named(id=text, name=text), text[:200]
        changes = (Change(field=Field.PROPERTY, property=named, before=(named,), after=()),)
        id = store.journal.intend(
            run=short, proposal=short, correction=short, ref=ref(), changes=changes, at=NOW
        )
        store.journal.settle(id, State.REFUSED, detail=text, side_effects=(text, text), at=NOW)
        (row,) = store.journal.rows(proposal=short, run=short, correction=short)
        assert (row.changes, row.detail, row.side_effects) == (changes, text, (text, text))


def test_rows_come_in_the_order_of_their_intents(store: Store) -> None:
    ids = [
        intend(store.journal, "c-1"),
        intend(store.journal, "c-2", run="r-2"),
        intend(store.journal, "c-1", proposal="p-2"),
    ]
    store.journal.settle(ids[0], State.CONFIRMED, detail="", at=NOW)

    def found(**given: str) -> list[int]:
        return [row.id for row in store.journal.rows(**given)]

    assert found() == ids == sorted(ids)
    assert found(proposal="p-1") == ids[:2]
    assert found(run="r-2") == [ids[1]]
    assert found(correction="c-1") == [ids[0], ids[2]]
    assert found(correction="c-1", proposal="p-2") == [ids[2]]
    assert found(run="r-404") == []
    assert [row.id for row in store.journal.open_rows("p-1")] == [ids[1]]


@pytest.mark.parametrize("second", [State.CONFIRMED, State.UNKNOWN, State.SKIPPED])
def test_a_settled_row_is_not_settled_again(store: Store, second: State) -> None:
    id = intend(store.journal)
    store.journal.settle(id, State.UNKNOWN, detail="timed out", at=NOW)
    before = store.journal.rows()
    with pytest.raises(UsageError, match=rf"Intent {id} in the journal has its outcome already: unknown"):
        store.journal.settle(id, second, detail="now it is", side_effects=("x",), at=NOW + HOUR)
    assert store.journal.rows() == before


def test_only_an_intent_can_be_settled_and_only_with_an_outcome(store: Store) -> None:
    with pytest.raises(UnknownReference, match=r"no intent 77"):
        store.journal.settle(77, State.CONFIRMED, detail="", at=NOW)
    id = intend(store.journal)
    with pytest.raises(ValueError, match="no intent"):
        store.journal.settle(id, State.INTENDED, detail="", at=NOW)
    assert len(store.journal.open_rows("p-1")) == 1


def test_an_intent_is_a_sign_of_life_of_its_run(store: Store) -> None:
    run = store.runs.begin("apply", ["work"], NOW)
    store.journal.intend(
        run=run, proposal="p-1", correction="c-1", ref=ref(), changes=(change(),), at=NOW + HOUR / 2
    )
    assert store.runs.get(run).heartbeat == NOW + HOUR / 2


def test_a_run_that_was_taken_over_intends_nothing_more_but_says_what_came_of_its_last_call(
    store: Store,
) -> None:
    run = store.runs.begin("apply", ["work"], NOW)
    id = intend(store.journal, run=run)
    store.runs.begin("apply", ["work"], NOW + 2 * HOUR)
    with pytest.raises(UsageError, match=r"Run r-1 was taken over by r-2"):
        intend(store.journal, "c-2", run=run)
    store.journal.settle(id, State.CONFIRMED, detail="", at=NOW + 3 * HOUR)
    assert [(row.correction, row.state) for row in store.journal.rows()] == [("c-1", State.CONFIRMED)]
