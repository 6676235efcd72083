"""Audience: the whole company and its customers, or the team."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.classify.facts import Facts
from planora_sync.classify.signals.spoken import Spoken, spoken


def signals(facts: Facts) -> Iterator[Spoken]:
    """Yield what reporter and theme say."""
    entry = facts.entry
    if entry.reporter_external and not facts.committed:
        who = entry.reporter.name if entry.reporter else "a user of the product"
        yield spoken("asked-for-by-a-user", f"filed by {who}, from outside", "reporter")
    if entry.theme:
        yield spoken("serves-a-theme", f"serves the theme {entry.theme}", "theme")
