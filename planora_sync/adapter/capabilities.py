"""What an adapter can do."""

from __future__ import annotations

from dataclasses import dataclass

from planora_sync.change import Field


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What an adapter can do; whatever is not said is not possible."""

    incremental: bool = False
    """`pull(since=...)` reads only what changed."""
    resume: bool = False
    """`pull(resume=...)` goes on after a page that was stored."""
    census: bool = False
    """`census` gives ids at less cost than a full pull gives entries."""
    history: bool = False
    """`history` tells what changed on an entry, when and by whom."""
    hints: bool = False
    """`hear` understands this tracker's webhooks."""
    sprints: bool = False
    """Entries know sprints."""
    levels: bool = False
    """Entries know a hierarchy level."""
    writes: frozenset[Field] = frozenset()
    """Fields that `apply` can set."""
    create: bool = False
    link: bool = False
    batch_read: int = 1
    """How many entries one read request gives."""
    batch_write: int = 1
    """How many entries one writing request can move at once; `apply_many` makes use of it."""
