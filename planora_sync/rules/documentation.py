"""A rule's documentation, read from its docstring: the same text for `rules CODE`, the docs and the tests."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from planora_sync.rules.base import Rule

HEADINGS = ("What it finds", "Why it matters", "Example", "Correction", "Safety")


@dataclass(frozen=True, kw_only=True)
class Documentation:
    """What people read about one rule."""

    summary: str
    sections: dict[str, str]
    """Heading -> text, in the fixed order."""


def documentation(rule: Rule) -> Documentation:
    """Return a rule's documentation; a heading that the docstring lacks is absent."""
    text = inspect.getdoc(type(rule)) or ""
    summary, _, rest = text.partition("\n")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in rest.splitlines():
        if line.strip() in HEADINGS and not line.startswith(" "):
            current = sections.setdefault(line.strip(), [])
        else:
            current.append(line)
    return Documentation(
        summary=summary.strip(),
        sections={heading: inspect.cleandoc("\n".join(["", *lines])) for heading, lines in sections.items()},
    )
