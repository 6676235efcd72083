"""Users: who we are and who else is here."""

from __future__ import annotations

from typing import Any

from planora_notion.sandbox.ask import Ask
from planora_notion.sandbox.errors import not_found
from planora_notion.sandbox.paging import cut
from planora_notion.sandbox.state import valid_id


def me(ask: Ask) -> dict[str, Any]:
    """Return the integration's own user; every token may ask for it."""
    return ask.render.user(ask.state.users[ask.state.bot])


def everyone(ask: Ask) -> dict[str, Any]:
    """Return the members of the workspace; guests are not among them."""
    ask.need("users")
    members = [user for user in ask.state.users.values() if not user.guest]
    return cut(
        members,
        lambda user: user.id,
        start=ask.first("start_cursor"),
        size=ask.first("page_size"),
        kind="user",
        render=ask.render.user,
    )


def one(ask: Ask) -> dict[str, Any]:
    """Return one user."""
    ask.need("users")
    identifier = valid_id(ask.path["id"], "path.user_id")
    user = ask.state.users.get(identifier)
    if user is None:
        raise not_found("user", identifier)
    return ask.render.user(user)
