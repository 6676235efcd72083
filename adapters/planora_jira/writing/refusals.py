"""What to do about a refusal: Jira says what is wrong, seldom what helps."""

from __future__ import annotations

from collections.abc import Mapping

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


def advice(status: int, said: str) -> str:
    """Return what helps against a refusal; empty where Jira's own words say it best."""
    if OFF_SCREEN in said.lower():
        return SCREEN
    return BY_STATUS.get(status, "")
