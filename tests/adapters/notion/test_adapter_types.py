"""Properties of every sort as a pull reads them: what is cut, computed, grouped, of a wiki, or unknown to us."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.state import Prop

from planora_sync.adapter import Absence, FieldSource, Vocabulary
from planora_sync.errors import CredentialsRefused
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.notion import samples
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls, read
from tests.adapters.notion.wrapping import Rewriting


def give(api: Api, source: str, slug: str, name: str, kind: str, value: Any) -> Prop:
    prop = Prop(id=f"<{kind[:3]}", name=name, type=kind)
    api.sandbox.state.sources[api.source(source)].props[prop.id] = prop
    api.sandbox.state.pages[api.page(slug)].values[prop.id] = value
    return prop


def crowded(api: Api) -> list[str]:
    """Relate an initiative to more than 25 tasks."""
    state = api.sandbox.state
    ids = [
        p.id for p in state.pages.values() if p.source == api.source("tasks") and p.shared and not p.in_trash
    ]
    body = {"properties": {"Tasks": {"relation": [{"id": id} for id in ids[:60]]}}}
    api.ok("PATCH", f"/v1/pages/{api.page('r-widget')}", body)
    return ids[:60]


def test_a_formula_over_a_relation_that_is_cut_is_asked_for_by_itself(
    sandbox: NotionSandbox, api: Api
) -> None:
    """In a row Notion computes it from the 25 references that it shows, and says nothing of it."""
    crowded(api)
    prop = give(api, "roadmap", "r-widget", "Theme", "formula", {"type": "string", "string": "of 25"})

    def whole(path: str, answer: Any) -> Any:
        if path.endswith(f"/properties/{prop.id}") or path.endswith(f"/properties/{quote(prop.id, safe='')}"):
            return answer | {"formula": {"type": "string", "string": "of all"}}
        return answer

    themed = Vocabulary(fields={"theme": FieldSource(id=(prop.id,))})
    adapter = adapter_of(sandbox, app=Rewriting(sandbox.app, whole), vocabulary=themed)
    pulled = pull_all(adapter).by_id
    assert pulled[api.page("r-widget")].theme == "of all"
    asked = [row for row in sandbox.ledger if "/properties/" in row.path]
    # No other row and no other property: the relation in a hundred and the formula.
    assert {row.path.split("/")[3] for row in asked} == {api.page("r-widget")}
    assert len(asked) == 2


def test_a_rollup_over_a_relation_that_is_cut_is_asked_for_by_itself(
    sandbox: NotionSandbox, api: Api
) -> None:
    tasks = crowded(api)
    rollup = sandbox.state.sources[api.source("roadmap")].prop("Number of tasks")
    assert rollup is not None
    named = Vocabulary(fields={"theme": FieldSource(id=(rollup.id,))})
    assert len(api.ok("GET", f"/v1/pages/{api.page('r-widget')}")["properties"]["Tasks"]["relation"]) == 25
    adapter = adapter_of(sandbox, vocabulary=named)
    raw = read(adapter, api.page("r-widget")).raw
    assert raw is not None
    assert raw["properties"]["Number of tasks"]["rollup"]["number"] == len(tasks)


def test_a_rollup_that_notion_cannot_compute_gives_nothing() -> None:
    """`incomplete` and `unsupported` are results of their own, and no error."""
    vocabulary = samples.fields(theme="Goals", priority="Weight", due="Ends")
    where = samples.source(samples.data_source(Goals="rollup", Weight="formula", Ends="formula"), vocabulary)
    row = samples.page(
        Goals=("rollup", {"type": "incomplete", "incomplete": {}, "function": "show_original"}),
        Weight=("formula", {"type": "unsupported", "unsupported": {}}),
        Ends=("formula", {"type": "date", "date": {"start": "2026-12-01T10:00:00.000+00:00", "end": None}}),
    )
    entry = samples.translate(row, where)
    assert (entry.theme, entry.due) == (None, date(2026, 12, 1))


def test_types_that_are_newer_than_we_stay_as_they_came(sandbox: NotionSandbox, api: Api) -> None:
    value = {"state": "verified", "verified_by": None, "date": None}
    prop = give(api, "tasks", "t-lazy", "Seal", "hologram", value)
    pulled = pull_all(adapter_of(sandbox))
    assert not pulled.notices
    raw = pulled.by_id[api.page("t-lazy")].raw
    assert raw is not None
    assert raw["properties"]["Seal"]["hologram"] == value
    tasks = next(place for place in pulled.places if place.path == "Tasks")
    assert {field.type for field in tasks.fields if field.name == prop.name} == {"hologram"}


def test_groups_are_people_too(sandbox: NotionSandbox, api: Api) -> None:
    """A group is no user: nobody is asked who it is."""
    group = {"object": "group", "id": "00000000-0000-4000-8000-0000000000aa", "name": "Care team"}

    def grouped(path: str, answer: Any) -> Any:
        for row in answer.get("results", ()):
            if row.get("id") == api.page("t-lazy"):
                row["properties"]["Assignee"]["people"].append(group)
        return answer

    entry = pull_all(adapter_of(sandbox, app=Rewriting(sandbox.app, grouped))).by_id[api.page("t-lazy")]
    assert [person.name for person in entry.assignees][-1] == "Care team"
    assert f"/v1/users/{group['id']}" not in [row.path for row in sandbox.ledger]


def test_a_status_may_be_a_select_with_a_localised_name_and_emoji(sandbox: NotionSandbox, api: Api) -> None:
    status = sandbox.state.sources[api.source("tasks")].prop("Status")
    assert status is not None
    status.name, status.type, status.groups = "ステータス 🚦", "select", []
    status.options[0].name = "✹ 未着手"
    for option in status.options[1:]:
        option.name = f"✹ {option.name}"
    by_id = pull_all(adapter_of(sandbox)).by_id
    done = by_id[api.page("z-hours")].status
    assert done is not None
    assert (done.name, done.category.value) == ("✹ Done", "done")


def test_fields_are_found_by_id_whatever_their_name(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    due = sandbox.state.sources[api.source("tasks")].prop("Due")
    assert due is not None
    named = Vocabulary(fields={"due": FieldSource(id=(quote(due.id, safe=""),))})
    before = pull_all(adapter_of(sandbox, vocabulary=named)).by_id[api.page("t-optin")].due
    due.name = "Irgendwann"
    assert before == date(2026, 11, 30)
    assert pull_all(adapter_of(sandbox, vocabulary=named)).by_id[api.page("t-optin")].due == before


def test_a_page_of_a_wiki_is_read_though_it_names_its_database_alone(
    sandbox: NotionSandbox, api: Api
) -> None:
    def aged(path: str, answer: Any) -> Any:
        for row in answer.get("results", [answer]):
            parent = row.get("parent") or {}
            if row.get("object") == "page" and parent.get("type") == "data_source_id":
                row["parent"] = {"type": "database_id", "database_id": parent["database_id"]}
        return answer

    adapter = adapter_of(sandbox, app=Rewriting(sandbox.app, aged))
    pulled = pull_all(adapter).by_id
    assert len(pulled) == 112
    assert read(adapter, api.page("t-lazy")).content_hash == pulled[api.page("t-lazy")].content_hash


def test_a_page_that_alone_is_refused_is_hidden(sandbox: NotionSandbox, api: Api) -> None:
    page = api.page("t-lazy")
    sandbox.fail(Fault(kind="403", path=f"*/pages/{page}", times=-1))
    answer = adapter_of(sandbox).read([page, api.page("t-optin")])
    assert answer[page] is Absence.HIDDEN
    assert not isinstance(answer[api.page("t-optin")], Absence)


def test_a_token_that_may_not_read_hides_nothing(sandbox: NotionSandbox, api: Api) -> None:
    """Otherwise a missing capability would take every entry away."""
    adapter = adapter_of(sandbox)
    assert not isinstance(adapter.read([api.page("t-lazy")])[api.page("t-lazy")], Absence)
    sandbox.fail(Fault(kind="403", times=-1))
    with pytest.raises(CredentialsRefused):
        adapter.read([api.page("t-lazy")])


def test_a_word_that_is_a_pages_address_says_so(sandbox: NotionSandbox, api: Api) -> None:
    """People copy the address of the page around a database, or of a linked view."""
    word = f"https://www.notion.so/fernway/Planning-{api.page('t-lazy').replace('-', '')}?v=1"
    (notice,) = pull_all(adapter_of(sandbox, scope=(word,))).errors
    assert "open the database itself" in notice.next_step


def test_an_id_that_is_no_databases_is_one_word_in_vain(sandbox: NotionSandbox, api: Api) -> None:
    """Notion answers 400 where the id of a page stands in place of a database's; the others go on."""

    def misdirected(path: str, answer: Any) -> Any:
        if answer.get("status") == 404:
            return answer | {"status": 400, "code": "validation_error",
                             "message": "Provided ID is a page, not a database."}  # fmt: skip
        return answer

    class Refusing(Rewriting):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def turned(message: Any) -> None:
                start = message["type"] == "http.response.start" and message["status"] == 404
                await send({**message, "status": 400} if start else message)

            await super().__call__(scope, receive, turned)

    scope = ("Tasks", api.page("t-lazy"))
    pulled = pull_all(adapter_of(sandbox, app=Refusing(sandbox.app, misdirected), scope=scope))
    assert [one.where for one in pulled.errors] == [api.page("t-lazy")]
    assert len(pulled.entries) == 84
    assert "GET /v1/databases/ID" in calls(sandbox)


def test_new_fields_of_an_answer_change_nothing(sandbox: NotionSandbox) -> None:
    """Notion adds fields to every version: several came in 2026 alone."""

    def grown(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: grown(one) for key, one in value.items()} | (
                {"new_in_2027": {"type": "odd", "odd": [1, None]}}
                if "object" in value or "type" in value
                else {}
            )
        return [grown(one) for one in value] if isinstance(value, list) else value

    app = Rewriting(sandbox.app, lambda path, answer: grown(answer))
    plain, grew = pull_all(adapter_of(sandbox)), pull_all(adapter_of(sandbox, app=app))
    assert not grew.notices
    assert {i: e.content_hash for i, e in grew.by_id.items()} == {
        i: e.content_hash for i, e in plain.by_id.items()
    }
