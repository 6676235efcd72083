"""Stands before the API: what goes wrong on purpose looks as Trello's own, and answers tell what is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from starlette.responses import Response
from starlette.types import Scope

from planora_sync.sandbox import Fault, Faults, LedgerRow
from planora_sync.sandbox.gate import Gate, Kept
from planora_trello.sandbox.app import build, credential
from planora_trello.sandbox.errors import by_status
from planora_trello.sandbox.limits import Allowance
from planora_trello.sandbox.state import State


class TrelloGate(Gate):
    """The ASGI app that a sandbox is: the API behind its faults."""

    page: ClassVar[str] = (
        "<!DOCTYPE html><html><body>We're having some trouble. Please try again.</body></html>"
    )
    spoils: ClassVar[frozenset[str]] = frozenset({"202"})
    """`202` does what was asked and answers 202 in place of 200, as Trello did for a while in 2025."""

    def __init__(
        self, state: State, faults: Faults, ledger: list[LedgerRow], allowance: Allowance, *, told: bool
    ) -> None:
        super().__init__(build(state, allowance), faults, ledger)
        self._allowance = allowance
        self._told = told

    def headers(self, scope: Scope, *, undone: bool) -> Mapping[str, str]:
        """Return what is left of the allowance, where answers are to tell it."""
        return self._allowance.headers(*credential(scope)) if self._told else {}

    def refused(self, fault: Fault) -> Response:
        """Return Trello's answer of a status."""
        return by_status(int(fault.kind), fault.reason or "")

    def spoilt(self, fault: Fault, real: Kept) -> Response:
        """Return a 202; a refusal stays one."""
        return real.again(status=202 if real.status == 200 else real.status)
