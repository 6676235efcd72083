"""Webhooks as Notion sends them: ids only, signed with the token that a person pasted back."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC
from typing import Any

import orjson

from planora_notion.sandbox.errors import INTEGRATION_ID
from planora_notion.sandbox.state import Event, State
from planora_sync.adapter import Delivery

API_VERSION = "2026-03-11"


class Webhooks:
    """One subscription to everything, and what was sent to it so far."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._token = ""
        self.sent: list[Delivery] = []

    def subscribe(self, token: str) -> Delivery:
        """Begin a subscription and return its first request, which carries the token and no signature."""
        self._token = token
        self._state.listeners.append(self._send)
        body = orjson.dumps({"verification_token": token})
        return Delivery(headers={"Content-Type": "application/json"}, body=body)

    def _send(self, event: Event) -> None:
        body = orjson.dumps(self._payload(event))
        signature = hmac.new(self._token.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Notion-Signature": f"sha256={signature}"}
        self.sent.append(Delivery(headers=headers, body=body))

    def _payload(self, event: Event) -> dict[str, Any]:
        kind, id = event.entity
        data: dict[str, Any] = {"parent": event.parent}
        if event.props:
            data["updated_properties"] = list(event.props)
        now = self._state.now().astimezone(UTC)
        return {
            "id": self._state.next_id("delivery"),
            "timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "workspace_id": self._state.stable_id("workspace"),
            "workspace_name": "Fernway",
            "subscription_id": self._state.stable_id("subscription"),
            "integration_id": INTEGRATION_ID,
            "type": event.kind,
            "authors": [{"id": self._state.bot, "type": "bot"}],
            "accessible_by": [{"id": self._state.bot, "type": "bot"}],
            "attempt_number": 1,
            "api_version": API_VERSION,
            "entity": {"id": id, "type": kind},
            "data": data,
        }
