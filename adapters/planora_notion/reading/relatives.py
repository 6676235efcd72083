"""The pages above others: what their children must know of them, learned from rows or asked for one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from planora_notion.site.layout import Layout
from planora_notion.site.notebook import Notebook
from planora_notion.site.schema import Json
from planora_notion.site.source import Relative, Source
from planora_notion.translation.family import parent_id, relative
from planora_notion.translation.values import find, references
from planora_notion.transport.client import Client
from planora_sync.adapter import AdapterContext
from planora_sync.model import Kind

NOTE = "above"
CHANGED = "below"
MOST = 5_000
"""Pages that are remembered; each is about a hundred characters."""


class Relatives:
    """Knows the pages above others."""

    def __init__(self, client: Client, notebook: Notebook, context: AdapterContext) -> None:
        self._client = client
        self._notebook = notebook
        words = repr((context.vocabulary, sorted(context.place_vocabularies.items())))
        self._of = hashlib.sha256(words.encode()).hexdigest()[:12]
        """Of the mapping: by another one a page may be of another kind."""
        self.known: dict[str, Relative] = {}
        self._named: dict[str, None] = {}
        """Pages that a row names as the one above it, the latest last."""
        self._remembered: dict[str, Relative] = {}
        self._above: dict[str, frozenset[str] | None] = {}
        self._left: tuple[str, ...] = ()

    def begin(self, layouts: Iterable[Layout], *, fresh: bool) -> None:
        """Begin a pull: with what is remembered, or without."""
        self.known.clear()
        self._named.clear()
        self._remembered = {} if fresh else _read(self._notebook.get(NOTE, of=self._of))
        left = self._notebook.get(CHANGED)
        self._left = tuple(str(id) for id in left) if isinstance(left, list) else ()
        for id in self._left:
            # A pull that was killed saw it changed, and did not come to remember it as it is now.
            self._remembered.pop(id, None)
        self.known.update(self._remembered)
        self._named.update(dict.fromkeys(self._remembered))
        self._above = _above(tuple(layouts))

    def keep(self) -> None:
        """Remember the pages that rows named."""
        named = [id for id in self._named if id in self.known][-MOST:]
        kept = {id: self.known[id] for id in named}
        if kept != self._remembered:
            rows = [[id, one.name, one.source, one.kind, one.typed] for id, one in kept.items()]
            self._notebook.put(NOTE, rows, of=self._of)

    def learn(self, page: Json, source: Source) -> None:
        """Note what a page's children need to know of it, where it can have any."""
        id = str(page["id"])
        if id in self._remembered or self._can_have_children(page, source):
            self.known[id] = relative(page, source)

    def relearn(self, page: Json, source: Source) -> None:
        """Note what a page is now, and forget what it was: a move may lie between."""
        self.known.pop(str(page["id"]), None)
        self.learn(page, source)

    def seen(self, id: str) -> Relative | None:
        """Return a page that was seen in this run, and not merely remembered."""
        found = self.known.get(id)
        return None if found is self._remembered.get(id) else found

    def changed(self) -> tuple[str, ...]:
        """Return the remembered pages that turned out to be something else: their children are something else too."""
        found = [id for id, one in self._remembered.items() if self.known.get(id, one) != one]
        return tuple(dict.fromkeys([*self._left, *found]))

    def note_changed(self) -> None:
        """Remember which pages changed until their children were read: a pull that is killed must not forget it."""
        changed = self.changed()
        if len(changed) > len(self._left):
            self._left = changed
            self._notebook.put(CHANGED, list(changed))

    def forget_changed(self) -> None:
        """Forget which pages changed: their children were read."""
        if self._left:
            self._notebook.forget(CHANGED)

    def waits_for(self, page: Json, source: Source) -> bool:
        """Return whether the page above a row is not known yet."""
        above = parent_id(page, source)
        return above is not None and above not in self.known

    def look_up(self, page: Json, source: Source, home: Callable[[Json], Source | None]) -> None:
        """Ask for the page above a row, where it is not known. Raises ConnectionFailed.

        Args:
            page: the row.
            source: its data source.
            home: gives the data source of a page, where it is read.
        """
        above = parent_id(page, source)
        if above is None:
            return
        self._named.setdefault(above)
        if above not in self.known:
            found = self._client.page(above)
            self.known[above] = (
                Relative(name=above, source=None) if found is None else relative(found, home(found))
            )

    def _can_have_children(self, page: Json, source: Source) -> bool:
        if source.id not in self._above:
            return False
        shown = self._above[source.id]
        if shown is None:
            return True
        return any(references(find(page, prop)) for prop in source.schema.props.values() if prop.id in shown)


def _above(layouts: tuple[Layout, ...]) -> dict[str, frozenset[str] | None]:
    """Return the data sources that hold pages above others, with the properties that show what is below them.

    None where some relation is shown on its own side alone: then any page may be above another.
    """
    found: dict[str, frozenset[str] | None] = {}
    for layout in layouts:
        for prop in (layout.get("parent"), layout.get("project")):
            if prop is None or prop.target is None:
                continue
            so_far = found.get(prop.target, frozenset())
            found[prop.target] = None if so_far is None or prop.twin is None else so_far | {prop.twin}
    return found


def _read(note: Any) -> dict[str, Relative]:
    try:
        return {
            str(id): Relative(name=str(name), source=source, kind=kind and Kind(kind), typed=bool(typed))
            for id, name, source, kind, typed in note or ()
        }
    except (ValueError, TypeError):
        return {}
