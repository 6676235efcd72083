"""The report in each of its formats."""

from __future__ import annotations

import orjson

from planora_sync.correct.proposal import Proposal
from planora_sync.report.audited import Audited
from planora_sync.report.html import html_page
from planora_sync.report.json import audit_document
from planora_sync.report.markdown import markdown
from planora_sync.report.tables import csv_table
from planora_sync.report.view import view

FORMATS = ("html", "md", "csv", "json")
SCHEMA = "planora-sync/report/1"


def render(
    audited: Audited,
    form: str,
    proposal: Proposal | None = None,
    history: tuple[float, ...] = (),
    *,
    kept: bool = True,
) -> str:
    """Return the report in one of FORMATS; raises ValueError for another.

    A proposal that is not kept is not named: nobody could approve it.
    """
    match form:
        case "html":
            return html_page(view(audited, proposal, history, kept=kept))
        case "md":
            return markdown(view(audited, proposal, history, kept=kept))
        case "csv":
            return csv_table(view(audited, proposal, history, kept=kept))
        case "json":
            body = {"schema": SCHEMA, **audit_document(audited, proposal)}
            return orjson.dumps(body, option=orjson.OPT_INDENT_2).decode() + "\n"
        case _:
            raise ValueError(f"no format {form!r}")
