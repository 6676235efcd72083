"""What a connection works with: its data sources with their layouts, and the sprints.

Read once a pull, or at the first single read, and kept: schemas do not change between two rows. What was asked
within the hour is remembered over runs, unless all is to be fresh.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from planora_notion.site.layout import Layout, build, build_sprints, with_children
from planora_notion.site.lexicon import Lexicon
from planora_notion.site.notebook import MAP, Notebook
from planora_notion.site.places import paths, place, sprint_places
from planora_notion.site.schema import Json, Schema
from planora_notion.site.scope import Scope, visible_titles
from planora_notion.site.source import Source
from planora_notion.site.sprintbook import SchemaMoved, SprintBook, SprintSource
from planora_notion.transport.client import Client
from planora_notion.transport.failures import Restricted, is_whole
from planora_sync.adapter import AdapterContext, Notice, Severity, Vocabulary
from planora_sync.errors import ConnectionFailed, PlaceNotVisible
from planora_sync.model import Place, Sprint
from planora_sync.names import fits


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
    remembered: frozenset[str] = frozenset()
    """Data sources whose schema was not asked for now, and may have changed within the hour."""

    @property
    def levels(self) -> tuple[tuple[Source, ...], ...]:
        """Return the data sources of entries in two groups: those that hold projects of others, and the rest."""
        above = {prop.target for one in self.sources.values() if (prop := one.get("project")) is not None}
        groups = ([], [])  # type: tuple[list[Source], list[Source]]
        for source in self.sources.values():
            groups[source.id not in above].append(source)
        return tuple(tuple(group) for group in groups if group)

    def home(self, page: Json) -> Source | None:
        """Return the data source of a page, where it is read; pages of wikis name their database alone."""
        parent = page.get("parent") or {}
        if parent.get("data_source_id"):
            return self.sources.get(str(parent["data_source_id"]))
        inside = [one for one in self.sources.values() if one.schema.database == parent.get("database_id")]
        return inside[0] if parent.get("database_id") and len(inside) == 1 else None

    def sprint_source(self, source: Source) -> SprintSource | None:
        """Return where the sprints of a data source stand."""
        prop = source.get("sprint")
        return next((one for one in self.sprint_sources if prop and one.schema.id == prop.target), None)

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

    def __init__(self, client: Client, notebook: Notebook, context: AdapterContext) -> None:
        self._context = context
        self._notebook = notebook
        self._scope = Scope(client, notebook, context.name)
        self.sprint_book = SprintBook(client, notebook, context.now)

    def read(self, *, fresh: bool = True) -> Catalog:
        """Return the catalog, fresh or by what is remembered. Raises ConnectionFailed as a whole."""
        try:
            return self._read(fresh=fresh)
        except SchemaMoved:
            return self._read(fresh=True)

    def forget(self) -> None:
        """Ask again which data sources there are, at the next pull."""
        self._scope.forget()

    def _read(self, *, fresh: bool) -> Catalog:
        catalog = self._assembled(fresh=fresh)
        schemas = [one.schema for one in catalog.sources.values()]
        schemas += [one.schema for one in catalog.sprint_sources]
        databases: dict[str, list[str]] = {}
        for schema in schemas:
            databases.setdefault(schema.database or "", []).append(schema.id)
        sprints = [one.schema.id for one in catalog.sprint_sources]
        content = {"sources": list(catalog.sources), "sprints": sprints, "databases": databases}
        if self._notebook.get(MAP) != content:
            self._notebook.put(MAP, content)
        return catalog

    def _assembled(self, *, fresh: bool) -> Catalog:
        found = self._scope.find(self._context.scope, fresh=fresh)
        titles = paths(visible_titles(found.schemas))
        layouts = {one.id: build(one, self.vocabulary(titles[one.id])) for one in found.schemas}
        targets = _sprint_targets(layouts.values())
        entries = with_children(layout for id, layout in layouts.items() if id not in targets)
        scoped = {one.id: one for one in found.schemas}
        sprint_sources, failed = self._sprint_sources(targets, scoped, titles, fresh=fresh)
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
            remembered=frozenset(self._scope.remembered),
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
        self,
        targets: Mapping[str, str],
        scoped: Mapping[str, Schema],
        titles: Mapping[str, str],
        *,
        fresh: bool,
    ) -> tuple[tuple[SprintSource, ...], dict[str, ConnectionFailed]]:
        found: list[SprintSource] = []
        failed: dict[str, ConnectionFailed] = {}
        for id, user in targets.items():
            try:
                schema = scoped.get(id) or self._scope.schema(id, fresh=fresh)
                # One sprint database serves every data source of the connection, those without sprints too.
                board = None if len(targets) == 1 else id
                source = self._sprint_source(schema, titles[user], titles.get(id), board)
                remembered = id in self._scope.remembered
                self.sprint_book.read(source, fresh=fresh, remembered=remembered)
                found.append(source)
            except ConnectionFailed as failure:
                if is_whole(failure):
                    raise
                failed[id] = failure
        return tuple(found), failed

    def _sprint_source(self, schema: Schema, user: str, path: str | None, board: str | None) -> SprintSource:
        vocabulary = self.vocabulary(user)
        return SprintSource(
            schema=schema,
            layout=build_sprints(schema, vocabulary),
            lexicon=Lexicon(vocabulary),
            path=path or schema.title,
            in_scope=path is not None,
            board=board,
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
