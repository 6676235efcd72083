"""One line of a check: what was looked at, how it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from planora_sync.adapter import Notice, Severity


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that was looked at."""

    topic: str
    """`config`, `store`, `clock`, `connection`, `mapping` or `writes`."""
    severity: Severity
    where: str
    """A connection, a place, a key, or the store."""
    what: str
    next_step: str = ""
    connection: str = ""
    """Empty for what concerns all of them."""


def ok(topic: str, where: str, what: str, *, connection: str = "") -> Row:
    """Return a row about what is as it should be."""
    return Row(topic=topic, severity=Severity.OK, where=where, what=what, connection=connection)


def warning(topic: str, where: str, what: str, next_step: str, *, connection: str = "") -> Row:
    """Return a row about what works, but should not stay."""
    return Row(
        topic=topic,
        severity=Severity.WARNING,
        where=where,
        what=what,
        next_step=next_step,
        connection=connection,
    )


def error(topic: str, where: str, what: str, next_step: str, *, connection: str = "") -> Row:
    """Return a row about what does not work."""
    return Row(
        topic=topic,
        severity=Severity.ERROR,
        where=where,
        what=what,
        next_step=next_step,
        connection=connection,
    )


def of_notice(notice: Notice, connection: str) -> Row:
    """Return the row of what an adapter noticed."""
    return Row(
        topic="connection",
        severity=notice.severity,
        where=notice.where,
        what=notice.what,
        next_step=notice.next_step,
        connection=connection,
    )
