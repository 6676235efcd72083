"""Secrets by reference: `env:NAME`, `file:PATH`, `cmd:COMMAND`; no message ever holds one.

Whoever reads a problem sees the reference, the exit status of a command, the path of a file: never a value,
never an output.
"""

from __future__ import annotations

import difflib
import os
import pathlib
import re
import shlex
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

SCHEMES = ("env", "file", "cmd")
SCHEME = re.compile(r"([A-Za-z]+):(.*)", re.DOTALL)
FOREIGN = frozenset(
    {"environ", "environment", "command", "keyring", "vault", "op", "pass", "sops", "aws", "gcp", "azure"}
)
"""What people try because another tool has it. Any other word before a colon may be part of a secret."""
VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
TIMEOUT = 10.0
"""Seconds a command may take."""
MOST_BYTES = 64 * 1024
"""No secret is longer; a longer file is something else."""


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret that was found."""

    value: SecretStr
    plain: bool = False
    """Whether it stands in the configuration itself."""
    worry: str = ""
    """What is unsafe about where it is kept."""


@dataclass(frozen=True, kw_only=True)
class NoSecret:
    """Why there is no secret, and what to do."""

    what: str
    instead: str


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where references are looked up."""

    env: Mapping[str, str] = field(repr=False)
    base_dir: pathlib.Path
    """The configuration's folder: relative paths start there, and commands run there."""
    timeout: float = TIMEOUT


def resolve(text: str, sources: Sources, *, is_token: bool = True) -> Secret | NoSecret:
    """Return the secret that a text of the configuration refers to, or is; a token is one word of ASCII."""
    found = _look_up(text, sources)
    if is_token and isinstance(found, Secret):
        value = found.value.get_secret_value()
        if not value.isascii() or " " in value:
            return NoSecret(
                what="it holds blanks or characters that no token has", instead="Put the token there alone."
            )
    return found


def _look_up(text: str, sources: Sources) -> Secret | NoSecret:
    variable = VARIABLE.fullmatch(text.strip())
    if variable:
        return NoSecret(what="variables are not expanded here", instead=f"Write `env:{variable[1]}`.")
    found = SCHEME.fullmatch(text.strip())
    scheme, rest = (found[1], found[2].strip()) if found else ("", "")
    match scheme:
        case "env":
            return _from_env(rest, sources)
        case "file":
            return _from_file(rest, sources)
        case "cmd":
            return _from_command(rest, sources)
    if scheme.casefold() in FOREIGN or difflib.get_close_matches(scheme.casefold(), SCHEMES, cutoff=0.75):
        forms = "Write `env:NAME`, `file:PATH` or `cmd:COMMAND`."
        return NoSecret(what=f"`{scheme}:` is no source of secrets here", instead=forms)
    return _usable(text, "the text", plain=True)


def _from_env(name: str, sources: Sources) -> Secret | NoSecret:
    value = sources.env.get(name)
    if value is None:
        return NoSecret(
            what=f"environment variable {name} is not set",
            instead=f"Export it (`export {name}=...`), or write `file:PATH` or `cmd:COMMAND`.",
        )
    return _usable(value, f"environment variable {name}")


def _from_file(text: str, sources: Sources) -> Secret | NoSecret:
    path = sources.base_dir / pathlib.Path(text).expanduser()
    try:
        mode = path.stat().st_mode
        with path.open("rb") as stream:
            body = stream.read(MOST_BYTES + 1)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        return NoSecret(what=f"{path} cannot be read: {reason}", instead="Correct the path, or its rights.")
    if len(body) > MOST_BYTES:
        return NoSecret(what=f"{path} is too long for a secret", instead="Put the secret alone into a file.")
    found = _usable(body.decode("utf-8", "replace"), str(path))
    if isinstance(found, Secret) and os.name == "posix" and mode & stat.S_IROTH:
        return Secret(value=found.value, worry=f"everybody on this machine can read {path}")
    return found


def _from_command(text: str, sources: Sources) -> Secret | NoSecret:
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not words:
        return NoSecret(
            what="`cmd:` holds no command", instead="Write `cmd:pass show jira`; no shell reads it."
        )
    program = words[0]
    try:
        done = subprocess.run(
            words,
            env=dict(sources.env),
            cwd=sources.base_dir,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=sources.timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        took = f"the command {program} took longer than {sources.timeout:g} seconds"
        return NoSecret(what=took, instead="Run it by hand: it may wait for an answer.")
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        return NoSecret(what=f"the command {program} cannot be run: {reason}", instead="Correct its path.")
    if done.returncode != 0:
        return NoSecret(
            what=f"the command {program} exited with status {done.returncode}",
            instead="Run it by hand to see why.",
        )
    return _usable(done.stdout.decode("utf-8", "replace"), f"the output of {program}")


def _usable(text: str, source: str, *, plain: bool = False) -> Secret | NoSecret:
    """Return a secret that fits on one line."""
    value = text.rstrip("\r\n")
    if not value.strip():
        return NoSecret(what=f"{source} is empty", instead="Put the secret there.")
    if value.casefold().startswith(("bearer ", "basic ")):
        return NoSecret(
            what=f"{source} begins with a word that is no part of it", instead="Give the token alone."
        )
    if not value.isprintable():
        return NoSecret(
            what=f"{source} holds line breaks or control characters",
            instead="Put the secret there and nothing else.",
        )
    return Secret(value=SecretStr(value), plain=plain)
