"""What a refusal says, and what to do about it: Jira says what is wrong, seldom what helps."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from planora_jira.site.survey import Survey
from planora_jira.transport.client import JiraClient
from planora_sync.errors import ConnectionFailed

OFF_SCREEN = "appropriate screen"
"""In the text of a 400 for a field that may not be set there."""
SCREEN = (
    "Put the field on the project's edit screen (project settings, Screens; team-managed: the type's fields), "
    "or set it by hand."
)
BY_STATUS: Mapping[int, str] = {
    403: "`check` lists the right that each correction needs.",
    404: "It is absent, or the account that writes may not see it.",
    409: "Somebody was changing it at the same moment: run again.",
    413: "The issue has reached one of Jira's limits (comments, links, worklogs): clear it up in Jira first.",
    422: "The project's configuration is at fault: tell its Jira administrator.",
}


def why(response: requests.Response, client: JiraClient, survey: Survey) -> str:
    """Return what a refusal says, with the names of fields, and what to do about it; raises nothing."""
    try:
        names = {one.id: one.name for one in survey.fields}
    except ConnectionFailed:
        # Ids alone say less, and say it.
        names = {}
    said = client.told(response, names)
    return f"{said} {_advice(response.status_code, said)}".strip()


def _advice(status: int, said: str) -> str:
    """Return what helps against a refusal; empty where Jira's own words say it best."""
    if OFF_SCREEN in said.lower():
        return SCREEN
    return BY_STATUS.get(status, "")
