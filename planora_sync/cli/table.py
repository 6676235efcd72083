"""Lays a table out for the room that there is: no column is lost, keys and codes are never cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from planora_sync.safe_text import one_line

GAP, NARROW_GAP = 3, 2
"""Columns between two columns: usually, and where one stands below the others."""
NARROWEST = 12
"""A column is cut to no less; one that is narrower by nature is never cut."""
SHARE, BROAD = 0.4, 26
"""So much of the width is taken for the column that may wrap from others that are broader than that."""
ROOM = 28
"""The column that may wrap stands below the others where it would get less."""
INDENT = 4
RULE = "─"

Row = Sequence[str]


def lay_out(columns: Row, rows: Sequence[Row], width: int, *, wide: int = -1) -> list[str]:
    """Return the lines of a table that is at most `width` wide; texts of trackers are made harmless.

    The column `wide` may wrap. Where little room is left for it, it stands below the others, indented.
    """
    position = wide % len(columns)
    cells = [tuple(one_line(cell) for cell in row) for row in rows]
    naturals = [max(map(cell_len, (name, *(row[at] for row in cells)))) for at, name in enumerate(columns)]
    widths = _fitted(naturals, position, width)
    if widths is not None:
        return [*_head(columns, widths), *(line for row in cells for line in _row(row, widths, position))]
    return _stacked(columns, cells, naturals, position, width)


def _fitted(naturals: Sequence[int], wide: int, width: int) -> list[int] | None:
    """Return the width of each column; None where the one that may wrap would get too little."""
    gaps = GAP * (len(naturals) - 1) + 1
    others = [*naturals[:wide], *naturals[wide + 1 :]]
    more = min(naturals[wide], max(ROOM, int(SHARE * width)))
    widths = _cut(others, width - gaps - more, floor=BROAD)
    widths = _cut(widths, width - gaps - min(naturals[wide], ROOM), floor=NARROWEST)
    left = width - gaps - sum(widths)
    if left < min(naturals[wide], ROOM):
        return None
    return [*widths[:wide], min(left, naturals[wide]), *widths[wide:]]


def _cut(naturals: Sequence[int], width: int, floor: int = NARROWEST) -> list[int]:
    """Return widths whose sum is `width` where that is possible; the widest columns give first."""
    widths = list(naturals)
    while sum(widths) > width and (widest := max(widths, default=0)) > floor:
        widths[widths.index(widest)] -= 1
    return widths


def _stacked(columns: Row, rows: Sequence[Row], naturals: Sequence[int], wide: int, width: int) -> list[str]:
    """Return a table in which the column that may wrap stands below the others."""
    others = [at for at in range(len(columns)) if at != wide]
    widths = _cut([naturals[at] for at in others], width - NARROW_GAP * (len(others) - 1) - 1)
    lines = _head([columns[at] for at in others], widths, NARROW_GAP, below=columns[wide])
    for row in rows:
        lines += _row([row[at] for at in others], widths, None, NARROW_GAP)
        lines += [" " * INDENT + part for part in _wrapped(row[wide], max(NARROWEST, width - INDENT))]
    return lines


def _head(columns: Row, widths: Sequence[int], gap: int = GAP, below: str = "") -> list[str]:
    lines = [_line(columns, widths, gap), *([" " * INDENT + below] if below else [])]
    return [*lines, " " + RULE * (sum(widths) + gap * (len(widths) - 1))]


def _row(row: Row, widths: Sequence[int], wide: int | None, gap: int = GAP) -> Iterator[str]:
    """Yield the lines of a row; what is longer than its column wraps in `wide`, and is cut elsewhere."""
    parts = [
        _wrapped(cell, width) if at == wide else [_shortened(cell, width)]
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    for number in range(max(map(len, parts))):
        yield _line([part[number] if number < len(part) else "" for part in parts], widths, gap)


def _line(cells: Row, widths: Sequence[int], gap: int) -> str:
    padded = (set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=True))
    return (" " + (" " * gap).join(padded)).rstrip()


def _shortened(cell: str, width: int) -> str:
    return cell if cell_len(cell) <= width else set_cell_size(cell, width - 1).rstrip() + "…"


def _wrapped(cell: str, width: int) -> list[str]:
    if cell_len(cell) <= width:
        return [cell] if cell else [""]
    return [line.plain.rstrip() for line in Text(cell).wrap(Console(width=width), width)]
