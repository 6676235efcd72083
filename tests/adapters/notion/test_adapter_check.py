"""What `check` says: who we are, what is readable, what contradicts itself, which rights corrections need."""

from __future__ import annotations

import pytest
from planora_notion.sandbox import NotionSandbox
from planora_notion.sandbox.loading import NAMELESS_TOKEN, READ_TOKEN

from planora_sync.adapter import Notice, Severity, Vocabulary
from planora_sync.errors import CredentialsRefused
from tests.adapters.notion.conftest import Api, Clock
from tests.adapters.notion.rig import adapter_of, calls


def warnings(notices: tuple[Notice, ...]) -> list[str]:
    return [notice.what for notice in notices if notice.severity is Severity.WARNING]


def test_it_says_who_we_are_what_is_kept_where_and_which_rights(sandbox: NotionSandbox) -> None:
    notices = adapter_of(sandbox).check()
    said = {notice.where: notice.what for notice in reversed(notices) if notice.severity is Severity.OK}
    assert said["product"] == "Connected as the integration \"planora-sync\" in the workspace 'Fernway'."
    assert "status in 'Status'" in said["Tasks"]
    assert "sprint in 'Sprint'" in said["Tasks"]
    assert said["Sprints"].startswith("Holds the sprints (6)")
    rights = " ".join(notice.what for notice in notices[-4:])
    assert all(word in rights for word in ("`Read content`", "`Update content`", "`Insert content`"))
    assert calls(sandbox) == [
        "GET /v1/users/me",
        "POST /v1/search",
        "POST /v1/data_sources/ID/query",
        "GET /v1/users",
    ]


def test_n10_in_progress_in_the_group_to_do(sandbox: NotionSandbox, api: Api) -> None:
    status = sandbox.state.sources[api.source("tasks")].prop("Status")
    assert status is not None
    begun = next(option.id for option in status.options if option.name == "In progress")
    status.groups[1].option_ids.remove(begun)
    status.groups[0].option_ids.append(begun)
    assert warnings(adapter_of(sandbox).check()) == [
        "Status 'In review' stands in the group To-do; it is read as doing.",
        "Status 'In progress' stands in the group To-do; it is read as doing.",
    ]
    settled = Vocabulary(categories={"in *": "doing"})
    assert warnings(adapter_of(sandbox, vocabulary=settled).check()) == []


def test_a_healthy_workspace_raises_no_warning(clock: Clock) -> None:
    assert warnings(adapter_of(NotionSandbox("one-database", now=clock)).check()) == []


def test_nothing_shared_is_said(clock: Clock) -> None:
    notices = adapter_of(NotionSandbox("empty", now=clock)).check()
    assert warnings(notices) == ["Nothing is shared with the integration."]
    assert all(notice.next_step for notice in notices if notice.severity is Severity.WARNING)


def test_a_token_that_may_not_read_users(sandbox: NotionSandbox) -> None:
    notices = adapter_of(sandbox, token=NAMELESS_TOKEN).check()
    assert any("may not read users" in what for what in warnings(notices))
    assert not [notice for notice in notices if notice.severity is Severity.ERROR]


def test_a_token_that_sees_no_addresses(sandbox: NotionSandbox) -> None:
    for user in sandbox.state.users.values():
        user.email = None
    assert any("no e-mails" in what for what in warnings(adapter_of(sandbox).check()))


def test_a_data_source_without_a_status(sandbox: NotionSandbox, api: Api) -> None:
    source = sandbox.state.sources[api.source("roadmap")]
    status = source.prop("Status")
    assert status is not None
    del source.props[status.id]
    assert any("no status that is recognised" in what for what in warnings(adapter_of(sandbox).check()))


def test_the_writing_token_is_tried_and_never_for_reads(sandbox: NotionSandbox) -> None:
    notices = adapter_of(sandbox, token=READ_TOKEN, write_token=NAMELESS_TOKEN).check()
    assert any("Writes go out as the integration" in notice.what for notice in notices)
    assert calls(sandbox).count("GET /v1/users/me") == 2
    with pytest.raises(CredentialsRefused):
        adapter_of(sandbox, write_token="ntn_wrong").check()
    read_only = adapter_of(sandbox, write_token="ntn_wrong", read_only=True).check()
    assert any("read-only" in notice.what for notice in read_only)
