"""What the sandbox's webhooks would send: signed as Jira signs, one delivery a change of an issue or sprint."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from planora_jira.sandbox.issues import IssueView
from planora_jira.sandbox.records import History, Issue
from planora_jira.sandbox.rendering import Face
from planora_jira.sandbox.site import Site
from planora_sync.adapter import Delivery


def deliveries(site: Site, secret: str, *, since: datetime, base: str) -> Iterator[Delivery]:
    """Return a request for each change of an issue since an instant, the oldest first.

    Args:
        site: the site.
        secret: with which the raw body is signed.
        since: aware UTC.
        base: the address of the site.
    """
    view = IssueView(Face(site=site, base=base, version="2"))
    changes = [
        (entry, issue) for issue in site.issues.values() for entry in issue.history if entry.created >= since
    ]
    for entry, issue in sorted(changes, key=lambda pair: (pair[0].created, pair[0].id)):
        yield _sent(_updated(view, entry, issue), secret, str(entry.id))


def _updated(view: IssueView, entry: History, issue: Issue) -> dict[str, Any]:
    return {
        "timestamp": int(entry.created.timestamp() * 1000),
        "webhookEvent": "jira:issue_updated",
        "issue_event_type_name": "issue_generic",
        "user": view.face.user(entry.author),
        "issue": view.issue(issue, view.choose((), "*navigable")),
        "changelog": {"id": str(entry.id), "items": entry.items},
    }


def _sent(event: dict[str, Any], secret: str, number: str) -> Delivery:
    body = json.dumps(event).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json; charset=UTF-8",
        "User-Agent": "Atlassian Webhook HTTP Client",
        "X-Hub-Signature": signature,
        "X-Atlassian-Webhook-Identifier": number,
        "X-Atlassian-Webhook-Flow": "Primary",
    }
    return Delivery(headers=headers, body=body)
