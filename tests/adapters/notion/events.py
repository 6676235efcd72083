"""Webhooks as Notion sends them."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from planora_sync.adapter import Delivery

SECRET = "secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl"


def event(kind: str, entity: str, **more: Any) -> bytes:
    """Return the body of an event about an entity."""
    body = {
        "id": "367cba44-b6f3-4c92-81e7-6a2e9659efd4",
        "timestamp": "2026-11-24T09:31:05.123Z",
        "workspace_id": "9f2c31a4-5b61-4f0a-8e35-2c4a7d3c1b02",
        "subscription_id": "29d75c0d-5546-4414-8459-7b7a92f1fc4b",
        "integration_id": "0ef2e755-4912-8096-91c1-00376a88a5ca",
        "type": kind,
        "authors": [{"id": "c7c11cca-1d73-471d-9b6e-bdef51470190", "type": "person"}],
        "accessible_by": [],
        "attempt_number": 1,
        "api_version": "2026-03-11",
        "entity": {"id": entity, "type": kind.partition(".")[0]},
        "data": {},
    }
    return json.dumps(body | more).encode()


def signed(body: bytes, secret: str) -> Delivery:
    """Return a delivery with its signature, under a header in the case that proxies give it."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Delivery(headers={"x-notion-signature": f"sha256={digest}"}, body=body)
