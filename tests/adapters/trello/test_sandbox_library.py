"""The vendor's library (`py-trello`), unchanged: in process and over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from planora_trello.sandbox import TrelloSandbox
from planora_trello.sandbox.loading import KEY, TOKEN
from requests.auth import AuthBase
from trello import Board, Member, ResourceUnavailable, TrelloClient, Unauthorized

from planora_sync.sandbox import Fault
from tests.adapters.serving import served
from tests.adapters.trello.conftest import Elsewhere, ToApp


class Header(AuthBase):
    """Keeps key and token out of addresses."""

    def __call__(self, request: Any) -> Any:
        request.headers["Authorization"] = f'OAuth oauth_consumer_key="{KEY}", oauth_token="{TOKEN}"'
        return request


@contextmanager
def spoken(sandbox: TrelloSandbox, way: str) -> Iterator[TrelloClient]:
    if way == "socket":
        with served(sandbox) as url, Elsewhere(url) as session:
            yield TrelloClient(api_key=KEY, api_secret=TOKEN, http_service=session)
        return
    with Elsewhere("http://trello.test") as session:
        session.mount("http://", ToApp(sandbox.app))
        yield TrelloClient(api_key=KEY, api_secret=TOKEN, http_service=session)


@pytest.mark.parametrize("way", ["in process", "socket"])
def test_the_library_reads_and_writes(sandbox: TrelloSandbox, way: str) -> None:
    with spoken(sandbox, way) as client:
        boards = {board.name: board for board in client.list_boards("open")}
        growth, roadmap = boards["Growth & Marketing"], boards["Fernway Roadmap"]
        lists = {one.name: one for one in growth.all_lists()}
        assert [one.name for one in growth.closed_lists()] == ["Done [WEEK 45]"]
        assert len(growth.all_cards()) == 64
        assert len(lists["This week"].list_cards()) == 6
        assert "Ana Ruiz" in [one.full_name for one in growth.all_members()]
        _write(client, growth, roadmap, lists)
    assert len(sandbox.ledger) > 20


def _write(client: TrelloClient, growth: Board, roadmap: Board, lists: dict[str, Any]) -> None:
    card = lists["Backlog"].add_card("By library", desc="marker")
    labels = {one.name: one for one in growth.get_labels()}
    card.add_label(labels["Event"])
    card.assign(growth.all_members()[0].id)
    card.set_name("By library, renamed")
    card.comment("Seen.")
    card.attach(name="home", url="https://fernway.example")
    card.add_checklist("Steps", ["One", "Two"])
    points = next(one for one in growth.get_custom_field_definitions() if one.name == "Points")
    card.set_custom_field("3", points)
    card.change_list(lists["Doing"].id)
    fresh = client.get_card(card.id)
    assert (fresh.name, fresh.idList) == ("By library, renamed", lists["Doing"].id)
    assert [one.name for one in fresh.labels] == ["Event"]
    assert fresh.get_custom_field_by_name("Points").value == 3
    assert [one["data"]["text"] for one in fresh.comments] == ["Seen."]
    assert [one.name for one in fresh.checklists] == ["Steps"]
    card.change_board(roadmap.id, roadmap.open_lists()[1].id)
    moved = client.get_card(card.id)
    assert (moved.idBoard, moved.labels, moved.custom_fields) == (roadmap.id, [], [])
    moved.set_closed(True)
    assert [one.id for one in roadmap.closed_cards()] == [card.id]
    moved.delete()
    with pytest.raises(ResourceUnavailable, match="not found"):
        client.get_card(card.id)


def test_one_call_sets_several_fields(sandbox: TrelloSandbox) -> None:
    with spoken(sandbox, "in process") as client:
        path = f"/cards/{sandbox.state.slugs['c-webinar']}"
        body = client.fetch_json(path, "PUT", post_args={"due": None, "name": "Two", "idMembers": []})
        assert (body["due"], body["name"], body["idMembers"]) == (None, "Two", [])


def test_with_the_header_no_secret_is_in_an_address(sandbox: TrelloSandbox) -> None:
    with spoken(sandbox, "in process") as client:
        client.oauth = Header()
        assert len(client.list_boards()) == 4
        assert TOKEN not in repr(sandbox.ledger)
        client.oauth = None
        assert Member(client, "me").fetch().full_name == "planora-sync"
        assert TOKEN in sandbox.ledger[-1].query


def test_refusals_are_the_librarys_own_errors(sandbox: TrelloSandbox) -> None:
    with spoken(sandbox, "in process") as client:
        client.api_secret = "wrong"
        with pytest.raises(Unauthorized, match="invalid token"):
            client.list_boards()
        client.api_secret = TOKEN
        sandbox.fail(Fault(kind="202"))
        with pytest.raises(ResourceUnavailable):
            client.list_boards()


def test_the_odd_board_stops_the_library_as_it_does_in_life(sandbox: TrelloSandbox) -> None:
    with spoken(sandbox, "in process") as client:
        odd = next(board for board in client.list_boards("open") if "Odds" in board.name)
        with pytest.raises((AttributeError, TypeError)):
            odd.all_cards()


def test_a_cut_is_a_cut_over_a_socket(sandbox: TrelloSandbox) -> None:
    with served(sandbox) as url:
        for kind in ("cut-before", "hang", "cut-after"):
            sandbox.fail(Fault(kind=kind))
            with pytest.raises(requests.exceptions.RequestException):
                requests.get(f"{url}/1/members/me", auth=Header(), timeout=10)
        answer = requests.get(f"{url}/1/members/me", auth=Header(), timeout=10)
        assert answer.json()["username"] == "planorasync"
