"""The adapter contract for Jira Cloud and Data Center: what each call does stands in the module it hands on to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from planora_jira.client import ALLOWANCE, JiraClient
from planora_jira.creating import Maker
from planora_jira.places import Places, bare
from planora_jira.pulling import Pull
from planora_jira.reading import BATCH, Reader
from planora_jira.rights import Check
from planora_jira.survey import Survey
from planora_jira.wire import TRACKER
from planora_jira.writing import Writer
from planora_sync.adapter import (
    Adapter,
    AdapterContext,
    Capabilities,
    Notice,
    Outcome,
    Page,
    ReadResult,
    Refused,
    Step,
    Written,
)
from planora_sync.change import Change, Draft, Field, LinkDraft
from planora_sync.errors import ConnectionFailed, Unsupported
from planora_sync.http import RateBudget
from planora_sync.model import Entry, Place

MOST_FRESH = 50
"""How many just written issues a search can be told to look past its index for."""
INSTEAD: Mapping[Field, tuple[str, str]] = {
    Field.PLACE: (
        "move {key} to another project",
        "Use Move in Jira: it asks for what the other project demands and says what is lost.",
    ),
    Field.ARCHIVED: (
        "archive {key}",
        "Close it with a resolution, or let a Jira administrator archive it (Premium).",
    ),
    Field.OWNER: ("set an owner of {key} beside its assignee", "Set the assignee, or the field by hand."),
}
"""What the adapter does not do, and what to do instead."""


class JiraAdapter(Adapter):
    """One Jira site, read and written with one credential, or with two: one to read and one to write."""

    tracker: ClassVar[str] = TRACKER
    capabilities: ClassVar[Capabilities] = Capabilities(
        incremental=True,
        sprints=True,
        levels=True,
        writes=frozenset(
            {
                Field.TYPE,
                Field.PARENT,
                Field.PROPERTY,
                Field.STATUS,
                Field.SPRINT,
                Field.ASSIGNEES,
                Field.START,
                Field.DUE,
                Field.LABELS,
            }
        ),
        create=True,
        link=True,
        batch_read=BATCH,
    )

    def __init__(self, context: AdapterContext) -> None:
        """Set up; asks nothing yet. Raises UsageError for a connection without an address."""
        super().__init__(context)
        budget = RateBudget(
            allowance=ALLOWANCE, window=1.0, share=context.rate_share, monotonic=time.monotonic
        )
        self._client = JiraClient(context, token=context.token, budget=budget)
        # Rights are those of the credential that writes, so it is asked about them.
        self._writer_client = (
            JiraClient(context, token=context.write_token, budget=budget)
            if context.write_token and context.write_token != context.token
            else self._client
        )
        self._fresh: list[str] = []
        self._quiet: dict[str, bool | None] = {}
        self._look_anew()

    def _look_anew(self) -> None:
        """Forget what is known of the site: boards and fields change without any issue being updated."""
        self._survey = Survey(self._client, self.context)
        self._writer = Writer(self._survey, self._writer_client, self._quiet)

    # -- reading ------------------------------------------------------------------------------------------

    def check(self) -> tuple[Notice, ...]:
        """Return what works: account, deployment, projects, boards, fields, and rights by correction."""
        self._look_anew()
        return tuple(Check(self._survey, self._writer_client).notices())

    def places(self) -> tuple[Place, ...]:
        """Return all visible projects; those in scope with their statuses, fields, boards and open sprints."""
        self._look_anew()
        projects = self._survey.projects
        places = Places(self._survey, self._writer_client)
        found: list[Place] = []
        for position, row in enumerate(self._survey.visible):
            facts = projects.get(str(row["id"]))
            if facts is None:
                found.append(bare(row, self._survey, position))
            else:
                found += places.of(facts, position, places.sample(facts))
        return tuple(found)

    def pull(self, since: str | None = None, resume: str | None = None) -> Iterator[Page]:
        """Return the issues page by page, places with the first page of their project."""
        self._look_anew()
        return Pull(self._survey, self._writer_client, self.context, fresh=tuple(self._fresh)).pages(since)

    def read(self, ids: Sequence[str]) -> Mapping[str, ReadResult]:
        """Return issues fresh; on Cloud from the database, whatever the search index shows."""
        if not ids:
            return {}
        return Reader(self._survey).read(ids)

    def find_marker(self, marker: str, place: str) -> str | None:
        """Return the id of the issue that a creation with this marker made in a project, or None."""
        return Maker(self._survey, self._writer_client).find(marker, place)

    # -- writing ------------------------------------------------------------------------------------------

    def steps(self, entry: Entry, changes: Sequence[Change]) -> tuple[Step, ...]:
        """Return the calls for these changes; says what to do instead of what Jira cannot do."""
        for change in changes:
            if change.field in INSTEAD:
                what, instead = INSTEAD[change.field]
                raise Unsupported(f"planora-sync does not {what.format(key=entry.key)}.", instead=instead)
        return super().steps(entry, changes)

    def apply(self, entry: Entry, changes: Sequence[Change]) -> Outcome:
        """Write the changes to one issue; raises ReadOnlyConnection, Unsupported."""
        outcome = _nothing_sent(lambda: super(JiraAdapter, self).apply(entry, changes))
        self._wrote(entry.ref.id)
        return outcome

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
        return Maker(self._survey, self._writer_client).create(draft)

    def _link(self, draft: LinkDraft) -> Outcome:
        return Maker(self._survey, self._writer_client).link(draft)

    def _wrote(self, id: str) -> None:
        others = [one for one in self._fresh if one != id]
        self._fresh = [*others, id][-MOST_FRESH:]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._writer_client.close()


def _nothing_sent(call: Callable[[], Outcome]) -> Outcome:
    """Return the outcome of a write; where a question before its first call fails, nothing was written."""
    try:
        return call()
    except ConnectionFailed as failure:
        return Refused(reason=str(failure))
