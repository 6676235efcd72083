"""Webhooks: what Notion says has changed, and who is believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import Delivery, Hint, NotesInMemory
from planora_sync.errors import AnswerUnreadable, SignatureRefused
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.events import SECRET, event, signed
from tests.adapters.notion.rig import adapter_of, calls

TOKEN = json.dumps({"verification_token": SECRET}).encode()


def heard(sandbox: NotionSandbox, body: bytes, **changes: Any) -> tuple[Hint, ...]:
    return adapter_of(sandbox, webhook_secret=SECRET, **changes).hear(signed(body, SECRET))


def row_of(api: Api, source: str) -> dict[str, Any]:
    return {"parent": {"id": api.source(source), "type": "data_source", "data_source_id": api.source(source)}}


@pytest.fixture
def known(sandbox: NotionSandbox) -> NotesInMemory:
    """Return the notes of a connection that was pulled once."""
    notes = NotesInMemory()
    pull_all(adapter_of(sandbox, notes=notes, webhook_secret=SECRET))
    return notes


def test_the_first_request_carries_a_token_that_a_person_pastes_back(sandbox: NotionSandbox) -> None:
    unsigned = Delivery(headers={}, body=TOKEN)
    assert adapter_of(sandbox).hear(unsigned) == (Hint(handshake=SECRET),)
    assert adapter_of(sandbox, webhook_secret=SECRET).hear(unsigned) == (Hint(handshake=SECRET),)


def test_a_token_of_somebody_else_is_refused_once_there_is_one(sandbox: NotionSandbox) -> None:
    """Whoever knows the address could otherwise put a token of their own into somebody's hands."""
    other = json.dumps({"verification_token": "secret_other"}).encode()
    with pytest.raises(SignatureRefused, match="subscribe anew"):
        adapter_of(sandbox, webhook_secret=SECRET).hear(Delivery(headers={}, body=other))
    assert heard(sandbox, other) == (Hint(handshake="secret_other"),)


def test_the_signature_is_of_the_raw_body(sandbox: NotionSandbox, api: Api) -> None:
    delivery = signed(event("page.created", api.page("t-lazy")), SECRET)
    adapter = adapter_of(sandbox, webhook_secret=SECRET)
    assert adapter.hear(delivery)[0].ids == (api.page("t-lazy"),)
    spaced = json.dumps(json.loads(delivery.body), indent=1).encode()
    with pytest.raises(SignatureRefused):
        adapter.hear(Delivery(headers=delivery.headers, body=spaced))


@pytest.mark.parametrize("kind", ["created", "content_updated", "properties_updated", "moved", "deleted",
                                  "undeleted", "locked", "unlocked"])  # fmt: skip
def test_events_of_pages_are_ids_to_read_again(
    sandbox: NotionSandbox, api: Api, known: NotesInMemory, kind: str
) -> None:
    body = event(f"page.{kind}", api.page("t-lazy"), data=row_of(api, "tasks"))
    before = len(sandbox.ledger)
    (hint,) = heard(sandbox, body, notes=known)
    assert (hint.ids, hint.places, hint.ours) == ((api.page("t-lazy"),), (), False)
    assert hint.delivery == "367cba44-b6f3-4c92-81e7-6a2e9659efd4"
    assert hint.at == datetime(2026, 11, 24, 9, 31, 5, 123000, tzinfo=UTC)
    assert calls(sandbox, before) == []


@pytest.mark.parametrize(
    "kind", ["created", "content_updated", "schema_updated", "moved", "deleted", "undeleted"]
)
def test_events_of_data_sources_are_places(sandbox: NotionSandbox, api: Api, kind: str) -> None:
    (hint,) = heard(sandbox, event(f"data_source.{kind}", api.source("tasks")))
    assert (hint.ids, hint.places) == ((), (api.source("tasks"),))


def test_an_event_of_a_database_names_its_data_sources(
    sandbox: NotionSandbox, api: Api, known: NotesInMemory
) -> None:
    database = sandbox.state.sources[api.source("tasks")].database_id
    assert heard(sandbox, event("database.content_updated", database), notes=known)[0].places == (
        api.source("tasks"),
    )
    assert heard(sandbox, event("database.moved", database))[0].places == (database,)


