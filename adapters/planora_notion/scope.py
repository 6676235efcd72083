"""Which data sources a connection reads: what the configuration says, found among what is shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from planora_notion.client import Client
from planora_notion.failures import SHARE_STEP, Restricted
from planora_notion.names import hidden_id
from planora_notion.schema import Json, Schema, parse
from planora_sync.adapter import Notice, Severity
from planora_sync.errors import AnswerUnreadable, PlaceNotVisible
from planora_sync.names import fits


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a scope names: data sources in the order of the configuration, and what it names in vain."""

    schemas: tuple[Schema, ...]
    problems: tuple[Notice, ...]


class Scope:
    """Resolves the words of a scope: titles, globs, ids and addresses of databases or data sources."""

    def __init__(self, client: Client, connection: str) -> None:
        self._client = client
        self._connection = connection
        self._problems: list[Notice] = []

    def find(self, words: Sequence[str]) -> Found:
        """Return the data sources that some words name; all that are shared for none. Raises ConnectionFailed."""
        self._problems = []
        titled = not words or any(hidden_id(word) is None for word in words)
        shared = self.visible() if titled else []
        found = list(shared) if not words else []
        for word in words:
            id = hidden_id(word)
            hits = [one for one in shared if _names(word, one)] if id is None else self._by_id(id)
            found += hits
            if not hits:
                self._missing(word)
        unique = {one.id: one for one in found}
        return Found(schemas=tuple(unique.values()), problems=tuple(self._problems))

    def visible(self) -> list[Schema]:
        """Return all data sources that are shared, without those in the trash, which search still finds."""
        schemas = (self._schema(body) for body in self._client.search_sources() if is_source(body))
        return [one for one in schemas if not one.in_trash]

    def schema(self, id: str) -> Schema:
        """Return one data source, fresh. Raises ConnectionFailed."""
        return self._schema(self._client.data_source(id))

    def _by_id(self, id: str) -> list[Schema]:
        """Return the data source of an id, or all data sources of the database of that id.

        The address that people copy is the database's, and a 404 of a data source says "database" too.
        """
        try:
            found = [self.schema(id)]
        except (PlaceNotVisible, Restricted):
            found = self._in_database(id)
        return [one for one in found if not one.in_trash]

    def _in_database(self, id: str) -> list[Schema]:
        try:
            inside = self._client.database(id).get("data_sources") or ()
            return [self.schema(str(one["id"])) for one in inside]
        except (PlaceNotVisible, Restricted):
            return []

    def _schema(self, body: Json) -> Schema:
        if not body.get("properties"):
            body = self._client.data_source(str(body.get("id")))
        try:
            return parse(body)
        except (KeyError, TypeError, ValueError, AttributeError) as odd:
            raise AnswerUnreadable(
                f"Notion's answer holds no data source ({type(odd).__name__}).",
                connection=self._connection,
                next_step="Check `url`: it must be an address of Notion's API.",
            ) from None

    def _missing(self, word: str) -> None:
        name = str(self._client.me().get("name") or "")
        shown = f' "{name}"' if name else ""
        self._problems.append(
            Notice(
                severity=Severity.ERROR,
                where=word,
                what=f"No data source {word!r} is shared with the integration{shown}.",
                next_step=SHARE_STEP.format(name=shown),
            )
        )


def is_source(body: Json) -> bool:
    """Return whether an object is a data source: wikis and searches may hold others."""
    return body.get("object") == "data_source"


def visible_titles(schemas: Iterable[Schema]) -> list[tuple[str, str]]:
    """Return id and title of some data sources."""
    return [(one.id, one.title) for one in schemas]


def _names(word: str, schema: Schema) -> bool:
    return fits(schema.title, word)
