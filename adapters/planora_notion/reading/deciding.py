"""What a pull asks of each data source: everything that counts, or what changed; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from planora_notion.reading.cursor import Cursor
from planora_notion.reading.queries import Wanted, edited_since, either
from planora_notion.reading.resuming import Resume, Stand, fingerprint
from planora_notion.reading.streams import Task
from planora_notion.site.catalog import Catalog
from planora_notion.site.schema import Json
from planora_notion.site.source import Source
from planora_notion.translation.moments import minute
from planora_notion.translation.sprints import digests
from planora_sync.adapter import AdapterContext
from planora_sync.model import Category

AT_ONCE = 25
"""Changed sprints, or changed pages above others, that one filter names."""


class Decider:
    """Decides for one pull."""

    def __init__(self, catalog: Catalog, before: Cursor, so_far: Resume, context: AdapterContext) -> None:
        self._catalog = catalog
        self._before = before
        self._so_far = so_far
        self._sprints = digests(catalog.sprints)
        self._moved = before.changed_sprints(self._sprints)
        self._oldest = so_far.begun - timedelta(days=context.done_days)
        self._tasks: dict[str, Task] = {}

    def task(self, source: Source) -> Task:
        """Return what is asked of a data source, and how far that was read before."""
        if source.id not in self._tasks:
            self._tasks[source.id] = self._task(source)
        return self._tasks[source.id]

    def oldest(self, source: Source) -> datetime | None:
        """Return before when rows done are left out; None where only what changed is read."""
        return self._oldest if self.task(source).mark is None else None

    def below(self, changed: Sequence[str]) -> Iterator[Task]:
        """Return what is asked for rows below pages that changed, where they are not read anyway."""
        for source in self._catalog.sources.values():
            props = [prop for name in ("parent", "project") if (prop := source.get(name))]
            if self.task(source).mark is None or not props:
                continue
            for start in range(0, len(changed), AT_ONCE):
                related = [
                    _contains(prop.id, id) for id in changed[start : start + AT_ONCE] for prop in props
                ]
                wanted = Wanted(source=source.id, where=either(*related), schema=source.schema)
                yield Task(
                    source=source,
                    wanted=wanted,
                    stand=Stand(query=fingerprint(wanted.where)),
                    remembered=source.id in self._catalog.remembered,
                )

    def _task(self, source: Source) -> Task:
        mark = self._before.marks.get(source.id)
        prop = source.get("sprint")
        moved = [id for id in self._moved if id in source.sprints] if prop else []
        if mark is not None and (mark.digest != source.schema.digest or len(moved) > AT_ONCE):
            mark = None
        if mark is None:
            where = _open_or_recent(source, minute(self._oldest))
        else:
            related = [_contains(prop.id, id) for id in moved] if prop else []
            where = either(edited_since(mark.since), *related)
        asked = [where, source.schema.digest, self._sprints if prop else {}]
        return Task(
            source=source,
            wanted=Wanted(source=source.id, where=where, confirmed=mark is None, schema=source.schema),
            stand=self._so_far.stand(source.id, fingerprint(asked)),
            mark=mark,
            remembered=source.id in self._catalog.remembered,
        )


def _contains(prop: str, id: str) -> Json:
    return {"property": prop, "relation": {"contains": id}}


def _open_or_recent(source: Source, oldest: str) -> Json | None:
    """Return a filter that leaves out what was done long ago, and nothing else; None where that is not sure.

    It names what is done, not what is open: an option that is renamed meanwhile gives more rows, never fewer.
    """
    prop = source.get("status")
    done = [
        option.name
        for option in (prop.options if prop else ())
        if source.lexicon.category(option.name, option.group) is Category.DONE
    ]
    if prop is None or not done:
        return None
    others = [{"property": prop.id, prop.type: {"does_not_equal": name}} for name in done]
    empty = {"property": prop.id, prop.type: {"is_empty": True}}
    return either(edited_since(oldest), empty, {"and": others} if len(others) > 1 else others[0])
