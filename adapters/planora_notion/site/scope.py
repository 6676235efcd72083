"""Which data sources a connection reads: what the configuration says, found among what is shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planora_notion.site.notebook import DAY, HOUR, Notebook
from planora_notion.site.schema import Json, Schema, parse
from planora_notion.translation.names import hidden_id
from planora_notion.transport.client import Client
from planora_notion.transport.failures import PAGE_STEP, SHARE_STEP, Misdirected, Restricted
from planora_sync.adapter import Notice, Severity
from planora_sync.errors import AnswerUnreadable, ConnectionFailed, PlaceNotVisible
from planora_sync.names import fits


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a scope names: data sources in the order of the configuration, and what it names in vain."""

    schemas: tuple[Schema, ...]
    problems: tuple[Notice, ...]


NOTE = "data sources"
KEPT = ("id", "title", "url", "parent", "public_url", "in_trash", "properties")
"""What a schema is read from."""


class Scope:
    """Resolves the words of a scope: titles, globs, ids and addresses of databases or data sources."""

    def __init__(self, client: Client, notebook: Notebook, connection: str) -> None:
        self._client = client
        self._notebook = notebook
        self._connection = connection
        self._problems: list[Notice] = []
        self.remembered: set[str] = set()
        """Data sources whose schema was not asked for in this pull."""

    def find(self, words: Sequence[str], *, fresh: bool = True) -> Found:
        """Return the data sources that some words name; all that are shared for none. Raises ConnectionFailed.

        Which they are is remembered for a day, a schema for an hour, unless all is to be fresh.
        """
        self.remembered.clear()
        kept = None if fresh else self._remembered(words)
        return self._found(words) if kept is None else Found(schemas=tuple(kept), problems=())

    def forget(self) -> None:
        """Ask again which data sources there are, for one that was remembered cannot be read."""
        self._notebook.forget(NOTE)

    def visible(self) -> list[Schema]:
        """Return all data sources that are shared, without those in the trash, which search still finds."""
        schemas = (self._schema(body) for body in self._client.search_sources() if is_source(body))
        return [one for one in schemas if not one.in_trash]

    def schema(self, id: str, *, fresh: bool = True) -> Schema:
        """Return one data source, fresh or as it was within the hour. Raises ConnectionFailed."""
        kept = None if fresh else self._notebook.get(_note(id), within=HOUR)
        if kept is not None:
            try:
                known = parse(kept)
            except (KeyError, TypeError, ValueError, AttributeError):
                return self._schema(self._client.data_source(id))
            self.remembered.add(id)
            return known
        return self._schema(self._client.data_source(id))

    def _remembered(self, words: Sequence[str]) -> list[Schema] | None:
        ids = self._notebook.get(NOTE, of=repr(tuple(words)), within=DAY)
        if not isinstance(ids, list):
            return None
        try:
            found = [self.schema(str(id), fresh=False) for id in ids]
        except (PlaceNotVisible, Restricted):
            return None
        return None if any(one.in_trash for one in found) else found

    def _found(self, words: Sequence[str]) -> Found:
        self._problems = []
        titled = not words or any(hidden_id(word) is None for word in words)
        shared = self.visible() if titled else []
        found = list(shared) if not words else []
        for word in words:
            id = hidden_id(word)
            hits = [one for one in shared if _names(word, one)] if id is None else self._by_id(id)
            found += hits
            if not hits:
                self._missing(word, id)
        unique = {one.id: one for one in found}
        # What is named in vain is looked for in each pull, until somebody shares it.
        self._notebook.put(NOTE, None if self._problems else list(unique), of=repr(tuple(words)))
        return Found(schemas=tuple(unique.values()), problems=tuple(self._problems))

    def _by_id(self, id: str) -> list[Schema]:
        """Return the data source of an id, or all data sources of the database of that id.

        The address that people copy is the database's, and a 404 of a data source says "database" too.
        """
        try:
            found = [self.schema(id)]
        except (PlaceNotVisible, Restricted, Misdirected):
            found = self._in_database(id)
        return [one for one in found if not one.in_trash]

    def _in_database(self, id: str) -> list[Schema]:
        try:
            inside = self._client.database(id).get("data_sources") or ()
            return [self.schema(str(one["id"])) for one in inside]
        except (PlaceNotVisible, Restricted, Misdirected):
            return []

    def _schema(self, body: Json) -> Schema:
        if not body.get("properties"):
            body = self._client.data_source(str(body.get("id")))
        try:
            found = parse(body)
        except (KeyError, TypeError, ValueError, AttributeError) as odd:
            raise AnswerUnreadable(
                f"Notion's answer holds no data source ({type(odd).__name__}).",
                connection=self._connection,
                next_step="Check `url`: it must be an address of Notion's API.",
            ) from None
        self._notebook.put(_note(found.id), {key: body[key] for key in KEPT if key in body})
        return found

    def _missing(self, word: str, id: str | None) -> None:
        name = str(self._client.me().get("name") or "")
        shown = f' "{name}"' if name else ""
        step = SHARE_STEP.format(name=shown)
        if id is not None and self._is_page(id):
            step = PAGE_STEP
        self._problems.append(
            Notice(
                severity=Severity.ERROR,
                where=word,
                what=f"No data source {word!r} is shared with the integration{shown}.",
                next_step=step,
            )
        )

    def _is_page(self, id: str) -> bool:
        try:
            return self._client.page(id) is not None
        except ConnectionFailed:
            return False


def _note(id: str) -> str:
    return f"schema/{id}"


def is_source(body: Json) -> bool:
    """Return whether an object is a data source: wikis and searches may hold others."""
    return body.get("object") == "data_source"


def visible_titles(schemas: Iterable[Schema]) -> list[tuple[str, str]]:
    """Return id and title of some data sources."""
    return [(one.id, one.title) for one in schemas]


def _names(word: str, schema: Schema) -> bool:
    return fits(schema.title, word)
