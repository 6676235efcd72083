"""The configuration as the rest of the product sees it: typed, complete, with secrets that do not print."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import SecretStr

from planora_sync.adapter import AdapterContext, Notes, NotesInMemory
from planora_sync.classify.judge import THRESHOLD
from planora_sync.config.people import People
from planora_sync.errors import ConfigProblem
from planora_sync.http.inprocess import ASGIApp
from planora_sync.mapping.filed import NO_WORK
from planora_sync.mapping.loading import vocabulary
from planora_sync.mapping.preset import ConnectionMapping
from planora_sync.model import Layer
from planora_sync.rules.base import Level, Thresholds


@dataclass(frozen=True, kw_only=True)
class StoreConfig:
    """`[store]`."""

    url: str = field(repr=False)
    """May hold a password. A relative SQLite path is made absolute: it starts at the configuration's folder."""


@dataclass(frozen=True, kw_only=True)
class ConnectionConfig:
    """One `[connections.NAME]`, with its mapping read and its secrets found."""

    name: str
    tracker: str
    """The adapter's entry point name."""
    url: str = ""
    """Base address without a trailing slash; empty for the vendor's own."""
    deployment: str = "cloud"
    user: SecretStr | None = None
    """With it Jira gets basic credentials, without it a Bearer token; for Trello it is the key."""
    token: SecretStr | None = None
    write_token: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    """With which the tracker signs what its webhooks send."""
    read_only: bool = True
    scope: tuple[str, ...] = ()
    """Projects, data sources or Trello boards; empty for all that is visible."""
    boards: tuple[str, ...] = ()
    """Jira's boards, where not all of the projects' boards are meant."""
    mapping: ConnectionMapping
    done_days: int = 180
    keep_raw: bool = True
    timeout: float = 30.0
    """Seconds one request may take."""
    rate_share: float = 0.5
    page_text: bool = False
    """Read texts that cost a request an entry."""
    parallel: int = 4
    """How many requests may be under way at once."""
    census: timedelta | None = timedelta(hours=24)
    """How often is looked for entries that left without a word; None for never but in full pulls."""

    def context(
        self,
        *,
        now: Callable[[], datetime],
        app: ASGIApp | None = None,
        sleep: Callable[[float], None] | None = None,
        read_only: bool | None = None,
        notes: Notes | None = None,
    ) -> AdapterContext:
        """Return what the connection's adapter is given.

        Args:
            now: the clock, aware UTC.
            app: an ASGI app that answers in place of a network.
            sleep: called to wait; None waits in real time.
            read_only: True makes a writable connection read-only; a read-only one stays so.
            notes: what the adapter remembers between two runs; None is a memory that ends with the process.
        """
        places = self.mapping.by_place.items()
        return AdapterContext(
            name=self.name,
            url=self.url,
            deployment=self.deployment,
            user=_shown(self.user),
            token=_shown(self.token),
            write_token=_shown(self.write_token),
            webhook_secret=_shown(self.webhook_secret),
            read_only=self.read_only or bool(read_only),
            scope=self.scope,
            boards=self.boards,
            vocabulary=vocabulary(self.mapping.default),
            place_vocabularies={path: vocabulary(own) for path, own in places if own is not NO_WORK},
            done_days=self.done_days,
            keep_raw=self.keep_raw,
            timeout=self.timeout,
            rate_share=self.rate_share,
            page_text=self.page_text,
            parallel=self.parallel,
            app=app,
            notes=notes or NotesInMemory(),
            now=now,
            sleep=sleep,
        )


@dataclass(frozen=True, kw_only=True)
class Caps:
    """`[caps]`: how much one proposal may change."""

    max_corrections: int = 200
    max_share: float = 0.3
    """Of a place's open entries ..."""
    min_entries: int = 10
    """... that holds at least so many."""


@dataclass(frozen=True, kw_only=True)
class RulesConfig:
    """`[rules]`: which rules are asked, and how loudly they speak."""

    select: tuple[str, ...] = ()
    """Codes or prefixes; empty for all."""
    ignore: Mapping[str, str] = field(default_factory=dict)
    """Code or prefix -> reason."""
    level: Mapping[str, Level] = field(default_factory=dict)
    fail_on: str = "info"
    """`info`, `warning`, `error` or `never`."""
    confidence: float = THRESHOLD
    """Below it the nature of an entry is `unsure`."""
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a layer lives: `work:PLAN/board:12`."""

    connection: str
    place: str

    def __str__(self) -> str:
        return f"{self.connection}:{self.place}"


@dataclass(frozen=True, kw_only=True)
class Config:
    """A whole config.toml."""

    path: pathlib.Path
    store: StoreConfig
    connections: Mapping[str, ConnectionConfig]
    people: People = field(default_factory=People)
    caps: Caps = field(default_factory=Caps)
    rules: RulesConfig = field(default_factory=RulesConfig)
    homes: Mapping[Layer, Home] = field(default_factory=dict)
    approval: Mapping[Layer, tuple[str, ...]] = field(default_factory=dict)
    """Layer -> roles that may approve its corrections; a layer that is absent is open to everybody."""
    warnings: tuple[ConfigProblem, ...] = ()
    """What works, but should not stay."""
    plain_secrets: tuple[str, ...] = ()
    """Keys whose secret stands in the file itself, such as `connections.work.token`."""


def _shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
