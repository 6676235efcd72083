"""Makes the calls that write rows, and finds out what became of those that are left unclear half-way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from planora_notion.reading.looks import differing
from planora_notion.reading.reader import Reader
from planora_notion.site.schema import Json
from planora_notion.translation.family import source_id
from planora_notion.transport.client import Client
from planora_notion.transport.failures import Collided, Misfit, NotNow
from planora_notion.writing.unfinished import Rest, Unfinished, lacking
from planora_sync.adapter import Outcome, Refused, Step, Unknown, Written
from planora_sync.errors import ConnectionFailed


class Sender:
    """Sends the steps of one connection."""

    def __init__(self, client: Client, reader: Reader, unfinished: Unfinished) -> None:
        self._client = client
        self._reader = reader
        self._unfinished = unfinished
        self._expected: dict[str, Rest] = {}

    def expect(self, page_id: str, rest: Rest) -> None:
        """Take in what a row is to be given, should the next step be its move."""
        self._expected[page_id] = rest

    def send(self, step: Step) -> Outcome:
        """Make one call and return what became of it; never repeats one of which nobody knows that."""
        id, is_move = _aim(step)
        if is_move:
            return self._move(step, id)
        outcome = self._write(step, id)[0]
        rest = self._unfinished.find(id)
        if rest is None:
            return outcome
        return self._finished(step, id, rest, outcome)

    def finish(self, us: Callable[[], str]) -> None:
        """Give rows that an earlier process moved what they still lack. Raises ConnectionFailed.

        Args:
            us: asks who we are to Notion.
        """
        for id in self._unfinished.page_ids():
            rest = self._unfinished.find(id)
            page = self._reader.page(id) if rest else None
            if rest and page and not page.get("in_trash"):
                missing = lacking(rest if rest.by else replace(rest, by=us()), page)
                outcome: Outcome = Written()
                if missing:
                    outcome, _ = self._client.write("PATCH", f"pages/{id}", {"properties": missing})
                if isinstance(outcome, Unknown | NotNow):
                    continue  # It stays noted, for the next time.
            self._unfinished.end(id)

    # -- moves --------------------------------------------------------------------------------------------

    def _move(self, step: Step, id: str) -> Outcome:
        rest = self._expected.pop(id, None)
        if rest is not None:
            self._unfinished.begin(id, rest)
        outcome, answer = self._write(step, id)
        if isinstance(outcome, Refused):
            self._unfinished.end(id)
        elif rest is not None and answer is not None:
            by = str((answer.get("last_edited_by") or {}).get("id") or "")
            self._unfinished.begin(id, replace(rest, by=by))
        elif isinstance(outcome, Unknown) and self._stands_there(step, id):
            # It took place: what Notion dropped by it is to be written now, for nobody would come back for it.
            return Written()
        return outcome

    def _stands_there(self, step: Step, id: str) -> bool:
        page = self._seen(id)
        to = ((step.body or {}).get("parent") or {}).get("data_source_id")
        return page is not None and to is not None and source_id(page) == to

    def _finished(self, step: Step, id: str, rest: Rest, outcome: Outcome) -> Outcome:
        """Return what became of the values of a row that was moved: written, written now, or said to be missing."""
        match outcome:
            case Written():
                self._unfinished.end(id)
                return outcome
            case NotNow():
                return replace(outcome, reason=f"{outcome.reason} {self._missing(rest.properties, rest)}")
            case Refused():
                # Repeating what Notion does not take would spoil every later write to this row.
                self._unfinished.end(id)
                return self._one_by_one(step, id, rest, outcome)
            case Unknown():
                return self._looked_for(step, id, rest, outcome)

    def _looked_for(self, step: Step, id: str, rest: Rest, unclear: Unknown) -> Outcome:
        """Read the row, and write the values only where they are not there."""
        page = self._seen(id)
        if page is None:
            return replace(unclear, reason=f"{unclear.reason} {self._missing(rest.properties, rest)}")
        missing = lacking(rest, page)
        if not missing:
            self._unfinished.end(id)
            return unclear
        again, _ = self._write(step, id)
        if isinstance(again, Written):
            self._unfinished.end(id)
            return again
        return Unknown(reason=f"{again.reason} {self._missing(missing, rest)}")

    def _one_by_one(self, step: Step, id: str, rest: Rest, refused: Refused) -> Outcome:
        """Write the values one by one: one that Notion does not take must not cost the row all others."""
        properties = (step.body or {}).get("properties") or {}
        if len(properties) < 2:
            return replace(refused, reason=f"{refused.reason} {self._missing(properties, rest)}")
        lost: dict[str, Any] = {}
        for prop, value in properties.items():
            alone = replace(step, body={**(step.body or {}), "properties": {prop: value}})
            outcome, _ = self._write(alone, id)
            if not isinstance(outcome, Written):
                lost[prop] = value
        if not lost:
            return Written()
        return Refused(reason=f"{refused.reason} {self._missing(lost, rest)}")

    def _missing(self, properties: Mapping[str, Any], rest: Rest) -> str:
        source = self._reader.catalog.sources.get(rest.place)
        known = source.schema.props if source else {}
        names = ", ".join(repr(known[id].name) if id in known else id for id in properties)
        place = source.path if source else rest.place
        return f"The row stands in {place!r} now, without {names}." if names else ""

    # -- calls --------------------------------------------------------------------------------------------

    def _write(self, step: Step, id: str) -> tuple[Outcome, Json | None]:
        path = step.path.removeprefix(f"{self._client.prefix}/v1/")
        outcome, answer = self._client.write(step.method, path, step.body)
        if isinstance(outcome, Collided) and self._is_as_it_was(step, id):
            outcome, answer = self._client.write(step.method, path, step.body)
        if isinstance(outcome, Misfit):
            self._reader.doubt()
        self._reader.looks.forget(id)
        return outcome, answer

    def _is_as_it_was(self, step: Step, id: str) -> bool:
        """Return whether a row, of which somebody saved something else just now, still is what we looked at."""
        before, now = self._reader.looks.find(id), self._seen(id)
        if before is None or now is None or now.get("in_trash"):
            return False
        return not differing(before, now, (step.body or {}).get("properties") or {})

    def _seen(self, id: str) -> Json | None:
        try:
            return self._reader.page(id)
        except ConnectionFailed:
            # What cannot be read now is no worse than what was not looked at.
            return None


def _aim(step: Step) -> tuple[str, bool]:
    """Return which page a step writes, and whether it moves it."""
    parts = step.path.rstrip("/").split("/")
    is_move = parts[-1] == "move"
    return parts[-2] if is_move else parts[-1], is_move
