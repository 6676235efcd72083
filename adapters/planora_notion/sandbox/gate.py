"""Stands before the API: what goes wrong on purpose looks as Notion's own, and requests are counted."""

from __future__ import annotations

from typing import Any, ClassVar

import orjson
from starlette.responses import Response
from starlette.types import Scope

from planora_notion.sandbox.app import as_json, build
from planora_notion.sandbox.errors import ApiError, by_status, saved_all_the_same
from planora_notion.sandbox.limits import Allowance
from planora_notion.sandbox.state import State
from planora_sync.sandbox import Fault, Faults, LedgerRow
from planora_sync.sandbox.gate import Gate, Kept


class NotionGate(Gate):
    """The ASGI app that a sandbox is: the API behind its faults."""

    page: ClassVar[str] = "<html><body>Just a moment...</body></html>"
    spoils: ClassVar[frozenset[str]] = frozenset({"saved-503", "empty-page", "repeat-cursor"})
    astray: ClassVar[frozenset[str]] = frozenset({"slow-index"})

    def __init__(self, state: State, faults: Faults, ledger: list[LedgerRow], allowance: Allowance) -> None:
        super().__init__(build(state), faults, ledger)
        self._state = state
        self._allowance = allowance

    def fault(self, scope: Scope) -> Fault | None:
        """Return the fault that a request meets, or the refusal of one beyond the allowance."""
        self._state.settle()
        return super().fault(scope) or self._too_many(scope)

    def _too_many(self, scope: Scope) -> Fault | None:
        token = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        wait = self._allowance.wait(token.decode("latin-1"))
        return None if wait is None else Fault(kind="429", retry_after=str(wait))

    def refused(self, fault: Fault) -> Response:
        """Return Notion's answer of a status."""
        return self._told(by_status(int(fault.kind), fault.retry_after, fault.reason))

    def spoilt(self, fault: Fault, real: Kept) -> Response:
        """Return the 503 that says that it was saved, or a list that leads astray; a refusal stays one."""
        answer = orjson.loads(real.body)
        if fault.kind == "saved-503" and real.status < 300:
            created = answer.get("id") if answer.get("object") in ("page", "comment") else None
            return self._told(saved_all_the_same(created))
        if answer.get("object") == "list" and answer["results"]:
            answer |= _turned(fault.kind, answer)
        return as_json(answer, real.status)

    def _told(self, error: ApiError) -> Response:
        return as_json(error.body(self._state.next_id("request")), error.status)


def _turned(kind: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Return what a spoilt list says of how it goes on; the cursor is the id of the next item."""
    here = answer["results"][0]["id"]
    match kind:
        case "empty-page":
            return {"results": [], "has_more": True, "next_cursor": here}
        case "repeat-cursor":
            return {"has_more": True, "next_cursor": here}
        case _:
            return {}
