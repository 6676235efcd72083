"""The findings as a CSV table, one a row."""

from __future__ import annotations

import csv
import io

from planora_sync.report.cells import safe_cell
from planora_sync.report.view import View

COLUMNS = (
    "code", "name", "level", "key", "title", "url", "place", "theme", "filed", "nature", "confidence", "message",
    "evidence", "cure", "steps", "safety", "new",
)  # fmt: skip


def csv_table(view: View) -> str:
    """Return the findings as CSV with a header; cells that a spreadsheet would run are neutralised."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for group in view.groups:
        for line in group.lines:
            writer.writerow([_cell(getattr(line, column)) for column in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        value = "; ".join(value)
    return safe_cell(value)
