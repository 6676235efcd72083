"""Which projects and boards are read: by key, id, name, glob and address; what is absent is named."""

from __future__ import annotations

from typing import Any

import pytest

from planora_sync.adapter import Severity
from planora_sync.errors import PlaceNotVisible
from planora_sync.testing import pull_all
from tests.adapters.jira.setups import (
    DEPLOYMENTS,
    Tampered,
    adapter_of,
    make,
    two_projects,
)
from tests.adapters.jira.site import Clock


@pytest.mark.parametrize(
    "word",
    ["CARE", "10000", "fernway care", "CAR*", "Fernway*", "http://jira.test/browse/CARE-12"],
)
@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_a_project_by_key_id_name_glob_or_address(clock: Clock, deployment: str, word: str) -> None:
    sandbox = two_projects(clock, deployment)
    places = pull_all(adapter_of(sandbox, scope=(word,))).places
    assert [place.path for place in places if place.kind == "project"] == ["CARE"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_without_scope_all_that_is_visible(clock: Clock, deployment: str) -> None:
    pulled = pull_all(adapter_of(two_projects(clock, deployment), scope=()))
    assert {entry.place.name for entry in pulled.entries} == {"CARE", "OPS"}


@pytest.mark.parametrize("word", ["NOPE", "no such project", "NO*", "99"])
def test_an_absent_project_names_what_can_be_seen(clock: Clock, word: str) -> None:
    pulled = pull_all(adapter_of(make(clock), scope=("CARE", word)))
    (notice,) = pulled.errors
    assert notice.where == word
    assert "CARE" in notice.next_step
    assert pulled.entries
    with pytest.raises(PlaceNotVisible, match=r"work.*does not exist"):
        pull_all(adapter_of(make(clock), scope=(word,)))


def test_boards_by_id_and_name(clock: Clock) -> None:
    for word in ("12", "care board", "CARE*"):
        assert not pull_all(adapter_of(make(clock), boards=(word,))).errors
    (notice,) = pull_all(adapter_of(make(clock), boards=("12", "99"))).errors
    assert notice.where == "99"
    assert notice.next_step
    only = pull_all(adapter_of(two_projects(clock), scope=(), boards=("12",)))
    assert {entry.place.name for entry in only.entries} == {"CARE"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_archived_project_is_not_taken_for_an_empty_one(clock: Clock, deployment: str) -> None:
    sandbox = two_projects(clock, deployment)
    app = Tampered(sandbox.app)
    app.on("GET", "*/project/CARE", lambda asked, row: {**row, "archived": True})
    pulled = pull_all(adapter_of(sandbox, app=app, scope=("CARE", "OPS")))
    assert [(one.severity, one.where, bool(one.next_step)) for one in pulled.notices] == [
        (Severity.ERROR, "CARE", True)
    ]
    assert {entry.place.name for entry in pulled.entries} == {"OPS"}


def test_an_archived_project_is_not_among_all_that_is_visible(clock: Clock) -> None:
    sandbox = two_projects(clock)
    app = Tampered(sandbox.app)

    def archive(asked: Any, page: Any) -> Any:
        return {**page, "values": [{**row, "archived": row["key"] == "CARE"} for row in page["values"]]}

    app.on("GET", "*/project/search", archive)
    assert {entry.place.name for entry in pull_all(adapter_of(sandbox, app=app, scope=())).entries} == {"OPS"}
