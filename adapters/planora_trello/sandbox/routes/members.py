"""Members, the company's workspace and tokens."""

from __future__ import annotations

from typing import Any

from planora_trello.sandbox import render
from planora_trello.sandbox.ask import Ask
from planora_trello.sandbox.errors import absent, invalid
from planora_trello.sandbox.ids import stamp
from planora_trello.sandbox.routes import boards as board_routes
from planora_trello.sandbox.state import Board


def retrieve(ask: Ask) -> dict[str, Any]:
    """Return a member; one's own shows more than others'."""
    who = ask.path["id"]
    known: tuple[str, ...]
    if who in ("me", ask.me.id, ask.me.username):
        shown, known = render.me(ask.state, ask.me), render.ME_FIELDS
    else:
        shown, known = render.member(ask.state.member(who)), render.MEMBER_FIELDS
        shown["email"] = None
    names = ask.fields("fields", known, [name for name in known if name != "inbox"])
    answer = {"id": shown["id"]} | {name: shown[name] for name in names}
    if ask.text("boards", "none") not in ("none", ""):
        inner = ask.nested("board_")
        answer["boards"] = [board_routes.body(inner, one) for one in _boards(ask, ask.text("boards"))]
    return answer | ({} if "email" in answer or "fields" in ask.values else {"email": None})


def boards(ask: Ask) -> list[dict[str, Any]]:
    """Return the boards that the token's owner can see."""
    ask.state.member(ask.me.id if ask.path["id"] == "me" else ask.path["id"])
    return _listing(ask, _boards(ask, ask.path.get("filter") or ask.text("filter", "all")))


def _listing(ask: Ask, found: list[Board]) -> list[dict[str, Any]]:
    values = {"fields": "all"} | dict(ask.values)
    inner = Ask(state=ask.state, token=ask.token, path=ask.path, values=values)
    return [board_routes.body(inner, one) for one in found]


def _boards(ask: Ask, wanted: str) -> list[Board]:
    visible = [one for one in ask.state.boards.values() if one.shared]
    match wanted:
        case "all":
            return visible
        case "open":
            return [one for one in visible if not one.closed]
        case "closed":
            return [one for one in visible if one.closed]
        case "none":
            return []
        case "members" | "organization" | "public" | "starred" | "unpinned" | "pinned":
            return [one for one in visible if wanted == "members" and not one.closed]
        case _:
            raise invalid("filter")


def organizations(ask: Ask) -> list[dict[str, Any]]:
    """Return the workspaces of a member."""
    return [render.organization(ask.state)] if ask.state.organization else []


def organization(ask: Ask) -> dict[str, Any]:
    """Return a workspace by id or name."""
    return render.organization(_known(ask))


def organization_boards(ask: Ask) -> list[dict[str, Any]]:
    """Return the boards of a workspace."""
    state = _known(ask)
    found = _boards(ask, ask.text("filter", "all"))
    identifier = state.organization[0] if state.organization else ""
    return _listing(ask, [one for one in found if one.organization == identifier])


def _known(ask: Ask) -> Any:
    if not ask.state.organization or ask.path["id"] not in ask.state.organization[:2]:
        raise absent()
    return ask.state


def token(ask: Ask) -> dict[str, Any]:
    """Return what a token may do. Its text stands in the path: it must be the asking one or a stranger's."""
    found = ask.state.tokens.get(ask.path["id"]) or ask.state.bearers.get(ask.path["id"])
    if found is None:
        raise absent()
    rights = {"read": True, "write": found.write}
    models = (("Member", found.member), ("Board", "*"), ("Organization", "*"))
    member = ask.state.members[found.member]
    return {
        "id": f"{member.id[:20]}0001",
        "identifier": "planora-sync",
        "idMember": member.id,
        "dateCreated": stamp(ask.state.now().replace(microsecond=0)),
        "dateExpires": None,
        "permissions": [{"idModel": model, "modelType": kind} | rights for kind, model in models],
    }
