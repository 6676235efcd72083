"""The sandbox over a socket, driven by a client that somebody else wrote: ultimate-notion, with models of its own.

It parses every answer into strict models that its authors made from Notion's real ones, so that a field that is
missing or of another type fails here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import notion_client
import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import TOKEN

from planora_sync.sandbox import Fault
from tests.adapters.notion.conftest import Api
from tests.adapters.serving import served

uno = pytest.importorskip("ultimate_notion", reason="ultimate-notion is not installed")


@pytest.fixture
def session(sandbox: NotionSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # It writes its configuration where this says; else into the home of whoever runs the tests.
    monkeypatch.setenv("ULTIMATE_NOTION_CONFIG", str(tmp_path / "config.toml"))
    with served(sandbox) as address:
        client = notion_client.Client(
            auth=TOKEN,
            base_url=address,
            notion_version="2026-03-11",
            retry=False,
            logger=logging.getLogger("other-client"),
        )
        with uno.Session(uno.config.get_or_create_cfg(), client=client) as session:
            yield session


def test_it_knows_who_it_is_and_who_else_is_here(session: Any) -> None:
    assert session.whoami().name == "planora-sync"
    names = {user.name for user in session.all_users()}
    assert {"Ana Ruiz", "Keiko Mori (森 恵子)"} <= names
    assert "Dr. Lena Hofmann (Praxis Hofmann)" not in names


def test_it_finds_data_sources_with_their_schemas(session: Any, api: Api) -> None:
    titles = {str(one.title) for one in session.search_ds()}
    assert {"Tasks", "Product Roadmap", "Sprints"} <= titles
    tasks = session.get_ds(api.source("tasks"))
    schema = tasks.schema.to_dict()
    assert {"Status", "Type", "Assignee", "Due", "Sprint", "Tags", "Estimate", "Task ID"} <= set(schema)
    assert [option.name for option in schema["Type"].options][:3] == ["Epic", "Story", "Task"]
    assert [group.name for group in schema["Status"].groups] == ["To-do", "In progress", "Complete"]
    assert str(session.get_ds(api.source("roadmap")).schema.to_dict()["Timeline"].name) == "Timeline"


def test_it_reads_every_row_and_every_value(session: Any, api: Api, sandbox: NotionSandbox) -> None:
    for key in ("tasks", "roadmap", "sprints"):
        pages = session.get_ds(api.source(key)).get_all_pages().to_pages()
        kept = [p for p in sandbox.state.pages.values() if p.source == api.source(key) and p.shared]
        assert len(pages) == len([p for p in kept if not p.in_trash and not p.is_archived])
        for page in pages:
            assert page.url.startswith("https://app.notion.com/p/")
            # Each value is parsed when it is asked for.
            assert len(dict(page.props)) == len(page.props)


def test_it_filters_and_sorts(session: Any, api: Api) -> None:
    tasks = session.get_ds(api.source("tasks"))
    sprint = session.get_page(api.page("s31"))
    inside = tasks.query.filter(uno.prop("Sprint").contains(sprint)).sort(uno.prop("Due").asc()).execute()
    expected = api.rows(
        "tasks",
        filter={"property": "Sprint", "relation": {"contains": api.page("s31")}},
        sorts=[{"property": "Due", "direction": "ascending"}],
    )
    assert [str(page.id) for page in inside] == [row["id"] for row in expected]
    assert len(expected) > 5
    soon = tasks.query.filter(uno.prop("Due") <= date(2026, 12, 1)).execute().to_pages()
    assert len(soon) > 5
    assert all(page.props["Due"] <= date(2026, 12, 1) for page in soon)


def test_it_reads_past_25_references(session: Any, api: Api, sandbox: NotionSandbox) -> None:
    tasks = [id for id, page in sandbox.state.pages.items() if page.source == api.source("tasks")][:40]
    prop = sandbox.state.sources[api.source("roadmap")].prop("Tasks")
    assert prop is not None
    sandbox.state.pages[api.page("r-widget")].values[prop.id] = tasks
    page = session.get_page(api.page("r-widget"))
    visible = [id for id in tasks if not sandbox.state.pages[id].in_trash and sandbox.state.pages[id].shared]
    assert [str(one.id) for one in page.props["Tasks"]] == visible
    assert len(visible) > 25


def test_it_writes_values_and_reads_them_back(session: Any, api: Api) -> None:
    page = session.get_page(api.page("t-optin"))
    page.props["Tags"] = ["design", "content"]
    page.props["Due"] = date(2026, 12, 5)
    page.props["Estimate"] = 8
    page.props["Sprint"] = [session.get_page(api.page("s32"))]
    page.props["Assignee"] = [session.get_user(api.user("noah")), session.get_user(api.user("ana"))]
    page.is_locked = True
    kept = api.ok("GET", f"/v1/pages/{page.id}")
    held = kept["properties"]
    assert [one["name"] for one in held["Tags"]["multi_select"]] == ["design", "content"]
    assert held["Due"]["date"] == {"start": "2026-12-05", "end": None, "time_zone": None}
    assert held["Estimate"]["number"] == 8
    assert held["Sprint"]["relation"] == [{"id": api.page("s32")}]
    assert [one["id"] for one in held["Assignee"]["people"]] == [api.user("noah"), api.user("ana")]
    assert kept["is_locked"] is True
    assert page.reload().props["Estimate"] == 8


def test_it_creates_fills_trashes_and_restores_a_page(session: Any, api: Api) -> None:
    tasks = session.get_ds(api.source("tasks"))
    page = tasks.create_page(task_name="From outside", due=date(2026, 12, 1))
    page.append([uno.Heading1("Why"), uno.Paragraph("Because."), uno.ToDoItem("Do it")])
    assert page.to_markdown().splitlines()[-3:] == ["## Why", "Because.", "- [ ] Do it"]
    assert page.delete().is_deleted
    assert str(page.id) not in [row["id"] for row in api.rows("tasks")]
    assert not page.restore().is_deleted
    assert str(page.id) in [row["id"] for row in api.rows("tasks")]
    assert [str(one.title) for one in session.search_page("From outside")] == ["From outside"]


def test_it_comments(session: Any, api: Api) -> None:
    page = session.get_page(api.page("t-lazy"))
    page.comments.append("Who does it?")
    [said] = page.reload().comments
    assert str(said.text) == "Who does it?"


def test_its_errors_are_notions(session: Any, api: Api, sandbox: NotionSandbox) -> None:
    with pytest.raises(uno.errors.UnknownPageError):
        session.get_page(api.page("z-private"))
    page = session.get_page(api.page("t-optin"))
    with pytest.raises(notion_client.APIResponseError, match="commas not allowed"):
        session.client.pages.update(page.id, properties={"Type": {"select": {"name": "a, b"}}})
    sandbox.fail(Fault(kind="saved-503", method="PATCH"))
    with pytest.raises(notion_client.APIResponseError) as caught:
        session.client.pages.update(page.id, properties={"Estimate": {"number": 5}})
    assert "Do not repeat the write." in str(caught.value.additional_data)
    assert page.reload().props["Estimate"] == 5
