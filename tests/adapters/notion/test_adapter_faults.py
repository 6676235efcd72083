"""Bad weather: which error each failure becomes, what is repeated, and what is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from planora_notion import NotionAdapter
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import READ_TOKEN
from planora_notion.transport.failures import Overloaded, Refusal, Restricted, write_outcome

from planora_sync.adapter import Absence, Refused, Severity, Unknown, Written
from planora_sync.change import Change, Field
from planora_sync.errors import (
    AnswerUnreadable,
    ConnectionFailed,
    CredentialsRefused,
    EndpointGone,
    RateLimited,
    Unreachable,
)
from planora_sync.model import Entry
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api
from tests.adapters.notion.rig import adapter_of, calls, change, option, read
from tests.adapters.notion.wrapping import Rewriting


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("401", CredentialsRefused),
        ("403", Restricted),
        ("410", EndpointGone),
        ("429", RateLimited),
        ("529", RateLimited),
        ("500", ConnectionFailed),
        ("502", ConnectionFailed),
        ("504", Overloaded),
        ("html", AnswerUnreadable),
        ("half-json", AnswerUnreadable),
        ("empty", AnswerUnreadable),
        ("cut-before", Unreachable),
        ("hang", Unreachable),
    ],
)
def test_what_a_failing_connection_is(
    sandbox: NotionSandbox, kind: str, error: type[ConnectionFailed]
) -> None:
    """The library knows no class for 529 and 502, and wraps neither HTML nor a cut connection."""
    sandbox.fail(Fault(kind=kind, times=-1))
    for call in (
        adapter_of(sandbox).check,
        adapter_of(sandbox).places,
        lambda: pull_all(adapter_of(sandbox)),
    ):
        with pytest.raises(error) as caught:
            call()
        assert type(caught.value) is error
        assert caught.value.connection == "product"
        assert caught.value.help()


def test_an_unknown_address_is_a_400_at_notion(sandbox: NotionSandbox) -> None:
    adapter = adapter_of(sandbox, url="http://notion.test/elsewhere")
    with pytest.raises(EndpointGone, match="Invalid request URL"):
        adapter.check()


@pytest.mark.parametrize(
    "kind", ["429", "529", "500", "502", "503", "504", "cut-before", "cut-after", "hang"]
)
@pytest.mark.parametrize("path", ["/v1/search", "*/query", "/v1/users"])
def test_every_read_is_repeated_searches_and_queries_too(
    sandbox: NotionSandbox, kind: str, path: str
) -> None:
    """The library repeats a POST after a 429 alone, and 502, 504 and 529 never."""
    sandbox.fail(Fault(kind=kind, path=path, times=2, retry_after="1" if kind == "429" else None))
    pulled = pull_all(adapter_of(sandbox))
    assert not pulled.errors
    assert len(pulled.entries) == 112


def test_it_waits_as_long_as_notion_asks_even_more_than_a_minute(sandbox: NotionSandbox) -> None:
    """The budget that all connections of a workspace share asks for more than the library would wait."""
    waits: list[float] = []
    sandbox.fail(Fault(kind="429", retry_after="95"))
    adapter_of(sandbox, sleep=waits.append).check()
    assert max(waits) >= 95
    sandbox.fail(Fault(kind="429", retry_after="900"))
    with pytest.raises(RateLimited) as caught:
        adapter_of(sandbox, sleep=waits.append).check()
    assert caught.value.retry_in == 900


def test_a_block_is_not_waited_for(sandbox: NotionSandbox) -> None:
    def block(path: str, answer: Any) -> Any:
        more = {"rate_limit_reason": "public_api_request_blocked"}
        return answer | {"additional_data": more} if answer.get("status") == 429 else answer

    sandbox.fail(Fault(kind="429", times=-1, retry_after="1"))
    with pytest.raises(RateLimited, match="public_api_request_blocked"):
        adapter_of(sandbox, app=Rewriting(sandbox.app, block)).check()
    assert len(sandbox.ledger) == 1


def test_one_data_source_that_fails_stops_no_other(sandbox: NotionSandbox, api: Api) -> None:
    for kind in ("500", "403", "404", "400", "html"):
        # A query that is refused is asked once more without its filter.
        times = {"500": 5, "400": 2}.get(kind, 1)
        sandbox.fail(Fault(kind=kind, path=f"*{api.source('roadmap')}/query", times=times))
        pulled = pull_all(adapter_of(sandbox))
        assert [(one.where, one.severity) for one in pulled.notices] == [("Product Roadmap", Severity.ERROR)]
        assert pulled.notices[0].next_step
        assert {entry.place.name for entry in pulled.entries} == {"Tasks"}


def test_a_token_revoked_in_the_middle_stops_the_pull(sandbox: NotionSandbox, api: Api) -> None:
    sandbox.fail(Fault(kind="401", path=f"*{api.source('tasks')}/query"))
    with pytest.raises(CredentialsRefused):
        pull_all(adapter_of(sandbox))


def test_why_an_entry_is_absent(sandbox: NotionSandbox, api: Api) -> None:
    pages = sandbox.state.pages
    pages[api.page("b-ics")].in_trash = True
    pages[api.page("b-bulk")].shared = False
    pages[api.page("b-cache")].source = api.source("old")
    plain = pages[api.page("b-phone")]
    plain.source, plain.parent_page = None, api.page("r-widget")
    del pages[api.page("b-rtl")]
    answer = adapter_of(sandbox).read(
        [api.page(slug) for slug in ("b-ics", "b-bulk", "b-cache", "b-phone", "b-rtl", "s31")] + ["no-id"]
    )
    assert list(answer.values()) == [
        Absence.TRASHED,
        Absence.UNKNOWN,
        Absence.TRASHED,  # with the database that holds it
        Absence.MOVED,
        Absence.UNKNOWN,
        Absence.MOVED,
        Absence.UNKNOWN,
    ]
    archived = read(adapter_of(sandbox), api.page("z-archived"))
    assert archived.archived


def test_moved_is_not_said_while_a_part_of_the_scope_is_missing(sandbox: NotionSandbox, api: Api) -> None:
    """The page may stand in the very data source that was renamed or unshared."""
    sandbox.state.sources[api.source("tasks")].name = "Work items"
    answer = adapter_of(sandbox).read([api.page("t-lazy"), api.page("r-widget")])
    assert answer[api.page("t-lazy")] is Absence.UNKNOWN
    assert not isinstance(answer[api.page("r-widget")], Absence)


def test_a_404_of_a_proxy_makes_nothing_absent(sandbox: NotionSandbox, api: Api) -> None:
    def proxy(path: str, answer: Any) -> Any:
        return {"detail": "Not Found"} if answer.get("status") == 404 else answer

    adapter = adapter_of(sandbox, app=Rewriting(sandbox.app, proxy))
    with pytest.raises(ConnectionFailed):
        adapter.read(["5f60f079-5838-4d26-9c06-3c305f60f079"])


def begun(api: Api, adapter: NotionAdapter) -> tuple[Entry, Change]:
    entry = read(adapter, api.page("t-optin"))
    return entry, change(entry, Field.STATUS, (option(api, "tasks", "Status", "In progress"),))


@pytest.mark.parametrize(
    "kind", ["saved-503", "500", "502", "503", "504", "cut-after", "hang", "html", "half-json"]
)
def test_a_write_without_a_good_answer_is_unknown_and_sent_once(
    sandbox: NotionSandbox, api: Api, kind: str
) -> None:
    adapter = adapter_of(sandbox)
    entry, wanted = begun(api, adapter)
    sandbox.fail(Fault(kind=kind, method="PATCH"))
    outcome = adapter.apply(entry, [wanted])
    assert isinstance(outcome, Unknown)
    assert outcome.reason
    assert calls(sandbox).count("PATCH /v1/pages/ID") == 1
    status = read(adapter, api.page("t-optin")).status
    assert status is not None
    assert (status.name == "In progress") is (kind in ("saved-503", "cut-after", "half-json"))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("400", "validation_error"),
        ("401", "unauthorized"),
        ("404", "object_not_found"),
        ("409", "conflict_error"),
    ],
)
def test_a_refused_write_has_notions_own_words(
    sandbox: NotionSandbox, api: Api, kind: str, text: str
) -> None:
    adapter = adapter_of(sandbox)
    entry, wanted = begun(api, adapter)
    sandbox.fail(Fault(kind=kind, method="PATCH", times=-1))
    outcome = adapter.apply(entry, [wanted])
    assert isinstance(outcome, Refused)
    assert text in outcome.reason


def test_a_missing_capability_is_named(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox, token=READ_TOKEN)
    entry, wanted = begun(api, adapter)
    outcome = adapter.apply(entry, [wanted])
    assert isinstance(outcome, Refused)
    assert "restricted_resource" in outcome.reason
    assert "capability to update" in outcome.reason


@pytest.mark.parametrize("kind", ["429", "529"])
def test_a_busy_notion_takes_the_write_later(sandbox: NotionSandbox, api: Api, kind: str) -> None:
    """429 and 529 mean: not done."""
    adapter = adapter_of(sandbox)
    entry, wanted = begun(api, adapter)
    sandbox.fail(Fault(kind=kind, method="PATCH", times=2, retry_after="1"))
    assert adapter.apply(entry, [wanted]) == Written()
    assert [row.status for row in sandbox.ledger if row.method == "PATCH"] == [int(kind), int(kind), 200]
    sandbox.fail(Fault(kind=kind, method="PATCH", times=-1))
    back = Change(field=Field.STATUS, before=wanted.after, after=wanted.before)
    assert isinstance(adapter.apply(entry, [back]), Refused)


def test_outcomes_of_what_never_left() -> None:
    assert isinstance(write_outcome(Unreachable("no route", sent=False)), Refused)
    assert isinstance(write_outcome(Unreachable("cut", sent=True)), Unknown)
    assert isinstance(write_outcome(AnswerUnreadable("?")), Unknown)
    assert isinstance(write_outcome(Refusal(status=503, code="", message="")), Unknown)
    assert isinstance(write_outcome(Refusal(status=302, code="", message="")), Unknown)
    assert isinstance(write_outcome(Refusal(status=408, code="", message="")), Unknown)


def test_the_block_limit_of_free_plans_is_refused_in_words(sandbox: NotionSandbox) -> None:
    limit = Refusal(
        status=403, code="restricted_resource", message="Block limit.", more={"block_limit": 1000}
    )
    outcome = write_outcome(limit)
    assert isinstance(outcome, Refused)
    assert "Block limit." in outcome.reason
    assert "allows 1000 blocks" in outcome.reason
    assert "capability" not in outcome.reason
