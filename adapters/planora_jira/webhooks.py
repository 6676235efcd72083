"""What Jira's webhooks say has changed: verified, and turned into hints to read again. Pure; asks nothing.

Webhooks are best effort: a project that is deleted sends no event for its issues, and bodies beyond 25 MB are
never sent. So a hint is never the truth, and what no hint names is not unchanged
(https://developer.atlassian.com/cloud/jira/platform/webhooks/).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from planora_jira.translation.sprints import place_id
from planora_sync.adapter import Delivery, Hint, signature_matches
from planora_sync.errors import AnswerUnreadable, SignatureRefused

Json = Mapping[str, Any]
SIGNATURE = "X-Hub-Signature"
IDENTIFIER = "X-Atlassian-Webhook-Identifier"
"""The same for each of the up to five repetitions of one delivery."""
ALGORITHM = "sha256="
LONGEST_BODY = 25 * 1024 * 1024
"""Jira sends nothing longer."""
LONGEST_ID = 20
UNSIGNED = (
    "Give the webhook a secret in Jira, and the same one as `webhook_secret` of this connection: "
    "without it anybody could send events."
)
SIGNED_OTHERWISE = (
    "Compare `webhook_secret` of this connection with the webhook's secret in Jira; if they are the same, "
    "somebody else sent this, or something on the way changed it."
)
NO_EVENT = "Send only what Jira's webhooks send: system webhooks with a secret, with their body."


def hear(
    delivery: Delivery, *, connection: str, secret: str | None, own: Collection[str]
) -> tuple[Hint, ...]:
    """Return what a delivery says is to be read again; nothing for events about people, options or settings.

    Args:
        delivery: the request as it came.
        connection: name, for messages.
        secret: with which Jira signs the raw body.
        own: ids of the accounts that this connection writes with.

    Raises SignatureRefused where it is not signed with the secret, AnswerUnreadable for what is no event.
    """
    _verify(delivery, connection, secret)
    body = _event(delivery.body, connection)
    ids, places = _touched(str(body["webhookEvent"]), body)
    if not ids and not places:
        return ()
    return (
        Hint(
            ids=ids,
            places=places,
            delivery=delivery.header(IDENTIFIER),
            at=_instant(body.get("timestamp")),
            ours=bool(_author(body) & {name.casefold() for name in own}),
        ),
    )


def sign(body: bytes, secret: str) -> str:
    """Return the signature that Jira puts into the header: of the raw body, byte for byte."""
    return ALGORITHM + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _verify(delivery: Delivery, connection: str, secret: str | None) -> None:
    if not secret:
        raise SignatureRefused(
            "A webhook's request came, and there is no secret to check it with.",
            connection=connection,
            next_step=UNSIGNED,
        )
    if len(delivery.body) > LONGEST_BODY:
        raise AnswerUnreadable(
            f"A webhook's body has {len(delivery.body)} bytes, more than Jira ever sends.",
            connection=connection,
            next_step=NO_EVENT,
        )
    given = delivery.header(SIGNATURE)
    if not signature_matches(given, sign(delivery.body, secret)):
        how = "is not signed" if not given else "is signed with another secret"
        raise SignatureRefused(
            f"A webhook's request {how}.",
            connection=connection,
            next_step=SIGNED_OTHERWISE if given else UNSIGNED,
        )


def _event(body: bytes, connection: str) -> Json:
    try:
        loaded = json.loads(body)
    except (ValueError, RecursionError):
        loaded = None
    if not isinstance(loaded, Mapping) or not isinstance(loaded.get("webhookEvent"), str):
        raise AnswerUnreadable(
            "A webhook's body is no event of Jira.", connection=connection, next_step=NO_EVENT
        )
    return loaded


# -- what an event is about ---------------------------------------------------------------------------------


def _touched(event: str, body: Json) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of the issues and of the places that an event is about."""
    kind = event.removeprefix("jira:").partition("_")[0]
    match kind:
        case "issue" | "comment" | "attachment":
            return _known(_inner(body, "issue", "id"), body.get("issueId")), ()
        case "worklog":
            return _known(_inner(body, "worklog", "issueId"), _inner(body, "issue", "id")), ()
        case "issuelink":
            ends = (
                _inner(body, "issueLink", "sourceIssueId"),
                _inner(body, "issueLink", "destinationIssueId"),
            )
            return _known(*ends), ()
        case "sprint":
            sprints = (f"sprint:{one}" for one in _known(_inner(body, "sprint", "id")))
            boards = (place_id(one) for one in _known(_inner(body, "sprint", "originBoardId")))
            return (), (*sprints, *boards)
        case "board":
            found = _known(_inner(body, "board", "id"), _inner(body, "configuration", "id"))
            return (), tuple(place_id(one) for one in found)
        case "version":
            return (), _known(_inner(body, "version", "projectId"))
        case "project":
            return (), _known(_inner(body, "project", "id"))
        case _:
            return (), ()


def _inner(body: Json, part: str, name: str) -> Any:
    found = body.get(part)
    return found.get(name) if isinstance(found, Mapping) else None


def _known(*values: Any) -> tuple[str, ...]:
    """Return those values that are ids, each once: a body may hold anything."""
    return tuple(dict.fromkeys(_ids(values)))


def _ids(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID:
            yield text


def _author(body: Json) -> set[str]:
    """Return how the one who did it is called: the account id on Cloud, the user name on Data Center.

    In lower case, for so Data Center writes user names in the header from which we know our own.
    """
    people = [body.get("user")]
    for part in ("comment", "worklog"):
        people += [_inner(body, part, "updateAuthor") or _inner(body, part, "author")]
    named = (
        person.get(key) for person in people if isinstance(person, Mapping) for key in ("accountId", "name")
    )
    return {name.casefold() for name in named if isinstance(name, str) and name}


def _instant(value: Any) -> datetime | None:
    """Return an event's instant, given in milliseconds since 1970, or None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
