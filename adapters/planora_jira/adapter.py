"""The adapter contract for Jira Cloud and Data Center: what each call does stands in the module it hands on to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from planora_jira import webhooks
from planora_jira.reading.census import Counter
from planora_jira.reading.history import History
from planora_jira.reading.pulling import Pull
from planora_jira.reading.reader import BATCH, Reader
from planora_jira.site import ours
from planora_jira.site.memory import Memory
from planora_jira.site.places import Places, bare
from planora_jira.site.rights import Check
from planora_jira.site.survey import Survey
from planora_jira.translation.wire import TRACKER
from planora_jira.transport.client import JiraClient
from planora_jira.writing.applying import Applier
from planora_jira.writing.creating import Maker
from planora_jira.writing.losses import Losses
from planora_jira.writing.together import MOST, Together
from planora_jira.writing.writer import Writer
from planora_sync.adapter import (
    Adapter,
    AdapterContext,
    Capabilities,
    Census,
    Delivery,
    Event,
    Hint,
    Notice,
    Outcome,
    Page,
    ReadResult,
    Refused,
    Step,
    Write,
    Written,
)
from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.errors import ConnectionFailed, Unsupported
from planora_sync.model import Entry, Place

MOST_FRESH = 50
"""How many just written issues a search can be told to look past its index for."""
INSTEAD: Mapping[Field, tuple[str, str]] = {
    Field.PLACE: (
        "Data Center's API cannot move {key} to another project: only its Move dialog can.",
        "Use Move in Jira: it asks for what the other project demands and says what is lost.",
    ),
    Field.ARCHIVED: (
        "planora-sync does not archive {key}: no reading shows it afterwards, so that nobody could prove or undo it.",
        "Close it with a resolution, or let a Jira administrator archive it (Premium).",
    ),
}
"""What the adapter does not do, and what to do instead."""
CENTER_WRITES = frozenset(
    {
        Field.TYPE,
        Field.PARENT,
        Field.PROPERTY,
        Field.STATUS,
        Field.SPRINT,
        Field.ASSIGNEES,
        Field.OWNER,
        Field.START,
        Field.DUE,
        Field.TARGET,
        Field.LABELS,
    }
)
CLOUD_WRITES = CENTER_WRITES | {Field.PLACE}


class JiraAdapter(Adapter):
    """One Jira site, read and written with one credential, or with two: one to read and one to write."""

    tracker: ClassVar[str] = TRACKER
    capabilities: ClassVar[Capabilities] = Capabilities(
        incremental=True,
        resume=True,
        census=True,
        history=True,
        sprints=True,
        levels=True,
        writes=CLOUD_WRITES,
        hints=True,
        create=True,
        link=True,
        batch_read=BATCH,
        batch_write=MOST,
    )

    def __new__(cls, context: AdapterContext) -> JiraAdapter:
        """Return an adapter for the deployment: what Data Center cannot do, it does not promise."""
        center = cls is JiraAdapter and context.deployment != "cloud"
        return super().__new__(CenterAdapter if center else cls)

    def __init__(self, context: AdapterContext) -> None:
        """Set up; asks nothing yet. Raises UsageError for a connection without an address."""
        super().__init__(context)
        self._client = JiraClient(context, token=context.token)
        # Rights are those of the credential that writes, so it is asked about them.
        self._writer_client = (
            JiraClient(context, token=context.write_token)
            if context.write_token and context.write_token != context.token
            else self._client
        )
        self._fresh: list[str] = []
        self._quiet: dict[str, bool | None] = {}
        self._look_anew()

    def _look_anew(self, *, ask: bool = False) -> None:
        """Take up what was noted of the site, or (`ask`) nothing: boards and fields change without any update."""
        memory = Memory(self.context)
        if ask:
            memory.forget()
        self._survey = Survey(self._client, self.context, memory)
        self._writer = Writer(self._survey, self._writer_client, self._quiet)
        self._applier = Applier(self._writer, self._writer_client, self._read_one)
        self._maker = Maker(self._survey, self._writer_client, self._writer.screens)

    # -- reading ------------------------------------------------------------------------------------------

    def check(self) -> tuple[Notice, ...]:
        """Return what works: account, deployment, projects, boards, fields, and rights by correction."""
        self._look_anew(ask=True)
        notices = tuple(Check(self._survey, self._writer_client).notices())
        self._survey.memory.save()
        return notices

    def places(self) -> tuple[Place, ...]:
        """Return all visible projects; those in scope with their statuses, fields, boards and open sprints."""
        self._look_anew(ask=True)
        projects = self._survey.projects
        places = Places(self._survey, self._writer_client)
        found: list[Place] = []
        for position, row in enumerate(self._survey.visible):
            facts = projects.get(str(row["id"]))
            if facts is None:
                found.append(bare(row, self._survey, position))
            else:
                found += places.of(facts, position, places.samples(facts))
        self._survey.memory.save()
        return tuple(found)

    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        """Return the issues page by page, places with the first page of their project.

        A full pull asks Jira anew what it is like; an incremental one, or one that goes on, takes what was noted
        within a day, and asks anew as soon as an issue shows what nobody noted.
        """
        self._look_anew(ask=since is None and resume is None)
        pull = Pull(self._survey, self._writer_client, self.context, fresh=tuple(self._fresh))
        return pull.pages(since, resume)

    def census(self) -> Iterator[Census]:
        """Return the ids of all that a full pull would bring: 5,000 a request on Cloud."""
        self._freshen()
        return Counter(self._survey).pages()

    def history(self, ids: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return what changed on some issues: 1,000 issues a request on Cloud, one on Data Center."""
        if not ids:
            return {}
        self._freshen()
        found = History(self._survey).of(ids)
        self._survey.memory.save()
        return found

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return issues fresh; on Cloud from the database, whatever the search index shows."""
        if not ids:
            return {}
        self._freshen()
        found = Reader(self._survey).read(ids)
        self._survey.memory.save()
        return found

    def _freshen(self) -> None:
        if self._survey.memory.is_old:
            self._look_anew()

    def find_marker(self, marker: str, place: str) -> str | None:
        """Return the id of the issue that a creation with this marker made in a project, or None."""
        return self._maker.find(marker, place)

    # -- writing ------------------------------------------------------------------------------------------

    def steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        """Return the calls for these changes; says what to do instead of what Jira cannot do."""
        for change in changes:
            if change.field in INSTEAD and change.field not in self.capabilities.writes:
                what, instead = INSTEAD[change.field]
                raise Unsupported(what.format(key=entry.key), instead=instead)
        return super().steps(entry, changes)

    def losses(self, entry: Entry, place: str, changes: Sequence[Change] = ()) -> tuple[str, ...] | None:
        """Return what an issue would lose by a move to a project; raises Unsupported where it cannot move there."""
        writer = self._writer
        return Losses(self._client, self._writer_client, writer.mover, writer.targets, writer.screens).of(
            entry, place, changes
        )

    def apply(self, entry: Entry, changes: Sequence[Change]) -> Outcome:
        """Write the changes to one issue; raises ReadOnlyConnection, Unsupported."""
        self._guard()
        outcome = _nothing_sent(lambda: self._applier.apply(entry, changes, self.steps(entry, changes)))
        self._wrote(entry.ref.id)
        return outcome

    def apply_many(self, writes: Sequence[Write]) -> Mapping[str, Outcome]:
        """Write the changes of several issues, moves into one sprint together; raises ReadOnlyConnection."""
        self._guard()
        together = Together(
            self._writer,
            self._writer_client,
            plan=lambda write: self.steps(write.entry, write.changes),
            apply=lambda write, steps: self._applier.apply(write.entry, write.changes, steps),
        )
        outcomes = together.write(writes)
        for id in outcomes:
            self._wrote(id)
        return outcomes

    def hear(self, delivery: Delivery) -> tuple[Hint, ...]:
        """Return what a webhook's request says is to be read again; asks nothing.

        Raises SignatureRefused and AnswerUnreadable.
        """
        context = self.context
        own = ours.remembered(context.notes)
        return webhooks.hear(delivery, connection=context.name, secret=context.webhook_secret, own=own)

    def create(self, draft: Draft) -> Outcome:
        """Create an issue that carries the draft's marker; raises ReadOnlyConnection, Unsupported."""
        outcome = _nothing_sent(lambda: super(JiraAdapter, self).create(draft))
        if isinstance(outcome, Written) and outcome.id:
            self._wrote(outcome.id)
        return outcome

    def link(self, draft: LinkDraft) -> Outcome:
        """Link an issue to another or to an address; raises ReadOnlyConnection, Unsupported."""
        return _nothing_sent(lambda: super(JiraAdapter, self).link(draft))

    def _steps(self, entry: Entry, changes: tuple[Change, ...]) -> tuple[Step, ...]:
        return self._writer.steps(entry, changes)

    def _send(self, step: Step) -> Outcome:
        return self._writer.send(step)

    def _create(self, draft: Draft) -> Outcome:
        return self._maker.create(draft)

    def _link(self, draft: LinkDraft) -> Outcome:
        return self._maker.link(draft)

    def _read_one(self, id: str) -> ReadResult:
        return self.read([id])[id]

    def _wrote(self, id: str) -> None:
        ours.remember(self.context.notes, self._writer_client)
        others = [one for one in self._fresh if one != id]
        self._fresh = [*others, id][-MOST_FRESH:]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._writer_client.close()


class CenterAdapter(JiraAdapter):
    """The same over Data Center, whose API moves no issue to another project."""

    capabilities: ClassVar[Capabilities] = replace(JiraAdapter.capabilities, writes=CENTER_WRITES)


def _nothing_sent(call: Callable[[], Outcome]) -> Outcome:
    """Return the outcome of a write; where a question before its first call fails, nothing was written."""
    try:
        return call()
    except ConnectionFailed as failure:
        return Refused(reason=str(failure))
