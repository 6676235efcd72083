"""Workspaces: readable TOML files whose dates are days from now, and what their authors expect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from planora_notion.sandbox import content, values
from planora_notion.sandbox.render import title_of
from planora_notion.sandbox.richtext import rich
from planora_notion.sandbox.state import EVERYTHING, DataSource, Group, Option, Page, Prop, State, User
from planora_sync.sandbox import Expected, read_workspace

TOKEN = "ntn_sandbox_fernway_0000000000000000000000000000"  # noqa: S105 - opens the stand-in only
READ_TOKEN = "ntn_sandbox_reader_0000000000000000000000000000"  # noqa: S105
NAMELESS_TOKEN = "ntn_sandbox_nameless_00000000000000000000000000"  # noqa: S105
WRITE_TOKEN = "ntn_sandbox_writer_0000000000000000000000000000"  # noqa: S105
GROUP_COLORS = ("gray", "blue", "green")
COLORS = ("default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red")
TOKENS: Mapping[str, frozenset[str]] = {
    TOKEN: EVERYTHING,
    READ_TOKEN: frozenset({"read", "users", "emails"}),
    NAMELESS_TOKEN: frozenset({"read", "update", "insert"}),
    WRITE_TOKEN: frozenset({"update", "insert"}),
}
"""Token -> capabilities: all; reading only; without user information; writing only."""


def read_toml(name: str) -> dict[str, Any]:
    """Return a file of the workspaces folder."""
    return read_workspace("planora_notion.sandbox", name)


def load(workspace: str, now: Callable[[], datetime]) -> State:
    """Return a workspace as it stands at `now`."""
    return _Loader(workspace, read_toml(f"{workspace}.toml"), now).load()


def expected(workspace: str, state: State) -> tuple[Expected, ...]:
    """Return what the author of a workspace says about its entries."""
    if workspace == "empty":
        return ()
    return tuple(_expected(state, row) for row in read_toml(f"{workspace}.expected.toml").get("entry", []))


def _expected(state: State, row: Mapping[str, Any]) -> Expected:
    page = state.pages[state.stable_id(f"page/{row['page']}")]
    title = title_of(state, page)
    source = state.sources[page.source or ""]
    numbered = source.of_type("unique_id")
    key = f"{numbered[0].prefix}-{page.values[numbered[0].id]}" if numbered else title
    return Expected(
        id=page.id,
        key=key,
        title=title,
        codes=tuple(row["codes"]),
        nature=row.get("nature"),
        why=row["why"],
        after=tuple(row.get("after", ())),
    )


class _Loader:
    def __init__(self, workspace: str, body: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        self._body = body
        self._start = now()
        self._state = State(workspace, now)

    def load(self) -> State:
        state = self._state
        state.tokens = dict(TOKENS)
        state.users[state.bot] = User(id=state.bot, name="planora-sync", bot=True)
        for key, row in self._body.get("users", {}).items():
            identifier = self._user(key)
            state.users[identifier] = User(
                id=identifier, name=row["name"], email=row.get("email"), guest=row.get("guest", False)
            )
        for key, row in self._body.get("sources", {}).items():
            self._source(key, row)
        for row in self._body.get("page", []):
            self._page(row)
        # Relations lead to pages further down the file: values come when all pages are there.
        for row in self._body.get("page", []):
            self._values(row)
        return state

    def _user(self, key: str) -> str:
        return self._state.bot if key == "bot" else self._state.stable_id(f"user/{key}")

    def _source_id(self, key: str) -> str:
        return self._state.stable_id(f"source/{key}")

    def _page_id(self, slug: str) -> str:
        return self._state.stable_id(f"page/{slug}")

    def _prop_id(self, source: str, name: str, kind: str) -> str:
        return "title" if kind == "title" else self._state.short_id(f"{source}/{name}")

    def _when(self, offset: float) -> datetime:
        return self._start + timedelta(days=offset)

    def _day(self, offset: int) -> str:
        return self._when(offset).date().isoformat()

    def _source(self, key: str, row: Mapping[str, Any]) -> None:
        props = [self._prop(key, name, spec) for name, spec in row["props"].items()]
        identifier = self._source_id(key)
        self._state.sources[identifier] = DataSource(
            id=identifier,
            name=row["name"],
            database_id=self._state.stable_id(f"database/{row.get('database', key)}"),
            props={prop.id: prop for prop in props},
            created=self._when(row.get("created", -400)),
            edited=self._when(row.get("edited", -30)),
            author=self._user(row.get("by", "ana")),
            in_trash=row.get("trash", False),
            shared=row.get("shared", True),
        )

    def _prop(self, source: str, name: str, spec: Mapping[str, Any]) -> Prop:
        kind = spec["type"]
        prop = Prop(id=self._prop_id(source, name, kind), name=name, type=kind, prefix=spec.get("prefix"))
        names = [one for group in spec.get("groups", {}).values() for one in group] or spec.get("options", [])
        prop.options = [self._option(prop, one, place) for place, one in enumerate(names)]
        groups = spec.get("groups", {}).items()
        prop.groups = [self._group(prop, name, inside, place) for place, (name, inside) in enumerate(groups)]
        if kind == "relation":
            prop.target = self._source_id(spec["to"])
            prop.twin = self._prop_id(spec["to"], spec["twin"], kind) if "twin" in spec else None
        if kind == "rollup":
            prop.over = self._prop_id(source, spec["over"], "relation")
        return prop

    def _option(self, prop: Prop, name: str, place: int) -> Option:
        return Option(
            id=self._state.short_id(f"{prop.id}/{name}"), name=name, color=COLORS[place % len(COLORS)]
        )

    def _group(self, prop: Prop, name: str, options: list[str], place: int) -> Group:
        ids = [option.id for option in prop.options if option.name in options]
        identifier = self._state.stable_id(f"group/{prop.id}/{name}")
        return Group(id=identifier, name=name, color=GROUP_COLORS[place % 3], option_ids=ids)

    def _page(self, row: Mapping[str, Any]) -> None:
        created = self._when(row.get("created", -20))
        author = self._user(row.get("by", "ana"))
        source = self._state.sources[self._source_id(row["in"])]
        page = Page(
            id=self._page_id(row["slug"]),
            source=source.id,
            values=values.blank(self._state, source),
            created=created,
            edited=self._when(row.get("edited", row.get("created", -20))),
            author=author,
            editor=self._user(row.get("edited_by", row.get("by", "ana"))),
            in_trash=row.get("trash", False),
            is_archived=row.get("archived", False),
            shared=row.get("shared", True),
        )
        page.blocks = content.from_text(self._state, page, row.get("text", ""))
        page.values["title"] = rich(row["title"])
        self._state.pages[page.id] = page

    def _values(self, row: Mapping[str, Any]) -> None:
        page = self._state.pages[self._page_id(row["slug"])]
        source = self._state.sources[page.source or ""]
        for name, raw in row.get("p", {}).items():
            prop = source.prop(name)
            if prop is None:
                raise ValueError(f"{row['slug']}: {source.name} has no property {name!r}")
            values.set_value(self._state, page, prop, self._value(prop, raw, row["slug"]))

    def _value(self, prop: Prop, raw: Any, slug: str) -> Any:
        match prop.type:
            case "people":
                return [self._user(one) for one in raw]
            case "relation":
                return [self._page_id(one) for one in raw]
            case "select" | "status":
                return self._known(prop, raw, slug)
            case "multi_select":
                return [self._known(prop, one, slug) for one in raw]
            case "date":
                start, end = raw if isinstance(raw, list) else (raw, None)
                days = (self._day(start), None if end is None else self._day(end))
                return {"start": days[0], "end": days[1], "time_zone": None}
            case "rich_text":
                return rich(raw)
            case _:
                return raw

    def _known(self, prop: Prop, name: str, slug: str) -> str:
        option = prop.option(name)
        if option is None:
            raise ValueError(f"{slug}: {prop.name} has no option {name!r}")
        return option.id
