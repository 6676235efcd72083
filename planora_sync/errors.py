"""What can go wrong, as a tree; each error knows its code, its exit status and what to do next.

    PlanoraError
    ├── UsageError                  exit 2: the call or the configuration is wrong
    │   ├── ConfigError             all problems at once
    │   ├── AdapterLoadError        an adapter is missing or broken
    │   └── UnknownReference        no such entry, proposal, rule ...
    ├── ConnectionFailed            exit 3: one connection could not be read or written
    │   ├── CredentialsRefused      401, 403
    │   ├── PlaceNotVisible         a project, board or data source is absent or not shared
    │   ├── EndpointGone            410: the vendor removed what we call
    │   ├── AnswerUnreadable        HTML, half a JSON, nothing
    │   ├── RateLimited             the tracker said: not now
    │   ├── SignatureRefused        a webhook's request is not signed as it must be
    │   └── Unreachable             no answer at all
    ├── NotApplied                  exit 4: some corrections were not applied
    │   ├── ReadOnlyConnection      the connection may not be written
    │   ├── NotApproved             nobody approved this, or something else was approved
    │   ├── CapsExceeded            more changes than the caps allow
    │   └── Unsupported             the tracker or adapter cannot do it
    └── StoreFailed                 exit 2: the store cannot be opened or is of another version

No message holds a secret: requests carry their credentials in a header that only the transport sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


class PlanoraError(Exception):
    """An error that a user can act on: a message, a stable code and the next step."""

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 2

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def help(self) -> str:
        """Return the next step, one sentence or several; empty where there is none."""
        return self.next_step

    def __str__(self) -> str:
        return f"{self.message} {self.help()}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        # The constructors differ, so an error that crosses processes is put together without them.
        return (_again, (type(self), self.args, dict(self.__dict__)))


def _again(kind: type[PlanoraError], args: tuple[object, ...], state: dict[str, object]) -> PlanoraError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class UsageError(PlanoraError):
    """The call or the configuration is wrong."""

    code = "usage"


@dataclass(frozen=True)
class ConfigProblem:
    """One thing wrong in a configuration or mapping file."""

    where: str
    """Line or key: `line 3`, `connections.work.token`."""
    what: str
    """What is wrong."""
    instead: str
    """What to write instead."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.instead}".strip()


class ConfigError(UsageError):
    """Everything wrong in one configuration file, all at once."""

    code = "config"

    def __init__(self, path: str, problems: Sequence[ConfigProblem]) -> None:
        noun = "problem" if len(problems) == 1 else "problems"
        super().__init__(f"{path}: {len(problems)} {noun} in the configuration.")
        self.path = path
        self.problems = tuple(problems)

    def help(self) -> str:
        """Return one line a problem, with what to write instead."""
        return "\n".join(f"  - {problem}" for problem in self.problems)

    def __str__(self) -> str:
        return f"{self.message}\n{self.help()}"


class AdapterLoadError(UsageError):
    """An adapter is missing or broken; the others go on."""

    code = "adapter-load"

    def __init__(self, name: str, distribution: str, cause: str) -> None:
        super().__init__(
            f"Adapter {name!r} (from {distribution}) cannot be loaded: {cause}",
            next_step=f"Reinstall {distribution}, or take the connections that use {name!r} out of the config.",
        )
        self.name = name
        self.distribution = distribution


class UnknownReference(UsageError):
    """No such entry, proposal, run, rule or place."""

    code = "unknown-reference"


class ConnectionFailed(PlanoraError):
    """One connection could not be read or written; the others go on."""

    code = "connection"
    exit_status = 3

    def __init__(self, message: str, *, connection: str = "", next_step: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.connection = connection

    def __str__(self) -> str:
        prefix = f"[{self.connection}] " if self.connection else ""
        return f"{prefix}{super().__str__()}"


class CredentialsRefused(ConnectionFailed):
    """The tracker refused the credentials, or they may not do this."""

    code = "credentials"


class PlaceNotVisible(ConnectionFailed):
    """A project, board or data source does not exist or is not shared with these credentials."""

    code = "place-not-visible"


class EndpointGone(ConnectionFailed):
    """The tracker removed the endpoint (410)."""

    code = "endpoint-gone"


class AnswerUnreadable(ConnectionFailed):
    """The answer was HTML, half a JSON, nothing, or not what the API promises."""

    code = "answer-unreadable"


class RateLimited(ConnectionFailed):
    """The tracker said: not now."""

    code = "rate-limited"

    def __init__(
        self,
        message: str,
        *,
        connection: str = "",
        retry_in: float | None = None,
        until: datetime | None = None,
    ) -> None:
        step = "Wait and run again." if retry_in is None else f"Run again in {retry_in:.0f} seconds."
        if until is not None:
            step = f"The connection pauses until {until:%Y-%m-%d %H:%M} UTC; run again then."
        super().__init__(message, connection=connection, next_step=step)
        self.retry_in = retry_in
        self.until = until
        """When the tracker will answer again, aware UTC, where it says so."""


class SignatureRefused(ConnectionFailed):
    """A webhook's request is not signed with the connection's secret: somebody else may have sent it."""

    code = "signature"


class Unreachable(ConnectionFailed):
    """No answer: the connection was refused, cut or timed out.

    `sent` says whether the request may have reached the tracker: only an unsent write may be repeated.
    """

    code = "unreachable"

    def __init__(self, message: str, *, connection: str = "", next_step: str = "", sent: bool = True) -> None:
        step = next_step or "Look whether the address is right and the tracker is up, then run again."
        super().__init__(message, connection=connection, next_step=step)
        self.sent = sent


class NotApplied(PlanoraError):
    """A correction was not applied."""

    code = "not-applied"
    exit_status = 4


class ReadOnlyConnection(NotApplied):
    """The connection may not be written."""

    code = "read-only"

    def __init__(self, connection: str) -> None:
        super().__init__(
            f"Connection {connection!r} is read-only.",
            next_step=f"Set `read_only = false` under [connections.{connection}] once you trust the proposal.",
        )


class NotApproved(NotApplied):
    """Nobody approved this proposal, or something else than this was approved."""

    code = "not-approved"


class CapsExceeded(NotApplied):
    """The proposal changes more than the caps allow."""

    code = "caps-exceeded"


class Unsupported(NotApplied):
    """The tracker or the adapter cannot do it: what, and what to do instead."""

    code = "unsupported"

    def __init__(self, what: str, *, instead: str) -> None:
        super().__init__(what, next_step=instead)


class StoreFailed(PlanoraError):
    """The store cannot be opened, written or understood."""

    code = "store"
