"""The vendor's library (`jira`) over a real socket: what another author's client would call."""

from __future__ import annotations

import pytest
import requests
from jira import JIRA
from jira.exceptions import JIRAError
from planora_jira.sandbox import JiraSandbox

from planora_sync.sandbox import Fault
from tests.adapters.jira.site import Clock
from tests.adapters.serving import served


def test_library_reads_and_writes_cloud(clock: Clock) -> None:
    sandbox = JiraSandbox("messy", now=clock)
    with served(sandbox) as url:
        client = JIRA(url, basic_auth=("planora@fernway.example", "sandbox-token"), max_retries=0, timeout=10)
        assert client.deploymentType == "Cloud"
        assert client.myself()["displayName"] == "planora-sync"
        assert [project.key for project in client.projects()] == ["CARE"]
        found = client.enhanced_search_issues("sprint in openSprints()", fields="summary,status")
        assert "CARE-51" in [issue.key for issue in found]
        assert [board.name for board in client.boards()] == ["CARE board"]
        assert next(sprint.name for sprint in client.sprints(12, state="future")) == "CARE Sprint 24"
        issue = client.issue("CARE-52")
        issue.update(update={"labels": [{"add": "by-library"}]}, notify=False)
        client.transition_issue(issue, "Start work")
        client.add_issues_to_sprint(24, ["CARE-52"])
        client.add_comment(issue, "Seen.")
        made = client.create_issue(project="CARE", issuetype={"name": "Task"}, summary="By library")
        client.create_issue_link("Blocks", made.key, "CARE-52")
        fresh = client.issue("CARE-52").raw["fields"]
        assert (fresh["labels"], fresh["status"]["name"]) == (["by-library"], "In Progress")
        assert [row["id"] for row in fresh["customfield_10020"]] == [24]
        assert fresh["issuelinks"][0]["inwardIssue"]["key"] == made.key
        client.move_to_backlog(["CARE-52"])
        assert client.issue("CARE-52").raw["fields"]["customfield_10020"] is None
        with pytest.raises(JIRAError) as refused:
            client.issue("CARE-9999")
        assert refused.value.status_code == 404
    assert len(sandbox.ledger) > 10


def test_library_reads_data_center(clock: Clock) -> None:
    sandbox = JiraSandbox("messy", now=clock, deployment="data_center")
    with served(sandbox) as url:
        client = JIRA(url, token_auth="sandbox-token", max_retries=0, timeout=10)
        assert client.deploymentType == "Server"
        found = client.search_issues("project = CARE", maxResults=False, fields="summary")
        assert len(found) == found.total == 105
        assert client.issue("CARE-51").raw["fields"]["assignee"]["name"] == "linh"


def test_a_cut_is_a_cut_over_a_socket(clock: Clock) -> None:
    sandbox = JiraSandbox("messy", now=clock)
    with served(sandbox) as url:
        for kind in ("cut-before", "hang", "cut-after"):
            sandbox.fail(Fault(kind=kind))
            with pytest.raises(requests.exceptions.RequestException):
                requests.get(f"{url}/rest/api/3/serverInfo", timeout=10)
        assert requests.get(f"{url}/rest/api/3/serverInfo", timeout=10).json()["baseUrl"] == url
