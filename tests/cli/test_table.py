"""Tables in little room: nothing that says what a row is gets lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from planora_sync.cli.table import lay_out

COLUMNS = ("code", "entry", "title", "what is wrong")
WRONG = "This is an initiative, but it stands in the plan, and nobody has said until when it is to be done."
ROW = ("PS101", "CARE-10", "Redesign the patient profile for clinics with many locations", WRONG)


def words(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


def test_with_room_a_row_is_a_line() -> None:
    head, rule, row = lay_out(COLUMNS, [ROW], 200)
    assert head.split() == ["code", "entry", "title", "what", "is", "wrong"]
    assert set(rule.strip()) == {"─"}
    assert row.split("   ") == [" PS101", *ROW[1:]]


def test_with_less_the_title_is_cut_and_the_message_wraps() -> None:
    lines = lay_out(COLUMNS, [ROW], 80)
    assert max(map(cell_len, lines)) <= 80
    assert "PS101   CARE-10   Redesign" in lines[2]
    assert "…" in lines[2]
    assert len(lines) > 3


def test_with_little_the_message_stands_below_whole() -> None:
    lines = lay_out(COLUMNS, [ROW], 50)
    assert max(map(cell_len, lines)) <= 50
    assert lines[1] == "    what is wrong"
    assert lines[3].startswith(" PS101  CARE-10  Redesign")
    assert WRONG in words(lines)


def test_any_column_may_be_the_one_that_wraps() -> None:
    lines = lay_out(("for", "would change", "safety"), [("PS101", WRONG, "review")], 60, wide=1)
    assert lines[2].startswith(" PS101   This is")
    assert lines[2].endswith("review")


def test_what_is_wide_on_a_terminal_is_counted_so() -> None:
    keys = {
        line.rstrip().rfind("ok") - len(line) for line in lay_out(("a", "b"), [("森恵子🚀", "ok")], 80)[2:]
    }
    assert keys == {-2}
    assert cell_len(lay_out(("a", "b"), [("森恵子🚀", "ok"), ("x", "ok")], 80)[3]) == 1 + 8 + 3 + 2


def test_a_title_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in "".join(lay_out(("title",), [("\x1b]0;owned\x07 \x1b[31mred",)], 80))


@given(st.lists(st.tuples(*[st.text(max_size=90)] * 4), max_size=4), st.integers(1, 200))
def test_every_row_is_there_whatever_the_room(rows: list[tuple[str, ...]], width: int) -> None:
    numbered = [(f"r{number}", *row) for number, row in enumerate(rows)]
    lines = lay_out(("row", *COLUMNS), numbered, width)
    assert [line.split()[0] for line in lines if line.startswith(" r")][1:] == [row[0] for row in numbered]
