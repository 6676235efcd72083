"""A site that is pulled again and again by processes with the same notes."""

from __future__ import annotations

from typing import Any

from planora_jira.sandbox import JiraSandbox

from planora_sync.adapter import Notes, NotesInMemory
from planora_sync.testing import Pulled, pull_all
from tests.adapters.jira.setups import adapter_of

SEARCHES = {"cloud": "/rest/api/3/search/jql", "data_center": "/rest/api/2/search"}


class Noted:
    """A site that is pulled again and again, each time by another process with the same notes."""

    def __init__(self, sandbox: JiraSandbox, **context: Any) -> None:
        self.sandbox = sandbox
        self.notes: Notes = NotesInMemory()
        self.context = context
        self.cursor: str | None = None

    def pull(self, **changes: Any) -> Pulled:
        """Pull what changed, and note the requests."""
        self.sandbox.ledger.clear()
        adapter = adapter_of(self.sandbox, notes=self.notes, **{**self.context, **changes})
        pulled = pull_all(adapter, since=self.cursor)
        adapter.close()
        self.cursor = pulled.cursor
        return pulled

    @property
    def paths(self) -> list[str]:
        return [f"{row.method} {row.path}" for row in self.sandbox.ledger]
