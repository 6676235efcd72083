"""The library's traps, and what it shows when it is used directly against the same sandbox over a socket."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import notion_client
import pytest
from notion_client.errors import UnknownHTTPResponseError
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import NAMELESS_TOKEN, READ_TOKEN, TOKEN
from planora_notion.transport.client import Client, is_read
from planora_notion.transport.failures import Refusal

from planora_sync.adapter import Written
from planora_sync.change import Draft, Field, words
from planora_sync.errors import ConnectionFailed, CredentialsRefused, Unreachable
from planora_sync.http import Call
from planora_sync.model import Named
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import adapter_of, change, context_of, one, option, read
from tests.adapters.notion.wrapping import Listening
from tests.adapters.serving import served


@pytest.fixture
def address(sandbox: NotionSandbox) -> Iterator[str]:
    with served(sandbox) as url:
        yield url


@pytest.fixture
def library(address: str) -> Iterator[Any]:
    client = notion_client.Client(
        auth=TOKEN,
        base_url=address,
        notion_version="2026-03-11",
        retry=False,
        logger=logging.getLogger("test"),
    )
    yield client
    client.close()


def test_corrections_are_seen_by_the_library_itself(
    sandbox: NotionSandbox, api: Api, address: str, library: Any
) -> None:
    adapter = adapter_of(sandbox, url=address, app=None)
    entry = read(adapter, api.page("t-optin"))
    wanted = [
        change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),)),
        change(entry, Field.SPRINT, one(api.page("s32"))),
        change(entry, Field.DUE, one("2026-12-11")),
        change(entry, Field.ASSIGNEES, one(api.user("noah"))),
        change(entry, Field.LABELS, words(("design", "content"))),
        change(entry, Field.PARENT, one(api.page("r-widget"))),
    ]
    assert adapter.apply(entry, wanted) == Written()
    page = library.pages.retrieve(api.page("t-optin"))["properties"]
    assert page["Status"]["status"]["name"] == "In progress"
    assert page["Sprint"]["relation"] == [{"id": api.page("s32")}]
    assert page["Due"]["date"]["start"] == "2026-12-11"
    assert page["Assignee"]["people"][0]["name"] == "Noah Berg"
    assert {tag["name"] for tag in page["Tags"]["multi_select"]} == {"design", "content"}
    assert page["Project"]["relation"] == [{"id": api.page("r-widget")}]
    adapter.close()


def test_moves_creations_links_and_archiving_are_too(
    sandbox: NotionSandbox, api: Api, address: str, library: Any
) -> None:
    adapter = adapter_of(sandbox, url=address, app=None)
    typo = read(adapter, api.page("r-typo"))
    assert adapter.apply(typo, [change(typo, Field.PLACE, one(api.source("tasks")))]) == Written()
    moved = library.pages.retrieve(api.page("r-typo"))
    assert moved["parent"]["data_source_id"] == api.source("tasks")
    assert moved["properties"]["Assignee"]["people"][0]["name"] == "Linh Tran"
    draft = Draft(place=Named(id=api.source("roadmap"), name="x"), title="From a sprint", marker="m-9")
    made = adapter.create(draft)
    assert isinstance(made, Written)
    found = library.data_sources.query(
        api.source("roadmap"), filter={"property": "title", "title": {"equals": "From a sprint"}}
    )
    assert [row["id"] for row in found["results"]] == [made.id]
    parked = read(adapter, api.page("b-parked"))
    adapter.apply(parked, [change(parked, Field.ARCHIVED, words(("archived",)))])
    assert library.pages.retrieve(api.page("b-parked"))["is_archived"] is True
    adapter.close()


def test_the_version_is_said_and_the_libraries_own_is_not(sandbox: NotionSandbox) -> None:
    listening = Listening(sandbox.app)
    pull_all(adapter_of(sandbox, app=listening))
    assert {headers["notion-version"] for _, _, headers, _ in listening.seen} == {"2026-03-11"}


def test_reads_and_writes_carry_their_own_token(sandbox: NotionSandbox, api: Api) -> None:
    listening = Listening(sandbox.app)
    adapter = adapter_of(sandbox, app=listening, token=READ_TOKEN, write_token=NAMELESS_TOKEN)
    entry = read(adapter, api.page("t-optin"))
    assert adapter.apply(entry, [change(entry, Field.LABELS, words(("design",)))]) == Written()
    for method, path, headers, _ in listening.seen:
        writes = method == "PATCH"
        assert headers["authorization"] == f"Bearer {NAMELESS_TOKEN if writes else READ_TOKEN}", path


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("GET", "/v1/pages/x", True),
        ("POST", "/v1/data_sources/x/query", True),
        ("POST", "/v1/search", True),
        ("POST", "/v1/pages", False),
        ("POST", "/v1/pages/x/move", False),
        ("PATCH", "/v1/pages/x", False),
        ("PATCH", "/v1/blocks/x/children", False),
    ],
)
def test_what_reads(method: str, path: str, reads: bool) -> None:
    assert is_read(Call(method=method, url=f"http://notion.test{path}?a=b")) is reads


def test_the_library_gets_no_handler_and_logs_no_body(
    sandbox: NotionSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Fifteen of its clients would add fifteen handlers, and at DEBUG it logs what people wrote."""
    handlers = list(logging.getLogger("notion_client").handlers)
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            sandbox.fail(Fault(kind="403", path="*/query"))
            pull_all(adapter_of(sandbox))
    assert logging.getLogger("notion_client").handlers == handlers
    assert not logging.getLogger("planora_notion.library").handlers
    assert "restricted_resource" not in caplog.text
    assert "Booking widget" not in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("kind", ["401", "403", "500", "html", "cut-before"])
