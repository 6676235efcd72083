"""Adapters that break one promise each of going on, counting, telling, hearing and writing together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from planora_sync.adapter import (
    Census,
    Delivery,
    Event,
    Hint,
    Outcome,
    Page,
    Refused,
    Unknown,
    Write,
    Written,
)
from planora_sync.change import Field
from planora_sync.errors import ConnectionFailed, CredentialsRefused, SignatureRefused
from planora_sync.testing import BatchingMemoryAdapter, MemoryAdapter
from planora_sync.testing.memory_hooks import signed

# -- going on -----------------------------------------------------------------------------------------------


class SaysNotWhereItStands(MemoryAdapter):
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        for page in super().pull(since, resume):
            yield replace(page, resume=None)


class PutsTheTokenIntoItsPlace(MemoryAdapter):
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        for page in super().pull(since, resume):
            yield replace(page, resume=page.resume and f"{page.resume} {self.context.token}")


class BeginsAnew(MemoryAdapter):
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        for page in super().pull(since):
            yield replace(page, resume=page.resume and "anywhere")


class LosesAPageWhenItGoesOn(MemoryAdapter):
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        for number, page in enumerate(super().pull(since, resume)):
            yield replace(page, entries=()) if resume and not number else page


class ForgetsWhenItBegan(MemoryAdapter):
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        now = str(self.workspace.revision)
        for page in super().pull(since, resume):
            yield replace(page, cursor=now) if resume and page.cursor else page


# -- counting -----------------------------------------------------------------------------------------------


class CountsTooFew(MemoryAdapter):
    def census(self) -> Iterator[Census]:
        for page in super().census():
            yield replace(page, ids=page.ids[1:])


class CountsTheOldToo(MemoryAdapter):
    def census(self) -> Iterator[Census]:
        yield Census(ids=tuple(self.workspace.entries))


class CountsByWriting(MemoryAdapter):
    def census(self) -> Iterator[Census]:
        self.workspace.log("POST", "/census")
        yield from super().census()


class CountsOneByOne(MemoryAdapter):
    def census(self) -> Iterator[Census]:
        for id in self.workspace.entries:
            self.read([id])
        yield from super().census()


class CountsForAnyone(MemoryAdapter):
    def census(self) -> Iterator[Census]:
        try:
            yield from super().census()
        except CredentialsRefused:
            yield Census()


class CountsWhatItCould(MemoryAdapter):
    def census(self) -> Iterator[Census]:
        try:
            yield from super().census()
        except ConnectionFailed:
            yield Census()


class CallsHalfAPlaceWhole(MemoryAdapter):
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        for page in super().pull(since, resume):
            yield replace(page, whole=("plan",))


# -- telling ------------------------------------------------------------------------------------------------


class TellsNothing(MemoryAdapter):
    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        return {id: () for id in super().history(ids)}


class TellsBackwards(MemoryAdapter):
    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        return {id: events[::-1] for id, events in super().history(ids).items()}


class TellsOfTheUnknown(MemoryAdapter):
    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        made_up = Event(at=self.context.now(), field="created")
        return {id: (made_up,) for id in ids}


class AsksForNoHistory(MemoryAdapter):
    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        self.workspace.log("GET", "/history")
        return super().history(ids)


# -- hearing ------------------------------------------------------------------------------------------------


class BelievesAnyone(MemoryAdapter):
    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        return super().hear(signed(delivery.body, self.context.webhook_secret or ""))


class BelievesWhereNothingIsSecret(MemoryAdapter):
    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        return super().hear(delivery) if self.context.webhook_secret else (Hint(ids=("1",)),)


class HearsNothing(MemoryAdapter):
    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        return super().hear(delivery)[:0]


class LooksAfterHearing(MemoryAdapter):
    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        hints = super().hear(delivery)
        self.read([id for hint in hints for id in hint.ids])
        return hints


class StumblesOverRubbish(MemoryAdapter):
    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        try:
            return super().hear(delivery)
        except SignatureRefused:
            raise
        except ConnectionFailed:
            raise ValueError("no JSON") from None


# -- writing together ---------------------------------------------------------------------------------------


class SaysAllWereWritten(BatchingMemoryAdapter):
    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        super().apply_many(writes[:1])
        return {write.entry.ref.id: Written() for write in writes}


class OneRefusalRefusesAll(BatchingMemoryAdapter):
    capabilities = replace(
        BatchingMemoryAdapter.capabilities, writes=frozenset({Field.DUE, Field.LABELS, Field.SPRINT})
    )

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        outcomes = super().apply_many(writes)
        bad = next((one for one in outcomes.values() if isinstance(one, Refused)), None)
        return dict.fromkeys(outcomes, bad) if bad else outcomes


class WritesOneByOne(BatchingMemoryAdapter):
    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        return {write.entry.ref.id: self.apply(write.entry, write.changes) for write in writes}


class KnowsTheFirstOfTheUnknown(BatchingMemoryAdapter):
    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        outcomes = dict(super().apply_many(writes))
        first = next(iter(outcomes), None)
        if first is not None and isinstance(outcomes[first], Unknown):
            outcomes[first] = Written()
        return outcomes


class WritesManyReadOnly(BatchingMemoryAdapter):
    def _guard(self) -> None:
        return


class WritesNothingAloud(BatchingMemoryAdapter):
    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        self.workspace.log("PATCH", "/entries")
        return super().apply_many(writes)
