"""What adapters remember: written with a page or at the end, never lost, never in anybody's way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from planora_sync.store import Store
from tests.store.values import HOSTILE, NOW


def test_a_note_outlives_the_process_that_flushed_it(url: str) -> None:
    with Store.open(url, now=NOW) as store:
        notes = store.notes("work")
        for number, text in enumerate(HOSTILE):
            notes.put(f"note {number}", text)
        notes.put("gone", "soon")
        notes.put("gone", None)
        notes.flush()
    with Store.open(url, now=NOW) as store:
        notes = store.notes("work")
        assert [notes.get(f"note {number}") for number in range(len(HOSTILE))] == list(HOSTILE)
        assert notes.get("gone") is None


def test_connections_have_notes_of_their_own(store: Store) -> None:
    store.notes("work").put("schema", "never flushed")
    other = store.notes("other")
    other.put("schema", "1")
    other.flush()
    assert store.notes("work").get("schema") is None
    assert store.notes("other").get("schema") == "1"


def test_a_note_is_there_at_once_and_a_forgotten_one_gone_at_once(store: Store) -> None:
    notes = store.notes("work")
    notes.put("schema", "1")
    assert notes.get("schema") == "1"
    notes.flush()
    notes.put("schema", None)
    assert notes.get("schema") is None
    notes.flush()
    assert store.notes("work").get("schema") is None


def test_a_note_that_stays_as_it_was_is_not_written_again(store: Store) -> None:
    notes = store.notes("work")
    notes.put("schema", "1")
    notes.flush()
    notes.put("schema", "1")
    assert notes.waiting() == {}


def test_what_is_put_while_others_are_written_goes_on_waiting(store: Store) -> None:
    notes = store.notes("work")
    notes.put("a", "1")
    notes.put("b", "1")
    taken = notes.waiting()
    notes.put("a", "2")
    notes.written(taken)
    assert notes.waiting() == {"a": "2"}


def test_threads_share_them(store: Store) -> None:
    notes = store.notes("work")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: notes.put(f"n{number}", str(number)), range(200)))
    notes.flush()
    again = store.notes("work")
    assert [again.get(f"n{number}") for number in range(200)] == [str(number) for number in range(200)]
