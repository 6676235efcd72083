"""The sorts of calls that need more than to be sent: hops of a way, edits without mails, moves in the background."""

from __future__ import annotations

from dataclasses import dataclass

from planora_sync.adapter import Step
from planora_sync.model import Named

QUIET = "?notifyUsers=false"
"""Ends the path of an edit that sends no mails."""


@dataclass(frozen=True, kw_only=True)
class Hop(Step):
    """One transition of a way to a status."""

    to: Named
    """The status it leads to."""
    seen: bool = True
    """Whether the issue itself shows the transition; else another issue does, and it is looked at again before."""


@dataclass(frozen=True, kw_only=True)
class Relocation(Step):
    """A move to another project or type, which Cloud does in the background."""

    issue: str
    """External id of the issue."""


@dataclass(frozen=True, kw_only=True)
class QuietEdit(Step):
    """An edit that switches the mails off, which Jira refuses as a whole where the account may not."""

    project: str
    """Id of the issue's project."""

    def loud(self) -> Step:
        """Return the same edit with mails."""
        path = self.path.removesuffix(QUIET)
        return Step(method=self.method, path=path, body=self.body, fields=self.fields)
