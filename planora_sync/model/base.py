"""The base of all values, and how anything in a tracker is named."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict


class Frozen(BaseModel):
    """The base of all values: immutable, strict about keys, and silent about inputs in its errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed; what was computed from the old fields is left behind."""
        copied = super().model_copy(update=update, deep=deep)
        # pydantic copies cached properties along, so that a changed entry would keep its former hash.
        for name in set(copied.__dict__) - set(type(copied).model_fields):
            del copied.__dict__[name]
        return copied


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC)


Instant = Annotated[datetime, AfterValidator(_utc)]


class Ref(Frozen):
    """The reference of an entry: `jira.work/10042`."""

    tracker: str
    connection: str
    id: str

    def __str__(self) -> str:
        return f"{self.tracker}.{self.connection}/{self.id}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """Return the reference that `text` spells; raises ValueError where it is none."""
        head, slash, external = text.partition("/")
        tracker, dot, connection = head.partition(".")
        if not (slash and dot and tracker and connection and external):
            raise ValueError(f"{text!r} is no reference like jira.work/10042")
        return cls(tracker=tracker, connection=connection, id=external)


class Named(Frozen):
    """Something the tracker knows by id and people know by name."""

    id: str
    name: str