def test_no_error_shows_the_token(sandbox: NotionSandbox, kind: str) -> None:
    sandbox.fail(Fault(kind=kind, times=-1))
    with pytest.raises(ConnectionFailed) as caught:
        adapter_of(sandbox).check()
    shown: list[str] = []
    seen: list[BaseException] = []
    error: BaseException | None = caught.value
    while error is not None and error not in seen:
        seen.append(error)
        shown += [repr(error), str(error), str(vars(error)), "".join(traceback.format_exception(error))]
        request = getattr(error, "request", None) if not isinstance(error, ConnectionFailed) else None
        shown.append(str(dict(request.headers)) if isinstance(request, httpx.Request) else "")
        error = error.__cause__ or error.__context__
    assert TOKEN not in "".join(shown)
    assert TOKEN not in "".join(f"{row.path}{row.query}" for row in sandbox.ledger)


@pytest.mark.parametrize("token", [None, "", "ntn_\n", "ntn_ü"])
def test_a_token_that_cannot_be_one_is_refused_before_a_request(
    sandbox: NotionSandbox, token: str | None
) -> None:
    """The HTTP library would print a header that it cannot send."""
    with pytest.raises(CredentialsRefused) as caught:
        adapter_of(sandbox, token=token).check()
    assert "notion.so/profile/integrations" in caught.value.help()
    assert not sandbox.ledger


def test_a_code_that_the_library_does_not_know_is_read_from_the_body() -> None:
    body = '{"object":"error","status":529,"code":"service_overload","message":"Busy.","additional_data":{"a":1}}'
    refusal = Refusal.of(UnknownHTTPResponseError(529, raw_body_text=body))
    assert (refusal.status, refusal.code, refusal.message, refusal.more) == (
        529,
        "service_overload",
        "Busy.",
        {"a": 1},
    )
    html = Refusal.of(UnknownHTTPResponseError(502, raw_body_text="<html>"))
    assert str(html) == "502 (no text)"
    assert Refusal.of(UnknownHTTPResponseError(500, raw_body_text="[1]")).code == ""


def test_a_redirect_is_not_followed(sandbox: NotionSandbox) -> None:
    async def redirect(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        headers = [(b"location", b"https://elsewhere.test/v1/users/me")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    with pytest.raises(ConnectionFailed) as caught:
        adapter_of(sandbox, app=redirect).check()
    assert "`url`" in caught.value.help()


def test_a_property_id_with_odd_letters_is_encoded_once(sandbox: NotionSandbox, api: Api) -> None:
    client = Client(context_of(sandbox))
    prop = sandbox.state.sources[api.source("tasks")].prop("Sub-tasks")
    assert prop is not None
    source = sandbox.state.sources[api.source("tasks")]
    del source.props[prop.id]
    prop.id = "<n%:"
    source.props[prop.id] = prop
    assert client.property_items(api.page("t-refund"), prop.id) == []
    answer = client.query(source.id, {"page_size": 1}, only=(prop.id,))
    assert list(answer["results"][0]["properties"]) == ["Sub-tasks"]


def test_a_host_that_is_not_there_is_unreachable(sandbox: NotionSandbox) -> None:
    adapter = adapter_of(sandbox, url="http://127.0.0.1:9", app=None)
    with pytest.raises(Unreachable) as caught:
        adapter.check()
    assert not caught.value.sent
    assert caught.value.connection == "product"


def test_the_vendors_own_address_is_the_default(sandbox: NotionSandbox) -> None:
    listening = Listening(sandbox.app)
    adapter_of(sandbox, url="", app=listening).check()
    assert listening.seen[0][2]["host"] == "api.notion.com"
