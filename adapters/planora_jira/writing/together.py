"""Writes the changes of several entries: moves into one sprint, or out of all, go together, fifty in a call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import requests

from planora_jira.transport.client import JiraClient
from planora_jira.writing import mixed
from planora_jira.writing.writer import Writer
from planora_sync.adapter import Outcome, Refused, Step, Write, Written
from planora_sync.change import Field
from planora_sync.errors import ConnectionFailed, NotApplied, RateLimited, Unreachable

MOST = 50
"""Issues that one agile move takes; with more Jira refuses all of them."""
SPLIT = frozenset({400, 403, 404, 409, 413, 422})
"""Refusals that may be for one issue of many, and that changed nothing."""
Plan = Callable[[Write], tuple[Step, ...]]
Apply = Callable[[Write, tuple[Step, ...]], Outcome]


@dataclass(frozen=True, kw_only=True)
class _Move:
    """One entry on its way into a sprint, or out of all of them."""

    id: str
    key: str
    done: tuple[Field, ...]
    """What was written on it before."""


class Together:
    """Sorts writes into those that go alone and those that share a call."""

    def __init__(self, writer: Writer, client: JiraClient, plan: Plan, apply: Apply) -> None:
        """Set up.

        Args:
            writer: whose words refusals are told in.
            client: the credential that writes.
            plan: gives the calls of one write; raises NotApplied and ConnectionFailed.
            apply: makes the calls of one entry.
        """
        self._writer = writer
        self._client = client
        self._plan = plan
        self._apply = apply
        self._shut: dict[str, bool] = {}
        """Path of a move that was refused -> whether its sprint takes no issue at all."""

    def write(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        """Return what became of each write, by external id; raises nothing.

        All that an entry costs besides the move is written first, entry by entry. Where the connection fails as
        a whole before anything of an entry was sent, the rest is not tried.
        """
        outcomes: dict[str, Outcome] = {}
        moves: dict[str, list[_Move]] = defaultdict(list)
        broken: Refused | None = None
        for write in writes:
            id = write.entry.ref.id
            try:
                steps = self._plan(write) if broken is None else ()
            except (Unreachable, RateLimited) as failure:
                broken = Refused(reason=str(failure))
            except (NotApplied, ConnectionFailed) as refusal:
                outcomes[id] = Refused(reason=str(refusal))
                continue
            if broken is not None:
                outcomes[id] = broken
                continue
            alone = steps[:-1] if _is_move(steps) else steps
            outcome = self._apply(write, alone)
            if isinstance(outcome, Written) and len(alone) < len(steps):
                done = tuple(dict.fromkeys(field for step in alone for field in step.fields))
                moves[steps[-1].path].append(_Move(id=id, key=write.entry.key, done=done))
            else:
                outcomes[id] = outcome
        for path, together in moves.items():
            for start in range(0, len(together), MOST):
                outcomes |= self._move(path, together[start : start + MOST])
        return {write.entry.ref.id: outcomes[write.entry.ref.id] for write in writes}

    def _move(self, path: str, moves: Sequence[_Move]) -> Mapping[str, Outcome]:
        """Make one move and return what became of each issue of it.

        A refusal changed nothing: then each half is sent by itself, so that one issue that cannot be moved sinks
        no other. A call without a clear answer is unknown for all that were in it.
        """
        step = Step(
            method="POST", path=path, body={"issues": [one.id for one in moves]}, fields=(Field.SPRINT,)
        )
        outcome, response = self._client.send(step)
        if response is not None and response.status_code == mixed.MIXED:
            return _entries(response, moves)
        if not isinstance(outcome, Refused):
            return dict.fromkeys((one.id for one in moves), outcome)
        if response is None or response.status_code not in SPLIT:
            return {one.id: Refused(reason=outcome.reason, done=one.done) for one in moves}
        if len(moves) == 1 or self._is_shut(path):
            why = self._writer.why(response)
            return {one.id: Refused(reason=why, done=one.done) for one in moves}
        half = len(moves) // 2
        return {**self._move(path, moves[:half]), **self._move(path, moves[half:])}

    def _is_shut(self, path: str) -> bool:
        """Return whether the sprint takes no issue at all, so that trying each would only cost calls."""
        if path not in self._shut:
            self._shut[path] = self._ask_whether_shut(path)
        return self._shut[path]

    def _ask_whether_shut(self, path: str) -> bool:
        if not path.endswith("/issue") or "/sprint/" not in path:
            return False
        try:
            row = self._client.get_object(path.removesuffix("/issue"), "the sprint")
        except (Unreachable, RateLimited):
            return True
        except ConnectionFailed:
            # Without the scope to read sprints nobody knows: then each half is tried.
            return False
        return row.get("state") == "closed"


def _is_move(steps: Sequence[Step]) -> bool:
    return bool(steps) and steps[-1].fields == (Field.SPRINT,)


def _entries(response: requests.Response, moves: Sequence[_Move]) -> Mapping[str, Outcome]:
    """Return the outcomes that a 207 gives entry by entry, with what was written on each before."""
    found = mixed.outcomes(response, [(one.id, one.key) for one in moves])
    done = {one.id: one.done for one in moves}
    return {
        id: Refused(reason=outcome.reason, done=done[id]) if isinstance(outcome, Refused) else outcome
        for id, outcome in found.items()
    }
