"""One team's planora-sync: its configuration, its store, its adapters and a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType

from planora_sync.adapter import Adapter, AdapterContext
from planora_sync.config import Config
from planora_sync.errors import UnknownReference
from planora_sync.http.inprocess import ASGIApp
from planora_sync.mapping.snapshot import Snapshot
from planora_sync.registry import load_adapter
from planora_sync.store import ConnectionNotes, Store


def utc_now() -> datetime:
    """Return this moment, aware UTC."""
    return datetime.now(UTC)


class Workspace:
    """What every command works on. Adapters are made when first asked for, and closed with it."""

    def __init__(
        self,
        config: Config,
        *,
        now: Callable[[], datetime] = utc_now,
        apps: Mapping[str, ASGIApp] | None = None,
        sleep: Callable[[float], None] | None = None,
        makers: Mapping[str, Callable[[AdapterContext], Adapter]] | None = None,
    ) -> None:
        """Open the store.

        Args:
            config: the configuration.
            now: the clock, aware UTC.
            apps: connection -> ASGI app that answers in place of a network.
            sleep: called to wait; None waits in real time.
            makers: connection -> what makes its adapter, in place of the one that is installed.

        Raises StoreFailed.
        """
        self.config = config
        self.now = now
        self._apps = apps or {}
        self._sleep = sleep
        self._makers = makers or {}
        self._adapters: dict[str, Adapter] = {}
        self._notes: dict[str, ConnectionNotes] = {}
        self.store = Store.open(config.store.url, now=now())

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close adapters and store; what adapters noted is written first."""
        try:
            for adapter in self._adapters.values():
                adapter.close()
            for notes in self._notes.values():
                notes.flush()
        finally:
            self.store.close()

    def connections(self, names: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the connections that are meant: those named, or all; raises UnknownReference."""
        wanted = tuple(dict.fromkeys(names))
        known = tuple(self.config.connections)
        for name in wanted:
            if name not in known:
                raise UnknownReference(
                    f"There is no connection {name!r}.",
                    next_step=f"Configured: {', '.join(known) or 'none'}.",
                )
        return wanted or known

    def adapter(self, name: str) -> Adapter:
        """Return the adapter of a connection; raises AdapterLoadError."""
        if name not in self._adapters:
            connection = self.config.connections[name]
            context = connection.context(
                now=self.now, app=self._apps.get(name), sleep=self._sleep, notes=self.notes(name)
            )
            make = self._makers.get(name) or load_adapter(connection.tracker)
            self._adapters[name] = make(context)
        return self._adapters[name]

    def notes(self, name: str) -> ConnectionNotes:
        """Return what the adapter of a connection remembers."""
        if name not in self._notes:
            self._notes[name] = self.store.notes(name)
        return self._notes[name]

    def snapshot(self) -> Snapshot:
        """Return what everything looked like at the last pull."""
        names = tuple(self.config.connections)
        return Snapshot(
            entries=self.store.entries.load(names),
            places=self.store.places.load(names),
            mappings={name: connection.mapping for name, connection in self.config.connections.items()},
            people=self.config.people,
            now=self.now(),
        )
