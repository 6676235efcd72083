"""What a connection works with: its data sources with their layouts, the sprints, and who people are.

Read once a pull, or at the first single read, and kept: schemas do not change between two rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planora_notion.client import Client
from planora_notion.failures import Restricted, is_whole
from planora_notion.layout import Layout, build, build_sprints, with_children
from planora_notion.lexicon import Lexicon
from planora_notion.places import paths, place, sprint_places
from planora_notion.rows import Rows
from planora_notion.schema import Schema
from planora_notion.scope import Scope, visible_titles
from planora_notion.source import Source
from planora_notion.sprints import sprints
from planora_sync.adapter import AdapterContext, Notice, Severity, Vocabulary
from planora_sync.errors import ConnectionFailed, PlaceNotVisible
from planora_sync.model import Place, Sprint
from planora_sync.names import fits


@dataclass(frozen=True, kw_only=True)
class SprintSource:
    """A data source whose rows are sprints."""

    schema: Schema
    layout: Layout
    path: str
    in_scope: bool
    sprints: Mapping[str, Sprint] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """What a connection reads."""

    sources: Mapping[str, Source]
    """Data sources of entries, by id; those that others have as project come first."""
    sprint_sources: tuple[SprintSource, ...] = ()
    problems: tuple[Notice, ...] = ()
    """Words of the scope that name nothing, sprints that cannot be read."""
    unreadable: Mapping[str, ConnectionFailed] = field(default_factory=dict)
    """Data sources that are not read because their sprints failed: all rows would seem to be in none."""

    @property
    def sprints(self) -> dict[str, Sprint]:
        """Return all sprints by page id."""
        return {id: one for source in self.sprint_sources for id, one in source.sprints.items()}

    def places(self, connection: str) -> tuple[Place, ...]:
        """Return data sources and open sprints as places."""
        found = [place(one, connection, n) for n, one in enumerate(self.sources.values())]
        for source in self.sprint_sources:
            rows = Source(path=source.path, layout=source.layout, lexicon=Lexicon(Vocabulary()))
            found.append(place(rows, connection, len(found)))
            found += sprint_places(
                source.sprints.values(), source.path, connection, source.schema.url, len(found)
            )
        return tuple(found)


class Cataloguer:
    """Reads the catalog of a connection."""

    def __init__(self, client: Client, context: AdapterContext) -> None:
        self._client = client
        self._context = context
        self._scope = Scope(client, context.name)

    def read(self) -> Catalog:
        """Return the catalog. Raises ConnectionFailed where the connection as a whole fails."""
        found = self._scope.find(self._context.scope)
        titles = paths(visible_titles(found.schemas))
        layouts = {one.id: build(one, self.vocabulary(titles[one.id])) for one in found.schemas}
        targets = _sprint_targets(layouts.values())
        entries = with_children(layout for id, layout in layouts.items() if id not in targets)
        scoped = {one.id: one for one in found.schemas}
        sprint_sources, failed = self._sprint_sources(targets, scoped, titles)
        sources = [self._source(layout, titles, sprint_sources) for layout in _projects_first(entries)]
        problems = [
            _unread(source.path, failed[target]) for source in sources if (target := _uses(source)) in failed
        ]
        unreadable = {
            source.id: failed[target]
            for source in sources
            if (target := _uses(source)) in failed and not _is_unshared(failed[target])
        }
        return Catalog(
            sources={source.id: source for source in sources if source.id not in unreadable},
            sprint_sources=sprint_sources,
            problems=(*found.problems, *problems),
            unreadable=unreadable,
        )

    def visible(self) -> tuple[Place, ...]:
        """Return every data source that is shared, in the scope or not. Raises ConnectionFailed."""
        schemas = self._scope.visible()
        titles = paths(visible_titles(schemas))
        found = [self._source(build(one, self.vocabulary(titles[one.id])), titles, ()) for one in schemas]
        return tuple(place(one, self._context.name, n) for n, one in enumerate(found))

    def outside(self, id: str) -> Source:
        """Return a data source that need not be in the scope, its schema fresh. Raises ConnectionFailed."""
        schema = self._scope.schema(id)
        return self._source(build(schema, self.vocabulary(schema.title)), {id: schema.title}, ())

    def vocabulary(self, path: str) -> Vocabulary:
        """Return how a place names things: by its own mapping, else by the connection's."""
        own = self._context.place_vocabularies
        fitting = (one for glob, one in own.items() if fits(path, glob))
        return next(fitting, self._context.vocabulary)

    def _source(
        self, layout: Layout, titles: Mapping[str, str], sprint_sources: Sequence[SprintSource]
    ) -> Source:
        path = titles[layout.schema.id]
        prop = layout.get("sprint")
        known = [one for one in sprint_sources if prop and one.schema.id == prop.target]
        return Source(
            path=path,
            layout=layout,
            lexicon=Lexicon(self.vocabulary(path)),
            sprints=known[0].sprints if known else {},
        )

    def _sprint_sources(
        self, targets: Mapping[str, str], scoped: Mapping[str, Schema], titles: Mapping[str, str]
    ) -> tuple[tuple[SprintSource, ...], dict[str, ConnectionFailed]]:
        found: list[SprintSource] = []
        failed: dict[str, ConnectionFailed] = {}
        for id, user in targets.items():
            try:
                found.append(self._sprint_source(id, scoped, titles, titles[user], alone=len(targets) == 1))
            except ConnectionFailed as failure:
                if is_whole(failure):
                    raise
                failed[id] = failure
        return tuple(found), failed

    def _sprint_source(
        self, id: str, scoped: Mapping[str, Schema], titles: Mapping[str, str], user: str, *, alone: bool
    ) -> SprintSource:
        schema = scoped.get(id) or self._scope.schema(id)
        vocabulary = self.vocabulary(user)
        layout = build_sprints(schema, vocabulary)
        # The tasks of a long sprint would come along with each row: only these three are read.
        only = [prop.id for prop in layout.fields.values()]
        rows = [row for page in Rows(self._client).pages(id, only=only) for row in page]
        return SprintSource(
            schema=schema,
            layout=layout,
            path=titles.get(id, schema.title),
            in_scope=id in scoped,
            sprints=sprints(
                rows,
                layout,
                Lexicon(vocabulary),
                self._context.now().date(),
                # One sprint database serves every data source of the connection, those without sprints too.
                None if alone else id,
            ),
        )


def _sprint_targets(layouts: Iterable[Layout]) -> dict[str, str]:
    """Return the data sources that hold sprints, each with one that uses it."""
    found: dict[str, str] = {}
    for layout in layouts:
        prop = layout.get("sprint")
        if prop and prop.target and prop.target != layout.schema.id:
            found.setdefault(prop.target, layout.schema.id)
    return found


def _projects_first(layouts: Iterable[Layout]) -> list[Layout]:
    """Return the layouts, those that others have as project before these: parents are met before children."""
    known = list(layouts)
    above = {prop.target for layout in known if (prop := layout.get("project")) is not None}
    return sorted(known, key=lambda layout: layout.schema.id not in above)


def _uses(source: Source) -> str:
    """Return the data source that holds a data source's sprints; empty for none."""
    prop = source.get("sprint")
    return prop.target or "" if prop else ""


def _is_unshared(failure: ConnectionFailed) -> bool:
    return isinstance(failure, PlaceNotVisible | Restricted)


def _unread(path: str, failure: ConnectionFailed) -> Notice:
    return Notice(
        severity=Severity.ERROR,
        where=path,
        what=f"The sprints of its rows cannot be read: {failure.message}",
        next_step=failure.help(),
    )
