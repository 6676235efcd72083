"""Which data sources are read: by title, glob, id and address, and what is said of those that are not there."""

from __future__ import annotations

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.translation.names import hidden_id

from planora_sync.adapter import Severity
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls


def sources(sandbox: NotionSandbox, *scope: str) -> list[str]:
    return [p.path for p in pull_all(adapter_of(sandbox, scope=scope)).places if p.kind == "data_source"]


@pytest.mark.parametrize(
    "words",
    [
        ("Product Roadmap",),
        ("  product ROADMAP 🚀",),
        ("prod*",),
        ("{roadmap}",),
        ("{roadmap_hex}",),
        ("https://www.notion.so/fernway/Product-Roadmap-{roadmap_hex}",),
        ("https://app.notion.com/p/Product-Roadmap-{roadmap_hex}?v=00000000000000000000000000000001",),
        ("https://app.notion.com/p/{database_hex}?v=00000000000000000000000000000001",),
        ("{database}", "Product Roadmap"),
    ],
)
def test_words_of_a_scope(sandbox: NotionSandbox, api: Api, words: tuple[str, ...]) -> None:
    """The address that people copy is the database's, on either of two hosts."""
    source = sandbox.state.sources[api.source("roadmap")]
    names = {
        "roadmap": source.id,
        "roadmap_hex": source.id.replace("-", ""),
        "database": source.database_id,
        "database_hex": source.database_id.replace("-", ""),
    }
    assert sources(sandbox, *(word.format(**names) for word in words)) == ["Product Roadmap"]


def test_ids_need_no_search(sandbox: NotionSandbox, api: Api) -> None:
    """Search is filled with delay: a database shared a minute ago is found by its id alone."""
    adapter_of(sandbox, scope=(api.source("roadmap"),)).check()
    assert "POST /v1/search" not in calls(sandbox)


def test_a_database_that_search_does_not_know_yet_is_found_by_its_address(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    """The index of search is filled with delay."""
    clock.forward(minutes=1)
    source = sandbox.state.sources[api.source("roadmap")]
    source.edited = source.created = clock()
    sandbox.fail(Fault(kind="slow-index", times=-1))
    assert "Product Roadmap" not in sources(sandbox)
    assert sources(sandbox, f"https://app.notion.com/p/{source.database_id.replace('-', '')}") == [
        "Product Roadmap"
    ]


def test_a_database_may_hold_several_data_sources(sandbox: NotionSandbox, api: Api) -> None:
    tasks, roadmap = (sandbox.state.sources[api.source(key)] for key in ("tasks", "roadmap"))
    roadmap.database_id = tasks.database_id
    assert sorted(sources(sandbox, tasks.database_id)) == ["Product Roadmap", "Sprints", "Tasks"]


def test_no_scope_is_all_that_is_shared_but_not_the_trash(sandbox: NotionSandbox) -> None:
    """Recorded: search still finds data sources in the trash."""
    assert sorted(sources(sandbox)) == ["Product Roadmap", "Sprints", "Tasks"]


def test_places_shows_what_is_shared_whatever_the_scope(sandbox: NotionSandbox) -> None:
    found = adapter_of(sandbox, scope=("Tasks",)).places()
    assert sorted(place.path for place in found) == ["Product Roadmap", "Sprints", "Tasks"]
    assert calls(sandbox) == ["POST /v1/search"]
    assert all(place.fields and place.url for place in found)


def test_two_of_one_title_are_told_apart(sandbox: NotionSandbox, api: Api) -> None:
    sandbox.state.sources[api.source("roadmap")].name = "Tasks"
    paths = {p.id: p.path for p in adapter_of(sandbox).places()}
    assert paths[api.source("tasks")] == f"Tasks ({api.source('tasks')[-8:]})"
    pulled = pull_all(adapter_of(sandbox, scope=("Tasks",)))
    assert {entry.place.name for entry in pulled.entries} == {
        f"Tasks ({api.source(key)[-8:]})" for key in ("tasks", "roadmap")
    }


def test_what_is_absent_or_not_shared_names_the_integration(sandbox: NotionSandbox, api: Api) -> None:
    scope = ("Tasks", "Finance tasks", api.source("finance"), "Nope *", "https://www.notion.so/x")
    pulled = pull_all(adapter_of(sandbox, scope=scope))
    assert [one.where for one in pulled.errors] == list(scope[1:])
    for notice in pulled.errors:
        assert '"planora-sync"' in notice.what
        assert 'add the integration "planora-sync"' in notice.next_step
    assert pulled.entries
    assert [
        n.where for n in adapter_of(sandbox, scope=scope).check() if n.severity is Severity.ERROR
    ] == list(scope[1:])


def test_a_data_source_in_the_trash_is_absent_by_id_too(sandbox: NotionSandbox, api: Api) -> None:
    pulled = pull_all(adapter_of(sandbox, scope=(api.source("old"),)))
    assert [one.where for one in pulled.errors] == [api.source("old")]


def test_a_path_has_no_control_characters(sandbox: NotionSandbox, api: Api) -> None:
    sandbox.state.sources[api.source("tasks")].name = " Tasks\u202e\n of\x07 ours "
    assert "Tasks of ours" in sources(sandbox)
    sandbox.state.sources[api.source("tasks")].name = "\u200f"
    assert "Untitled" in sources(sandbox)


def test_ids_at_the_end_of_addresses() -> None:
    plain = "0123456789abcdef0123456789abcdef"
    dashed = "01234567-89ab-cdef-0123-456789abcdef"
    assert hidden_id(plain) == hidden_id(dashed) == dashed
    assert hidden_id(f"https://www.notion.so/ws/Tasks-{plain}?v={plain[::-1]}#x") == dashed
    assert hidden_id(f"https://app.notion.com/p/{dashed}/") == dashed
    assert hidden_id("Tasks") is None
    assert hidden_id(f"Tasks {plain}") is None
    assert hidden_id("https://www.notion.so/Tasks") is None
