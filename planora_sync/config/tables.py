"""The tables of config.toml as TOML spells them, each with the keys it may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError

from planora_sync.classify.judge import THRESHOLD
from planora_sync.config.people import Role
from planora_sync.mapping.preset import Texts
from planora_sync.model import Frozen
from planora_sync.rules.base import Level, Thresholds
from planora_sync.toml import wrong

CODE = re.compile(r"PS(?:\d{1,3})?")
DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(m|h|d)")
OFF = "off"
YEAR = 365 * 24
HOURS = {"m": 1 / 60, "h": 1.0, "d": 24.0}
DEFAULTS = Thresholds()


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise wrong(f"`{text}` is no code of a rule", "Write a code or its beginning: `PS101`, `PS1`.")
    return text


def _hours(value: Any) -> Any:
    found = DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise wrong("this is no length of time", 'Write minutes, hours or days: `"30m"`, `"4h"`, `"1d"`.')
    return float(found[1]) * HOURS[found[2]]


def _interval(value: Any) -> timedelta | None:
    if value == OFF:
        return None
    instead = 'Write minutes, hours or days, a year at most, or "off": `"30m"`, `"24h"`, `"7d"`.'
    try:
        hours = _hours(value)
    except PydanticCustomError:
        raise wrong("this is no length of time", instead) from None
    if hours > YEAR:
        raise wrong("this is too long a time", instead)
    return timedelta(hours=hours)


Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Field(ge=1)]
Number = Annotated[float, Strict()]
Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, AfterValidator(_code)]
Hours = Annotated[float, BeforeValidator(_hours)]
Interval = Annotated[timedelta | None, BeforeValidator(_interval)]
"""A length of time; `off` is None."""
Roles = Annotated[
    tuple[Role, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)
]


class StoreTable(Frozen):
    """`[store]`."""

    url: str = "sqlite:///planora.db"


class ConnectionTable(Frozen):
    """`[connections.NAME]`; that tracker and mapping are there is checked by who knows what to propose."""

    tracker: str = ""
    url: str = ""
    deployment: Literal["cloud", "data_center"] = "cloud"
    user: str | None = None
    token: str | None = None
    write_token: str | None = None
    webhook_secret: str | None = None
    read_only: Flag = True
    projects: Texts = ()
    data_sources: Texts = ()
    boards: Texts = ()
    mapping: str = ""
    mappings: Mapping[str, Any] = {}
    done_days: Count = 180
    keep_raw: Flag = True
    timeout: Annotated[Number, Field(gt=0, le=600)] = 30.0
    rate_share: Annotated[Number, Field(gt=0, le=1)] = 0.5
    page_text: Flag = False
    parallel: Annotated[int, Strict(), Field(ge=1, le=16)] = 4
    census: Interval = timedelta(hours=24)
    # Parts of the mapping, which are read as such: see mapping/preset.py.
    plan: Any = None
    fields_: Any = Field(default=None, alias="fields")
    kinds: Any = None
    categories: Any = None
    priorities: Any = None
    horizons: Any = None
    sprint_states: Any = None
    filed: Any = None
    file: Any = None
    sprint: Any = None


class PersonTable(Frozen):
    """`[people.KEY]`; that there is a name is checked by who reads it."""

    name: Text = ""
    role: Role | None = None
    aliases: Texts = ()


class CapsTable(Frozen):
    """`[caps]`."""

    max_corrections: Count = 200
    max_share: Annotated[Number, Field(gt=0, le=1)] = 0.3
    min_entries: Annotated[int, Strict(), Field(ge=0)] = 10


class ThresholdsTable(Frozen):
    """`[rules.thresholds]`."""

    critical_days: Count = DEFAULTS.critical_days
    untouched_days: Count = DEFAULTS.untouched_days
    carried: Count = DEFAULTS.carried
    settle: Hours = DEFAULTS.settle_hours

    def thresholds(self) -> Thresholds:
        """Return them as rules read them."""
        own = self.model_dump()
        return Thresholds(settle_hours=own.pop("settle"), **own)


class RulesTable(Frozen):
    """`[rules]`."""

    select: tuple[Code, ...] = ()
    ignore: Mapping[Code, Text] = {}
    level: Mapping[Code, Level] = {}
    fail_on: Literal["info", "warning", "error", "never"] = "info"
    confidence: Annotated[Number, Field(gt=0, lt=1)] = THRESHOLD
    thresholds: ThresholdsTable = ThresholdsTable()


class HomesTable(Frozen):
    """`[homes]`."""

    roadmap: str | None = None
    backlog: str | None = None
    plan: str | None = None


class ApprovalTable(Frozen):
    """`[approval]`."""

    roadmap: Roles = ()
    backlog: Roles = ()
    plan: Roles = ()


class TopTable(Frozen):
    """The file as a whole: which tables there are."""

    store: Any = None
    connections: Any = None
    people: Any = None
    caps: Any = None
    rules: Any = None
    homes: Any = None
    approval: Any = None
