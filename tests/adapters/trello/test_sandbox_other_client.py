"""The sandbox over a socket, driven by a client of another author who has never seen it.

`trellio-client` (extra `dev`) parses each answer into typed models of its own, sends what it writes as JSON and
its credentials in the query: another half of the API than the adapter and py-trello use.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.loading import KEY, READ_TOKEN, TOKEN

from planora_sync.sandbox import Fault
from tests.adapters.serving import served
from tests.adapters.trello.conftest import Api, Clock

trellio = pytest.importorskip("trellio", reason="the client of another author is not installed (extra dev)")

Drive = Callable[[Callable[[Any], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def url(sandbox: TrelloSandbox) -> Iterator[str]:
    with served(sandbox) as url:
        yield url


@asynccontextmanager
async def client(url: str, token: str = TOKEN, **more: Any) -> AsyncIterator[Any]:
    async with trellio.TrellioClient(KEY, token, base_url=url, timeout=10, **more) as one:
        yield one


@pytest.fixture
def drive(url: str) -> Drive:
    def run(story: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        async def tell() -> None:
            async with client(url) as one:
                await story(one)

        asyncio.run(tell())

    return run


def test_it_reads_what_the_workspace_holds(drive: Drive, api: Api) -> None:
    async def story(one: Any) -> None:
        me = await one.get_me()
        assert api.state.members[me.id].full_name == me.full_name
        boards = {board.name: board for board in await one.list_boards()}
        growth = await one.get_board(boards["Growth & Marketing"].id)
        assert growth.id == api.board("Growth")
        lists = await one.list_lists(growth.id)
        shown = [row for row in api.state.lists_of(growth.id) if not row.closed]
        assert [row.name for row in lists] == [row.name for row in shown]
        for row in lists:
            cards = await one.list_cards(row.id)
            assert {card.id for card in cards} == {
                card.id for card in api.state.cards_in(row.id) if not card.closed
            }
        assert {label.name for label in await one.list_board_labels(growth.id)} <= {
            label.name for label in api.state.labels_of(growth.id)
        }
        assert {who.id for who in await one.list_board_members(growth.id)} == set(
            api.state.boards[growth.id].members
        )

    drive(story)


def test_a_card_from_its_making_to_its_end(drive: Drive, api: Api) -> None:
    async def story(one: Any) -> None:
        label = await one.create_label("Stand", "lime", api.board("Growth"))
        card = await one.create_card(
            api.list("Backlog"), "Book the stand", desc="In *Munich*", idLabels=label.id
        )
        assert card.id_labels == [label.id]
        await one.update_card(
            card.id, idList=api.list("Doing"), due="2027-01-29T12:00:00.000Z", dueComplete=True
        )
        moved = await one.get_card(card.id)
        assert (moved.id_list, moved.due_complete) == (api.list("Doing"), True)
        assert moved.due == "2027-01-29T12:00:00.000Z"
        assert moved.short_url == card.short_url
        bug = api.label("Growth", "Bug")
        await one.add_label_to_card(card.id, bug)
        await one.remove_label_from_card(card.id, label.id)
        assert (await one.get_card(card.id)).id_labels == [bug]
        link = await one.create_attachment(card.id, "https://acme.example/stand", "Stand")
        assert (await one.get_attachment(card.id, link.id)).url == "https://acme.example/stand"
        await one.delete_attachment(card.id, link.id)
        assert await one.list_attachments(card.id) == []
        archived = await one.update_card(card.id, closed=True)
        assert archived.closed
        await one.delete_card(card.id)
        with pytest.raises(trellio.TrelloAPIError) as gone:
            await one.get_card(card.id)
        assert (gone.value.status_code, "not found" in str(gone.value)) == (404, True)

    drive(story)


def test_checklists_comments_lists_labels_and_webhooks(drive: Drive, api: Api) -> None:
    async def story(one: Any) -> None:
        card = api.card("b-swag")
        made = await one.create_checklist(card, "Before")
        line = await one.create_check_item(made.id, "Ask the printer")
        ticked = await one.update_check_item(card, line.id, state="complete")
        assert ticked.state == "complete"
        assert [item.id for item in await one.list_check_items(made.id)] == [line.id]
        badges = (await one.get_card(card)).badges
        assert badges["checkItemsChecked"] == 1
        await one.delete_check_item(made.id, line.id)
        await one.delete_checklist(made.id)
        assert await one.list_card_checklists(card) == []
        said = await one.add_comment(card, "Which size?")
        changed = await one.update_comment(said.id, "Which colour?")
        assert changed.text == "Which colour?"
        assert said.id in [row.id for row in await one.list_comments(card)]
        await one.delete_comment(said.id)
        row = await one.create_list(api.board("Growth"), "Parking", pos="bottom")
        assert (await one.update_list(row.id, name="Parked", closed=True)).closed
        label = await one.create_label("Odd", "sky", api.board("Growth"))
        assert (await one.update_label(label.id, name="Even")).name == "Even"
        await one.delete_label(label.id)
        hook = await one.create_webhook("https://hooks.acme.example/t", api.board("Growth"), "ours")
        assert (await one.update_webhook(hook.id, active=False)).active is False
        await one.delete_webhook(hook.id)

    drive(story)


def test_there_is_no_list_of_all_webhooks(drive: Drive) -> None:
    # Trello lists them by token alone; this client asks for an address that is not there.
    async def story(one: Any) -> None:
        with pytest.raises(trellio.TrelloAPIError) as refused:
            await one.list_webhooks()
        assert refused.value.status_code == 404

    drive(story)


def test_the_search_finds_what_has_been_there_a_while(drive: Drive, api: Api, clock: Clock) -> None:
    async def story(one: Any) -> None:
        clock.forward(hours=1)
        title = api.state.cards[api.card("b-swag")].name
        assert api.card("b-swag") in [card.id for card in (await one.search(title)).cards]

    drive(story)


def test_a_token_that_may_only_read_and_one_that_is_wrong(url: str, api: Api) -> None:
    async def story() -> None:
        async with client(url, READ_TOKEN) as reader:
            assert (await reader.get_card(api.card("b-swag"))).id
            with pytest.raises(trellio.TrelloAPIError) as refused:
                await reader.update_card(api.card("b-swag"), name="No")
            assert refused.value.status_code == 401
        async with client(url, "nonsense") as nobody:
            with pytest.raises(trellio.TrelloAPIError, match="invalid token"):
                await nobody.get_me()

    asyncio.run(story())


def test_it_gets_through_a_429_as_it_would_with_trello(url: str, sandbox: TrelloSandbox, api: Api) -> None:
    async def story() -> None:
        sandbox.fail(Fault(kind="429", times=2))
        async with client(url, initial_delay=0.0) as one:
            assert (await one.get_card(api.card("b-swag"))).id

    asyncio.run(story())
    assert [row.status for row in sandbox.ledger] == [429, 429, 200]
