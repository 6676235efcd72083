"""Who people are: one person with a role, whatever the trackers call their accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from planora_sync.model import Person
from planora_sync.names import plain

ACCOUNT = re.compile(r"([\w-]+)\.([\w-]+):(.+)")


class Role(StrEnum):
    """What people answer for."""

    PRODUCT_MANAGER = "product_manager"
    TECH_LEAD = "tech_lead"
    SCRUM_MASTER = "scrum_master"
    DEVELOPER = "developer"
    DESIGNER = "designer"
    EXECUTIVE = "executive"


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account of one connection: `jira.work:5b10ac8d`."""

    tracker: str
    connection: str
    id: str

    @classmethod
    def parse(cls, alias: str) -> Account | None:
        """Return the account that an alias names, or None where it is an e-mail address, login or name."""
        found = ACCOUNT.fullmatch(alias.strip())
        return cls(tracker=found[1], connection=found[2], id=found[3]) if found else None


@dataclass(frozen=True, kw_only=True)
class Member:
    """One `[people.KEY]`."""

    key: str
    name: str
    role: Role | None = None
    aliases: tuple[str, ...] = ()

    @property
    def handles(self) -> tuple[Account | str, ...]:
        """Return everything this person goes by: accounts, and plain words."""
        words = (*self.aliases, self.name)
        return tuple(Account.parse(word) or plain(word) for word in words if word)


class People:
    """The people of the configuration. An account id says most, then an e-mail address, a login, a name."""

    def __init__(self, members: Iterable[Member] = ()) -> None:
        self.members: Mapping[str, Member] = {member.key: member for member in members}
        """By key of the `[people]` table."""
        self._by_handle: dict[Account | str, Member] = {}
        for member in self.members.values():
            for handle in member.handles:
                self._by_handle.setdefault(handle, member)

    def __repr__(self) -> str:
        return f"People({', '.join(self.members)})"

    def find(self, person: Person, connection: str, tracker: str) -> Member | None:
        """Return who an account of a connection belongs to, or None where nobody said it."""
        account = Account(tracker=tracker, connection=connection, id=person.id)
        handles: tuple[Account | str, ...] = (
            account,
            plain(person.email or ""),
            plain(person.id),
            plain(person.name),
        )
        return next((self._by_handle[one] for one in handles if one and one in self._by_handle), None)

    def key(self, person: Person, connection: str, tracker: str) -> str | None:
        """Return the key of the `[people]` table, the same for all accounts of a person, or None."""
        found = self.find(person, connection, tracker)
        return found.key if found else None

    def role(self, person: Person, connection: str, tracker: str) -> str | None:
        """Return a person's role, or None where nobody said it."""
        found = self.find(person, connection, tracker)
        return found.role.value if found and found.role else None


def shared_handles(members: Iterable[Member]) -> Mapping[str, tuple[str, ...]]:
    """Return what more than one person goes by, with the keys of those people."""
    owners: dict[Account | str, list[str]] = {}
    spelled: dict[Account | str, str] = {}
    for member in members:
        for text in filter(None, (*member.aliases, member.name)):
            handle = Account.parse(text) or plain(text)
            spelled.setdefault(handle, text)
            if member.key not in owners.setdefault(handle, []):
                owners[handle].append(member.key)
    return {spelled[handle]: tuple(keys) for handle, keys in owners.items() if len(keys) > 1}
