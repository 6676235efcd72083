"""The webhooks of the in-memory workspace: JSON that names ids, signed with HMAC-SHA256 in `X-Memory-Signature`."""

from __future__ import annotations

import hashlib
import hmac
import json

from planora_sync.adapter import Delivery, Hint, signature_matches
from planora_sync.errors import AnswerUnreadable, SignatureRefused

SIGNATURE = "X-Memory-Signature"


def signed(body: bytes, secret: str) -> Delivery:
    """Return a request as the workspace sends it."""
    return Delivery(headers={SIGNATURE: _signature(body, secret)}, body=body)


def hear(delivery: Delivery, *, connection: str, secret: str | None) -> tuple[Hint, ...]:
    """Return what a delivery says is to be read again; raises SignatureRefused and AnswerUnreadable."""
    if not secret or not signature_matches(delivery.header(SIGNATURE), _signature(delivery.body, secret)):
        raise SignatureRefused(
            "A webhook's request is not signed as it must be.",
            connection=connection,
            next_step="Compare `webhook_secret` with the workspace's.",
        )
    try:
        said = json.loads(delivery.body)
        ids = tuple(str(id) for id in said.get("ids", ()))
    except (ValueError, AttributeError, TypeError):
        raise AnswerUnreadable("A webhook's request is no event.", connection=connection) from None
    seen = hashlib.sha256(delivery.body).hexdigest()
    return (Hint(ids=ids, delivery=seen),) if ids else ()


def _signature(body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
