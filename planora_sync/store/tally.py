"""What a pull has come to so far, in a form that outlives its process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from planora_sync.adapter import Notice, Severity

KEPT = 200
"""So many notices are kept of a pull; of the others only their number."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a pull brought so far."""

    entries: int = 0
    added: int = 0
    changed: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    more: int = 0
    """Notices beyond those that are kept."""
    errors: int = 0
    """How many notices are errors: with one the pull is incomplete."""

    @property
    def complete(self) -> bool:
        """Return whether everything could be read."""
        return not self.errors

    def counted(self, *, entries: int, added: int, changed: int, left_out: Mapping[str, int]) -> Tally:
        """Return it with a page more."""
        return replace(
            self,
            entries=self.entries + entries,
            added=self.added + added,
            changed=self.changed + changed,
            left_out=dict(Counter(self.left_out) + Counter(left_out)),
        )

    def noticed(self, notices: Iterable[Notice]) -> Tally:
        """Return it with further notices; what was said before is not said again."""
        known = set(self.notices)
        new = [notice for notice in dict.fromkeys(notices) if notice not in known]
        kept = (*self.notices, *new)
        # What makes the pull incomplete is never crowded out by what does not.
        ranked = sorted(kept, key=lambda notice: notice.severity is not Severity.ERROR)
        shown = set(ranked[:KEPT])
        return replace(
            self,
            notices=tuple(notice for notice in kept if notice in shown),
            more=self.more + len(kept) - min(len(kept), KEPT),
            errors=self.errors + sum(notice.severity is Severity.ERROR for notice in new),
        )

    def document(self) -> dict[str, object]:
        """Return it as plain data."""
        return {
            "entries": self.entries,
            "added": self.added,
            "changed": self.changed,
            "left_out": dict(self.left_out),
            "notices": [[n.severity.value, n.where, n.what, n.next_step] for n in self.notices],
            "more": self.more,
            "errors": self.errors,
        }

    @classmethod
    def parse(cls, document: Mapping[str, object]) -> Tally:
        """Return what `document` spelled."""
        said = dict(document)
        notices = said.pop("notices")
        assert isinstance(notices, list)  # noqa: S101 - our own document
        kept = tuple(
            Notice(severity=Severity(severity), where=where, what=what, next_step=next_step)
            for severity, where, what, next_step in notices
        )
        return cls(**said, notices=kept)  # type: ignore[arg-type]
