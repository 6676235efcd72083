"""A courier whose clock and waits a test can see, and answers that a test writes down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from planora_sync.errors import Unreachable
from planora_sync.http import Call, Courier, EvenLimits, RateBudget, Reply

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOST = "tracker.test"
SECRET = "Bearer s3cret-0f-the-test"
READ = Call(method="GET", url=f"https://{HOST}/entries")
SEARCH = Call(method="POST", url=f"https://{HOST}/search?q=1")
WRITE = Call(method="PUT", url=f"https://{HOST}/entries/1")


@dataclass
class Time:
    """A clock that its own sleep moves."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def is_read(call: Call) -> bool:
    return call.method == "GET" or call.path.endswith("/search")


def make_courier(time: Time, *, host: str = HOST, allowance: int = 1000, **fields: Any) -> Courier:
    given: dict[str, Any] = {
        "connection": "work",
        "host": host,
        "authorization": lambda writes: f"{SECRET}{'-w' if writes else ''}",
        "is_read": is_read,
        "budget": RateBudget(monotonic=time.monotonic),
        "limits": EvenLimits(scope="all", requests=allowance, window=10.0),
        "share": 0.5,
        "now": lambda: NOW,
        "sleep": time.sleep,
        "jitter": lambda: 0.5,
    }
    return Courier(**{**given, **fields})


def reply(status: int, body: bytes = b"{}", **headers: str) -> Reply:
    """Return an answer; `Retry_After="3"` is the header Retry-After."""
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Reply(status=status, headers=named, answer=None, body=lambda: body)


class Script:
    """Gives one answer after the other, the last one for ever; counts how often it was asked."""

    def __init__(self, *answers: Reply | Unreachable) -> None:
        self._answers = list(answers)
        self.asked = 0

    def __call__(self) -> Reply:
        self.asked += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Unreachable):
            raise answer
        return answer


Send = Callable[[], Reply]
