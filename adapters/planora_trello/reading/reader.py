"""Pulls: whole boards page by page, from the first board to the last, and a look at the end again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from planora_sync.adapter import AdapterContext, Notice, Page, Severity
from planora_sync.model import Entry
from planora_trello.reading.cursor import Cursor, cursor_of
from planora_trello.reading.ending import End, Ending
from planora_trello.reading.going import Going, boards_of
from planora_trello.reading.position import position_of
from planora_trello.reading.single import ODD, called, translated
from planora_trello.reading.streams import Got, Missed, Streams, Wanted
from planora_trello.site.boards import Boards, Known, failed
from planora_trello.translation import left_out
from planora_trello.transport.client import Client

Json = Mapping[str, Any]
TOGETHER = 9
"""Boards whose ends are looked at in one request; one place of ten is for the list of all boards."""
ROUNDS = 2
"""How often boards that moved during a full pull are read again at its end."""


class Reader:
    """Reads the boards of one connection."""

    def __init__(self, context: AdapterContext, client: Client, boards: Boards) -> None:
        self._context = context
        self._client = client
        self._boards = boards
        self._streams = Streams(client, context.name, context.parallel)
        self._ending = Ending(client)

    def pull(self, since: str | None, resume: str | None) -> Iterator[Page]:
        """Return the entries page by page; see `Adapter.pull`.

        A board is read whole or not at all: lists that were renamed or archived and changed custom fields
        leave no trace on the cards, so that what changed since cannot be told card by card.
        """
        going = self._begin(cursor_of(since), resume)
        yield Page(notices=(*going.survey.notices, *_vanished(going)), resume=going.position())
        yield from self._read(going, going.wanted())
        going.checking = True
        yield from self._finish(going)
        yield Page(cursor=going.cursor())

    def _begin(self, begin: Cursor | None, resume: str | None) -> Going:
        now = self._context.now()
        survey = self._boards.survey(fresh=True, anew=begin is None)
        # Where our clock goes ahead of Trello's, activity just before the pull must still count as such.
        told = self._client.session.server_time
        now = min(now, told) if told else now
        resumed = position_of(resume, boards_of(survey, begin), full=begin is None)
        at = resumed.at if resumed else now
        oldest = at - timedelta(days=self._context.done_days)
        return Going(survey=survey, begin=begin, at=at, oldest=oldest, resumed=resumed)

    def _read(self, going: Going, wanted: Sequence[Wanted]) -> Iterator[Page]:
        for came in self._streams.all_of(wanted):
            match came:
                case Missed(board=board, failure=failure):
                    going.missed(board)
                    notice = failed(going.survey.paths[board], failure)
                    yield Page(notices=(notice,), resume=going.position())
                case Got():
                    yield self._page(came, going)
            if len(going.unproven) >= TOGETHER:
                yield from self._proven(going, self._ending.look(going.unproven, activity=False))

    def _page(self, got: Got, going: Going) -> Page:
        known = self._boards.known(got.board) if got.body is None else self._boards.learn(got.body)
        places = () if got.body is None else self._boards.places(known)
        entries, notices, skipped = self._translated(got.cards, known, going)
        if notices:
            going.odd.add(got.board)
        going.came(got)
        return Page(
            entries=entries,
            places=places,
            notices=notices,
            left_out={} if going.checking else +skipped,
            whole=self._whole(got, going),
            resume=going.position(),
        )

    def _whole(self, got: Got, going: Going) -> tuple[str, ...]:
        return (got.board,) if got.is_last and not going.checking and going.is_whole(got.board) else ()

    def _translated(
        self, cards: Sequence[Json], known: Known, going: Going
    ) -> tuple[tuple[Entry, ...], tuple[Notice, ...], Counter[str]]:
        entries: list[Entry] = []
        notices: list[Notice] = []
        skipped: Counter[str] = Counter()
        for card in cards:
            try:
                why = left_out.reason(card, known.board)
                entry = None if why else translated(card, known, self._context)
            except ODD as odd:
                notices.append(_odd(card, known, odd))
                continue
            if why:
                skipped[why] += not card.get("closed")
            elif entry and going.counts(entry, card):
                entries.append(entry)
        return tuple(entries), tuple(notices), skipped

    # -- the end ------------------------------------------------------------------------------------------

    def _finish(self, going: Going) -> Iterator[Page]:
        """Look at the end again; a full pull reads boards that moved meanwhile once more.

        What still moves after that is read by the next pull, which begins before it.
        """
        for _ in range(ROUNDS):
            if not (going.unproven or (going.full and going.survey.open)):
                return
            end = self._ending.look(going.unproven, activity=going.full)
            yield from self._proven(going, end)
            if not going.full:
                return
            if end.activity is None:
                yield Page(notices=(_unchecked("boards", end.why),), resume=going.position())
                return
            yield from _lost(going, end.activity)
            moved = going.active(end.activity)
            if not moved:
                return
            yield from self._read(going, [Wanted(board=board) for board in moved])

    def _proven(self, going: Going, end: End) -> Iterator[Page]:
        """Say which boards have come whole, and read what a short page has hidden."""
        for board, oldest in list(going.unproven.items()):
            if board in end.more:
                yield from self._rest(going, board, oldest)
            elif board in end.unknown:
                going.odd.add(board)
                notice = _unchecked(going.survey.paths[board], end.unknown[board])
                yield Page(notices=(notice,))
        looked, going.unproven = going.unproven, {}
        whole = tuple(board for board in looked if going.is_whole(board))
        if looked:
            yield Page(whole=whole, resume=going.position())

    def _rest(self, going: Going, board: str, oldest: str) -> Iterator[Page]:
        known = self._boards.known(board)
        for came in self._streams.rest(board, oldest or None):
            match came:
                case Missed(failure=failure):
                    going.missed(board)
                    yield Page(notices=(failed(going.survey.paths[board], failure),))
                case Got():
                    entries, notices, skipped = self._translated(came.cards, known, going)
                    going.odd |= {board} if notices else set()
                    yield Page(entries=entries, notices=notices, left_out=+skipped)


def _vanished(going: Going) -> Iterator[Notice]:
    """Return a notice for each board that was read before and is out of scope or out of sight."""
    survey = going.survey
    before = set(going.begin.boards) if going.begin else set()
    step = (
        "Where that is meant, a full pull (`--full`) forgets it; until then nothing on it is taken for gone."
    )
    for board in sorted(before - {*survey.open, *survey.closed}):
        what = "The board was read before and is now out of scope or no longer visible."
        yield Notice(severity=Severity.ERROR, where=board, what=what, next_step=step)


def _lost(going: Going, activity: Mapping[str, str]) -> Iterator[Page]:
    """Return a notice for each board that went out of sight while it was read."""
    gone = [board for board in going.survey.open if board not in {*activity, *going.survey.foreign}]
    step = "Pull again; until then nothing on it is taken for gone."
    what = "The board went out of sight while it was read."
    notices = tuple(
        Notice(severity=Severity.ERROR, where=going.survey.paths[board], what=what, next_step=step)
        for board in gone
    )
    if notices:
        yield Page(notices=notices)


def _unchecked(where: str, why: str) -> Notice:
    what = f"Whether everything was read could not be checked. {why}"
    step = "Pull again; until then nothing there is taken for gone."
    return Notice(severity=Severity.ERROR, where=where, what=what, next_step=step)


def _odd(card: Json, known: Known, odd: Exception) -> Notice:
    # An error and not a warning, so that the card is not taken for gone.
    return Notice(
        severity=Severity.ERROR,
        where=f"{known.board.path} {called(card)}",
        what=f"The card cannot be understood ({type(odd).__name__}); all others were read.",
        next_step="Look at it in Trello; if it looks ordinary, report it with `check`.",
    )
