"""What the adapter writes, seen through py-trello used directly, with a socket between both and the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from planora_trello import TrelloAdapter
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.loading import KEY, TOKEN
from trello import TrelloClient

from planora_sync.adapter import Written
from planora_sync.change import Draft, Field, LinkDraft, day, words
from planora_sync.model import Named, Ref
from tests.adapters.serving import served
from tests.adapters.trello.conftest import Api, Elsewhere
from tests.adapters.trello.rig import adapter_of, change, fresh, one


@pytest.fixture
def url(sandbox: TrelloSandbox) -> Iterator[str]:
    with served(sandbox) as url:
        yield url


@pytest.fixture
def adapter(sandbox: TrelloSandbox, url: str) -> Iterator[TrelloAdapter]:
    adapter = adapter_of(sandbox, url=url)
    yield adapter
    adapter.close()


@pytest.fixture
def library(url: str) -> TrelloClient:
    return TrelloClient(api_key=KEY, api_secret=TOKEN, http_service=Elsewhere(url))


def test_changes_of_one_card(adapter: TrelloAdapter, library: TrelloClient, api: Api) -> None:
    entry = fresh(adapter, api.card("b-swag"))
    changes = [
        change(entry, Field.STATUS, one(api.list("Doing"), "Doing")),
        change(entry, Field.DUE, day(date(2026, 12, 4))),
        change(entry, Field.LABELS, words(("Content", "Event"))),
        change(entry, Field.ASSIGNEES, one(api.person("priya_nair"), "Priya Nair")),
    ]
    assert adapter.apply(entry, changes) == Written()
    card = library.get_card(entry.ref.id)
    assert card.get_list().name == "Doing"
    assert card.due_date.date() == date(2026, 12, 4)
    assert sorted(label.name for label in card.labels) == ["Content", "Event"]
    assert card.member_ids == [api.person("priya_nair")]


def test_a_move_to_another_board_and_a_custom_field(
    adapter: TrelloAdapter, library: TrelloClient, api: Api
) -> None:
    entry = fresh(adapter, api.card("r-pharmacies"))
    assert adapter.apply(entry, [change(entry, Field.PLACE, one(api.list("Backlog")))]) == Written()
    card = library.get_card(entry.ref.id)
    assert card.board.name == "Growth & Marketing"
    assert card.get_list().name == "Backlog"
    assert [label.name for label in card.labels] == ["Partner"]
    assert card.get_custom_field_by_name("Theme").value == "New markets"


def test_archive_and_back(adapter: TrelloAdapter, library: TrelloClient, api: Api) -> None:
    entry = fresh(adapter, api.card("b-swag"))
    away = change(entry, Field.ARCHIVED, words(("archived",)))
    assert adapter.apply(entry, [away]) == Written()
    assert library.get_card(entry.ref.id).closed is True
    assert adapter.apply(fresh(adapter, entry.ref.id), [away.inverse()]) == Written()
    assert library.get_card(entry.ref.id).closed is False


def test_a_creation_and_a_link(adapter: TrelloAdapter, library: TrelloClient, api: Api) -> None:
    place = Named(id=api.list("Next"), name="Fernway Roadmap/Next")
    made = adapter.create(Draft(place=place, title="Clinics in Poland", text="Why", marker="ps-9"))
    assert isinstance(made, Written)
    source = Ref(tracker="trello", connection="boards", id=str(made.id))
    assert isinstance(
        adapter.link(LinkDraft(source=source, target=api.card("r-spain"), marker="ps-10")), Written
    )
    card = library.get_card(made.id)
    assert (card.name, card.description) == ("Clinics in Poland", "Why\n\nplanora-sync: ps-9")
    (attachment,) = card.get_attachments()
    assert attachment.url == fresh(adapter, api.card("r-spain")).url
