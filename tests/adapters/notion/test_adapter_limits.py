"""What Notion cuts: queries at 10,000 rows, references at 25, lists whose cursor left them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from planora_notion.reading.queries import also, either
from planora_notion.reading.rows import Rows
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.state import User
from planora_notion.transport.client import Client

from planora_sync.change import Field
from planora_sync.errors import Unsupported
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, change, context_of, one, read
from tests.adapters.notion.wrapping import Listening, Rewriting


def unflagged(path: str, answer: Any) -> Any:
    """Take the flag of a cut query away: Notion does not always send it."""
    return {key: value for key, value in answer.items() if key != "request_status"}


@pytest.mark.parametrize("flag", [True, False])
def test_a_query_that_ends_at_the_cap_goes_on(sandbox: NotionSandbox, api: Api, flag: bool) -> None:
    """`has_more` is false at 10,000 rows, and the flag that says so is often absent."""
    sandbox.state.query_cap = 30
    rows = Rows(
        Client(context_of(sandbox, app=sandbox.app if flag else Rewriting(sandbox.app, unflagged))), cap=30
    )
    found = [row["id"] for page in rows.pages(api.source("tasks")) for row in page]
    assert len(found) == len(set(found)) == 86


def test_the_adapter_itself_reads_past_the_cap(sandbox: NotionSandbox) -> None:
    sandbox.state.query_cap = 40
    pulled = pull_all(adapter_of(sandbox))
    assert len(pulled.entries) == 112
    assert not pulled.errors


def test_a_filter_keeps_its_two_levels_past_the_cap(sandbox: NotionSandbox, api: Api) -> None:
    """The restart adds a condition; Notion refuses a third level."""
    sandbox.state.query_cap = 40
    listening = Listening(sandbox.app)
    pull_all(adapter_of(sandbox, app=listening))
    filters = [body["filter"] for body in listening.bodies("POST", f"{api.source('tasks')}/query")]
    assert len(filters) > 1
    assert all(depth(one) <= 2 for one in filters)


def depth(where: Mapping[str, Any]) -> int:
    inner = [part for joint in ("and", "or") for part in where.get(joint, ())]
    return 1 + max(map(depth, inner)) if inner else 0


def test_conditions_join_flatly() -> None:
    a, b, c = {"a": 1}, {"b": 2}, {"c": 3}
    assert also(None, a) == a
    assert also(a, b) == {"and": [a, b]}
    assert also(also(a, b), c) == {"and": [a, b, c]}
    assert also(either(a, also(a, b)), c) == {"or": [{"and": [a, c]}, {"and": [a, b, c]}]}
    assert either(a) == a


def test_a_data_source_too_large_for_a_page_is_read_in_smaller_ones(sandbox: NotionSandbox, api: Api) -> None:
    """Notion's 503 on a query advises a smaller `page_size`."""
    sandbox.fail(Fault(kind="503", path=f"*{api.source('tasks')}/query", times=5))
    listening = Listening(sandbox.app)
    pulled = pull_all(adapter_of(sandbox, app=listening))
    assert not pulled.errors
    assert len(pulled.entries) == 112
    sizes = [body["page_size"] for body in listening.bodies("POST", f"{api.source('tasks')}/query")]
    assert sizes == [100] * 5 + [25] * 4 + [100]  # the last is the second look at the end
    sandbox.fail(Fault(kind="504", path="*/query", times=-1))
    failed = pull_all(adapter_of(sandbox))
    assert {one.where for one in failed.errors} == {"Tasks", "Product Roadmap"}
    assert all("504" in one.what for one in failed.errors)


def test_exactly_as_many_rows_as_the_cap_are_all(sandbox: NotionSandbox, api: Api) -> None:
    sandbox.state.query_cap = 86
    rows = Rows(Client(context_of(sandbox)), cap=86)
    assert sum(len(page) for page in rows.pages(api.source("tasks"))) == 86


def test_a_row_that_leaves_the_list_takes_its_cursor_with_it(sandbox: NotionSandbox, api: Api) -> None:
    for number in range(140):
        title = {"title": [{"text": {"content": f"new {number}"}}]}
        api.ok("POST", "/v1/pages", {"parent": {"data_source_id": api.source("tasks")},
                                     "properties": {"Task name": title}})  # fmt: skip

    gone: list[str] = []

    def trash_the_next(path: str, answer: Any) -> Any:
        if answer.get("next_cursor") and not gone:
            gone.append(answer["next_cursor"])
            sandbox.state.pages[gone[0]].in_trash = True
        return answer

    pulled = pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, trash_the_next)))
    assert gone
    assert not pulled.errors
    assert len(pulled.entries) == 112 + 140 - 1


