"""Who people are, asked for once: names of those who made pages, and who of them is a guest."""

from __future__ import annotations

from planora_notion.client import Client
from planora_notion.failures import Restricted
from planora_notion.schema import Json
from planora_notion.source import Member


class Members:
    """Looks up people by id.

    The list of users holds no guests. Somebody who made a page, is not in the list and can be read alone is
    taken for a guest; without the capability to read users nobody is known.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._listed: dict[str, Member] | None = None
        self._others: dict[str, Member | None] = {}
        self._may_read = True

    def find(self, id: str) -> Member | None:
        """Return who has an id, or None. Raises ConnectionFailed."""
        if self._listed is None:
            self._listed = self._list()
        if id in self._listed or not self._may_read:
            return self._listed.get(id)
        if id not in self._others:
            user = self._client.user(id)
            self._others[id] = _member(user, guest=True) if user and user.get("type") else None
        return self._others[id]

    def _list(self) -> dict[str, Member]:
        try:
            found = [_member(user, guest=False) for user in self._client.users() if user.get("id")]
        except Restricted:
            self._may_read = False
            return {}
        return {member.id: member for member in found}


def _member(user: Json, *, guest: bool) -> Member:
    bot = user.get("type") == "bot"
    email = (user.get("person") or {}).get("email")
    return Member(
        id=str(user["id"]),
        name=str(user.get("name") or ""),
        email=str(email) if email else None,
        bot=bot,
        guest=guest and not bot,
    )
