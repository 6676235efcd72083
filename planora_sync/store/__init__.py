"""What planora-sync remembers: entries with versions, findings, proposals, the journal. SQL stays in here."""

from planora_sync.store.absences import Missing, Shown
from planora_sync.store.approvals import Approval, Rejection
from planora_sync.store.censuses import Counted
from planora_sync.store.decisions import Pin, Waiver
from planora_sync.store.entries import Saved, Version
from planora_sync.store.findings import Audited, Recorded
from planora_sync.store.judgements import Judged
from planora_sync.store.missing import Verdict
from planora_sync.store.notes import ConnectionNotes
from planora_sync.store.pauses import Pause
from planora_sync.store.places import PlacesSaved
from planora_sync.store.pulls import PullState
from planora_sync.store.runs import Run, RunStatus
from planora_sync.store.store import Store
from planora_sync.store.tally import Tally
from planora_sync.store.under_way import UnderWay

__all__ = [
    "Approval",
    "Audited",
    "ConnectionNotes",
    "Counted",
    "Judged",
    "Missing",
    "Pause",
    "Pin",
    "PlacesSaved",
    "PullState",
    "Recorded",
    "Rejection",
    "Run",
    "RunStatus",
    "Saved",
    "Shown",
    "Store",
    "Tally",
    "UnderWay",
    "Verdict",
    "Version",
    "Waiver",
]