def test_an_event_of_a_sprint_is_one_of_its_place(
    sandbox: NotionSandbox, api: Api, known: NotesInMemory
) -> None:
    """A sprint is no entry, and when it ends many entries are something else."""
    body = event("page.properties_updated", api.page("s31"), data=row_of(api, "sprints"))
    assert heard(sandbox, body, notes=known)[0].places == (api.source("sprints"),)


def test_pages_of_elsewhere_give_no_hint_unless_they_may_have_been_ours(
    sandbox: NotionSandbox, api: Api, known: NotesInMemory
) -> None:
    for data in (row_of(api, "finance"), {"parent": {"id": api.page("r-widget"), "type": "page"}}):
        page = api.page("t-lazy")
        assert heard(sandbox, event("page.content_updated", page, data=data), notes=known) == ()
        assert heard(sandbox, event("page.moved", page, data=data), notes=known)[0].ids == (page,)
    assert heard(sandbox, event("page.created", api.page("t-lazy"), data={}), notes=known)[0].ids


@pytest.mark.parametrize(
    "kind", ["comment.created", "comment.deleted", "view.updated", "file_upload.complete"]
)
def test_what_is_not_read_gives_no_hint(sandbox: NotionSandbox, api: Api, kind: str) -> None:
    assert heard(sandbox, event(kind, api.page("t-lazy"))) == ()


def test_our_own_writes_are_told_by_their_authors(sandbox: NotionSandbox, api: Api) -> None:
    notes = NotesInMemory()
    pull_all(adapter_of(sandbox, notes=notes, webhook_secret=SECRET))
    # One token is one integration, asked once.
    assert [row.path for row in sandbox.ledger].count("/v1/users/me") == 1
    bot = {"id": sandbox.state.bot, "type": "bot"}
    ana = {"id": api.user("ana"), "type": "person"}

    def ours(*authors: Any) -> bool:
        body = event("page.properties_updated", api.page("t-lazy"), authors=list(authors))
        return heard(sandbox, body, notes=notes)[0].ours

    assert ours(bot)
    # Events of a minute come together: a person's edit among them counts as one.
    assert not ours(bot, ana)
    assert not ours(ana)
    assert not ours()


def test_a_writing_token_that_is_refused_stops_no_reading(sandbox: NotionSandbox) -> None:
    notes = NotesInMemory()
    adapter = adapter_of(sandbox, notes=notes, webhook_secret=SECRET, write_token="ntn_wrong")
    assert len(pull_all(adapter).entries) == 112
    assert notes.get("identity") is None


def test_a_repeated_delivery_says_the_same(sandbox: NotionSandbox, api: Api) -> None:
    first = heard(sandbox, event("page.created", api.page("t-lazy")))
    assert heard(sandbox, event("page.created", api.page("t-lazy"), attempt_number=7)) == first


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"type":"page.created"}', b'{"type":1,"entity":{"id":"x"}}', b"\xff"]
)
def test_what_is_signed_and_no_event_is_said(sandbox: NotionSandbox, body: bytes) -> None:
    with pytest.raises(AnswerUnreadable, match="no event of Notion"):
        heard(sandbox, body)


def test_an_entity_whose_id_is_none_gives_no_hint(sandbox: NotionSandbox) -> None:
    assert heard(sandbox, event("page.created", "../../etc/passwd")) == ()


def test_what_the_stand_in_sends_is_believed_and_names_what_was_changed(
    sandbox: NotionSandbox, api: Api, known: NotesInMemory
) -> None:
    """From the first request, whose token is pasted back, to a move into a data source that is read."""
    first = sandbox.webhooks.subscribe(SECRET)
    assert adapter_of(sandbox).hear(first) == (Hint(handshake=SECRET),)
    page = api.page("t-lazy")
    api.ok("PATCH", f"/v1/pages/{page}", {"properties": {"Estimate": {"number": 8}}})
    api.ok("POST", f"/v1/pages/{page}/move", {"parent": {"data_source_id": api.source("roadmap")}})
    api.ok("PATCH", f"/v1/pages/{page}", {"in_trash": True})
    adapter = adapter_of(sandbox, webhook_secret=SECRET, notes=known)
    hints = [hint for delivery in sandbox.webhooks.sent[-3:] for hint in adapter.hear(delivery)]
    assert [hint.ids for hint in hints] == [(page,)] * 3
    assert len({hint.delivery for hint in hints}) == 3
    assert all(hint.ours for hint in hints)
