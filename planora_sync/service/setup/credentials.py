"""What is asked of a newcomer: an address and credentials, and how the configuration will refer to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from planora_sync.config.address import NoAddress, address
from planora_sync.config.secrets import NoSecret, Sources, resolve
from planora_sync.errors import UsageError
from planora_sync.service.setup.guides import guide

REFERENCE = re.compile(r"(?:env|file|cmd):.+", re.DOTALL)
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret, and how the configuration refers to it."""

    value: SecretStr
    text: str = ""
    """`env:NAME`, `file:PATH`, `cmd:COMMAND`; the secret itself only where that was asked for; empty where it
    was said itself and needs a variable: `in_variable`."""
    export: str = ""
    """Name of a variable that must be set before the next command, for it is not set yet."""

    @property
    def is_plain(self) -> bool:
        """Return whether the configuration would hold the secret itself."""
        return self.text == self.value.get_secret_value()


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Who reads what, as far as it was said."""

    url: str
    """Without a trailing slash; empty for the vendor's own."""
    user: Secret | None
    token: Secret


def checked_url(url: str, tracker: str) -> str:
    """Return an address as the configuration holds it; raises UsageError where it is none.

    Of a vendor's own host nothing is written down, and a page of it may have been copied from the browser.
    """
    known = guide(tracker)
    if not url.strip() or (known.is_vendor(_with_scheme(url)) and not known.own_host):
        return ""
    match address(_with_scheme(url)):
        case NoAddress(what=what, instead=instead):
            raise UsageError(f"{what.replace('`url`', 'The address')}.", next_step=instead)
        case found:
            return found.url


def _with_scheme(url: str) -> str:
    return url.strip() if "://" in url else f"https://{url.strip()}"


def secret(
    said: str, *, env: Mapping[str, str], folder: Path, plain: bool = False, is_token: bool = True
) -> Secret:
    """Return the secret that was said, or that a reference leads to; raises UsageError where there is none.

    Args:
        said: a reference such as `env:JIRA_TOKEN`, or the secret itself.
        env: the environment.
        folder: where the configuration will stand; `file:` and `cmd:` start there.
        plain: whether the secret itself may stand in the configuration.
        is_token: whether it must look like a token; a user name may hold anything.
    """
    match resolve(said, Sources(env=env, base_dir=folder.resolve()), is_token=is_token):
        case NoSecret(what=what, instead=instead):
            raise UsageError(f"The credentials cannot be used: {what}.", next_step=instead)
        case found:
            value = found.value
    return Secret(value=value, text=said if plain or REFERENCE.fullmatch(said) else "")


def in_variable(token: Secret, variable: str, env: Mapping[str, str]) -> Secret:
    """Return a secret with a variable to refer to, where it has nothing else."""
    if token.text:
        return token
    export = "" if env.get(variable) == token.value.get_secret_value() else variable
    return Secret(value=token.value, text=f"env:{variable}", export=export)


def user_name(said: str, *, env: Mapping[str, str], folder: Path) -> Secret:
    """Return who signs in; a name is no secret and stands in the configuration as it was said."""
    return secret(said, env=env, folder=folder, plain=True, is_token=False)


def free_variable(tracker: str, connection: str, taken: str) -> str:
    """Return the environment variable for a token; one of the connection's own where another one has the usual one.

    Args:
        tracker: the tracker.
        connection: the connection's name.
        taken: the text of the configuration that is there already.
    """
    usual = guide(tracker).variable
    if f"env:{usual}" not in taken:
        return usual
    own = re.sub(r"[^A-Z0-9]+", "_", connection.upper()).strip("_")
    return f"{own}_TOKEN" if VARIABLE.fullmatch(f"{own}_TOKEN") else f"_{own}_TOKEN"
