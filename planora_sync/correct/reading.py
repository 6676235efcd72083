"""Reads entries fresh from a tracker; whatever goes wrong with that is the connection's failure."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from planora_sync.adapter import Absence, Adapter, ReadResult
from planora_sync.errors import ConnectionFailed

log = logging.getLogger(__name__)


def read_fresh(adapter: Adapter, ids: Sequence[str]) -> Mapping[str, ReadResult] | ConnectionFailed:
    """Return the entries by external id, or why they could not be read; an id left out is an absence."""
    try:
        found = adapter.read(ids)
    except ConnectionFailed as failure:
        return failure
    except Exception as failure:
        name = adapter.context.name
        log.exception("read failed connection=%s", name)
        return ConnectionFailed(
            f"Connection {name!r}: the adapter failed while reading ({type(failure).__name__}).",
            connection=name,
            next_step="Run again with `-v` and report what it says.",
        )
    return {id: found.get(id, Absence.UNKNOWN) for id in ids}
