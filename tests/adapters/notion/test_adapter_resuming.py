"""Pulls that are killed: they go on after the last page that was stored, in a new process, and lose nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from planora_notion.reading.resuming import LONGEST, Resume, Stage, Stand, fingerprint
from planora_notion.reading.window import Position
from planora_notion.sandbox import NotionSandbox

from planora_sync.adapter import NotesInMemory, Page
from planora_sync.model import Entry
from planora_sync.sandbox import Fault
from planora_sync.testing import pull_all
from tests.adapters.notion.conftest import START, Api, Clock
from tests.adapters.notion.people import Interrupted
from tests.adapters.notion.rig import adapter_of, calls


def killed(
    sandbox: NotionSandbox, pages: int, since: str | None = None, resume: str | None = None, **changes: Any
) -> list[Page]:
    """Return the first pages of a pull that is then killed."""
    found: list[Page] = []
    stream = adapter_of(sandbox, **changes).pull(since, resume)
    for page in stream:
        found.append(page)
        if len(found) == pages:
            break
    return found


def entries(pages: list[Page]) -> dict[str, Entry]:
    return {entry.ref.id: entry for page in pages for entry in page.entries}


@pytest.mark.parametrize("parallel", [1, 4])
def test_killed_after_any_page_it_goes_on_with_exactly_the_rest(
    sandbox: NotionSandbox, parallel: int
) -> None:
    sandbox.state.query_most = 20
    whole = pull_all(adapter_of(sandbox)).by_id
    for count in range(1, 13):
        first = killed(sandbox, count, parallel=parallel)
        resume = first[-1].resume
        if first[-1].cursor is not None:
            assert count > 5
            break
        assert resume is not None
        rest = pull_all(adapter_of(sandbox, parallel=parallel), resume=resume)
        assert not rest.errors
        assert set(rest.by_id) == set(whole) - set(entries(first)), count
        assert rest.cursor
        told = entries(first) | dict(rest.by_id)
        assert {id: e.content_hash for id, e in told.items()} == {
            id: e.content_hash for id, e in whole.items()
        }


def test_it_may_be_killed_again_and_again(sandbox: NotionSandbox) -> None:
    sandbox.state.query_most = 10
    whole = pull_all(adapter_of(sandbox)).by_id
    found: dict[str, Entry] = {}
    resume: str | None = None
    for _ in range(60):
        pages = killed(sandbox, 2, resume=resume)
        assert found.keys().isdisjoint(entries(pages))
        found |= entries(pages)
        resume = pages[-1].resume
        if pages[-1].cursor:
            break
    assert set(found) == set(whole)


def test_rows_that_wait_for_the_page_above_them_are_not_lost(sandbox: NotionSandbox, api: Api) -> None:
    """They were read with a page that is stored, and would be given at the end."""
    sandbox.state.query_most = 10
    parent = sandbox.state.pages[api.page("t-refund")]
    parent.created = sandbox.now()  # younger than its parts: it comes last
    for slug in ("t-refund-role", "t-refund-text"):
        sandbox.state.pages[api.page(slug)].created = sandbox.now() - timedelta(days=900)
    whole = pull_all(adapter_of(sandbox, scope=("Tasks",))).by_id
    first = killed(sandbox, 3, scope=("Tasks",))
    assert api.page("t-refund-role") not in entries(first)
    assert first[-1].resume is not None
    assert len(json.loads(first[-1].resume)["w"]) >= 2
    rest = pull_all(adapter_of(sandbox, scope=("Tasks",)), resume=first[-1].resume).by_id
    for slug in ("t-refund-role", "t-refund-text"):
        assert rest[api.page(slug)].content_hash == whole[api.page(slug)].content_hash


def test_what_was_edited_while_it_lay_dead_comes_with_the_next_pull(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    sandbox.state.query_most = 10
    first = killed(sandbox, 5)
    early = next(iter(entries(first)))
    clock.forward(hours=5)
    page = sandbox.state.pages[early]
    sandbox.state.touch(page)
    page.values["title"] = [{"type": "text", "plain_text": "Edited"}]
    clock.forward(hours=20)
    rest = pull_all(adapter_of(sandbox), resume=first[-1].resume)
    assert early not in rest.by_id
    assert pull_all(adapter_of(sandbox), since=rest.cursor).by_id[early].title == "Edited"


def test_a_sprint_that_turned_while_it_lay_dead_is_not_half_old(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    """Its tasks on the first pages were told by the state it had then."""
    sandbox.state.query_most = 30
    first = killed(sandbox, 4)
    clock.forward(minutes=30)
    for slug, name in (("s31", "Last"), ("s32", "Current")):
        change = {"properties": {"Sprint status": {"status": {"name": name}}}}
        api.ok("PATCH", f"/v1/pages/{api.page(slug)}", change)
    rest = pull_all(adapter_of(sandbox), resume=first[-1].resume)
    told = entries(first) | dict(rest.by_id)
    truth = pull_all(adapter_of(sandbox)).by_id
    assert {id: e.content_hash for id, e in told.items()} == {id: e.content_hash for id, e in truth.items()}


def test_a_schema_that_changed_while_it_lay_dead_is_not_half_old(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    sandbox.state.query_most = 30
    first = killed(sandbox, 4)
    status = sandbox.state.sources[api.source("tasks")].prop("Status")
    assert status is not None
    status.groups[2].option_ids.append(status.groups[0].option_ids.pop(0))
    clock.forward(minutes=90)
    rest = pull_all(adapter_of(sandbox), resume=first[-1].resume)
    told = entries(first) | dict(rest.by_id)
    truth = pull_all(adapter_of(sandbox)).by_id
    assert {id: told[id].content_hash for id in truth} == {id: e.content_hash for id, e in truth.items()}


def test_a_cursor_of_notion_that_is_not_valid_any_more_loses_nothing(sandbox: NotionSandbox) -> None:
    """Only that data source is begun again, at the minute of the last row."""
    sandbox.state.query_most = 20
    whole = pull_all(adapter_of(sandbox)).by_id
    first = killed(sandbox, 5)
    assert first[-1].resume is not None
    resume = json.loads(first[-1].resume)
    spoilt = [stand for stand in resume["s"].values() if len(stand) > 3]
    assert spoilt
    for stand in spoilt:
        stand[4] = "s:0acf2b1c-2c7d-4514-8328-62213950cd46:38a9ce7b-60a4-8148-99ed-000b1e2cf103"
    rest = pull_all(adapter_of(sandbox), resume=json.dumps(resume))
    assert not rest.errors
    assert set(whole) - set(entries(first)) <= set(rest.by_id)
    assert len(set(rest.by_id) & set(entries(first))) < 5


@pytest.mark.parametrize("text", ["", "x", "[]", "null", '{"v":9}', '{"v":1,"b":"noon","s":{},"w":[]}',
                                  '{"v":1,"b":"2026-11-24T09:30:42+00:00","s":{"a":[1]},"w":[]}',
                                  '{"v":1,"b":"2026-11-24T09:30:42+00:00","s":{},"w":["?"]}'])  # fmt: skip
def test_a_text_that_nobody_can_read_is_a_pull_from_the_start(sandbox: NotionSandbox, text: str) -> None:
    assert Resume.parse(text) is None
    assert len(pull_all(adapter_of(sandbox), resume=text).entries) == 112


def test_children_of_a_page_that_changed_come_though_the_pull_was_killed_in_between(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    """The page above was stored; that its children are something else now must not be forgotten."""
    notes = NotesInMemory()
    cursor = pull_all(adapter_of(sandbox, notes=notes)).cursor
    clock.forward(minutes=10)
    title = {"title": [{"text": {"content": "Refunds by receptionists"}}]}
    api.ok("PATCH", f"/v1/pages/{api.page('t-refund')}", {"properties": {"Task name": title}})
    whole = pull_all(adapter_of(sandbox, notes=NotesInMemory()), since=cursor)
    gone_on = 0
    for count in range(1, len(whole.pages)):
        before = dict(notes._texts)
        first = killed(sandbox, count, since=cursor, notes=notes)
        resume = first[-1].resume
        if resume is not None:
            rest = pull_all(adapter_of(sandbox, notes=notes), since=cursor, resume=resume)
            part = (entries(first) | dict(rest.by_id))[api.page("t-refund-role")]
            assert part.parent is not None
            assert part.parent.name == "Refunds by receptionists", count
            gone_on += 1
        notes._texts = before
    assert gone_on >= 2


def test_a_failure_is_read_again_when_the_pull_goes_on(sandbox: NotionSandbox, api: Api) -> None:
    """Where people could not be asked, the rows were not given: neither is their page counted as read."""
    sandbox.state.query_most = 20
    whole = pull_all(adapter_of(sandbox)).by_id
    sandbox.fail(Fault(kind="500", path="/v1/users", times=5))
    first = killed(sandbox, 3)
    assert any(page.notices for page in first)
    resume = next(page.resume for page in reversed(first) if page.resume)
    rest = pull_all(adapter_of(sandbox), resume=resume)
    assert set(entries(first)) | set(rest.by_id) == set(whole)


def test_rows_edited_while_a_long_list_is_read_come_with_the_next_pull(
    sandbox: NotionSandbox, api: Api, clock: Clock
) -> None:
    """The last edit that was seen may be younger than one that was missed: by as long as the reading took."""
    sandbox.state.query_most = 20
    app = Interrupted(sandbox.app, clock)
    early = sandbox.state.pages[api.page("t-vision")]
    early.created = START - timedelta(days=900)
    late = sandbox.state.pages[api.page("t-lazy")]
    late.created = START

    def edit_early() -> None:
        clock.forward(minutes=4)
        sandbox.state.touch(early)
        early.values["title"] = [{"type": "text", "plain_text": "Edited meanwhile"}]

    def edit_late() -> None:
        clock.forward(minutes=4)
        sandbox.state.touch(late)

    app.acts.extend([*[lambda: None] * 3, edit_early, edit_late])
    first = pull_all(adapter_of(sandbox, app=app, scope=(api.source("tasks"),)))
    assert not app.acts
    assert first.by_id[late.id].updated is not None
    assert first.by_id[early.id].title != "Edited meanwhile"
    clock.forward(minutes=4)
    second = pull_all(adapter_of(sandbox, scope=(api.source("tasks"),)), since=first.cursor)
    assert second.by_id[early.id].title == "Edited meanwhile"


def test_data_sources_side_by_side_give_the_same(sandbox: NotionSandbox) -> None:
    sandbox.state.query_most = 10
    alone = pull_all(adapter_of(sandbox, parallel=1))
    together = pull_all(adapter_of(sandbox, parallel=4))
    assert not together.errors
    assert len(together.entries) == len(together.by_id)
    assert {i: e.content_hash for i, e in together.by_id.items()} == {
        i: e.content_hash for i, e in alone.by_id.items()
    }
    assert together.cursor == alone.cursor


def test_one_data_source_that_fails_stops_no_other_side_by_side(sandbox: NotionSandbox, api: Api) -> None:
    roadmap, tasks = (sandbox.state.sources[api.source(key)] for key in ("roadmap", "tasks"))
    for prop in [one for one in tasks.props.values() if one.target == roadmap.id]:
        del tasks.props[prop.id]  # neither is above the other: both are read at a time
    for prop in [one for one in roadmap.props.values() if one.target == tasks.id or one.type == "rollup"]:
        del roadmap.props[prop.id]
    sandbox.fail(Fault(kind="500", path=f"*{api.source('roadmap')}/query", times=-1))
    pulled = pull_all(adapter_of(sandbox, parallel=4))
    assert [one.where for one in pulled.errors] == ["Product Roadmap"]
    assert len(pulled.entries) == 84


def test_a_stream_that_is_closed_early_asks_no_further(sandbox: NotionSandbox) -> None:
    sandbox.state.query_most = 5
    adapter = adapter_of(sandbox, parallel=4)
    stream = adapter.pull()
    for _ in range(3):
        next(stream)
    stream.close()  # type: ignore[attr-defined]
    asked = len(calls(sandbox))
    adapter.close()
    assert len(calls(sandbox)) == asked < 20


def test_the_text_stays_short_however_many_data_sources_there_are() -> None:
    at = Position(
        start="2026-11-24T09:30:00.000Z", cursor="s:" + "x" * 73, count=900, last="2026-11-24T09:30:00.000Z"
    )
    resume = Resume(begun=START, waiting=tuple(f"00000000-0000-4000-8000-{n:012d}" for n in range(24)))
    for number in range(200):
        id = f"00000000-0000-4000-8000-{number:012d}"
        stage = Stage.LIVE if number > 196 else Stage.DONE
        resume = resume.with_stand(id, Stand(query=fingerprint(number), stage=stage, at=at))
    assert len(str(resume)) <= LONGEST
    again = Resume.parse(str(resume))
    assert again is not None
    assert again.waiting == resume.waiting
    last = "00000000-0000-4000-8000-000000000199"
    assert again.stand(last, fingerprint(199)).at == at
    assert again.stand(last, fingerprint("other")) == Stand(query=fingerprint("other"))
