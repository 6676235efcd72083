"""Tries an address and credentials, and finds out which tracker answers there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from planora_sync.adapter import Adapter, Notice, Severity
from planora_sync.config import ConnectionConfig
from planora_sync.errors import (
    AdapterLoadError,
    ConnectionFailed,
    CredentialsRefused,
    RateLimited,
    Unreachable,
    UsageError,
)
from planora_sync.http.inprocess import ASGIApp
from planora_sync.mapping.filed import NO_WORK
from planora_sync.mapping.preset import ConnectionMapping
from planora_sync.model import Place
from planora_sync.registry import load_adapter, names
from planora_sync.service.setup.credentials import Credentials
from planora_sync.service.setup.guides import guide

CLOUD, DATA_CENTER = "cloud", "data_center"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What surrounds a connection: a clock, and in tests an app in place of a network."""

    now: Callable[[], datetime]
    app: ASGIApp | None = None
    sleep: Callable[[float], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Connected:
    """A connection that works."""

    config: ConnectionConfig
    notices: tuple[Notice, ...]
    places: tuple[Place, ...]
    """Everything the credentials can see."""

    @property
    def doubts(self) -> tuple[Notice, ...]:
        """Return what is wrong with the connection as a whole: it is of another deployment, it sees nothing."""
        errors = (one for one in self.notices if one.severity is Severity.ERROR)
        return tuple(one for one in errors if one.where == self.config.name)

    @property
    def tops(self) -> tuple[Place, ...]:
        """Return the places to choose from: projects, data sources, boards that nothing holds."""
        return tuple(
            place
            for place in self.places
            if place.container is None and place.kind != "sprint" and not place.archived
        )


def connect(
    name: str, credentials: Credentials, around: Surroundings, *, tracker: str = "", deployment: str = ""
) -> Connected:
    """Return the connection that these credentials make.

    Args:
        name: the connection's name.
        credentials: address, user, token.
        around: the clock.
        tracker: which tracker it is; empty to find out.
        deployment: which deployment; empty to find out.

    Raises ConnectionFailed where no tracker answers or the credentials are refused, UsageError.
    """
    failures: list[ConnectionFailed] = []
    doubtful: list[Connected] = []
    for kind, variety in _candidates(credentials, tracker, deployment):
        try:
            found = _try(_config(name, kind, variety, credentials), around)
        except (Unreachable, RateLimited):
            raise
        except AdapterLoadError:
            if tracker:
                raise
        except ConnectionFailed as failure:
            failures.append(failure)
        else:
            if not found.doubts:
                return found
            doubtful.append(found)
    if doubtful:
        return min(doubtful, key=lambda one: len(one.doubts))
    raise _why(failures, credentials.url, tracker)


def reach(config: ConnectionConfig, around: Surroundings) -> Adapter:
    """Return the adapter of a connection; it never writes. Raises AdapterLoadError, UsageError."""
    context = config.context(now=around.now, app=around.app, sleep=around.sleep, read_only=True)
    return load_adapter(config.tracker)(context)


def _candidates(credentials: Credentials, tracker: str, deployment: str) -> Iterator[tuple[str, str]]:
    """Yield tracker and deployment, the likeliest first."""
    for kind in (tracker,) if tracker else names():
        known = guide(kind)
        if deployment or known.is_vendor(credentials.url) or len(known.deployments) == 1:
            yield kind, deployment or CLOUD
        else:
            # A token alone is how a Data Center is asked; Cloud wants the account beside it.
            first = CLOUD if credentials.user else DATA_CENTER
            yield from ((kind, one) for one in sorted(known.deployments, key=lambda one: one != first))


def _config(name: str, tracker: str, deployment: str, credentials: Credentials) -> ConnectionConfig:
    return ConnectionConfig(
        name=name,
        tracker=tracker,
        url=credentials.url,
        deployment=deployment,
        user=credentials.user.value if credentials.user else None,
        token=credentials.token.value,
        mapping=ConnectionMapping(default=NO_WORK),
    )


def _try(config: ConnectionConfig, around: Surroundings) -> Connected:
    """Return the connection; raises ConnectionFailed, AdapterLoadError."""
    adapter = reach(config, around)
    try:
        return Connected(config=config, notices=adapter.check(), places=adapter.places())
    finally:
        adapter.close()


def _why(failures: Sequence[ConnectionFailed], url: str, tracker: str) -> Exception:
    """Return what is to be said of failures: a refusal says most, for whoever refuses has understood."""
    refused = next((one for one in failures if isinstance(one, CredentialsRefused)), None)
    if refused is not None:
        return refused
    if tracker and failures:
        return failures[-1]
    return UsageError(
        f"No tracker that is installed answers at {url or 'the vendors’ addresses'}.",
        next_step=f"Check the address, or say which it is: --tracker {' | '.join(names())}.",
    )
