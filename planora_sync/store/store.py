"""The store: all that planora-sync remembers, in an SQLite file or a PostgreSQL database.

Values go in and come out; each method is a transaction of its own, committed when it returns. No SQL leaves
this package.
"""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Self

from planora_sync.store.absences import Absences
from planora_sync.store.address import parse_address
from planora_sync.store.approvals import Approvals
from planora_sync.store.censuses import Censuses
from planora_sync.store.database import Database
from planora_sync.store.decisions import Pins, Waivers
from planora_sync.store.entries import Entries
from planora_sync.store.findings import Findings
from planora_sync.store.journal import StoreJournal
from planora_sync.store.judgements import Judgements
from planora_sync.store.migrate import migrate
from planora_sync.store.notes import ConnectionNotes
from planora_sync.store.pauses import Pauses
from planora_sync.store.places import Places
from planora_sync.store.proposals import Proposals
from planora_sync.store.pulls import Cursors, Pulls
from planora_sync.store.runs import Runs
from planora_sync.store.under_way import PullsUnderWay


class Store:
    """An open store; may be shared by threads, not by processes: each opens its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.runs = Runs(database)
        self.entries = Entries(database)
        self.places = Places(database)
        self.cursors = Cursors(database)
        self.pulls = Pulls(database)
        self.under_way = PullsUnderWay(database)
        self.absences = Absences(database)
        self.censuses = Censuses(database)
        self.pauses = Pauses(database)
        self.judgements = Judgements(database)
        self.findings = Findings(database)
        self.proposals = Proposals(database)
        self.approvals = Approvals(database)
        self.journal = StoreJournal(database)
        self.pins = Pins(database)
        self.waivers = Waivers(database)

    @classmethod
    def open(cls, url: str, *, now: datetime) -> Self:
        """Return the store at a URL, made where there is none and brought to this version's tables.

        `sqlite:///planora.db` is relative to the working directory; a missing directory is made. `now` dates
        the upgrade. Raises StoreFailed, without the password, where the URL, the file or the database is not
        usable or the store is of a newer version.
        """
        database = Database(parse_address(url))
        try:
            migrate(database, now)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def notes(self, connection: str) -> ConnectionNotes:
        """Return what the adapter of a connection remembers, as it stands now."""
        return ConnectionNotes(self._database, connection)

    def close(self) -> None:
        """Give back all connections; an SQLite store is then one whole file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
