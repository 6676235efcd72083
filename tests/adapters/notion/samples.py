"""Payloads in Notion's form, as small as they may be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from planora_notion.site.layout import build
from planora_notion.site.lexicon import Lexicon
from planora_notion.site.schema import parse
from planora_notion.site.source import Member, Relative, Source
from planora_notion.translation.wire import Known, entry

from planora_sync.adapter import FieldSource, Vocabulary
from planora_sync.model import Entry, Sprint

SOURCE = "0d0d0d0d-0000-4000-8000-00000000000d"
PAGE = "11111111-2222-4333-8444-555555555555"
Json = dict[str, Any]


def data_source(title: Any = "Tasks", *, id: Any = SOURCE, **props: Any) -> Json:
    """Return a data source; a property is its type, or its type with options, or a whole configuration."""
    return {
        "object": "data_source",
        "id": id,
        "title": rich(title),
        "url": "https://app.notion.com/p/0d0d",
        "parent": {"type": "database_id", "database_id": id},
        "in_trash": False,
        "properties": {name: _schema(name, spec) for name, spec in {"Name": "title", **props}.items()},
    }


def _schema(name: str, spec: Any) -> Json:
    if isinstance(spec, Mapping):
        return {"id": quote(id_of(name), safe=""), "name": name, **spec}
    kind, *options = [spec] if isinstance(spec, str) else spec
    config: Json = {"options": [{"id": f"o-{one}", "name": one} for one in options]} if options else {}
    return {"id": quote(id_of(name), safe=""), "name": name, "type": kind, kind: config}


def status(**groups: list[str]) -> Json:
    """Return a status property with its groups."""
    return {
        "type": "status",
        "status": {
            "options": [{"id": f"o-{one}", "name": one} for names in groups.values() for one in names],
            "groups": [
                {
                    "id": f"g-{group}",
                    "name": group.replace("_", " "),
                    "option_ids": [f"o-{one}" for one in names],
                }
                for group, names in groups.items()
            ],
        },
    }


def relation(target: str = SOURCE, twin: str | None = None) -> Json:
    """Return a relation property."""
    config: Json = {"data_source_id": target, "database_id": target}
    if twin:
        config["dual_property"] = {"synced_property_id": quote(id_of(twin), safe="")}
    return {"type": "relation", "relation": config}


def id_of(name: str) -> str:
    """Return a property's decoded id: with a letter that must be encoded, as many of Notion's have."""
    return "title" if name == "Name" else f"<{hashlib.sha256(name.encode()).hexdigest()[:4]}"


def rich(text: str) -> list[Json]:
    return [{"type": "text", "text": {"content": text, "link": None}, "plain_text": text}] if text else []


def page(title: Any = "Do it", *, id: Any = PAGE, **values: Any) -> Json:
    """Return a row; a value is `(type, value)`, and further keys of the page come as `page__key`."""
    more = {key.removeprefix("page__"): value for key, value in values.items() if key.startswith("page__")}
    held = {name: value for name, value in values.items() if not name.startswith("page__")}
    return {
        "object": "page",
        "id": id,
        "created_time": "2026-11-01T09:00:00.000Z",
        "last_edited_time": "2026-11-20T10:01:00.000Z",
        "created_by": {"object": "user", "id": "u-ana"},
        "parent": {"type": "data_source_id", "data_source_id": SOURCE},
        "in_trash": False,
        "is_archived": False,
        "url": f"https://app.notion.com/p/Do-it-{id.replace('-', '')}",
        "public_url": None,
        "properties": {
            "Name": {"id": "title", "type": "title", "title": rich(title)},
            **{name: _value(name, *value) for name, value in held.items()},
        },
        **more,
    }


def _value(name: str, kind: str, value: Any) -> Json:
    return {"id": quote(id_of(name), safe=""), "type": kind, kind: value}


def chosen(name: str) -> Json:
    return {"id": f"o-{name}", "name": name, "color": "default"}


def day(start: str, end: str | None = None) -> tuple[str, Any]:
    """Return the value of a date property."""
    return ("date", {"start": start, "end": end, "time_zone": None})


def fields(**names: str) -> Vocabulary:
    """Return a vocabulary that names where fields are kept."""
    return Vocabulary(fields={field: FieldSource(name=(name,)) for field, name in names.items()})


def source(
    body: Json, vocabulary: Vocabulary | None = None, sprints: Mapping[str, Sprint] | None = None
) -> Source:
    words = vocabulary or Vocabulary()
    return Source(
        path="Tasks", layout=build(parse(body), words), lexicon=Lexicon(words), sprints=sprints or {}
    )


def translate(
    row: Json,
    where: Source,
    *,
    relatives: Mapping[str, Relative] | None = None,
    members: Mapping[str, Member] | None = None,
    keep_raw: bool = False,
) -> Entry:
    """Return the entry of a row."""
    known = Known(connection="n", member=(members or {}).get, relatives=relatives or {}, keep_raw=keep_raw)
    return entry(row, where, known)
