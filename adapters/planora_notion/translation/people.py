"""People and groups as rows name them; pure."""

from __future__ import annotations

from collections.abc import Callable

from planora_notion.site.schema import Json
from planora_notion.site.source import Member
from planora_notion.translation import values
from planora_sync.model import Person

Lookup = Callable[[str], Member | None]
"""Who has an id, where the integration may know it."""


def persons(value: Json | None, lookup: Lookup) -> tuple[Person, ...]:
    """Return the people and groups of a value, each once."""
    found = [person(user, lookup) for user in values.people(value)]
    return tuple({one.id: one for one in found}.values())


def person(user: Json, lookup: Lookup) -> Person:
    """Return a person or group; what Notion leaves out is taken from the list of members.

    Without the capability to read users there is neither name nor e-mail: then the id is the name.
    """
    id = str(user["id"])
    name, email = user.get("name"), (user.get("person") or {}).get("email")
    # A group is no user, and nobody can be asked who it is.
    settled = (name and email) or user.get("object") == "group"
    member = None if settled else lookup(id)
    return Person(
        id=id,
        name=str(name or (member.name if member else "") or id),
        email=str(email) if email else member.email if member else None,
    )


def external(user: Json, lookup: Lookup) -> bool | None:
    """Return whether a guest of the workspace filed something; None where nobody can tell.

    A form or an automation files for somebody: for whom, Notion does not say.
    """
    member = lookup(str(user["id"]))
    return None if member is None or member.bot else member.guest
