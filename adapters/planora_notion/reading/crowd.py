"""More rows of one minute than a query gives: an import. They are read by number, else divided by their options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from planora_notion.reading.queries import SORTS, Wanted, also
from planora_notion.reading.window import Position, Window
from planora_notion.site.schema import Json, Prop
from planora_notion.translation import values
from planora_notion.transport.client import Client
from planora_sync.errors import AnswerUnreadable

DIVIDING = ("status", "select")


class Crowd:
    """Reads the rows that were created in one minute, however many they are."""

    def __init__(self, client: Client, wanted: Wanted, cap: int) -> None:
        self._client = client
        self._wanted = wanted
        self._cap = cap
        self._props = tuple(wanted.schema.props.values()) if wanted.schema and not wanted.only else ()

    def read(self, minute: str) -> Iterator[list[Json]]:
        """Return the rows of a minute, some of them twice. Raises AnswerUnreadable where no way leads to all."""
        where = self._wanted.within(minute)
        numbered = next((prop for prop in self._props if prop.type == "unique_id"), None)
        if numbered:
            yield from self._by_number(where, numbered)
        else:
            yield from self._divided(where, [p for p in self._props if p.type in DIVIDING], minute)

    def _by_number(self, where: Json, prop: Prop) -> Iterator[list[Json]]:
        last: int | None = None
        sorts = ({"property": prop.id, "direction": "ascending"},)
        while True:
            beyond = {"property": prop.id, "unique_id": {"greater_than": last}}
            window = self._window(where if last is None else also(where, beyond), sorts)
            before = last
            for rows, _ in window:
                yield rows
                numbers = [number for row in rows if (number := _number(row, prop)) is not None]
                last = max([*numbers, *([last] if last is not None else [])], default=None)
            if not self._is_full(window):
                return
            if last == before:
                raise _beyond(self._wanted.source, "its rows have no numbers")

    def _divided(self, where: Json, props: Sequence[Prop], minute: str) -> Iterator[list[Json]]:
        if not props:
            raise _beyond(self._wanted.source, f"they are of the minute {minute}, and nothing divides them")
        prop, *others = props
        for part in _parts(prop):
            narrowed = reduce(also, part, where)
            window = self._window(narrowed)
            for rows, _ in window:
                yield rows
            if self._is_full(window):
                yield from self._divided(narrowed, others, minute)

    def _window(self, where: Json, sorts: tuple[Json, ...] = SORTS) -> Window:
        body = self._wanted.body(where, sorts)
        return Window(self._client, self._wanted.source, body, self._wanted.only, Position())

    def _is_full(self, window: Window) -> bool:
        return window.cut or window.count >= self._cap


def _parts(prop: Prop) -> Iterator[list[Json]]:
    """Return conditions that together hold for every row: each option, none, and options we know nothing of."""
    for option in prop.options:
        yield [{"property": prop.id, prop.type: {"equals": option.name}}]
    yield [{"property": prop.id, prop.type: {"is_empty": True}}]
    unknown: list[Json] = [{"property": prop.id, prop.type: {"is_not_empty": True}}]
    yield unknown + [{"property": prop.id, prop.type: {"does_not_equal": one.name}} for one in prop.options]


def _number(row: Json, prop: Prop) -> int | None:
    held = values.inner(values.find(row, prop)) or {}
    number = held.get("number") if isinstance(held, dict) else None
    return int(number) if isinstance(number, int) else None


def _beyond(source: str, why: str) -> AnswerUnreadable:
    return AnswerUnreadable(
        f"Data source {source} has more rows of one minute than Notion lets anybody read: {why}.",
        next_step="Divide the database, give it an ID property, or archive rows that were imported at once.",
    )
