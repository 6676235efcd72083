"""Values that nobody understands: an issue is read without them where it is still what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from planora_jira.reading import lenient
from planora_jira.translation import wire
from planora_jira.translation.wire import UNTRANSLATABLE

from planora_sync.adapter import Severity
from planora_sync.model import Entry
from planora_sync.testing import pull_all
from tests.adapters.jira.issues import issue, lens
from tests.adapters.jira.setups import DEPLOYMENTS, Tampered, adapter_of, expected_keys, make
from tests.adapters.jira.site import Clock

ODD: Mapping[str, Any] = {
    "fixVersions": [{"id": "1", "name": "1.0", "released": False, "releaseDate": "01/Feb/26"}],
    "issuelinks": [None],
    "statuscategorychangedate": "a while ago",
}


@pytest.mark.parametrize("id", sorted(ODD))
def test_an_issue_is_read_without_what_cannot_be_understood(id: str) -> None:
    row = issue(**{id: ODD[id]})
    with pytest.raises(UNTRANSLATABLE):
        wire.entry(row, lens())
    found, odd = lenient.entry(row, lens())
    assert [name.rpartition("(")[2] for name in odd] == [f"{id})"]
    assert found.raw == row
    clear = dict(row["fields"])
    del clear[id]
    assert found == wire.entry({**row, "fields": clear}, lens()).model_copy(update={"raw": row})


def test_an_issue_that_is_clear_is_what_it_is() -> None:
    assert lenient.entry(issue(), lens()) == (wire.entry(issue(), lens()), ())


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "1", "key": "PLAN-1"},
        {"id": "1", "key": "PLAN-1", "fields": None},
        issue(project=None),
        issue(created="yesterday"),
        issue(duedate="soon"),
        issue(customfield_10020=["no sprint at all"]),
        issue(customfield_10020=["no sprint at all"], issuelinks=[None]),
    ],
)
def test_without_what_says_where_it_is_filed_no_issue_is_read(broken: dict[str, Any]) -> None:
    with pytest.raises(UNTRANSLATABLE):
        lenient.entry(broken, lens())


@pytest.mark.parametrize("deployment", DEPLOYMENTS)
def test_an_odd_date_of_an_app_keeps_no_issue_out_of_a_pull(clock: Clock, deployment: str) -> None:
    sandbox = make(clock, deployment)
    app = Tampered(sandbox.app)
    start = next(one.id for one in sandbox.site.fields if one.name == "Start date")

    def spoil(asked: Any, page: Any) -> Any:
        for row in page.get("issues", [page]):
            if row.get("key") == "CARE-51":
                row["fields"][start] = "01/Feb/26"
        return page

    for path in ("*/search*", "*/bulkfetch"):
        app.on("POST", path, spoil)
    app.on("GET", "*/issue/*", spoil)
    adapter = adapter_of(sandbox, app=app)
    pulled = pull_all(adapter)
    assert {entry.key for entry in pulled.entries} == expected_keys(sandbox)
    (notice,) = pulled.notices
    assert (notice.severity, notice.where) == (Severity.WARNING, "CARE-51")
    assert f"Start date ({start})" in notice.what
    id = str(sandbox.site.issue("CARE-51").id)
    assert isinstance(adapter.read([id])[id], Entry)
