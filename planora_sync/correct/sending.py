"""Sends writes to a tracker, one or several in one go; whatever goes wrong is an outcome, never an exception."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planora_sync.adapter import Adapter, Outcome, Refused, Unknown, Write
from planora_sync.errors import ConnectionFailed, NotApplied

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What the tracker answered."""

    outcomes: Mapping[str, Outcome]
    """By external id, each write's."""
    failure: ConnectionFailed | None = None
    """Why nothing more is to be sent to this connection."""


def send(adapter: Adapter, writes: Sequence[Write]) -> Sending:
    """Return what came of some writes, each of another entry.

    Several go to `apply_many`. Where that breaks off nobody knows how far it came: each of them is unknown then,
    and resolved by reading.
    """
    ids = [write.entry.ref.id for write in writes]
    failure: ConnectionFailed | None = None
    answered: Mapping[str, Outcome] = {}
    silent: Outcome = Unknown(reason="The adapter said nothing of it.")
    try:
        answered = _sent(adapter, writes)
    except NotApplied as refusal:
        silent = Refused(reason=str(refusal))
    except ConnectionFailed as broken:
        failure, silent = broken, Unknown(reason=str(broken))
    except Exception as fault:
        log.exception("write failed connection=%s ids=%s", adapter.context.name, ids)
        silent = Unknown(reason=f"The adapter failed ({type(fault).__name__}).")
    return Sending(outcomes={id: answered.get(id, silent) for id in ids}, failure=failure)


def _sent(adapter: Adapter, writes: Sequence[Write]) -> Mapping[str, Outcome]:
    if len(writes) == 1:
        (only,) = writes
        return {only.entry.ref.id: adapter.apply(only.entry, only.changes)}
    return adapter.apply_many(writes)


def finish(adapter: Adapter) -> None:
    """Let an adapter write what an earlier process left out between two calls of one change.

    Where that fails nothing stops: what is not finished is tried again with the next apply, and whatever else is
    wrong with the connection its own corrections say.
    """
    try:
        adapter.finish()
    except (ConnectionFailed, NotApplied) as failure:
        log.warning("not finished connection=%s: %s", adapter.context.name, failure)
    except Exception:
        log.exception("not finished connection=%s", adapter.context.name)
