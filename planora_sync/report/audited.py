"""An audit with what surrounds it: what every form of the report is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from planora_sync.mapping.snapshot import Snapshot
from planora_sync.report.score import Separation
from planora_sync.rules.base import Finding
from planora_sync.rules.engine import Audit


@dataclass(frozen=True, kw_only=True)
class Audited:
    """An audit with what surrounds it."""

    run: str
    at: datetime
    audit: Audit
    snapshot: Snapshot
    score: Separation
    first_seen: Mapping[str, datetime]
    """Identity of a finding -> when it was first found."""
    new: frozenset[str]
    """Identities of findings that the audit before this one did not have."""
    resolved: int
    """How many findings are gone since."""

    def under(self, found: Finding) -> tuple[Finding, ...]:
        """Return the findings that stand folded under one."""
        return tuple(
            one
            for one in self.audit.folded
            if one.under == found.code
            and (
                one.ref == found.ref
                if found.ref
                else (one.connection, one.place) == (found.connection, found.place)
            )
        )
