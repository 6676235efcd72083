"""Workspaces: readable TOML files whose dates are days from now, and what their authors expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from planora_sync.sandbox import Expected, read_workspace
from planora_trello.sandbox.loading_board import add_board
from planora_trello.sandbox.loading_card import add_card
from planora_trello.sandbox.state import Member, State, Token

KEY = "0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e"
TOKEN = "ATTAsandboxfernway00000000000000000000000000000000000000000000000000000000"  # noqa: S105 - opens the stand-in only
READ_TOKEN = "ATTAsandboxreader000000000000000000000000000000000000000000000000000000000"  # noqa: S105
BEARER = "eyJsandbox.fernway.bearer"
"""What OAuth 2.0 would give; it needs no key."""


def read_toml(name: str) -> dict[str, Any]:
    """Return a file of the workspaces folder."""
    return read_workspace("planora_trello.sandbox", name)


def load(workspace: str, now: Callable[[], datetime]) -> State:
    """Return a workspace as it stands at `now`."""
    body, state, start = read_toml(f"{workspace}.toml"), State(workspace, now), now()
    people = _people(state, read_toml("company.toml"), start)
    for row in body.get("board", []):
        add_board(state, row, people, start)
    # Numbers are given in the order of creation, whatever the order in the file.
    for row in sorted(_cards(body), key=lambda row: float(row.get("created", -20))):
        add_card(state, row, people, start)
    _order(state, [row["slug"] for row in _cards(body)])
    _mirrors(state, body)
    for board in state.boards.values():
        dates = [card.activity for card in state.cards.values() if card.board == board.id and card.activity]
        board.activity = max(dates, default=board.activity)
    return state


def _people(state: State, company: Mapping[str, Any], start: datetime) -> dict[str, str]:
    joined = start - timedelta(days=900)
    people: dict[str, str] = {}
    for key, row in company["people"].items():
        member = Member(state.ids.named(f"member/{key}", joined), row["username"], row["name"])
        state.members[member.id] = member
        people[key] = member.id
    state.organization = (state.ids.named("organization", joined), company["name"], company["display"])
    bot = state.members[people[company["account"]]]
    bot.email = f"{bot.username}@fernway.example"
    state.keys = {KEY}
    state.tokens = {
        TOKEN: Token(member=bot.id, write=True),
        READ_TOKEN: Token(member=bot.id, write=False),
    }
    state.bearers = {BEARER: Token(member=bot.id, write=True)}
    return people


def _cards(body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from body.get("card", [])
    for group in body.get("group", []):
        for row in group["cards"]:
            yield group.get("defaults", {}) | {"in": group["in"]} | row


def _order(state: State, slugs: list[str]) -> None:
    """Give the cards of each list the order of the file."""
    seen: dict[str, int] = {}
    for slug in slugs:
        card = state.cards[state.slugs[slug]]
        seen[card.list_id] = seen.get(card.list_id, 0) + 1
        card.pos = seen[card.list_id] * 16384.0


def _mirrors(state: State, body: Mapping[str, Any]) -> None:
    for row in _cards(body):
        if "mirrors" in row:
            card, source = state.cards[state.slugs[row["slug"]]], state.cards[state.slugs[row["mirrors"]]]
            card.role, card.mirrors = "mirror", source.id
            card.name = f"https://trello.com/c/{source.short_link}"
        for one in row.get("linked", []):
            target = state.cards[state.slugs[one]]
            link = next(a for a in state.cards[state.slugs[row["slug"]]].attachments if a.url == one)
            link.url = link.name = f"https://trello.com/c/{target.short_link}"


def expected(workspace: str, state: State) -> tuple[Expected, ...]:
    """Return what the author of a workspace says about its cards."""
    if workspace == "empty":
        return ()
    return tuple(_expected(state, row) for row in read_toml(f"{workspace}.expected.toml")["entry"])


def _expected(state: State, row: Mapping[str, Any]) -> Expected:
    card = state.cards[state.slugs[row["card"]]]
    return Expected(
        id=card.id,
        key=f"#{card.number}",
        title=card.name,
        codes=tuple(row["codes"]),
        nature=row.get("nature"),
        why=row["why"],
        after=tuple(row.get("after", ())),
    )
