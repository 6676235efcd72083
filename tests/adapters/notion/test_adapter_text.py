"""The content of pages: read only where it is asked for, only of what changed, and as plain text."""

from __future__ import annotations

from typing import Any

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox import content as blocks
from planora_notion.translation.plaintext import LONGEST, content, plain_text_of

from planora_sync.adapter import NotesInMemory, Severity
from planora_sync.testing import Pulled, pull_all
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls, read
from tests.adapters.notion.wrapping import Rewriting

TEXT = "GET /v1/pages/ID/markdown"


def say(sandbox: NotionSandbox, page_id: str, text: str) -> None:
    page = sandbox.state.pages[page_id]
    page.blocks = blocks.from_text(sandbox.state, page, text)
    sandbox.state.touch(page)


def pull(sandbox: NotionSandbox, notes: NotesInMemory, since: str | None = None, **changes: Any) -> Pulled:
    return pull_all(adapter_of(sandbox, notes=notes, page_text=True, **changes), since=since)


def test_without_being_asked_for_no_content_is_read(sandbox: NotionSandbox, api: Api) -> None:
    say(sandbox, api.page("t-lazy"), "Clinics wait three seconds.")
    pulled = pull_all(adapter_of(sandbox))
    assert TEXT not in calls(sandbox)
    assert "three seconds" not in pulled.by_id[api.page("t-lazy")].text


@pytest.mark.parametrize("parallel", [1, 4])
def test_it_is_read_with_its_to_dos(sandbox: NotionSandbox, api: Api, parallel: int) -> None:
    say(sandbox, api.page("t-lazy"), "## Why\nClinics wait **three** seconds.\n- [x] Measure\n- [ ] Mend")
    pulled = pull(sandbox, NotesInMemory(), parallel=parallel)
    entry = pulled.by_id[api.page("t-lazy")]
    assert entry.text.endswith("Why\nClinics wait three seconds.\nMeasure\nMend")
    assert (entry.checklist_done, entry.checklist_total) == (1, 2)
    assert calls(sandbox).count(TEXT) == len(pulled.entries)
    alone = read(adapter_of(sandbox, page_text=True), entry.ref.id)
    assert alone.content_hash == entry.content_hash


def test_only_what_was_edited_is_read_again(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    """A full pull too: a request for each of ten thousand rows would take two hours."""
    notes = NotesInMemory()
    say(sandbox, api.page("t-lazy"), "Before.")
    clock.forward(minutes=10)
    first = pull(sandbox, notes)
    clock.forward(minutes=10)
    say(sandbox, api.page("t-optin"), "After.")
    asked = len(sandbox.ledger)
    second = pull(sandbox, notes, since=first.cursor)
    assert calls(sandbox, asked).count(TEXT) == 1
    assert second.by_id[api.page("t-optin")].text.endswith("After.")
    clock.forward(minutes=10)
    asked = len(sandbox.ledger)
    whole = pull(sandbox, notes)
    # One was read within two minutes of its edit, and may have been edited again in the minute that is shown.
    assert calls(sandbox, asked).count(TEXT) == 1
    assert whole.by_id[api.page("t-lazy")].text.endswith("Before.")


def test_an_edit_later_in_the_same_minute_is_read(sandbox: NotionSandbox, api: Api, clock: Clock) -> None:
    notes = NotesInMemory()
    say(sandbox, api.page("t-lazy"), "First.")
    first = pull(sandbox, notes)
    clock.forward(seconds=5)
    say(sandbox, api.page("t-lazy"), "Second.")
    clock.forward(minutes=5)
    assert pull(sandbox, notes, since=first.cursor).by_id[api.page("t-lazy")].text.endswith("Second.")


def test_what_notion_leaves_out_is_said(sandbox: NotionSandbox, api: Api) -> None:
    def cut(path: str, answer: Any) -> Any:
        if path.endswith(f"{api.page('t-lazy')}/markdown"):
            return answer | {"truncated": True}
        if path.endswith(f"{api.page('t-optin')}/markdown"):
            return answer | {"unknown_block_ids": ["x"]}
        return answer

    pulled = pull(sandbox, NotesInMemory(), app=Rewriting(sandbox.app, cut))
    assert [(one.severity, one.where) for one in pulled.notices] == [(Severity.WARNING, "Tasks")]
    assert "2 pages" in pulled.notices[0].what
    assert "https://app.notion.com/p/" in pulled.notices[0].what


def test_a_page_that_is_gone_meanwhile_stops_nothing(sandbox: NotionSandbox, api: Api) -> None:
    def trash(path: str, answer: Any) -> Any:
        if path.endswith(f"{api.source('tasks')}/query"):
            sandbox.state.pages[api.page("t-lazy")].shared = False
        return answer

    pulled = pull(sandbox, NotesInMemory(), app=Rewriting(sandbox.app, trash))
    assert not pulled.errors
    assert len(pulled.entries) == 112


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# Title\n\n\nText", "Title\nText"),
        ("**bold** and *slanted* and ~~gone~~ and `code`", "bold and slanted and gone and code"),
        ("[a page](https://www.notion.so/x) ![pic](https://x.test/a.png)", "a page pic"),
        ("- one\n  - two\n1. three\n> four", "one\ntwo\nthree\nfour"),
        ('<callout icon="💡">\nMind\n</callout>', "Mind"),
        ('<mention-user url="user://1">Ana</mention-user> said', "Ana said"),
        ('<span color="red">red</span>{color="blue"}', "red"),
        ("```python\nprint(1)\n```\n---\ndone", "print(1)\ndone"),
        ("| a | b |\n| --- | --- |\n| 1 | 2 |", "a b\n1 2"),
        ("2 \\* 3 = 6, a\\_b, 5 * 4, snake_case_name", "2 * 3 = 6, a_b, 5 * 4, snake_case_name"),
        ("a < b and 5 > c", "a < b and 5 > c"),
        ("<empty-block/>", ""),
        ("", ""),
    ],
)
def test_no_markup_is_left(markdown: str, text: str) -> None:
    assert plain_text_of(markdown) == text


HOSTILE = [mark * 40_000 for mark in ("[", "<", "*", "[a](", "| ", "\\", "<a", "#", "- [ ] ", "{color=")]


@pytest.mark.parametrize("hostile", [*HOSTILE, " " * 50_000 + "x"], ids=lambda text: text[:6].strip())
def test_crafted_texts_take_no_time(hostile: str) -> None:
    assert len(content(hostile, whole=True).text) <= LONGEST
