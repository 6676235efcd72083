"""Writes a connection into config.toml: a new file with comments, or behind what stands there already."""

from __future__ import annotations

import os
import re
import stat
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from planora_sync.config import load_config
from planora_sync.config.connections import SCOPES
from planora_sync.config.people import Role
from planora_sync.errors import ConfigError, ConfigProblem, UsageError
from planora_sync.model import Person
from planora_sync.service.setup.choosing import Scope
from planora_sync.service.setup.connecting import CLOUD
from planora_sync.service.setup.credentials import Credentials
from planora_sync.service.setup.guides import guide
from planora_sync.service.setup.suggest import Suggestion
from planora_sync.service.spelling import comment, spell_key, spell_value

MOST_PEOPLE = 15
HEAD = """\
# The configuration of planora-sync, written by `planora-sync init`. `planora-sync check` says whether it works.

[store]
# What was read, found and changed. For many users or machines: "postgresql://user:password@host/database".
url = "sqlite:///planora.db"
"""
PEOPLE = """
# Who people are. Roles help to tell direction from work: what a product manager owns for a quarter is no task.
# Take away the # and say what each one is: {roles}.
"""


@dataclass(frozen=True, kw_only=True)
class NewConnection:
    """A connection to be written down."""

    name: str
    tracker: str
    deployment: str
    credentials: Credentials
    scope: Scope
    suggestion: Suggestion
    people: tuple[Person, ...] = ()


def connection_text(new: NewConnection) -> str:
    """Return the table of a connection with what to know about each key."""
    known = guide(new.tracker)
    lines = [f"[connections.{spell_key(new.name)}]", f"tracker = {spell_value(new.tracker)}"]
    if new.credentials.url:
        lines.append(f"url = {spell_value(new.credentials.url)}")
    if new.deployment != CLOUD:
        lines.append(f"deployment = {spell_value(new.deployment)}")
    if new.credentials.user is not None:
        lines.append(f"user = {spell_value(new.credentials.user.text)}")
    lines += [
        comment(f"To read: {known.reading}."),
        f"token = {spell_value(new.credentials.token.text)}",
        "# Nothing is ever written to the tracker while this is true: proposals can be looked at without a risk.",
        comment(f"To write: {known.writing}."),
        "read_only = true",
        *_scope_lines(new),
        *_mapping_lines(new),
    ]
    return "\n".join(lines) + "\n"


def config_text(new: NewConnection, existing: str | None) -> str:
    """Return the whole file: what stands there already stays as it is, byte for byte."""
    if existing is None:
        return f"{HEAD}\n{connection_text(new)}{_people_text(new.people)}"
    gap = "" if existing.endswith("\n") or not existing else "\n"
    return f"{existing}{gap}\n{connection_text(new)}"


def existing_text(path: Path) -> str | None:
    """Return what stands in the file, or None where there is none; raises UsageError where it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8")  # as bytes: line ends stay what they are
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as failure:
        reason = getattr(failure, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(
            f"{path} cannot be read: {reason}.", next_step="Name another file: --out."
        ) from failure


def connection_names(existing: str | None) -> tuple[str, ...]:
    """Return the connections of a file; none where it is no TOML, which is said when it is written."""
    try:
        table = tomllib.loads(existing or "").get("connections", {})
    except tomllib.TOMLDecodeError:
        return ()
    return tuple(table) if isinstance(table, Mapping) else ()


def write(path: Path, text: str, *, env: Mapping[str, str], private: bool) -> None:
    """Write the file, whole or not at all, once it was read as the next command will read it.

    Args:
        path: the file.
        text: what goes into it.
        env: the environment, with what the newcomer will have exported by then.
        private: whether it holds a secret, so that nobody else may read it.

    Raises ConfigError where the file has a problem, old or new; UsageError where it cannot be written.
    """
    target = path.resolve()
    beside = target.with_name(target.name + ".part")
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o644
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        _check(beside, target, env)
        beside.chmod(0o600 if private else mode)
        os.replace(beside, target)
    except OSError as failure:
        raise UsageError(
            f"{path} cannot be written: {failure.strerror}.", next_step="Name another file: --out."
        ) from failure
    finally:
        beside.unlink(missing_ok=True)


def _check(new: Path, old: Path, env: Mapping[str, str]) -> None:
    """Raise ConfigError for the problems of a file that the old one has not: those are not ours.

    What is no TOML is: nothing can be added to it.
    """
    found, known = _problems(new, env), _problems(old, env) if old.exists() else ()
    ours = [one for one in found if one not in known]
    if ours or not _is_toml(new):
        raise ConfigError(str(old), ours or found)


def _is_toml(path: Path) -> bool:
    try:
        tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _problems(path: Path, env: Mapping[str, str]) -> tuple[ConfigProblem, ...]:
    try:
        load_config(path, env=env)
    except ConfigError as failure:
        return failure.problems
    return ()


def _scope_lines(new: NewConnection) -> list[str]:
    key = SCOPES.get(new.tracker, "projects")
    if not new.scope.words:
        return [comment(f"Everything the credentials can see; `{key} = [...]` names less.")]
    told = [
        comment(f"{word} is {place.name}")
        for word, place in zip(new.scope.words, new.scope.places, strict=True)
        if word not in (place.name, place.path)
    ]
    return [*told, f"{key} = {spell_value(new.scope.words)}"]


def _mapping_lines(new: NewConnection) -> list[str]:
    default, own = new.suggestion.default, new.suggestion.by_place
    reasons = {one.place: one.reason for one in new.suggestion.choices}
    usual = [comment(f"{place}: {why}.") for place, why in reasons.items() if place not in own]
    lines = [
        "# How entries are filed; `planora-sync explain REF` names the rule that filed one.",
        *usual[:MOST_PEOPLE],
        f"mapping = {spell_value(default)}",
    ]
    if own:
        lines += ["", f"[connections.{spell_key(new.name)}.mappings]"]
    for place, mapping in own.items():
        lines += [
            comment(f"{place}: {reasons[place]}."),
            f"{spell_key(place)} = {spell_value(mapping)}",
        ]
    return lines


def _people_text(people: Sequence[Person]) -> str:
    if not people:
        return ""
    lines = [PEOPLE.format(roles=", ".join(role.value for role in Role)).rstrip("\n")]
    taken: set[str] = set()
    for person in people[:MOST_PEOPLE]:
        key = _key(person.name, taken)
        aliases = [person.email] if person.email else []
        lines += [
            "#",
            f"# [people.{key}]",
            comment(f"name = {spell_value(person.name)}"),
            '# role = "developer"',
            *([comment(f"aliases = {spell_value(aliases)}")] if aliases else []),
        ]
    return "\n".join(lines) + "\n"


def _key(name: str, taken: set[str]) -> str:
    """Return a key for a person: `ana-ruiz`; numbered where several would have it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "person"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    taken.add(key)
    return key
