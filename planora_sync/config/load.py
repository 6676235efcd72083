"""Reads config.toml: everything wrong with it at once, each with its line and what to write instead."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

from planora_sync.config.checks import check_codes, check_homes, check_people, check_scopes
from planora_sync.config.collector import Collector
from planora_sync.config.connections import Found, read_connection
from planora_sync.config.model import Caps, Config, Home, RulesConfig
from planora_sync.config.people import Member, People
from planora_sync.config.secrets import Sources
from planora_sync.config.store import read_store
from planora_sync.config.tables import (
    ApprovalTable,
    CapsTable,
    HomesTable,
    PersonTable,
    RulesTable,
    TopTable,
)
from planora_sync.errors import UsageError
from planora_sync.model import Layer
from planora_sync.toml import read


def load_config(path: pathlib.Path, *, env: Mapping[str, str]) -> Config:
    """Return the configuration of a file.

    Args:
        path: config.toml.
        env: the environment that `env:NAME` looks into and commands run in.

    Raises UsageError where there is no such file, ConfigError with everything that is wrong with it.
    """
    try:
        document = read(path)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        there = (
            f"The configuration {path} cannot be read"
            if path.exists()
            else f"There is no configuration at {path}"
        )
        raise UsageError(
            f"{there}: {reason}.",
            next_step="Run `planora-sync init` to write one, or `planora-sync demo` to see the product first.",
        ) from None
    collector = Collector(document)
    sources = Sources(env=env, base_dir=path.resolve().parent)
    config = _Reader(document.data, sources, collector).config(path)
    collector.refuse()
    return config


class _Reader:
    """Reads table by table; what is wrong is collected, and the reading goes on."""

    def __init__(self, data: Mapping[str, Any], sources: Sources, collector: Collector) -> None:
        self._data = data
        self._sources = sources
        self._collector = collector

    def config(self, path: pathlib.Path) -> Config:
        self._collector.table(TopTable, dict(self._data), ())
        store, plain_store = read_store(self._table("store"), self._sources, self._collector)
        found = self._connections()
        connections = {each.connection.name: each.connection for each in found}
        check_scopes(connections.values(), self._collector)
        return Config(
            path=path,
            store=store,
            connections=connections,
            people=self._people(),
            caps=self._caps(),
            rules=self._rules(),
            homes=self._homes(),
            approval=self._approval(),
            warnings=self._collector.warnings,
            plain_secrets=(*plain_store, *(key for each in found for key in each.plain)),
        )

    def _table(self, key: str) -> Mapping[str, Any]:
        table = self._data.get(key, {})
        if isinstance(table, dict):
            return table
        self._collector.problem((key,), f"`{key}` must be a table", f"Begin it with `[{key}]`.")
        return {}

    def _subtables(self, key: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
        for name, table in self._table(key).items():
            if isinstance(table, dict):
                yield name, table
            else:
                what = f"`{name}` must be a table"
                self._collector.problem((key, name), what, f"Begin it with `[{key}.{name}]`.")

    def _connections(self) -> list[Found]:
        if self._data.get("connections", {}) == {}:
            instead = "Write `[connections.work]`, or run `planora-sync init`."
            self._collector.problem(("connections",), "there is no connection", instead)
        read = (
            read_connection(name, raw, self._sources, self._collector)
            for name, raw in self._subtables("connections")
        )
        return [found for found in read if found is not None]

    def _people(self) -> People:
        members = []
        for key, raw in self._subtables("people"):
            if "name" not in raw:
                instead = 'Write `name = "Ana Ruiz"`.'
                self._collector.problem(("people", key, "name"), "`name` is missing", instead)
            table = self._collector.table(PersonTable, raw, ("people", key))
            if table is not None:
                members.append(Member(key=key, name=table.name, role=table.role, aliases=table.aliases))
        trackers = {name: str(raw.get("tracker", "")) for name, raw in self._subtables_quietly("connections")}
        check_people(members, trackers, self._collector)
        return People(members)

    def _subtables_quietly(self, key: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
        table = self._data.get(key, {})
        if isinstance(table, dict):
            yield from ((name, raw) for name, raw in table.items() if isinstance(raw, dict))

    def _caps(self) -> Caps:
        table = self._collector.table(CapsTable, self._table("caps"), ("caps",))
        return Caps(**table.model_dump()) if table else Caps()

    def _rules(self) -> RulesConfig:
        table = self._collector.table(RulesTable, self._table("rules"), ("rules",))
        if table is None:
            return RulesConfig()
        check_codes(table, self._collector)
        own = {key: getattr(table, key) for key in ("select", "ignore", "level", "fail_on", "confidence")}
        return RulesConfig(**own, thresholds=table.thresholds.thresholds())

    def _homes(self) -> Mapping[Layer, Home]:
        table = self._collector.table(HomesTable, self._table("homes"), ("homes",))
        said = {layer: getattr(table, layer.value) for layer in Layer} if table else {}
        names = tuple(name for name, _ in self._subtables_quietly("connections"))
        return check_homes({layer: home for layer, home in said.items() if home}, names, self._collector)

    def _approval(self) -> Mapping[Layer, tuple[str, ...]]:
        table = self._collector.table(ApprovalTable, self._table("approval"), ("approval",))
        said = {layer: getattr(table, layer.value) for layer in Layer} if table else {}
        return {layer: tuple(role.value for role in roles) for layer, roles in said.items() if roles}
