"""A 207: some agile moves answer with a status for each issue, which is no success of them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import requests

from planora_sync.adapter import Outcome, Refused, Unknown, Written

SILENT = Unknown(reason="Jira answered 207 and does not say whether it moved this issue.")
MIXED = 207


def outcomes(response: requests.Response, issues: Sequence[tuple[str, str]]) -> Mapping[str, Outcome]:
    """Return what became of each issue of a move, by id; of one that is left out nobody knows.

    Args:
        response: the answer.
        issues: id and key of each; the entries name either.
    """
    told: dict[str, Outcome] = {}
    try:
        for row in response.json()["entries"]:
            outcome = _outcome(row)
            told |= {str(row.get("issueId")): outcome, str(row.get("issueKey")): outcome}
    except (ValueError, KeyError, TypeError, AttributeError):
        told = {}
    return {id: told.get(id, told.get(key, SILENT)) for id, key in issues}


def _outcome(row: Mapping[str, object]) -> Outcome:
    status, errors = int(str(row["status"])), row.get("errors")
    said = "; ".join(map(str, errors)) if isinstance(errors, list) and errors else "without a word"
    reason = f"Jira answered {status} for it: {said}"
    if status >= 500:
        return Unknown(reason=reason)
    return Refused(reason=reason) if status >= 300 else Written()
