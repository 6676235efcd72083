"""Another author's client, `atlassian-python-api`, drives the sandbox over a socket: reading and writing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from planora_jira.sandbox import JiraSandbox
from requests.exceptions import HTTPError

from planora_sync.sandbox import Fault
from tests.adapters.jira.site import Clock
from tests.adapters.serving import served

atlassian = pytest.importorskip("atlassian", reason="atlassian-python-api is in the extra `dev`")


@pytest.fixture
def site(clock: Clock) -> JiraSandbox:
    return JiraSandbox("messy", now=clock, page_cap=40)


@pytest.fixture
def client(site: JiraSandbox) -> Iterator[Any]:
    with served(site) as url:
        yield atlassian.Jira(
            url=url,
            username="planora@fernway.example",
            password="sandbox-token",
            cloud=True,
            api_version="3",
            timeout=10,
        )


def test_it_reads_a_search_to_its_end_by_token(client: Any, site: JiraSandbox) -> None:
    keys: list[str] = []
    token = None
    while True:
        page = client.enhanced_jql("project = CARE", fields=["summary"], nextPageToken=token, limit=100)
        keys += [row["key"] for row in page["issues"]]
        token = page.get("nextPageToken")
        if page["isLast"]:
            break
    assert sorted(keys) == sorted(issue.key for issue in site.site.issues.values() if not issue.archived)
    with pytest.raises(HTTPError):
        client.get("rest/api/3/search", params={"jql": "project = CARE"})


def test_it_reads_the_site(client: Any) -> None:
    assert client.myself()["displayName"] == "planora-sync"
    assert client.get_server_info()["deploymentType"] == "Cloud"
    assert "customfield_10020" in {field["id"] for field in client.get_all_fields()}
    assert [board["name"] for board in client.get_all_agile_boards()["values"]] == ["CARE board"]
    configuration = client.get_agile_board_configuration(12)
    assert configuration["estimation"]["field"]["fieldId"] == "customfield_10028"
    sprints = client.get_all_sprints_from_board(12, state="active,future")["values"]
    assert {sprint["id"] for sprint in sprints} == {23, 24, 25, 26}
    assert client.get_project("CARE")["key"] == "CARE"


def test_it_reads_an_issue_and_its_history(client: Any) -> None:
    issue = client.issue("CARE-51")
    assert issue["fields"]["issuetype"]["hierarchyLevel"] == 0
    assert issue["fields"]["status"]["statusCategory"]["key"] == "indeterminate"
    log = client.get_issue_changelog("CARE-51")
    rows = log.get("values") or log.get("histories")
    assert [item["field"] for row in rows for item in row["items"]]


def test_it_edits_moves_and_links(client: Any) -> None:
    client.update_issue_field("CARE-52", {"duedate": "2026-12-24"})
    client.edit_issue("CARE-52", {"labels": [{"add": "by-another-client"}]})
    client.set_issue_status("CARE-52", "In Progress")
    client.add_issues_to_sprint(24, ["CARE-52"])
    made = client.create_issue(
        fields={"project": {"key": "CARE"}, "issuetype": {"name": "Task"}, "summary": "By another client"}
    )
    client.create_issue_link(
        {"type": {"name": "Blocks"}, "inwardIssue": {"key": made["key"]}, "outwardIssue": {"key": "CARE-52"}}
    )
    client.set_issue_property("CARE-52", "team.note", {"seen": True})
    fields = client.issue("CARE-52")["fields"]
    assert (fields["duedate"], fields["labels"]) == ("2026-12-24", ["by-another-client"])
    assert fields["status"]["name"] == "In Progress"
    assert [sprint["id"] for sprint in fields["customfield_10020"]] == [24]
    assert fields["issuelinks"][0]["inwardIssue"]["key"] == made["key"]
    client.move_issues_to_backlog(["CARE-52"])
    assert client.issue("CARE-52")["fields"]["customfield_10020"] is None
    assert client.get_issue_property("CARE-52", "team.note")["value"] == {"seen": True}


def test_it_is_refused_as_by_the_real_one(client: Any, site: JiraSandbox) -> None:
    with pytest.raises(HTTPError) as absent:
        client.issue("CARE-9999")
    assert absent.value.response.status_code == 404
    with pytest.raises(HTTPError) as many:
        client.add_issues_to_sprint(24, [f"CARE-{number}" for number in range(1, 60)])
    assert many.value.response.status_code == 400
    # It obeys Retry-After by itself, and comes again.
    site.fail(Fault(kind="429", path="*/myself", retry_after="0"))
    assert client.myself()["displayName"] == "planora-sync"
    assert [row.status for row in site.ledger if row.path.endswith("/myself")] == [429, 200]


def test_it_reads_a_data_center_with_a_personal_access_token(clock: Clock) -> None:
    sandbox = JiraSandbox("messy", now=clock, deployment="data_center", page_cap=40)
    with served(sandbox) as url:
        client = atlassian.Jira(url=url, token="sandbox-token", api_version="2", timeout=10)
        rows: list[dict[str, Any]] = []
        while True:
            page = client.jql(
                "project = CARE", fields="summary,customfield_10104", start=len(rows), limit=100
            )
            rows += page["issues"]
            if len(rows) >= page["total"]:
                break
        sprints = [text for row in rows for text in row["fields"]["customfield_10104"] or ()]
        assert sprints
        assert all(text.startswith("com.atlassian.greenhopper.service.sprint.Sprint@") for text in sprints)
        assert client.issue("CARE-51")["fields"]["assignee"]["name"] == "linh"
        client.update_issue_field("CARE-52", {"duedate": "2026-12-24"})
        assert client.issue("CARE-52")["fields"]["duedate"] == "2026-12-24"
