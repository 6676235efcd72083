"""Every writing call under every fault: unknown where nobody can know, and never a false word.

What is claimed is compared with what the workspace holds: `Written` must be there, `Refused` must not, and what is
neither was sent once.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import pytest
from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import Outcome, Refused, Unknown, Written
from planora_sync.change import Draft, Field, LinkDraft
from planora_sync.model import Named, Ref
from planora_sync.sandbox import Fault
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import adapter_of, change, one, option, read
from tests.adapters.notion.test_adapter_creating import relation

Act = Callable[[NotionAdapter, Api], Outcome]
UNSURE = (
    "500",
    "502",
    "503",
    "504",
    "saved-503",
    "cut-before",
    "cut-after",
    "hang",
    "html",
    "half-json",
    "empty",
)
REFUSED = ("400", "401", "403", "404", "410")
BUSY = (
    Fault(kind="429"),
    Fault(kind="429", retry_after="2"),
    Fault(kind="429", retry_after="0"),
    Fault(kind="429", retry_after="0.5"),
    Fault(kind="429", retry_after="Tue, 24 Nov 2026 09:31:00 GMT"),
    Fault(kind="429", retry_after="soon"),
    Fault(kind="429", retry_after="5", reason="public_api_space_request_rate_limit"),
    Fault(kind="529"),
    Fault(kind="529", retry_after="2"),
)


def a_patch(adapter: NotionAdapter, api: Api) -> Outcome:
    entry = read(adapter, api.page("t-optin"))
    wanted = change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),))
    return adapter.apply(entry, [wanted])


def a_move(adapter: NotionAdapter, api: Api) -> Outcome:
    entry = read(adapter, api.page("r-typo"))
    return adapter.apply(entry, [change(entry, Field.PLACE, one(api.source("tasks")))])


def a_creation(adapter: NotionAdapter, api: Api) -> Outcome:
    place = Named(id=api.source("tasks"), name="Tasks")
    return adapter.create(Draft(place=place, title="Once", marker="m-1"))


def a_line(adapter: NotionAdapter, api: Api) -> Outcome:
    source = Ref(tracker="notion", connection="product", id=api.page("t-lazy"))
    return adapter.link(LinkDraft(source=source, target="https://trello.com/c/abcd1234", marker="l-1"))


def a_relation(adapter: NotionAdapter, api: Api) -> Outcome:
    source = Ref(tracker="notion", connection="product", id=api.page("r-widget"))
    return adapter.link(LinkDraft(source=source, target=api.page("t-lazy"), marker="l-1"))


WRITES: dict[str, tuple[Act, str, str]] = {
    "patch": (a_patch, "PATCH", "/v1/pages/*"),
    "move": (a_move, "POST", "/v1/pages/*/move"),
    "create": (a_creation, "POST", "/v1/pages"),
    "line": (a_line, "PATCH", "/v1/blocks/*/children"),
    "relation": (a_relation, "PATCH", "/v1/pages/*"),
}


@pytest.fixture(params=WRITES)
def write(request: pytest.FixtureRequest, sandbox: NotionSandbox, api: Api) -> tuple[Act, str, str]:
    if request.param == "relation":
        relation(sandbox, api, "Related to")
    return WRITES[request.param]


def state_of(sandbox: NotionSandbox) -> Any:
    return copy.deepcopy(
        {
            id: (page.source, page.values, [b.rich_text for b in page.blocks])
            for id, page in sandbox.state.pages.items()
        }
    )


def sent(sandbox: NotionSandbox, method: str, path: str) -> int:
    return sum(row.method == method and fnmatchcase(row.path, path) for row in sandbox.ledger)


@pytest.mark.parametrize("kind", UNSURE)
def test_what_nobody_can_know_is_unknown_and_sent_once(
    sandbox: NotionSandbox, api: Api, write: tuple[Act, str, str], kind: str
) -> None:
    act, method, path = write
    adapter, before = adapter_of(sandbox), state_of(sandbox)
    sandbox.fail(Fault(kind=kind, method=method, path=path))
    outcome = act(adapter, api)
    assert sent(sandbox, method, path) == 1
    if path == "/v1/pages" and kind == "saved-503":
        # The one answer that names what was made, and a look shows that it is there.
        assert isinstance(outcome, Written)
    elif path.endswith("/move") and kind in ("saved-503", "cut-after", "half-json"):
        # A look shows where the row stands, and it must be given at once what the move took from it.
        assert isinstance(outcome, Written)
    else:
        assert isinstance(outcome, Unknown), outcome
        assert outcome.reason
    assert (state_of(sandbox) != before) is (kind in ("saved-503", "cut-after", "half-json"))


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_refused_is_not_done(
    sandbox: NotionSandbox, api: Api, write: tuple[Act, str, str], kind: str
) -> None:
    act, method, path = write
    adapter, before = adapter_of(sandbox), state_of(sandbox)
    sandbox.fail(Fault(kind=kind, method=method, path=path, times=-1))
    outcome = act(adapter, api)
    assert isinstance(outcome, Refused), outcome
    assert kind in outcome.reason
    assert outcome.done == ()
    assert state_of(sandbox) == before


@pytest.mark.parametrize(
    "fault", BUSY, ids=lambda fault: f"{fault.kind} {fault.retry_after} {fault.reason or ''}"
)
def test_a_busy_notion_has_done_nothing_and_is_asked_again(
    sandbox: NotionSandbox, api: Api, write: tuple[Act, str, str], fault: Fault
) -> None:
    act, method, path = write
    before = state_of(sandbox)
    waits: list[float] = []
    sandbox.fail(
        Fault(kind=fault.kind, retry_after=fault.retry_after, reason=fault.reason, method=method, path=path)
    )
    assert isinstance(act(adapter_of(sandbox, sleep=waits.append), api), Written)
    assert state_of(sandbox) != before
    assert any(wait > 0 for wait in waits)


def test_a_busy_notion_without_end_is_a_refusal_and_nothing_is_done(
    sandbox: NotionSandbox, api: Api, write: tuple[Act, str, str]
) -> None:
    act, method, path = write
    adapter, before = adapter_of(sandbox), state_of(sandbox)
    sandbox.fail(Fault(kind="529", method=method, path=path, times=-1))
    assert isinstance(act(adapter, api), Refused)
    assert state_of(sandbox) == before


def test_a_block_is_not_asked_again(sandbox: NotionSandbox, api: Api, write: tuple[Act, str, str]) -> None:
    act, method, path = write
    adapter = adapter_of(sandbox)
    sandbox.fail(
        Fault(
            kind="429",
            method=method,
            path=path,
            times=-1,
            retry_after="1",
            reason="public_api_request_blocked",
        )
    )
    outcome = act(adapter, api)
    assert isinstance(outcome, Refused)
    assert "public_api_request_blocked" in outcome.reason
    assert len([row for row in sandbox.ledger if row.status == 429]) == 1


def test_an_asynchronous_answer_is_no_success(sandbox: NotionSandbox, api: Api) -> None:
    """It means that the page is still to be made."""

    async def later(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] != "PATCH":
            await sandbox.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 202, "headers": []})
        await send(
            {"type": "http.response.body", "body": b'{"object": "async_task", "id": "t", "status": "queued"}'}
        )

    assert isinstance(a_patch(adapter_of(sandbox, app=later), api), Unknown)
