"""Who people are, asked for once a day: names of those who made pages, and who of them is a guest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from planora_notion.site.notebook import DAY, Notebook
from planora_notion.site.schema import Json
from planora_notion.site.source import Member
from planora_notion.transport.client import Client
from planora_notion.transport.failures import Restricted

NOTE = "people"


class Members:
    """Looks up people by id.

    The list of users holds no guests. Somebody who made a page, is not in the list and can be read alone is
    taken for a guest; without the capability to read users nobody is known.
    """

    def __init__(self, client: Client, notebook: Notebook) -> None:
        self._client = client
        self._notebook = notebook
        self._listed: dict[str, Member] | None = None
        self._others: dict[str, Member | None] = {}
        self._may_read = True
        self._remembered = False
        self._changed = False

    def forget(self, *, notes: bool) -> None:
        """Ask anew who people are at the next look; with `notes` also what was asked within a day."""
        self._listed, self._others, self._may_read = None, {}, True
        self._remembered = self._changed = False
        if notes:
            self._notebook.forget(NOTE)

    def keep(self) -> None:
        """Remember for a day what was asked."""
        if self._listed is not None and self._changed:
            listed = [asdict(member) for member in self._listed.values()]
            others = {id: member and asdict(member) for id, member in self._others.items()}
            self._notebook.put(NOTE, {"listed": listed, "others": others, "may": self._may_read})
            self._changed = False

    def find(self, id: str) -> Member | None:
        """Return who has an id, or None. Raises ConnectionFailed."""
        known = self._list()
        if id not in known and id not in self._others and self._may_read and self._remembered:
            # Not a guest by that alone: a member may have come since the list was read.
            known = self._read()
        if id in known or not self._may_read:
            return known.get(id)
        if id not in self._others:
            user = self._client.user(id)
            self._others[id] = _member(user, guest=True) if user and user.get("type") else None
            self._changed = True
        return self._others[id]

    def _list(self) -> dict[str, Member]:
        if self._listed is None:
            note = self._notebook.get(NOTE, within=DAY)
            try:
                self._recall(note)
            except (KeyError, TypeError, AttributeError):
                self._listed = None
        return self._read() if self._listed is None else self._listed

    def _recall(self, note: Any) -> None:
        if note is None:
            return
        self._others = {id: body and Member(**body) for id, body in note["others"].items()}
        self._may_read = bool(note["may"])
        self._listed = {body["id"]: Member(**body) for body in note["listed"]}
        self._remembered = True

    def _read(self) -> dict[str, Member]:
        self._remembered, self._changed, self._others = False, True, {}
        try:
            found = [_member(user, guest=False) for user in self._client.users() if user.get("id")]
        except Restricted:
            self._may_read, found = False, []
        self._listed = {member.id: member for member in found}
        return self._listed


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
