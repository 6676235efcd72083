"""Faults on purpose: what goes wrong with the next matching requests, in words that all sandboxes share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

UNDONE = frozenset({"html", "empty", "cut-before", "hang"})
"""Kinds of which the tracker did nothing, as with every status of 400 and above."""
DONE = frozenset({"cut-after", "half-json"})
"""Kinds of which the request took effect, or was answered, and only its answer is spoilt."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong on purpose, for the next matching requests."""

    kind: str
    """A status, or one of these words; those below `half-json` are known to the trackers named.

    | kind | what is done | what is answered |
    | --- | --- | --- |
    | `400` to `599` | nothing | that status with the tracker's own body and headers; `429` with `retry_after` |
    | `html` | nothing | 200 with a web page, as a proxy or a login form answers |
    | `empty` | nothing | 200 without a body |
    | `cut-before` | nothing | the connection is cut |
    | `hang` | nothing | none; the time is up |
    | `cut-after` | all of it | the connection is cut |
    | `half-json` | all of it | the first half of the true answer |
    | `saved-503` | all of it | a 503; Notion's says that it was saved (Jira, Notion) |
    | `202` | all of it | 202 in place of 200 (Trello) |
    | `302` | nothing | sends to the login page (Jira) |
    | `empty-page` | | a list without results that says that more follow (Jira, Notion) |
    | `repeat-cursor` | | a list whose next page is the one that was just read (Jira, Notion) |
    | `slow-index` | | a search that does not know yet what was made in this session (Notion) |
    """
    method: str = "*"
    """An HTTP method, or `*`."""
    path: str = "*"
    """A glob over the request's path."""
    times: int = 1
    """How many matching requests fail; -1 is for ever."""
    retry_after: str | None = None
    """Value of the Retry-After header, as sent: seconds, a fraction of them, an HTTP date, or nonsense."""
    reason: str | None = None
    """Which limit a `429` hit, in the tracker's own word; None is its usual one."""


class Faults:
    """The faults still to come, in the order in which they were asked for."""

    def __init__(self, further: Iterable[str] = ()) -> None:
        """Set up an empty queue.

        Args:
            further: kinds that this sandbox knows beside those that all know.
        """
        self._known = UNDONE | DONE | frozenset(further)
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault; raises ValueError for a kind that nobody knows."""
        if fault.kind not in self._known and not _is_refusal(fault.kind):
            known = ", ".join(sorted(self._known))
            raise ValueError(
                f"{fault.kind!r} is no kind of fault here: a status from 400 to 599, or one of {known}"
            )
        self._waiting.append((fault, fault.times))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that this request meets, and count it."""
        for position, (fault, left) in enumerate(self._waiting):
            if left != 0 and fault.method in ("*", method) and fnmatchcase(path, fault.path):
                self._waiting[position] = (fault, left - 1 if left > 0 else left)
                return fault
        return None

    def clear(self) -> None:
        """Forget all faults still to come."""
        self._waiting.clear()


def _is_refusal(kind: str) -> bool:
    return kind.isdigit() and 400 <= int(kind) <= 599
