"""Walks an issue along a way of several transitions: each hop is checked before the next, and half a way is no way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from planora_jira.site.screens import demanded
from planora_jira.transport.client import JiraClient, segment
from planora_jira.writing.calls import Hop
from planora_jira.writing.ways import Way, Ways
from planora_sync.adapter import Outcome, Refused, Step, Unknown, Written
from planora_sync.change import Field
from planora_sync.errors import ConnectionFailed
from planora_sync.model import Entry, Named

log = logging.getLogger(__name__)
Send = Callable[[Step], Outcome]


class Walker:
    """Makes the hops of a way."""

    def __init__(self, ways: Ways, client: JiraClient, send: Send) -> None:
        """Set up; `send` makes one call."""
        self._ways = ways
        self._client = client
        self._send = send

    def walk(self, entry: Entry, hops: Sequence[Hop], held: dict[str, Any]) -> Outcome:
        """Return what became of a way; raises nothing.

        Where it ends half-way the issue is taken back to where it stood, by a transition that asks for nothing;
        where there is none the refusal says where it stands. What somebody or something else moved meanwhile is
        left there.
        """
        taken: list[Hop] = []
        for hop in hops:
            try:
                step = hop if hop.seen else self._again(entry, hop, held)
            except ConnectionFailed as failure:
                return self._stuck(entry, taken, str(failure))
            if step is None:
                gone = f"The transition to {hop.to.name} is not there for {entry.key}."
                return self._stuck(entry, taken, gone)
            match self._send(step):
                case Unknown() as unknown:
                    return unknown
                case Refused() as refused:
                    return self._stuck(entry, taken, refused.reason)
                case Written():
                    taken.append(hop)
            if hop is not hops[-1]:
                elsewhere = self._elsewhere(entry, hop.to)
                if elsewhere is not None:
                    return elsewhere
        return Written()

    def _again(self, entry: Entry, hop: Hop, held: dict[str, Any]) -> Step | None:
        """Return the hop as the issue itself shows it now; None where it does not, or asks for something."""
        ways = self._ways.of_issue(entry.ref.id, entry.key, entry.place.id)
        free = (way for way in ways if way.to.id == hop.to.id and not way.filled(held).open)
        found = next(free, None)
        return None if found is None else transition(self._client, entry.ref.id, found, held)

    def _elsewhere(self, entry: Entry, wanted: Named) -> Outcome | None:
        """Return the end of a walk on which the issue does not stand where it must, or None where it does."""
        try:
            here = self._status(entry)
        except ConnectionFailed as failure:
            return Unknown(reason=f"After the transition to {wanted.name}: {failure}")
        if here.id == wanted.id:
            return None
        reason = (
            f"{entry.key} stands in {here.name}, not in {wanted.name}: "
            "a person or an automation moved it on the way."
        )
        return Refused(reason=reason, done=(Field.STATUS,))

    def _stuck(self, entry: Entry, taken: Sequence[Hop], why: str) -> Outcome:
        """Return the end of a walk that cannot go on, once the issue stands where it stood, as far as that goes."""
        if not taken:
            return Refused(reason=why)
        stands = f"{why} On its way {entry.key} had come to {taken[-1].to.name}."
        try:
            return self._back(entry, taken[-1].to, stands)
        except ConnectionFailed as failure:
            return Unknown(reason=f"{stands} {failure}")

    def _back(self, entry: Entry, here: Named, stands: str) -> Outcome:
        elsewhere = self._elsewhere(entry, here)
        if elsewhere is not None:
            return elsewhere
        former = entry.status
        ways = self._ways.of_issue(entry.ref.id, entry.key, entry.place.id)
        free = (way for way in ways if former and way.to.id == former.id and not demanded(way.fields))
        back = next(free, None)
        if back is not None and former is not None:
            outcome = self._send(transition(self._client, entry.ref.id, back, {}))
            if isinstance(outcome, Unknown):
                return Unknown(reason=f"{stands} Whether it went back: {outcome.reason}")
            if isinstance(outcome, Written) and self._status(entry).id == former.id:
                return Refused(reason=f"{stands} It was moved back to {former.name}.")
        log.warning("connection=%s entry=%s stands half-way", entry.ref.connection, entry.key)
        return Refused(
            reason=f"{stands} Nothing leads back from there: move it by hand.", done=(Field.STATUS,)
        )

    def _status(self, entry: Entry) -> Named:
        path = self._client.rest(f"issue/{segment(entry.ref.id)}")
        answer = self._client.get_object(path, f"the status of {entry.key}", fields="status")
        found = (answer.get("fields") or {}).get("status") or {}
        return Named(id=str(found.get("id")), name=str(found.get("name")))


def transition(client: JiraClient, issue: str, way: Way, held: dict[str, Any]) -> Step:
    """Return the call that takes a transition, with what its screen demands."""
    path = client.rest(f"issue/{segment(issue)}/transitions")
    body: dict[str, Any] = {"transition": {"id": way.id}}
    given = way.filled(held).fields
    if given:
        body["fields"] = dict(given)
    return Step(method="POST", path=path, body=body, fields=(Field.STATUS,))
