"""What was said on the command line, what follows from it, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from planora_sync.errors import UsageError
from planora_sync.registry import names
from planora_sync.service.setup.credentials import free_variable
from planora_sync.service.setup.guides import guide, tracker_of
from planora_sync.service.setup.writing import connection_names

FIRST_NAME = "work"


@dataclass(frozen=True, kw_only=True)
class Given:
    """Flags of the command line; what is empty was not said."""

    folder: Path
    """Where the configuration stands."""
    existing: str = ""
    """The configuration that is there already."""
    env: Mapping[str, str] = field(repr=False)
    tracker: str = ""
    url: str = ""
    deployment: str = ""
    user: str = ""
    token_env: str = ""
    token: str = field(default="", repr=False)
    plain: bool = False
    """Whether the secret itself may stand in the file."""
    name: str = ""
    scope: tuple[str, ...] = ()
    mapping: str = ""
    yes: bool = False

    def check(self) -> None:
        """Raise UsageError for what contradicts itself or what is there."""
        if self.token and self.token_env:
            raise UsageError("Both --token and --token-env are given.", next_step="Give one of them.")
        if self.tracker and self.tracker not in names():
            raise UsageError(
                f"No tracker {self.tracker!r} is installed.", next_step=f"Installed: {', '.join(names())}."
            )
        taken = connection_names(self.existing)
        if self.name in taken:
            raise UsageError(
                f"There is a connection {self.name!r} already.",
                next_step="Call the new one otherwise with --name, or edit the file.",
            )

    @property
    def known_tracker(self) -> str:
        """Return the tracker that was said, or whose vendor has the address; empty where neither tells."""
        return self.tracker or (tracker_of(self.url) or "")

    @property
    def connection(self) -> str:
        """Return the name of the new connection."""
        taken = connection_names(self.existing)
        wanted = (self.name, FIRST_NAME, self.known_tracker, *(f"{FIRST_NAME}-{n}" for n in range(2, 100)))
        return next(name for name in wanted if name and name not in taken)

    @property
    def variable(self) -> str:
        """Return the environment variable that the configuration will take the token from."""
        return free_variable(self.known_tracker, self.connection, self.existing)

    @property
    def token_said(self) -> str:
        """Return the token or a reference to it; that of a usual variable where nothing else was said."""
        if self.token_env:
            return f"env:{self.token_env}"
        likely = (self.known_tracker,) if self.known_tracker else names()
        usual = (guide(tracker).variable for tracker in likely)
        return self.token or next((f"env:{name}" for name in usual if self.env.get(name)), "")

    def missing(self) -> tuple[str, ...]:
        """Return the flags without which nothing can be done unless somebody is asked."""
        known = guide(self.known_tracker)
        wanted = {
            "--url ADDRESS (or --tracker notion, --tracker trello)": self.url or self.tracker,
            "--url ADDRESS": self.url or not known.own_host or not self.tracker,
            "--user NAME": self.user or not known.user_needed,
            "--token-env VARIABLE": self.token_said,
            "--scope PLACE (may be repeated), or --yes for all that is visible": self.scope or self.yes,
        }
        return tuple(flag for flag, said in wanted.items() if not said)
