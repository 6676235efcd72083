"""A team whose trackers are workspaces in memory: the core over adapters that need no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from planora_sync.adapter import AdapterContext
from planora_sync.config import Config, ConnectionConfig
from planora_sync.config.model import StoreConfig
from planora_sync.mapping.loading import load_preset
from planora_sync.mapping.preset import ConnectionMapping
from planora_sync.runs.workspace import Workspace
from planora_sync.testing.builders import CONNECTION, TRACKER
from planora_sync.testing.memory import MemoryAdapter
from planora_sync.testing.workspace import TOKEN, MemoryWorkspace


def memory_team(
    store: Path | str,
    workspaces: Mapping[str, MemoryWorkspace] | MemoryWorkspace,
    *,
    now: Callable[[], datetime],
    kind: type[MemoryAdapter] = MemoryAdapter,
    census: timedelta | None = timedelta(hours=24),
    **fields: Any,
) -> Workspace:
    """Return an opened team.

    Args:
        store: the file, or the URL, of its store.
        workspaces: connection -> what is behind it; one alone is called as the builders' entries say.
        now: the clock, aware UTC.
        kind: the adapter.
        census: how often one is due.
        fields: further fields of each connection.
    """
    behind = {CONNECTION: workspaces} if isinstance(workspaces, MemoryWorkspace) else workspaces
    mapping = ConnectionMapping(default=load_preset("jira-scrum"))
    base: dict[str, Any] = {"tracker": TRACKER, "token": SecretStr(TOKEN), "read_only": False}
    connections = {
        name: ConnectionConfig(name=name, mapping=mapping, census=census, **{**base, **fields})
        for name in behind
    }
    url = f"sqlite:///{store}" if isinstance(store, Path) else store
    config = Config(path=Path("config.toml"), store=StoreConfig(url=url), connections=connections)
    makers = {name: _maker(kind, workspace) for name, workspace in behind.items()}
    return Workspace(config, now=now, makers=makers)


def _maker(
    kind: type[MemoryAdapter], workspace: MemoryWorkspace
) -> Callable[[AdapterContext], MemoryAdapter]:
    return lambda context: kind(context, workspace)
