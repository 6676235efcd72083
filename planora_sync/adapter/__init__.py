"""The adapter contract: how planora-sync reads and writes one connection, whatever tracker is behind it."""

from planora_sync.adapter.absence import Absence, ReadResult
from planora_sync.adapter.capabilities import Capabilities
from planora_sync.adapter.context import AdapterContext
from planora_sync.adapter.contract import Adapter
from planora_sync.adapter.hints import Delivery, Hint, signature_matches
from planora_sync.adapter.history import Event
from planora_sync.adapter.notes import Notes, NotesInMemory
from planora_sync.adapter.outcome import Outcome, Refused, Step, Unknown, Write, Written
from planora_sync.adapter.page import Census, Notice, Page, Severity
from planora_sync.adapter.vocabulary import FieldSource, Vocabulary

__all__ = [
    "Absence",
    "Adapter",
    "AdapterContext",
    "Capabilities",
    "Census",
    "Delivery",
    "Event",
    "FieldSource",
    "Hint",
    "Notes",
    "NotesInMemory",
    "Notice",
    "Outcome",
    "Page",
    "ReadResult",
    "Refused",
    "Severity",
    "Step",
    "Unknown",
    "Vocabulary",
    "Write",
    "Written",
    "signature_matches",
]
