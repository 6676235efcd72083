"""Answers that are not what the API promises, piece by piece: never a short pull, never a wrong absence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import Severity, Unknown
from planora_sync.change import Field, words
from planora_sync.errors import AnswerUnreadable, ConnectionFailed
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls, change, read
from tests.adapters.notion.wrapping import Rewriting


def odd(sandbox: NotionSandbox, ending: str, change: Any) -> Rewriting:
    """Return an app that changes the answers to paths with this ending."""
    return Rewriting(sandbox.app, lambda path, answer: change(answer) if path.endswith(ending) else answer)


@pytest.mark.parametrize(
    ("ending", "answer"),
    [
        ("/search", {"object": "list"}),
        ("/search", {"object": "list", "results": ["x"]}),
        ("/search", []),
        (
            "/search",
            {"object": "list", "results": [{"object": "data_source", "id": "x", "properties": {"A": 1}}]},
        ),
    ],
)
def test_a_connection_that_talks_nonsense(sandbox: NotionSandbox, ending: str, answer: Any) -> None:
    adapter = adapter_of(sandbox, app=odd(sandbox, ending, lambda _: answer))
    with pytest.raises(AnswerUnreadable) as caught:
        pull_all(adapter)
    assert "product" in str(caught.value)
    assert "`url`" in caught.value.help()


def test_a_list_of_users_that_is_none_leaves_the_pull_incomplete(sandbox: NotionSandbox) -> None:
    pulled = pull_all(adapter_of(sandbox, app=odd(sandbox, "/users", lambda _: "text")))
    assert {one.where for one in pulled.errors} == {"Tasks", "Product Roadmap"}


def test_a_search_without_schemas_asks_for_them(sandbox: NotionSandbox) -> None:
    def bare(answer: Any) -> Any:
        for one in answer["results"]:
            one.pop("properties", None)
        return answer

    assert len(pull_all(adapter_of(sandbox, app=odd(sandbox, "/search", bare))).entries) == 112
    assert calls(sandbox).count("GET /v1/data_sources/ID") == 4


def test_rows_without_an_id_or_a_type_are_noticed(sandbox: NotionSandbox, api: Api) -> None:
    def break_two(answer: Any) -> Any:
        rows = {row.get("id"): row for row in answer["results"]}
        for slug in ("t-lazy", "t-optin"):
            row = rows.get(api.page(slug))
            if row and slug == "t-lazy":
                del row["id"]
            elif row:
                row["properties"] = []
        return answer

    pulled = pull_all(adapter_of(sandbox, app=odd(sandbox, "/query", break_two)))
    assert [notice.where for notice in pulled.errors] == ["Tasks", "Tasks"]
    assert all("left out" in notice.what for notice in pulled.errors)
    assert len(pulled.entries) == 110


def test_an_odd_page_is_an_error_of_reading_and_no_absence(sandbox: NotionSandbox, api: Api) -> None:
    def break_it(answer: Any) -> Any:
        return answer | {"created_time": "yesterday"}

    adapter = adapter_of(sandbox, app=odd(sandbox, api.page("t-lazy"), break_it))
    with pytest.raises(AnswerUnreadable, match=api.page("t-lazy")):
        adapter.read([api.page("t-lazy")])


def test_a_parent_that_nobody_may_see_is_called_by_its_id(sandbox: NotionSandbox, api: Api) -> None:
    def dangling(answer: Any) -> Any:
        for row in answer["results"]:
            if row["id"] == api.page("t-lazy"):
                row["properties"]["Project"]["relation"] = [{"id": api.page("z-private")}]
        return answer

    entry = pull_all(adapter_of(sandbox, app=odd(sandbox, "/query", dangling))).by_id[api.page("t-lazy")]
    assert entry.parent is not None
    assert (entry.parent.id, entry.parent.name) == (api.page("z-private"), api.page("z-private"))


def test_a_list_whose_cursor_is_always_stale_ends_as_an_error(sandbox: NotionSandbox) -> None:
    def stale(answer: Any) -> Any:
        return answer | {"has_more": True, "next_cursor": "no-such-row"}

    pulled = pull_all(adapter_of(sandbox, scope=("Product Roadmap",), app=odd(sandbox, "/query", stale)))
    assert [(one.where, one.next_step) for one in pulled.errors] == [("Product Roadmap", "Run again.")]


def test_a_data_source_without_a_status_is_read_without_a_filter(sandbox: NotionSandbox, api: Api) -> None:
    source = sandbox.state.sources[api.source("tasks")]
    status = source.prop("Status")
    assert status is not None
    del source.props[status.id]
    pulled = pull_all(adapter_of(sandbox))
    assert api.page("z-older") in pulled.by_id
    assert not pulled.errors


class RefusesArchived:
    """An API that does not take `is_archived` in a query."""

    def __init__(self, sandbox: NotionSandbox, status: int) -> None:
        self._app = sandbox.app
        self._status = status

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        if b"is_archived" not in message["body"]:

            async def again() -> Any:
                return message

            await self._app(scope, again, send)
            return
        code = "unauthorized" if self._status == 401 else "validation_error"
        body = {"object": "error", "status": self._status, "code": code, "message": "No."}
        await send({"type": "http.response.start", "status": self._status, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def test_archived_rows_that_cannot_be_asked_for_are_a_warning(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    first = pull_all(adapter_of(sandbox))
    clock.forward(days=1)
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Estimate": {"number": 8}}})
    second = pull_all(adapter_of(sandbox, app=RefusesArchived(sandbox, 400)), since=first.cursor)
    assert {(one.where, one.severity) for one in second.notices} == {
        ("Tasks", Severity.WARNING),
    }
    assert api.page("t-lazy") in second.by_id
    clock.forward(days=1)
    api.ok("PATCH", f"/v1/pages/{api.page('b-parked')}", {"is_archived": True})
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Estimate": {"number": 5}}})
    third = pull_all(adapter_of(sandbox, app=RefusesArchived(sandbox, 400)), since=second.cursor)
    assert not third.errors
    assert pull_all(adapter_of(sandbox), since=first.cursor).by_id[api.page("b-parked")].archived
    with pytest.raises(ConnectionFailed):
        pull_all(adapter_of(sandbox, app=RefusesArchived(sandbox, 401)), since=first.cursor)


def test_a_write_answered_with_a_list_is_unknown(sandbox: NotionSandbox, api: Api) -> None:
    entry = read(adapter_of(sandbox), api.page("t-optin"))
    strange = adapter_of(sandbox, app=odd(sandbox, api.page("t-optin"), lambda answer: [answer]))
    outcome = strange.apply(entry, [change(entry, Field.ARCHIVED, words(("archived",)))])
    assert isinstance(outcome, Unknown)