def test_a_list_that_says_more_without_a_way_to_it_is_not_taken_for_whole(sandbox: NotionSandbox) -> None:
    def cut(path: str, answer: Any) -> Any:
        return answer | {"has_more": True, "next_cursor": None} if path.endswith("/query") else answer

    pulled = pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, cut)))
    assert {one.where for one in pulled.errors} == {"Tasks", "Product Roadmap"}
    assert all("no way to them" in one.what for one in pulled.errors)


def test_relations_beyond_twenty_five_are_read_whole(sandbox: NotionSandbox, api: Api) -> None:
    ids = [
        page.id for page in sandbox.state.pages.values() if page.source == api.source("tasks") and page.shared
    ]
    linked = [one for one in ids if one != api.page("t-lazy")][:60]
    api.ok("PATCH", f"/v1/pages/{api.page('r-portal')}", {"properties": {"Tasks": {"relation": [
        {"id": one} for one in linked]}}})  # fmt: skip
    entry = pull_all(adapter_of(sandbox)).by_id[api.page("r-portal")]
    assert set(entry.children) >= {one for one in linked if not sandbox.state.pages[one].in_trash}
    assert read(adapter_of(sandbox), api.page("r-portal")).children == entry.children


@pytest.fixture
def crowd(sandbox: NotionSandbox, api: Api) -> list[str]:
    """Give a task thirty assignees: a page shows 25 of them and says nothing of the rest."""
    ids = [f"00000000-0000-4000-8000-0000000000{number:02d}" for number in range(30)]
    for number, id in enumerate(ids):
        sandbox.state.users[id] = User(id=id, name=f"Person {number}")
    people = [{"id": id} for id in ids]
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Assignee": {"people": people}}})
    assert len(api.ok("GET", f"/v1/pages/{api.page('t-lazy')}")["properties"]["Assignee"]["people"]) == 25
    return ids


def test_people_beyond_twenty_five_are_read_whole(sandbox: NotionSandbox, api: Api, crowd: list[str]) -> None:
    entry = pull_all(adapter_of(sandbox)).by_id[api.page("t-lazy")]
    assert [person.id for person in entry.assignees] == crowd


def test_a_write_to_a_long_list_drops_nobody(sandbox: NotionSandbox, api: Api, crowd: list[str]) -> None:
    """A write replaces the whole value: of thirty people five would be lost."""
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-lazy"))
    after = tuple(value for person in entry.assignees[1:] for value in one(person.id, person.name))
    adapter.apply(entry, [change(entry, Field.ASSIGNEES, after)])
    assert [person.id for person in read(adapter, api.page("t-lazy")).assignees] == crowd[1:]


def test_closed_sprints_beyond_twenty_five_survive_a_new_one(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    made = [
        api.ok("POST", "/v1/pages", {"parent": {"data_source_id": api.source("sprints")}, "properties": {
            "Sprint name": {"title": [{"text": {"content": f"Old {number}"}}]},
            "Sprint status": {"status": {"name": "Past"}}}})["id"]
        for number in range(30)
    ]  # fmt: skip
    relation = [{"id": id} for id in [*made, api.page("s31")]]
    api.ok("PATCH", f"/v1/pages/{api.page('t-lazy')}", {"properties": {"Sprint": {"relation": relation}}})
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-lazy"))
    assert len(entry.earlier_sprints) == 30
    adapter.apply(entry, [change(entry, Field.SPRINT, one(api.page("s32")))])
    after = read(adapter, api.page("t-lazy"))
    assert after.earlier_sprints == entry.earlier_sprints
    assert after.sprint is not None
    assert after.sprint.name == "Sprint 32"


def test_more_than_a_request_takes_is_said_before(sandbox: NotionSandbox, api: Api) -> None:
    adapter = adapter_of(sandbox)
    entry = read(adapter, api.page("t-lazy"))
    many = tuple(value for n in range(101) for value in one(f"00000000-0000-4000-8000-{n:012d}"))
    with pytest.raises(Unsupported, match="101 values"):
        adapter.steps(entry, [change(entry, Field.ASSIGNEES, many)])


def test_a_title_full_of_mentions_is_read_whole(sandbox: NotionSandbox, api: Api) -> None:
    page = sandbox.state.pages[api.page("t-lazy")]
    mention = {
        "type": "mention",
        "mention": {"type": "page", "page": {"id": api.page("r-widget")}},
        "plain_text": "@",
        "href": None,
    }
    page.values["title"] = [mention] * 30

    def cut(path: str, answer: Any) -> Any:
        for row in answer.get("results", [answer]):
            for value in row.get("properties", {}).values() if row.get("object") == "page" else ():
                if value["type"] == "title":
                    value["title"] = value["title"][:25]
        return answer

    adapter = adapter_of(sandbox, app=Rewriting(sandbox.app, cut))
    assert pull_all(adapter).by_id[api.page("t-lazy")].title == "@" * 30
