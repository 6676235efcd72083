"""Single reads: fresh, whole, and never calling absent what only could not be read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from planora_sync.adapter import Absence
from planora_sync.errors import AnswerUnreadable
from planora_sync.model import Entry
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, make, two_projects
from tests.adapters.jira.site import Clock


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_reads_many_in_batches(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    ids = [str(issue.id) for issue in sandbox.site.issues.values() if not issue.archived]
    adapter = adapter_of(sandbox)
    adapter.read(ids[:1])
    sandbox.ledger.clear()
    found = adapter.read(ids)
    assert list(found) == ids
    assert all(isinstance(one, Entry) for one in found.values())
    posts = [row for row in sandbox.ledger if row.method == "POST"]
    assert len(ids) > 100
    assert len(posts) == 2


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_what_is_absent_archived_or_hidden_is_unknown(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    archived = str(sandbox.site.issue("CARE-113").id)
    for ids in (["10001", archived, "987654"], ["10001", "10002", "10003", archived, "987654"]):
        found = adapter_of(sandbox).read(ids)
        assert [id for id, one in found.items() if one is Absence.UNKNOWN] == [archived, "987654"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_moved_keys_are_followed(clock: Clock, deployment: str) -> None:
    sandbox = two_projects(clock, deployment)
    adapter = adapter_of(sandbox)
    (one,) = adapter.read(["CARE-97"]).values()
    assert isinstance(one, Entry)
    assert (one.key, one.place.name) == ("OPS-3", "OPS")
    several = adapter.read(["CARE-1", "CARE-2", "OPS-3", "CARE-12"])
    assert {ref: found.key for ref, found in several.items() if isinstance(found, Entry)} == {
        "CARE-1": "OPS-1",
        "CARE-2": "OPS-2",
        "OPS-3": "OPS-3",
        "CARE-12": "CARE-12",
    }


def test_an_issue_that_moved_to_a_project_out_of_scope_is_still_read(clock: Clock) -> None:
    sandbox = two_projects(clock)
    (one,) = adapter_of(sandbox, scope=("CARE",)).read(["10002"]).values()
    assert isinstance(one, Entry)
    assert one.place.name == "OPS"
    assert one.theme == "Payments"


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_read_looks_past_the_index(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment, search_lag=timedelta(hours=1))
    adapter = adapter_of(sandbox)
    pull_all(adapter)
    issue = sandbox.site.issue("CARE-52")
    sandbox.site.remember(issue)
    issue.summary = "Just renamed"
    (one,) = adapter.read([str(issue.id)]).values()
    assert isinstance(one, Entry)
    assert one.title == "Just renamed"


def test_what_jira_could_not_fetch_is_no_absence(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    errors = [{"id": "10002", "errorMessage": "timed out"}]
    app.on("POST", "*/bulkfetch", lambda asked, page: {"issues": page["issues"][:1], "issueErrors": errors})
    with pytest.raises(AnswerUnreadable, match="10002: timed out"):
        adapter_of(sandbox, app=app).read(["10001", "10002"])


@pytest.mark.parametrize("answer", [{}, {"issues": None}, [], "x"])
def test_an_answer_without_issues_is_no_absence(clock: Clock, answer: Any) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("POST", "*/bulkfetch", lambda asked, page: answer)
    with pytest.raises(AnswerUnreadable):
        adapter_of(sandbox, app=app).read(["10001"])


def test_an_issue_that_cannot_be_understood_is_no_absence(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)

    def spoil(asked: Any, page: Any) -> Any:
        page["issues"][0]["fields"]["project"] = None
        return page

    app.on("POST", "*/bulkfetch", spoil)
    with pytest.raises(AnswerUnreadable, match="CARE-1"):
        adapter_of(sandbox, app=app).read(["10001"])


def test_halves_of_emoji_are_mended(clock: Clock) -> None:
    # Jira leaves half an emoji where it cuts a text; no store takes it.
    sandbox = make(clock)
    app = Tampered(sandbox.app)

    def cut(asked: Any, page: Any) -> Any:
        page["issues"][0]["fields"]["summary"] = "Cut here \ud83d"
        return page

    app.on("POST", "*/bulkfetch", cut)
    (one,) = adapter_of(sandbox, app=app).read(["10001"]).values()
    assert isinstance(one, Entry)
    assert one.title == "Cut here �"
    assert Entry.model_validate_json(one.model_dump_json()).raw == one.raw


def test_numbers_that_are_none_are_no_json(clock: Clock) -> None:
    sandbox = make(clock)
    app = Tampered(sandbox.app)
    app.on("POST", "*/bulkfetch", lambda asked, page: (200, {}, b'{"issues": [], "x": NaN}'))
    with pytest.raises(AnswerUnreadable):
        adapter_of(sandbox, app=app).read(["10001"])


def test_the_custom_field_called_labels_is_not_taken_for_labels(clock: Clock) -> None:
    # The library's name cache swaps them and fetches `customfield_10500`.
    sandbox = make(clock)
    sandbox.site.issue("CARE-52").labels = ["planned"]
    app = Tampered(sandbox.app)
    (one,) = adapter_of(sandbox, app=app).read([str(sandbox.site.issue("CARE-52").id)]).values()
    assert isinstance(one, Entry)
    assert one.labels == ("planned",)
    (body,) = app.bodies_of("POST", "*/bulkfetch")
    assert "labels" in body["fields"]
    assert "customfield_10500" not in body["fields"]


@pytest.mark.parametrize("cap", [1, 7, 50])
def test_a_server_that_gives_less_than_asked_loses_no_issue_and_no_parent(clock: Clock, cap: int) -> None:
    # An administrator may set the longest page to anything (`jira.search.views.default.max`).
    sandbox = make(clock, "data_center", page_cap=cap if cap > 1 else 2)
    ids = [str(issue.id) for issue in sandbox.site.issues.values() if not issue.archived][:60]
    found = adapter_of(sandbox).read(ids)
    assert all(isinstance(one, Entry) for one in found.values())
    parents = [one.parent for one in found.values() if isinstance(one, Entry) and one.parent]
    assert parents
    assert all(parent.id.isdigit() for parent in parents)


def test_an_index_that_does_not_show_an_issue_yet_is_no_proof_that_it_is_gone(clock: Clock) -> None:
    sandbox = make(clock, "data_center")
    app = Tampered(sandbox.app)
    app.on(
        "POST",
        "*/search",
        lambda asked, page: {**page, "issues": page["issues"][1:], "total": page["total"] - 1},
    )
    found = adapter_of(sandbox, app=app).read(["10001", "10002", "10003", "10004", "10005"])
    assert all(isinstance(one, Entry) for one in found.values())
