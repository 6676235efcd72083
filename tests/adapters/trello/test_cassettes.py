"""What was recorded is read the same, with no tracker behind it.

`python tools/record_cassettes.py --sandbox` records the sandbox anew; recordings of real accounts that lie in
`cassettes/` are replayed as well.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from planora_trello import TrelloAdapter

from planora_sync.testing.cassettes import Recording, replay

CASSETTES = Path(__file__).parent / "cassettes"
RECORDINGS = sorted(CASSETTES.glob("*.about.json"))
SANDBOX = CASSETTES / "sandbox.about.json"


@pytest.mark.parametrize("about", RECORDINGS, ids=lambda about: about.name.partition(".")[0])
def test_a_recording_reads_the_same(about: Path) -> None:
    recording = Recording.load(about)
    assert recording.tracker == TrelloAdapter.tracker
    assert replay(TrelloAdapter, about) == recording.observed


def test_the_sandbox_was_recorded_whole() -> None:
    observed = replay(TrelloAdapter, SANDBOX)
    assert len(observed.keys) == 82
    assert {"#7", "#10", "#31"} <= set(observed.keys)
    assert {"Fernway Roadmap/Later", "Growth & Marketing/Doing"} <= set(observed.places)
    assert "error" not in observed.notices


def test_no_recording_holds_credentials() -> None:
    for path in CASSETTES.iterdir():
        text = path.read_text(encoding="utf-8").lower()
        assert '"authorization"' not in text
        assert '"cookie"' not in text
        assert '"set-cookie"' not in text
