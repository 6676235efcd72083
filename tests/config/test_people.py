"""Who people are, across trackers."""

from __future__ import annotations

import pytest

from planora_sync.config import Member, People, Role
from planora_sync.model import Person

ANA = Member(
    key="ana",
    name="Ana Ruiz",
    role=Role.PRODUCT_MANAGER,
    aliases=("Ana@Acme.com", "jira.work:712020:6f1c", "anaruiz7", "🌵 Ana R."),
)
BOB = Member(key="bob", name="Bob", aliases=("trello.board:42",))
PEOPLE = People([ANA, BOB])


@pytest.mark.parametrize(
    ("person", "connection", "tracker"),
    [
        (Person(id="712020:6f1c", name="?"), "work", "jira"),
        (Person(id="x", name="?", email="ana@acme.com"), "any", "notion"),
        (Person(id="anaruiz7", name="?"), "any", "jira"),
        (Person(id="x", name="ANA  RUIZ"), "any", "trello"),
        (Person(id="x", name="ana r."), "any", "trello"),
    ],
)
def test_one_person_behind_all_accounts(person: Person, connection: str, tracker: str) -> None:
    assert PEOPLE.key(person, connection, tracker) == "ana"
    assert PEOPLE.role(person, connection, tracker) == "product_manager"


def test_an_account_of_another_connection_is_somebody_else() -> None:
    stranger = Person(id="712020:6f1c", name="?")
    assert PEOPLE.key(stranger, "other", "jira") is None
    assert PEOPLE.key(stranger, "work", "notion") is None
    assert PEOPLE.role(stranger, "other", "jira") is None


def test_an_account_says_more_than_an_address_and_that_more_than_a_name() -> None:
    people = People([ANA, Member(key="twin", name="Twin", aliases=("notion.docs:1", "twin@acme.com"))])
    assert people.key(Person(id="1", name="Ana Ruiz", email="ana@acme.com"), "docs", "notion") == "twin"
    assert people.key(Person(id="2", name="Ana Ruiz", email="twin@acme.com"), "docs", "notion") == "twin"


def test_who_has_no_role_has_none() -> None:
    bob = Person(id="42", name="Bobby")
    assert PEOPLE.key(bob, "board", "trello") == "bob"
    assert PEOPLE.role(bob, "board", "trello") is None
    assert repr(PEOPLE) == "People(ana, bob)"


def test_nobody_is_found_by_an_empty_name() -> None:
    assert PEOPLE.key(Person(id="", name=" "), "work", "jira") is None
