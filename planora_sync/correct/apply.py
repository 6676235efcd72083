"""Applies what was approved, and nothing else: through the guards, journalled before and after each call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from planora_sync.adapter import Adapter
from planora_sync.correct.approve import check_digest, check_open
from planora_sync.correct.caps import Caps, DefaultCaps, Sizes, check_caps
from planora_sync.correct.journal import Journal, State
from planora_sync.correct.lane import Desk, Lane, Written, written_before
from planora_sync.correct.proposal import Correction, Proposal, Safety
from planora_sync.correct.rehearse import rehearse
from planora_sync.correct.results import ApplyReport, Call, Progress, Result, result
from planora_sync.correct.sending import finish
from planora_sync.correct.takeover import lost_races, take_over


def apply_proposal(
    proposal: Proposal,
    approved_ids: Collection[str],
    *,
    adapters: Mapping[str, Adapter],
    journal: Journal,
    run: str,
    now: Callable[[], datetime],
    caps: Caps | None = None,
    open_entries: Sizes | None = None,
    force_caps: bool = False,
    dry_run: bool = False,
    on_progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> ApplyReport:
    """Return what became of each correction of a proposal.

    What an earlier apply of it left open is looked up first. One bad entry stops no other, one bad connection
    no other connection; an interrupt leaves an intent in the journal, which the next apply looks up.

    Args:
        proposal: as it was approved.
        approved_ids: corrections that approvals of its digest cover; manual ones among them are skipped.
        adapters: by connection; the corrections of one that is absent are skipped.
        journal: has committed when its methods return.
        run: id of the run, for the journal.
        now: the clock, aware UTC.
        caps: thresholds.
        open_entries: how many open entries each place holds; a place that is absent has no share.
        force_caps: lift the thresholds, and nothing else.
        dry_run: read, compare and say the calls; write neither to a tracker nor to the journal.
        on_progress: told each result as it comes.
        stop: asked before each batch; True leaves the rest alone.

    Raises NotApproved where the proposal is not what its digest says or has expired, and CapsExceeded.
    """
    check_digest(proposal, proposal.digest)
    check_open(proposal, now())
    wanted = [one for one in proposal.corrections if one.id in approved_ids and _writes(one)]
    if not force_caps:
        check_caps(wanted, caps or DefaultCaps(), open_entries or {})
    collected = _Collected(proposal, on_progress or (lambda result, count, total: None))
    for one in proposal.corrections:
        if one not in wanted:
            collected.add(_left_alone(one))
    rows = journal.rows(proposal=proposal.id)
    if dry_run:
        open_ = _open(wanted, lost_races(rows), collected)
        calls = _rehearse(open_, adapters, written_before(rows), collected)
        return collected.report(run, calls=calls, dry_run=True)
    desk = Desk(
        proposal=proposal.id,
        run=run,
        journal=journal,
        now=now,
        stop=stop or (lambda: False),
    )
    _write(wanted, adapters, desk, collected)
    return collected.report(run)


def _write(
    wanted: Sequence[Correction], adapters: Mapping[str, Adapter], desk: Desk, collected: _Collected
) -> None:
    """Look up what an earlier apply left open, then write what is still to be written."""
    for writable in adapters.values():
        if not writable.context.read_only:
            finish(writable)
    seen = take_over(desk.proposal, adapters=adapters, journal=desk.journal, now=desk.now)
    rows = desk.journal.rows(proposal=desk.proposal)
    desk = replace(desk, written=written_before(rows))
    for name, ours in _by_connection(_open(wanted, {**lost_races(rows), **seen}, collected)):
        adapter = adapters.get(name)
        for found in _closed(name, ours) if adapter is None else Lane(adapter, desk).apply(ours):
            collected.add(found)


class _Collected:
    """The results so far, told on as they come."""

    def __init__(self, proposal: Proposal, tell: Progress) -> None:
        self._proposal = proposal
        self._tell = tell
        self._results: dict[str, Result] = {}

    def add(self, found: Result) -> None:
        """Take in a result and tell it on."""
        self._results[found.id] = found
        self._tell(found, len(self._results), len(self._proposal.corrections))

    def report(self, run: str, *, calls: Sequence[Call] = (), dry_run: bool = False) -> ApplyReport:
        """Return the report, in the proposal's order."""
        return ApplyReport(
            proposal=self._proposal.id,
            run=run,
            dry_run=dry_run,
            results=tuple(self._results[one.id] for one in self._proposal.corrections),
            calls=tuple(calls),
        )


def _open(
    wanted: Iterable[Correction], seen: Mapping[str, tuple[State, str]], collected: _Collected
) -> list[Correction]:
    """Return what is still to be written; of the rest the result is known from an earlier run."""
    open_ = []
    for one in wanted:
        state, detail = seen.get(one.id, (State.REFUSED, ""))
        if state is State.REFUSED:
            open_.append(one)
        else:
            changes = one.changes if state is State.CONFIRMED else ()
            collected.add(result(one, state, detail, changes=changes))
    return open_


def _rehearse(
    wanted: Iterable[Correction], adapters: Mapping[str, Adapter], written: Written, collected: _Collected
) -> list[Call]:
    calls: list[Call] = []
    for name, ours in _by_connection(wanted):
        adapter = adapters.get(name)
        rehearsed = ((found, ()) for found in _closed(name, ours))
        for found, costs in rehearsed if adapter is None else rehearse(adapter, ours, written):
            collected.add(found)
            calls.extend(costs)
    return calls


def _by_connection(corrections: Iterable[Correction]) -> Iterable[tuple[str, list[Correction]]]:
    groups: dict[str, list[Correction]] = {}
    for one in corrections:
        groups.setdefault(one.ref.connection, []).append(one)
    return groups.items()


def _writes(correction: Correction) -> bool:
    return correction.safety is not Safety.MANUAL and bool(correction.changes)


def _left_alone(correction: Correction) -> Result:
    why = "Not approved." if _writes(correction) else f"By hand: {correction.words}"
    return result(correction, State.SKIPPED, why, wanted=False)


def _closed(name: str, corrections: Iterable[Correction]) -> Iterator[Result]:
    for one in corrections:
        yield result(
            one, State.SKIPPED, f"Connection {name!r} is not open: its configuration or start failed."
        )
