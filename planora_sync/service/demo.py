"""The demo: the whole loop on three stand-ins, by the same functions as the commands, measured against the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from planora_sync.config import load_config
from planora_sync.correct.approve import Approval
from planora_sync.correct.proposal import Proposal
from planora_sync.report.audited import Audited
from planora_sync.runs.apply import Applied, apply_approved, approve_proposal
from planora_sync.runs.audit import audit_store
from planora_sync.runs.propose import draft, make
from planora_sync.runs.pull import Progress, Pulled, PullStatus, pull_all
from planora_sync.runs.report import write_report
from planora_sync.runs.workspace import Workspace
from planora_sync.service.day_clock import DayClock
from planora_sync.service.demo_folder import fresh_folder, write_config
from planora_sync.service.measure import Measured, Written, measure
from planora_sync.service.serving import serve
from planora_sync.service.stand_ins import stand_in

CONNECTIONS: Mapping[str, str] = {"work": "jira", "product": "notion", "growth": "trello"}
"""Connection -> its tracker."""
WORKSPACE = "messy"
BY = "demo"
"""Who approves."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One pull and the audit of it."""

    pulled: tuple[Pulled, ...]
    audited: Audited
    measured: Measured

    @property
    def failures(self) -> tuple[Pulled, ...]:
        """Return the connections that could not be read whole."""
        return tuple(one for one in self.pulled if one.status is not PullStatus.OK)

    @property
    def right(self) -> bool:
        """Return whether everything was read, and what was found is what is written down."""
        return self.measured.exact and not self.failures


class Demo:
    """The steps of the loop, to be taken in their order."""

    def __init__(self, workspace: Workspace, folder: Path, written: Written) -> None:
        self._workspace = workspace
        self._written = written
        self.folder = folder

    def look(self, progress: Progress) -> Look:
        """Pull, audit, and return what was found beside what is written down."""
        return self._look(progress, after=False)

    def look_again(self, progress: Progress) -> Look:
        """Do the same once the corrections were applied."""
        return self._look(progress, after=True)

    def propose(self, look: Look) -> Proposal:
        """Return the proposal of an audit, kept in the store."""
        return make(self._workspace, look.audited)

    def approve(self, proposal: Proposal) -> Approval:
        """Approve all that may be approved, and return the approval."""
        return approve_proposal(self._workspace, proposal, by=BY, digest=proposal.digest)

    def apply(self, proposal: Proposal) -> Applied:
        """Write what was approved, and return what came of it; raises CapsExceeded."""
        return apply_approved(self._workspace, proposal)

    def report(self, look: Look, name: str, proposal: Proposal | None = None) -> tuple[Path, ...]:
        """Write an audit as a page and as Markdown, and return where."""
        chosen = proposal or draft(self._workspace, look.audited)
        paths = tuple(self.folder / f"{name}.{form}" for form in ("html", "md"))
        for path in paths:
            write_report(self._workspace, look.audited, path.suffix.removeprefix("."), path, chosen)
        return paths

    def _look(self, progress: Progress, *, after: bool) -> Look:
        pulled = pull_all(self._workspace, progress=progress)
        audited = audit_store(self._workspace)
        measured = measure(audited.audit.findings, self._written, after=after)
        return Look(pulled=pulled, audited=audited, measured=measured)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a demo did, from beginning to end."""

    first: Look
    proposal: Proposal
    approval: Approval
    applied: Applied
    second: Look
    reports: tuple[Path, ...]

    @property
    def right(self) -> bool:
        """Return whether both audits found what is written down, and everything approved was written."""
        return self.first.right and self.second.right and self.applied.report.complete


class Teller:
    """Told each step as it is done; this one says nothing."""

    def reading(self) -> AbstractContextManager[Progress]:
        """Give what is told, while a pull lasts, how many entries of a connection came so far."""
        return nullcontext(lambda connection, count: None)

    def looked(self, look: Look) -> None:
        """Be told what the first audit found."""

    def proposed(self, proposal: Proposal) -> None:
        """Be told what would be changed."""

    def approved(self, approval: Approval) -> None:
        """Be told what was approved."""

    def applied(self, applied: Applied) -> None:
        """Be told what was written."""

    def looked_again(self, look: Look) -> None:
        """Be told what the second audit found."""


def perform(demo: Demo, tell: Teller) -> Shown:
    """Take all steps in their order and return what they did."""
    with tell.reading() as progress:
        first = demo.look(progress)
    tell.looked(first)
    proposal = demo.propose(first)
    tell.proposed(proposal)
    approval = demo.approve(proposal)
    tell.approved(approval)
    applied = demo.apply(proposal)
    tell.applied(applied)
    with tell.reading() as progress:
        second = demo.look_again(progress)
    tell.looked_again(second)
    reports = (*demo.report(first, "report", proposal), *demo.report(second, "report-after"))
    return Shown(
        first=first,
        proposal=proposal,
        approval=approval,
        applied=applied,
        second=second,
        reports=reports,
    )


class Stage:
    """A demo that is set up: its stand-ins answer, its configuration is written."""

    def __init__(self, folder: Path, config: Path, written: Written, clock: DayClock) -> None:
        self.folder = folder
        self.config = config
        self._written = written
        self._clock = clock

    @contextmanager
    def opened(self) -> Iterator[Demo]:
        """Give the demo with its store open; the stand-ins' clock passes no midnight until the block ends."""
        try:
            config = load_config(self.config, env={})
            with Workspace(config, now=self._clock, sleep=_no_wait) as workspace:
                yield Demo(workspace, self.folder, self._written)
        finally:
            self._clock.let_go()


def _no_wait(seconds: float) -> None:
    """Return at once: the share of an allowance leaves the rest to others, and stand-ins of our own have none."""


@contextmanager
def stage(folder: Path, now: Callable[[], datetime]) -> Iterator[Stage]:
    """Set up a demo in a folder of its own; its stand-ins answer for as long as the block lasts.

    Args:
        folder: where its configuration, store and reports go.
        now: the clock, aware UTC.

    Raises UsageError where the folder is somebody else's.
    """
    fresh_folder(folder)
    clock = DayClock(now)
    sandboxes = [stand_in(tracker, WORKSPACE, now=clock) for tracker in CONNECTIONS.values()]
    written = {name: one.expected() for name, one in zip(CONNECTIONS, sandboxes, strict=True)}
    with serve(sandboxes) as served:
        config = write_config(folder, zip(CONNECTIONS, served, strict=True))
        yield Stage(folder, config, written, clock)
