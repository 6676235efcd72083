"""What people decided for good: pins say what an entry is, waivers which finding is accepted, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, select

from planora_sync.errors import UnknownReference
from planora_sync.model import Frozen, Instant, Nature, Ref
from planora_sync.store import tables
from planora_sync.store.database import Database, upsert

_P = tables.pins.c
_W = tables.waivers.c


class Pin(Frozen):
    """A person's word on what an entry is; it beats all evidence."""

    ref: Ref
    nature: Nature
    because: str
    by: str
    at: Instant


class Waiver(Frozen):
    """A person's word that a finding is accepted: on an entry, on a place, or on a whole connection."""

    id: int = 0
    """Given by the store."""
    code: str
    ref: Ref | None = None
    connection: str | None = None
    place: str | None = None
    """Path of the place, of `connection`."""
    until: date | None = None
    """The last day on which it holds; None for always."""
    because: str
    by: str
    at: Instant


class Pins:
    """The pins of a store: one an entry."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set(self, pin: Pin) -> None:
        """Keep a pin in place of the entry's former one."""
        with self._database.write("pins") as db:
            upsert(db, tables.pins, [{**pin.model_dump(exclude={"ref"}), "ref": str(pin.ref)}])

    def remove(self, ref: Ref) -> None:
        """Take a pin off; raises UnknownReference where there is none."""
        with self._database.write("pins") as db:
            if not db.execute(delete(tables.pins).where(_P.ref == str(ref)).returning(_P.ref)).scalar():
                raise UnknownReference(f"Entry {ref} has no pin.", next_step="Nothing is to be done.")

    def get(self, ref: Ref) -> Pin | None:
        """Return an entry's pin, or None."""
        return self.load().get(ref)

    def load(self) -> dict[Ref, Pin]:
        """Return all pins by reference."""
        with self._database.read() as db:
            rows = db.execute(select(tables.pins).order_by(_P.ref)).all()
        pins = (Pin.model_validate({**row._mapping, "ref": Ref.parse(row.ref)}) for row in rows)
        return {pin.ref: pin for pin in pins}


class Waivers:
    """The waivers of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, waiver: Waiver) -> Waiver:
        """Keep a waiver and return it with its id."""
        row = {**waiver.model_dump(exclude={"id", "ref"}), "ref": str(waiver.ref) if waiver.ref else None}
        with self._database.write("waivers") as db:
            id = int(db.execute(insert(tables.waivers).returning(_W.id), row).scalar_one())
        return waiver.model_copy(update={"id": id})

    def remove(self, id: int) -> None:
        """Take a waiver back; raises UnknownReference where there is none."""
        with self._database.write("waivers") as db:
            if not db.execute(delete(tables.waivers).where(_W.id == id).returning(_W.id)).scalar():
                raise UnknownReference(f"There is no waiver {id}.", next_step="Nothing is to be done.")

    def load(self, on: date | None = None) -> Sequence[Waiver]:
        """Return the waivers in the order in which they were made; with `on`, those that hold on that day."""
        query = select(tables.waivers).order_by(_W.id)
        if on is not None:
            query = query.where(_W.until.is_(None) | (_W.until >= on))
        with self._database.read() as db:
            rows = db.execute(query).all()
        return [
            Waiver.model_validate({**row._mapping, "ref": Ref.parse(row.ref) if row.ref else None})
            for row in rows
        ]
