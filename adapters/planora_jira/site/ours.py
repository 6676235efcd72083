"""Which account writes: told once, and remembered, so that webhooks know our own writes without asking."""

from __future__ import annotations

import json

from planora_jira.transport.client import JiraClient
from planora_sync.adapter import Notes
from planora_sync.errors import ConnectionFailed

NOTE = "jira.writes-as"


def remembered(notes: Notes) -> frozenset[str]:
    """Return the ids of the accounts that this connection has written with; none where nothing is known."""
    try:
        found = json.loads(notes.get(NOTE) or "[]")
    except ValueError:
        return frozenset()
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()


def remember(notes: Notes, client: JiraClient) -> None:
    """Remember who writes: as Jira's answers name the account, else asked once; what fails is asked another time."""
    known = remembered(notes)
    if client.seen is not None:
        if client.seen not in known:
            notes.put(NOTE, json.dumps(sorted(known | {client.seen})))
        return
    if known:
        return
    try:
        account = client.get_object(client.rest("myself"), "who writes")
    except ConnectionFailed:
        return
    found = {str(account[key]) for key in ("accountId", "name") if account.get(key)}
    if found:
        notes.put(NOTE, json.dumps(sorted(known | found)))
