"""Reads `[store]`."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from planora_sync.config.collector import Collector
from planora_sync.config.model import StoreConfig
from planora_sync.config.secrets import NoSecret, Sources, resolve
from planora_sync.config.tables import StoreTable

SQLITE = "sqlite:///"
AT = ("store", "url")


def read_store(
    raw: Mapping[str, Any], sources: Sources, collector: Collector
) -> tuple[StoreConfig, tuple[str, ...]]:
    """Return where the store is, and the key of its password where that stands in the file itself."""
    table = collector.table(StoreTable, raw, ("store",))
    url = table.url if table else StoreTable().url
    plain: tuple[str, ...] = ()
    if url.startswith(("env:", "file:", "cmd:")):
        match resolve(url, sources):
            case NoSecret(what=what, instead=instead):
                collector.problem(AT, what, instead)
                return StoreConfig(url=""), ()
            case secret:
                url = secret.value.get_secret_value()
    else:
        plain = ("store.url",) if _password(url) else ()
    collector.keep_out(SecretStr(_password(url)))
    _check(url, collector)
    return StoreConfig(url=_absolute(url, sources.base_dir)), plain


def _check(url: str, collector: Collector) -> None:
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql", "postgres") or "://" not in url:
        instead = "Write `sqlite:///planora.db` or `postgresql://user:password@host/database`."
        collector.problem(AT, "`url` names no store", instead)


def _absolute(url: str, base_dir: pathlib.Path) -> str:
    """Return the URL with a relative SQLite path begun at the configuration's folder."""
    name = url.removeprefix(SQLITE)
    if not url.startswith(SQLITE) or name.startswith(("/", ":memory:", "file:", "~")) or not name:
        return url
    return f"{SQLITE}{base_dir / name}"


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""
