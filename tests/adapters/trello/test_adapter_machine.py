"""People edit while we page: whatever the order, in the end we hold what Trello holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from planora_trello.sandbox import TrelloSandbox, editing, feed
from planora_trello.sandbox.ask import Ask
from planora_trello.sandbox.routes.cards import delete
from planora_trello.sandbox.state import Board, BoardList, Card, CustomField, FieldValue, Label

from planora_sync.adapter import Absence, NotesInMemory, Page
from planora_sync.model import Entry
from tests.adapters.trello.conftest import START
from tests.adapters.trello.rig import Small, small

number = st.integers(min_value=0, max_value=999)


class Kept:
    """What a store does with pages: keeps entries, and asks after what a whole place did not bring."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.cursor: str | None = None

    def take(self, page: Page, brought: set[str]) -> None:
        self.entries |= {entry.ref.id: entry for entry in page.entries}
        brought |= {entry.ref.id for entry in page.entries}

    def unseen(self, brought: set[str], whole: set[str] | None) -> list[str]:
        return [
            id
            for id, entry in self.entries.items()
            if id not in brought and entry.is_open and (whole is None or entry.place.container in whole)
        ]


class People(RuleBasedStateMachine):
    """Two boards, people who edit them, and pulls that are slow, killed and go on."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.sandbox = TrelloSandbox("empty", now=lambda: self.now)
        self.state = self.sandbox.state
        self.person = next(iter(self.state.members))
        self.kept = Kept()
        self.notes = NotesInMemory()
        self.killed: tuple[str | None, str, set[str], set[str]] | None = None
        self.state.boards.clear()
        self.state.lists.clear()
        for name in "ab":
            self._board(name)
        for turn in range(9):
            self._create(turn)

    # -- the world ----------------------------------------------------------------------------------------

    def _board(self, name: str) -> None:
        made = START - timedelta(days=300)
        id = self.state.ids.named(f"board/{name}", made)
        members = dict.fromkeys(self.state.members, "normal")
        self.state.boards[id] = Board(
            id, name.upper(), self.state.ids.short_link(id), "", members, None, made
        )
        for place in range(3):
            key = self.state.ids.named(f"list/{name}/{place}", made)
            self.state.lists[key] = BoardList(key, f"List {place}", id, place * 10.0)
        label = self.state.ids.named(f"label/{name}", made)
        self.state.labels[label] = Label(label, "Bug", id, "red")
        field = self.state.ids.named(f"field/{name}", made)
        self.state.fields[field] = CustomField(field, "Points", id, "number", 1.0)

    def _create(self, pick: int) -> None:
        lists = list(self.state.lists.values())
        target = lists[pick % len(lists)]
        id = self.state.ids.fresh(self.now)
        count = len(self.state.cards)
        card = Card(
            id, f"Card {count}", target.board, target.id, count, self.state.ids.short_link(id), -float(count)
        )
        self.state.cards[id] = card
        self.state.touch(card)

    def _card(self, pick: int) -> Card | None:
        cards = list(self.state.cards.values())
        return cards[pick % len(cards)] if cards else None

    def _edit(self, pick: int, deed: int) -> None:
        """Do one of the things that people do."""
        card = self._card(pick)
        if card is None or deed % 9 == 0:
            self._create(pick)
            return
        others = [one for one in self.state.lists.values() if one.id != card.list_id]
        here = [one for one in others if one.board == card.board]
        away = [one for one in others if one.board != card.board]
        match deed % 9:
            case 1:
                self._change(card, idList=here[pick % len(here)].id)
            case 2:
                target = away[pick % len(away)]
                self._change(card, idBoard=target.board, idList=target.id)
            case 3:
                self._change(card, closed=not card.closed)
            case 4:
                self._delete(card)
            case 5:
                self._list(self.state.lists[card.list_id], pick)
            case 6:
                label = next(iter(self.state.labels_of(card.board)))
                self._change(card, idLabels=[] if card.labels else [label.id])
            case 7:
                self._value(card, str(pick), quiet=False)
            case _:
                self._change(card, name=f"Named {pick}", dueComplete=pick % 2 == 0)

    def _change(self, card: Card, **wanted: Any) -> None:
        editing.apply(self.state, card, editing.prepare(self.state, card, wanted), self.person)

    def _delete(self, card: Card) -> None:
        token = next(one for one in self.state.tokens.values() if one.write)
        delete(Ask(state=self.state, token=token, path={"id": card.id}, values={}))

    def _list(self, one: BoardList, pick: int) -> None:
        if pick % 2:
            one.name = f"Renamed {pick}"
        else:
            one.closed = not one.closed
        data = {"list": {"id": one.id}, "board": feed.about_board(self.state.boards[one.board])}
        feed.write(self.state, "updateList", member=self.person, board=one.board, card=None, data=data)
        self.state.boards[one.board].activity = self.now

    def _value(self, card: Card, text: str, *, quiet: bool) -> None:
        field = next(iter(self.state.fields_of(card.board)))
        card.values = [FieldValue("0" * 24, field.id, {"number": text})]
        if not quiet:
            self.state.touch(card)

    # -- what happens -------------------------------------------------------------------------------------

    @rule(pick=number, deed=number)
    def somebody_edits(self, pick: int, deed: int) -> None:
        self._edit(pick, deed)

    @rule(pick=number)
    def a_custom_field_changes_without_a_trace(self, pick: int) -> None:
        card = self._card(pick)
        if card is not None:
            self._value(card, str(pick), quiet=True)

    @rule(seconds=st.sampled_from([1, 20, 90, 400, 4000, 90_000]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(full=st.booleans(), deeds=st.lists(st.tuples(number, number), max_size=4), kill=st.integers(0, 12))
    def a_pull_runs(self, full: bool, deeds: list[tuple[int, int]], kill: int) -> None:
        since = None if full else self.kept.cursor
        self._run(since, None, set(), set(), deeds, kill)

    @precondition(lambda self: self.killed is not None)
    @rule(deeds=st.lists(st.tuples(number, number), max_size=3), kill=st.integers(3, 12))
    def a_killed_pull_goes_on(self, deeds: list[tuple[int, int]], kill: int) -> None:
        assert self.killed is not None
        since, resume, brought, whole = self.killed
        self._run(since, resume, brought, whole, deeds, kill)

    def teardown(self) -> None:
        self.now += timedelta(hours=1)
        self._run(self.kept.cursor, None, set(), set(), [], 0)
        self._compare(but_for={"properties", "estimate"})
        self.now += timedelta(hours=1)
        self._run(None, None, set(), set(), [], 0)
        self._compare(but_for=set())

    # -- we -----------------------------------------------------------------------------------------------

    def _adapter(self) -> Small:
        return small(self.sandbox, scope=(), parallel=1, notes=self.notes, name="boards")

    def _run(
        self,
        since: str | None,
        resume: str | None,
        brought: set[str],
        whole: set[str],
        deeds: list[tuple[int, int]],
        kill: int,
    ) -> None:
        self.killed = None
        adapter = self._adapter()
        pages: Iterator[Page] = adapter.pull(since, resume)
        cursor, last = None, resume
        for count, page in enumerate(pages, 1):
            assert not [notice for notice in page.notices if notice.severity.value == "error"], page.notices
            self.kept.take(page, brought)
            whole |= set(page.whole)
            cursor, last = page.cursor or cursor, page.resume or last
            if count == kill and cursor is None and last is not None:
                self.killed = (since, last, brought, whole)
                return
            if deeds:
                self._edit(*deeds.pop())
        assert cursor is not None
        self.kept.cursor = cursor
        self._ask_after(adapter, self.kept.unseen(brought, None if since is None else whole))

    def _ask_after(self, adapter: Small, ids: list[str]) -> None:
        for id, found in adapter.read(ids).items():
            if isinstance(found, Absence):
                assert found is Absence.DELETED, "the feed of its board tells it"
                del self.kept.entries[id]
            else:
                self.kept.entries[id] = found

    def _compare(self, but_for: set[str]) -> None:
        ids = list(self.state.cards)
        truth = {id: found for id, found in self._adapter().read(ids).items() if isinstance(found, Entry)}
        assert set(truth) == set(ids)
        held = {id: entry for id, entry in self.kept.entries.items() if entry.is_open}
        assert set(held) == {id for id, entry in truth.items() if entry.is_open}
        for id, entry in held.items():
            left_out = {"raw", "updated", *but_for}
            assert entry.model_dump(exclude=left_out) == truth[id].model_dump(exclude=left_out)


def test_whatever_people_do_meanwhile_in_the_end_we_hold_what_trello_holds() -> None:
    run_state_machine_as_test(
        People,
        settings=settings(
            max_examples=40,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
