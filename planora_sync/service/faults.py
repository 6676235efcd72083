"""Reads faults as they are written on a command line or sent to a stand-in, and says what kinds there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planora_sync.errors import UsageError
from planora_sync.sandbox import Fault, Sandbox
from planora_sync.sandbox.faults import DONE, UNDONE

FORM = "KIND[:METHOD[:PATH[:TIMES[:RETRY_AFTER[:REASON]]]]]"
EXAMPLE = "429:GET:*/search/jql:2:30"
METHODS = frozenset({"*", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
ALWAYS = "always"
FOR_EVER = -1
KEYS = frozenset({"kind", "method", "path", "times", "retry_after", "reason"})


def read_fault(text: str) -> Fault:
    """Return a fault written as FORM says; what is left empty is any method, any path, once.

    TIMES is a number or `always`. Raises UsageError, which says what is wrong in which part.
    """
    parts = [part.strip() for part in text.split(":", 5)]
    kind, method, path, times, retry_after, reason = (*parts, *[""] * (6 - len(parts)))
    return Fault(
        kind=_kind(kind, text),
        method=_method(method or "*", text),
        path=path or "*",
        times=_times(times or "1", text),
        retry_after=retry_after or None,
        reason=reason or None,
    )


def fault_of(body: object) -> Fault:
    """Return a fault given as a JSON object with the keys of `Fault`; raises UsageError."""
    if not isinstance(body, Mapping) or not set(body) <= KEYS:
        raise UsageError(
            "A fault is an object with a `kind`, and perhaps " + _listed(KEYS - {"kind"}) + ".",
            next_step='For example {"kind": "429", "path": "*/search/jql", "times": 2, "retry_after": "30"}.',
        )
    given: Mapping[str, Any] = body
    shown = str(dict(given))[:200]
    return Fault(
        kind=_kind(str(given.get("kind", "")), shown),
        method=_method(str(given.get("method", "*")), shown),
        path=str(given.get("path", "*")),
        times=_times(str(given.get("times", 1)), shown),
        retry_after=_text(given.get("retry_after")),
        reason=_text(given.get("reason")),
    )


def arm(sandbox: Sandbox, fault: Fault) -> None:
    """Make the next matching requests fail; raises UsageError for a kind that this stand-in does not know."""
    try:
        sandbox.fail(fault)
    except ValueError as unknown:
        raise UsageError(
            f"The stand-in of {sandbox.tracker} knows no fault {fault.kind!r}.",
            next_step=f"It knows a status from 400 to 599, {_listed(kinds(type(sandbox)))}.",
        ) from unknown


def kinds(of: type[Sandbox]) -> frozenset[str]:
    """Return the kinds of faults that a stand-in knows beside statuses."""
    return UNDONE | DONE | of.further_faults


def _kind(kind: str, text: str) -> str:
    if not kind:
        raise _wrong(text, "it names no kind")
    return kind


def _method(method: str, text: str) -> str:
    if method.upper() not in METHODS:
        raise _wrong(text, f"{method!r} is no HTTP method")
    return method.upper()


def _times(times: str, text: str) -> int:
    if times in (ALWAYS, str(FOR_EVER)):
        return FOR_EVER
    if not (times.isascii() and times.isdigit()) or int(times) == 0:
        raise _wrong(text, f"{times!r} is no number of times: 1 or more, or `{ALWAYS}`")
    return int(times)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _wrong(text: str, why: str) -> UsageError:
    return UsageError(
        f"{text!r} is no fault: {why}.", next_step=f"It is written {FORM}, for example {EXAMPLE}."
    )


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))
