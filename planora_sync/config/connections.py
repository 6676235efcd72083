"""Reads `[connections.NAME]`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from planora_sync import registry
from planora_sync.config.address import NoAddress, address
from planora_sync.config.collector import Collector, quoted
from planora_sync.config.mappings import read_mapping
from planora_sync.config.model import ConnectionConfig
from planora_sync.config.secrets import NoSecret, Sources, resolve
from planora_sync.config.tables import ConnectionTable
from planora_sync.names import plain
from planora_sync.toml import Path, nearest

NAME = re.compile(r"[A-Za-z0-9_-]+")
SECRETS = ("user", "token", "write_token", "webhook_secret")
TOKENS = ("token", "write_token")
"""Those that are one word of ASCII, as vendors make them."""
SCOPES = {"jira": "projects", "notion": "data_sources", "trello": "boards"}
"""Tracker -> the key that says what a connection reads; other trackers may use any."""
TRELLO_USER_TOKEN = "ATTA"  # noqa: S105 - what such tokens begin with


@dataclass(frozen=True, kw_only=True)
class Found:
    """A connection, and which of its secrets stand in the file itself."""

    connection: ConnectionConfig
    plain: tuple[str, ...]


def read_connection(
    name: str, raw: Mapping[str, Any], sources: Sources, collector: Collector
) -> Found | None:
    """Return a connection, or None where something is wrong with it; everything wrong is noted."""
    at: Path = ("connections", name)
    if not NAME.fullmatch(name):
        instead = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "work"
        collector.problem(at, "a connection's name takes letters, digits, - and _", f"Call it `{instead}`.")
    table = collector.table(ConnectionTable, raw, at)
    tracker = _tracker(raw.get("tracker"), at, collector)
    secrets, plain_keys = _secrets(raw, at, sources, collector)
    url = _url(raw.get("url", ""), tracker, at, collector)
    mapping = read_mapping(raw, tracker or "", at, sources.base_dir, collector) if tracker else None
    if tracker:
        _check_credentials(tracker, raw, secrets, at, collector)
    if table is None or tracker is None:
        return None
    _check_tracker(table, tracker, at, collector)
    scope = _scope(table, tracker, at, collector)
    if url is None or mapping is None:
        return None
    connection = ConnectionConfig(
        name=name,
        tracker=tracker,
        url=url,
        deployment=table.deployment,
        **secrets,
        read_only=table.read_only,
        scope=scope,
        boards=() if SCOPES.get(tracker) == "boards" else table.boards,
        mapping=mapping,
        done_days=table.done_days,
        keep_raw=table.keep_raw,
        timeout=table.timeout,
        rate_share=table.rate_share,
        page_text=table.page_text,
        parallel=table.parallel,
        census=table.census,
    )
    return Found(connection=connection, plain=plain_keys)


def _tracker(said: object, at: Path, collector: Collector) -> str | None:
    known = registry.names()
    if said is None:
        collector.problem((*at, "tracker"), "`tracker` is missing", f"Write one of {', '.join(known)}.")
    if not isinstance(said, str):
        return None  # the table's model says so
    if said in known:
        return said
    what = f"no tracker {quoted(said)} is installed"
    collector.problem((*at, "tracker"), what, f"{nearest(said, known)} Or install its adapter.")
    return None


def _secrets(
    raw: Mapping[str, Any], at: Path, sources: Sources, collector: Collector
) -> tuple[dict[str, SecretStr], tuple[str, ...]]:
    """Return the secrets that were found, and the keys of those that stand in the file."""
    found: dict[str, SecretStr] = {}
    plain_keys = []
    for key in SECRETS:
        said = raw.get(key)
        if not isinstance(said, str):
            continue
        match resolve(said, sources, is_token=key in TOKENS):
            case NoSecret(what=what, instead=instead):
                collector.problem((*at, key), what, instead)
            case secret:
                found[key] = secret.value
                if key != "user" or raw.get("tracker") == "trello":
                    collector.keep_out(secret.value)
                if secret.plain and key != "user":
                    plain_keys.append(".".join(map(str, (*at, key))))
                if secret.worry:
                    collector.warning((*at, key), secret.worry, "Take the right away: `chmod 600`.")
    return found, tuple(plain_keys)


def _check_credentials(
    tracker: str, raw: Mapping[str, Any], secrets: Mapping[str, SecretStr], at: Path, collector: Collector
) -> None:
    if tracker not in SCOPES:
        return
    if "token" not in raw:
        variable = f"{tracker.upper()}_TOKEN"
        collector.problem((*at, "token"), "`token` is missing", f'Write `token = "env:{variable}"`.')
    if tracker == "trello" and "user" not in raw and _begins(secrets.get("token"), TRELLO_USER_TOKEN):
        collector.problem(
            (*at, "user"),
            "`user` is missing: this token needs the key that it belongs to",
            'Write `user = "env:TRELLO_KEY"`.',
        )


def _begins(secret: SecretStr | None, head: str) -> bool:
    return secret is not None and secret.get_secret_value().startswith(head)


def _url(said: object, tracker: str | None, at: Path, collector: Collector) -> str | None:
    if not isinstance(said, str):
        return None
    if not said.strip():
        if tracker == "jira":
            example = 'Write `url = "https://acme.atlassian.net"`.'
            collector.problem((*at, "url"), "`url` is missing", example)
            return None
        return ""
    match address(said):
        case NoAddress(what=what, instead=instead):
            collector.problem((*at, "url"), what, instead)
            return None
        case found:
            if found.worry:
                collector.warning((*at, "url"), found.worry, "Write `https://`.")
            return found.url


def _check_tracker(table: ConnectionTable, tracker: str, at: Path, collector: Collector) -> None:
    if tracker in SCOPES and tracker != "jira" and table.deployment != "cloud":
        what = f"{tracker} has no deployments"
        collector.problem((*at, "deployment"), what, "Take it out; `url` alone names another host.")


def _scope(table: ConnectionTable, tracker: str, at: Path, collector: Collector) -> tuple[str, ...]:
    given = {"projects": table.projects, "data_sources": table.data_sources, "boards": table.boards}
    own = SCOPES.get(tracker)
    allowed = (own, "boards") if own == "projects" else (own,) if own else tuple(given)
    for key, values in given.items():
        if values and key not in allowed:
            collector.problem((*at, key), f"{tracker} has no `{key}`", f"Write `{own} = [...]`.")
        seen: set[str] = set()
        for position, value in enumerate(values):
            if plain(value) in seen:
                what = f"`{value}` is listed twice"
                collector.problem((*at, key, position), what, "Take one of them out.")
            seen.add(plain(value))
    return given[own] if own else next((values for values in given.values() if values), ())
