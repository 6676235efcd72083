"""The sandbox contract: stateful local stand-ins of the trackers' APIs, and what goes wrong in them on purpose."""

from planora_sync.sandbox.contract import Expected, LedgerRow, Sandbox
from planora_sync.sandbox.faults import Fault, Faults
from planora_sync.sandbox.workspaces import read_workspace

__all__ = ["Expected", "Fault", "Faults", "LedgerRow", "Sandbox", "read_workspace"]
