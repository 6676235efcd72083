"""Pins and waivers."""

from __future__ import annotations

from datetime import date

import pytest

from planora_sync.errors import UnknownReference
from planora_sync.model import Nature
from planora_sync.store import Pin, Store, Waiver
from tests.store.values import HOSTILE, HOUR, NOW, ref


def test_an_entry_has_one_pin_the_last(store: Store) -> None:
    assert store.pins.get(ref()) is None
    other = Pin(ref=ref(2), nature=Nature.NONE, because="a note", by="Bo", at=NOW)
    store.pins.set(other)
    for text in HOSTILE:
        pin = Pin(ref=ref(), nature=Nature.INITIATIVE, because=text, by=text, at=NOW + HOUR)
        store.pins.set(pin)
        assert store.pins.get(ref()) == pin
        assert store.pins.load() == {ref(): pin, ref(2): other}
    store.pins.remove(ref())
    assert store.pins.load() == {ref(2): other}
    with pytest.raises(UnknownReference, match=r"jira.work/1 has no pin"):
        store.pins.remove(ref())


def test_waivers_hold_until_their_day(store: Store) -> None:
    until = date(2027, 1, 31)
    on_entries = [
        store.waivers.add(Waiver(code="PS203", ref=ref(), until=until, because=text, by=text, at=NOW))
        for text in HOSTILE
    ]
    on_places = [
        store.waivers.add(Waiver(code="PS109", connection="work", place=text, because="old", by="Bo", at=NOW))
        for text in HOSTILE
    ]
    assert store.waivers.load() == [*on_entries, *on_places]
    assert store.waivers.load(until) == [*on_entries, *on_places]
    assert store.waivers.load(date(2027, 2, 1)) == on_places
    for waiver in on_places:
        store.waivers.remove(waiver.id)
    assert store.waivers.load() == on_entries
    with pytest.raises(UnknownReference, match=rf"no waiver {on_places[0].id}"):
        store.waivers.remove(on_places[0].id)
