"""Adapters that break one promise each, so that the contract can be seen to fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from planora_sync.adapter import (
    Absence,
    Capabilities,
    Notice,
    Outcome,
    Page,
    ReadResult,
    Refused,
    Severity,
    Step,
    Unknown,
    Written,
)
from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.errors import ConnectionFailed, CredentialsRefused
from planora_sync.model import Entry, Link, Place, PlaceRef
from planora_sync.testing import MemoryAdapter


class _Pulls(MemoryAdapter):
    """Changes each page of a pull."""

    def twist(self, page: Page, since: str | None) -> Page:
        raise NotImplementedError

    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        for page in super().pull(since):
            yield self.twist(page, since)

    def each(self, page: Page, **update: object) -> Page:
        return replace(page, entries=tuple(entry.model_copy(update=update) for entry in page.entries))


# -- reading ------------------------------------------------------------------------------------------------


class GivesTwice(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, entries=page.entries * 2)


class ForgetsThePlace(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return self.each(page, place=PlaceRef(id="x", name="x"))


class GivesHalfAnAddress(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return self.each(page, url="/entries/1")


class PullsOtherwiseThanItReads(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return self.each(page, labels=())


class ChangesItsMind(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return self.each(page, labels=(f"pull {len(self.workspace.ledger)}",))


class ForgetsRaw(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return self.each(page, raw=None)


class AlwaysKeepsRaw(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return self.each(page, raw={})


class WasMadeAfterItWasChanged(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(
            page,
            entries=tuple(
                e.model_copy(update={"created": e.updated, "updated": e.created}) for e in page.entries
            ),
        )


class KnowsNoSprint(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return self.each(page, sprint=None, earlier_sprints=())


class KnowsNoLevel(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return self.each(page, level=None)


class WritesWhenItPulls(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        self.workspace.log("PATCH", "/entries/1")
        return page


class ComplainsForNothing(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        notice = Notice(severity=Severity.ERROR, where="PLAN", what="?", next_step="?")
        return replace(page, notices=(notice,))


class GivesTheOldToo(MemoryAdapter):
    def _recent(self, entry: Entry) -> bool:
        return True


class DoublesPlaces(MemoryAdapter):
    def places(self) -> tuple[Place, ...]:
        return super().places() * 2


class ReadsTooLittle(MemoryAdapter):
    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        return {id: found for id, found in super().read(ids).items() if not isinstance(found, Absence)}


class AsksForNothing(MemoryAdapter):
    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        self.workspace.log("GET", "/entries")
        return super().read(ids)


class ChecksNothing(MemoryAdapter):
    def check(self) -> tuple[Notice, ...]:
        return ()


class WritesWhenItChecks(MemoryAdapter):
    def check(self) -> tuple[Notice, ...]:
        self.workspace.log("POST", "/hello")
        return super().check()


# -- incremental --------------------------------------------------------------------------------------------


class ForgetsTheCursor(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, cursor=None)


class LosesChanges(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, entries=()) if since else page


class MakesUpChanges(MemoryAdapter):
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        for page in super().pull():
            yield self._twist(page) if since else page

    def _twist(self, page: Page) -> Page:
        return replace(page, entries=tuple(e.model_copy(update={"comments": 7}) for e in page.entries))


# -- trouble ------------------------------------------------------------------------------------------------


class IsSilentAboutAbsentPlaces(MemoryAdapter):
    def _absent_places(self) -> tuple[Notice, ...]:
        return ()


class StopsAtAbsentPlaces(_Pulls):
    def twist(self, page: Page, since: str | None) -> Page:
        return replace(page, entries=()) if self._absent_places() else page


class LetsAnyoneIn(MemoryAdapter):
    def _let_in(self) -> None:
        return


class TakesRefusalForAbsence(MemoryAdapter):
    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        try:
            return super().read(ids)
        except CredentialsRefused:
            return dict.fromkeys(ids, Absence.UNKNOWN)


class ShowsTheToken(MemoryAdapter):
    def __repr__(self) -> str:
        return f"ShowsTheToken({self.context.token})"


class GivesWhatItHas(MemoryAdapter):
    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        try:
            yield from super().pull(since)
        except ConnectionFailed:
            yield Page(cursor="0")


class TakesSilenceForAbsence(MemoryAdapter):
    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        try:
            return super().read(ids)
        except ConnectionFailed:
            return dict.fromkeys(ids, Absence.DELETED)


# -- writing ------------------------------------------------------------------------------------------------


class SaysItWasWritten(MemoryAdapter):
    def _send(self, step: Step) -> Outcome:
        return Written()


class WritesMore(MemoryAdapter):
    def _send(self, step: Step) -> Outcome:
        self.workspace.edit(step.path.rpartition("/")[2], title=f"Rewritten {len(self.workspace.ledger)}")
        return super()._send(step)


class WritesTheFirstOnly(MemoryAdapter):
    def _steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        return super()._steps(entry, changes[:1])


class WritesTwice(MemoryAdapter):
    def _send(self, step: Step) -> Outcome:
        super()._send(step)
        return super()._send(step)


class RepeatsTheUnknown(MemoryAdapter):
    def _send(self, step: Step) -> Outcome:
        outcome = super()._send(step)
        return super()._send(step) if isinstance(outcome, Unknown) else outcome


class HidesRefusals(MemoryAdapter):
    def _send(self, step: Step) -> Outcome:
        outcome = super()._send(step)
        return Written() if isinstance(outcome, Refused) else outcome


class WritesReadOnly(MemoryAdapter):
    def _guard(self) -> None:
        return


class WritesWhileItExplains(MemoryAdapter):
    def _steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        self.workspace.log("PATCH", "/entries/1")
        return super()._steps(entry, changes)


class AsksBeforeItRefuses(MemoryAdapter):
    capabilities = Capabilities(writes=frozenset({Field.DUE}))

    def steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        self.read([entry.ref.id])
        return super().steps(entry, changes)


class PromisesMore(MemoryAdapter):
    capabilities = Capabilities(writes=frozenset({Field.DUE, Field.START}))


# -- creating -----------------------------------------------------------------------------------------------


class LosesTheMarker(MemoryAdapter):
    def find_marker(self, marker: str, place: str) -> str | None:
        return None


class NeedsARightToLook(MemoryAdapter):
    def find_marker(self, marker: str, place: str) -> str | None:
        self._guard()
        return super().find_marker(marker, place)


class FindsAnyMarker(MemoryAdapter):
    def find_marker(self, marker: str, place: str) -> str | None:
        known = next(iter(self.workspace.markers), marker)
        return super().find_marker(known, place)


class CreatesSomethingElse(MemoryAdapter):
    def _create(self, draft: Draft) -> Outcome:
        return super()._create(draft.model_copy(update={"title": "Another"}))


class LinksTwice(MemoryAdapter):
    def _link(self, draft: LinkDraft) -> Outcome:
        entry = self.workspace.entries[draft.source.id]
        self.workspace.edit(entry.ref.id, links=(*entry.links, Link(kind="relates", target=draft.target)))
        return Written()
