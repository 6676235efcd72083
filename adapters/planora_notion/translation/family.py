"""What stands above a row, and what that makes of the row; pure."""

from __future__ import annotations

from collections.abc import Mapping

from planora_notion.site.schema import Json
from planora_notion.site.source import Relative, Source
from planora_notion.translation import values
from planora_notion.translation.names import loose, short
from planora_notion.translation.row import Row
from planora_notion.translation.words import LARGE, WORK
from planora_sync.model import Kind, Named


def title_of(page: Json) -> str:
    """Return a page's title: the property of that type, whatever its name."""
    properties: Mapping[str, Json] = page.get("properties") or {}
    return next((values.text(value) for value in properties.values() if value.get("type") == "title"), "")


def relative(page: Json, source: Source | None) -> Relative:
    """Return what a page's children need to know of it; without a source only its name."""
    name = title_of(page) or short(str(page["id"]))
    if source is None:
        return Relative(name=name, source=source_id(page))
    read = Row(page, source)
    return Relative(name=name, source=source.id, kind=read.kind(), typed=read.choice("type") is not None)


def source_id(page: Json) -> str | None:
    """Return the data source that a page is a row of; None for a plain page."""
    parent = page.get("parent") or {}
    found = parent.get("data_source_id")
    return str(found) if found else None


def parent_id(page: Json, source: Source) -> str | None:
    """Return the page above a row: its parent, else the project it works for."""
    for name in ("parent", "project"):
        found = values.references(values.find(page, source.get(name)))
        if found:
            return found[0]
    return None


def family(read: Row, relatives: Mapping[str, Relative], kind: Kind) -> tuple[Named | None, Kind, int]:
    """Return the parent, the kind and the level: 1 for what is large, -1 for parts of tasks, else 0."""
    above = parent_id(read.page, read.source)
    if above is None:
        return None, kind, int(kind in LARGE)
    parent = relatives.get(above, Relative(name=short(above), source=None))
    named = Named(id=above, name=parent.name)
    if kind in LARGE or not _is_part(read, above, parent):
        return named, kind, int(kind in LARGE)
    return named, Kind.SUBTASK if kind in (Kind.TASK, Kind.OTHER) else kind, -1


def _is_part(read: Row, above: str, parent: Relative) -> bool:
    """Return whether a row is a part of the task above it: in the same data source, and below a task.

    What stands below an epic is an entry in its own right. Where nothing says what the parent is, the
    relation's name does: Notion's own "Parent-task" makes sub-tasks.
    """
    prop = read.source.get("parent")
    if prop is None or parent.source != read.source.id:
        return False
    if above not in values.references(values.find(read.page, prop)):
        return False
    unsaid = parent.kind is Kind.OTHER and not parent.typed
    return parent.kind in WORK or (unsaid and "task" in loose(prop.name))
