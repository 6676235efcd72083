"""People at work in a sandbox: what they do to pages, sprints and schemas, also while somebody reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import timedelta
from typing import Any

from planora_notion.sandbox import NotionSandbox, moves, values
from planora_notion.sandbox.richtext import rich
from planora_notion.sandbox.state import DataSource, Option, Page, Prop

from planora_sync.http import ASGIApp
from tests.adapters.notion.conftest import Clock

Message = MutableMapping[str, Any]
Act = Callable[[], None]
FEW = 9
"""Rows of each data source that are kept, so that many histories can be tried."""


class Interrupted:
    """Hands requests on; after each one somebody does what is next, and time goes on."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        self.acts: deque[Act] = deque()

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        await self._app(scope, receive, send)
        if self.acts:
            self.acts.popleft()()
            self._clock.forward(seconds=55)


class People:
    """What people do in the messy workspace, of which few rows are left."""

    def __init__(self, sandbox: NotionSandbox, clock: Clock) -> None:
        self.state = sandbox.state
        self.clock = clock
        self.sources = {
            key: sandbox.state.stable_id(f"source/{key}") for key in ("roadmap", "tasks", "sprints")
        }
        self._thin_out()
        self._made = 0
        self.hidden: set[str] = set()
        """Rows that now mean something else though nobody edited them, and nothing that a pull asks for says so."""
        self.state.query_most = 4

    def _thin_out(self) -> None:
        """Keep few rows, none of which was done long ago: those that stand in sprints and families first."""
        lately = self.clock() - timedelta(days=100)
        kept = {page.id for page in self.state.pages.values() if page.source == self.sources["sprints"]}
        for key in ("tasks", "roadmap"):
            rows = [page for page in self.state.pages.values() if page.source == self.sources[key]]
            rows = [
                p for p in rows if p.shared and not p.in_trash and not p.is_archived and p.edited > lately
            ]
            kept |= {page.id for page in sorted(rows, key=lambda p: (-len(_related(p)), p.id))[:FEW]}
        self._take_out(set(self.state.pages) - kept)

    def _take_out(self, ids: set[str]) -> None:
        for id in ids:
            del self.state.pages[id]
        for page in self.state.pages.values():
            for prop, value in list(page.values.items()):
                if isinstance(value, list) and not ids.isdisjoint(map(str, value)):
                    page.values[prop] = [one for one in value if one not in ids]

    # -- what is where ------------------------------------------------------------------------------------

    def source(self, key: str) -> DataSource:
        return self.state.sources[self.sources[key]]

    def prop(self, key: str, *names: str) -> Prop:
        kinds = {prop.name: prop for prop in self.source(key).props.values()}
        return next(kinds[name] for name in names if name in kinds)

    def rows(self) -> list[Page]:
        """Return the rows of tasks and roadmap that were not deleted, in a steady order."""
        wanted = {self.sources["tasks"], self.sources["roadmap"]}
        return sorted((p for p in self.state.pages.values() if p.source in wanted), key=lambda p: p.id)

    def row(self, number: int) -> Page:
        rows = self.rows()
        return rows[number % len(rows)]

    def sprints(self) -> list[Page]:
        return sorted(
            (p for p in self.state.pages.values() if p.source == self.sources["sprints"]), key=lambda p: p.id
        )

    def status(self, page: Page) -> Prop:
        return next(p for p in self.state.sources[page.source or ""].props.values() if p.type == "status")

    # -- what they do -------------------------------------------------------------------------------------

    def create(self, key: str) -> None:
        self._made += 1
        source, now = self.source(key), self.clock()
        id = self.state.next_id("page")
        author = self.state.stable_id("user/ana")
        held = values.blank(self.state, source) | {"title": rich(f"New {self._made}")}
        self.state.pages[id] = Page(
            id=id, source=source.id, values=held, created=now, edited=now, author=author, editor=author
        )

    def retitle(self, number: int) -> None:
        page = self.row(number)
        self._made += 1
        page.values["title"] = rich(f"Renamed {self._made}")
        self.state.touch(page)

    def set_status(self, number: int, option: int) -> None:
        page = self.row(number)
        prop = self.status(page)
        page.values[prop.id] = prop.options[option % len(prop.options)].id
        self.state.touch(page)

    def relate(self, number: int, name: str, to: str) -> None:
        """Set a relation of a task; its other side shows it without being edited."""
        tasks = [page for page in self.rows() if page.source == self.sources["tasks"]]
        if not tasks:
            return
        page = tasks[number % len(tasks)]
        if page.id != to:
            values.set_value(self.state, page, self.prop("tasks", name), [to])
            self.state.touch(page)

    def put_under(self, number: int, other: int) -> None:
        tasks = [page.id for page in self.rows() if page.source == self.sources["tasks"]]
        self.relate(number, "Parent-task", tasks[other % len(tasks)]) if tasks else None

    def put_into_project(self, number: int, other: int) -> None:
        ideas = [page.id for page in self.rows() if page.source == self.sources["roadmap"]]
        self.relate(number, "Project", ideas[other % len(ideas)]) if ideas else None

    def put_into_sprint(self, number: int, other: int) -> None:
        sprints = self.sprints()
        self.relate(number, "Sprint", sprints[other % len(sprints)].id)

    def trash(self, number: int) -> None:
        page = self.row(number)
        self._loses(page)
        page.in_trash = not page.in_trash
        self.state.touch(page)

    def archive(self, number: int) -> None:
        page = self.row(number)
        page.is_archived = not page.is_archived
        self.state.touch(page)

    def delete(self, number: int) -> None:
        page = self.row(number)
        self._loses(page)
        self._take_out({page.id})

    def unshare(self, number: int) -> None:
        page = self.row(number)
        self._loses(page)
        page.shared = not page.shared

    def move(self, number: int) -> None:
        page = self.row(number)
        self._loses(page)
        other = "roadmap" if page.source == self.sources["tasks"] else "tasks"
        moves.move(self.state, page, self.source(other))

    def _loses(self, page: Page) -> None:
        """Note whose relations change with a page that comes or goes: nobody edits these."""
        self.hidden |= {page.id, *_related(page)}
        self.hidden |= {other.id for other in self.state.pages.values() if page.id in _related(other)}

    def turn_sprint(self, number: int, option: int) -> None:
        sprints = self.sprints()
        sprint, prop = sprints[number % len(sprints)], self.prop("sprints", "Sprint status")
        sprint.values[prop.id] = prop.options[option % len(prop.options)].id
        self.state.touch(sprint)

    def make_sprint(self, number: int) -> None:
        self.create("sprints")
        made = max(self.sprints(), key=lambda page: page.created)
        self.relate(number, "Sprint", made.id)

    def rename_option(self, key: str, option: int) -> None:
        prop = self.prop(key, "Status")
        self._made += 1
        chosen = prop.options[option % len(prop.options)]
        chosen.name = f"Named {self._made}"
        self.source(key).edited = self.clock()

    def add_option(self, number: int) -> None:
        page = self.row(number)
        prop = self.status(page)
        self._made += 1
        made = Option(id=f"new{self._made}", name=f"Added {self._made}")
        prop.options.append(made)
        prop.groups[self._made % 3].option_ids.append(made.id)
        page.values[prop.id] = made.id
        self.state.touch(page)

    def drag_option(self, key: str, option: int) -> None:
        """Put an option of a status into another group, as only people can."""
        prop = self.prop(key, "Status")
        chosen = prop.options[option % len(prop.options)].id
        for group in prop.groups:
            group.option_ids = [one for one in group.option_ids if one != chosen]
        prop.groups[option % 3].option_ids.append(chosen)

    def rename_property(self, option: int) -> None:
        prop = next(p for p in self.source("tasks").props.values() if p.type == "multi_select")
        prop.name = ("Tags", "Labels", "Keywords")[option % 3]


def _related(page: Page) -> set[str]:
    lists = [value for value in page.values.values() if isinstance(value, list)]
    return {one for value in lists for one in value if isinstance(one, str)}
