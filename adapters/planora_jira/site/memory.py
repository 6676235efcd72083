"""What Jira told of itself, kept from one run to the next: an incremental pull need not ask it again.

Only answers about the site stand in here (fields, projects, boards, statuses, options), trimmed to what is used;
no issue, no credential. They are a day old at most, and asked anew at once where a row shows something that they
do not know.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from planora_sync.adapter import AdapterContext

VERSION = 1
NOTE = "jira.site"
OLDEST = timedelta(days=1)
"""After so long everything is asked anew."""
MOST_STRANGE = 500


class Memory:
    """Answers by name; each is asked for once."""

    def __init__(self, context: AdapterContext) -> None:
        """Take up what an earlier run noted, where it is of this site and scope and young enough."""
        self._notes = context.notes
        self._now = context.now
        self._mark = _mark(context)
        self._lock = threading.RLock()
        self._answers: dict[str, Any] = {}
        self._strange: set[str] = set()
        self._at = self._now()
        self._changed = self._dropped = False
        self._load()

    def ask(self, name: str, call: Callable[[], Any]) -> Any:
        """Return what is remembered under a name, else what a call gives; None, and failures, leave nothing."""
        known = self.get(name)
        if known is not None:
            return known
        answer = call()
        if answer is not None:
            self.put(name, answer)
        return answer

    def get(self, name: str) -> Any:
        """Return what is remembered under a name, or None."""
        with self._lock:
            return self._answers.get(name)

    def put(self, name: str, answer: Any) -> None:
        """Remember something."""
        with self._lock:
            self._answers[name] = answer
            self._changed = True

    def forget(self, *, strange: bool = True) -> None:
        """Remember nothing any more; `strange` False keeps what was seen and nobody knows."""
        with self._lock:
            self._answers.clear()
            if strange:
                self._strange.clear()
            self._at, self._changed = self._now(), True

    def drop(self) -> None:
        """Have the next run ask everything anew; this one goes on with what it knows."""
        with self._lock:
            self._dropped = True

    @property
    def is_old(self) -> bool:
        """Return whether what is known is older than a day, for an adapter that lives longer."""
        return not self._is_young(self._at)

    def is_strange(self, words: Iterable[str]) -> bool:
        """Return whether all of these were seen before though Jira does not list them: asking again is no use."""
        with self._lock:
            return self._strange.issuperset(words)

    def note_strange(self, words: Iterable[str]) -> None:
        """Remember what Jira shows on issues and lists nowhere."""
        with self._lock:
            self._strange.update(sorted(words)[:MOST_STRANGE])
            self._changed = True

    def save(self) -> None:
        """Note what is known, for the next run."""
        with self._lock:
            if self._dropped:
                self._notes.put(NOTE, None)
            if self._dropped or not self._changed:
                return
            body = {
                "v": VERSION,
                "mark": self._mark,
                "at": self._at.timestamp(),
                "answers": self._answers,
                "strange": sorted(self._strange),
            }
            self._notes.put(NOTE, json.dumps(body, separators=(",", ":")))
            self._changed = False

    def _is_young(self, at: datetime) -> bool:
        # A clock that was set back makes a note of the future: nobody knows how old it is.
        return timedelta(0) <= self._now() - at < OLDEST

    def _load(self) -> None:
        try:
            body = json.loads(self._notes.get(NOTE) or "")
            at = datetime.fromtimestamp(body["at"], UTC)
            if body["v"] != VERSION or body["mark"] != self._mark:
                return
            if not self._is_young(at):
                return
            answers, strange = dict(body["answers"]), {str(word) for word in body["strange"]}
        except (ValueError, KeyError, TypeError, OverflowError, OSError):
            return
        self._answers, self._strange, self._at = answers, strange, at


def _mark(context: AdapterContext) -> str:
    """Return what the answers hang on, beside the site's own state."""
    body = (VERSION, context.url, context.deployment, context.user, context.scope, context.boards)
    return hashlib.sha256(repr(body).encode()).hexdigest()[:16]
