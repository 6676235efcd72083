"""`planora-sync report`: write the audit as a report."""

from __future__ import annotations

from pathlib import Path

import click

from planora_sync.cli.opening import workspace
from planora_sync.cli.output import say
from planora_sync.cli.pulling import pull_if_never
from planora_sync.report.render import FORMATS
from planora_sync.runs.audit import audit_store
from planora_sync.runs.propose import draft
from planora_sync.runs.report import write_report


@click.command("report")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="What to write.  [default: by the file's ending]"
)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
@click.pass_context
def command(ctx: click.Context, form: str | None, out: Path) -> int:
    """Write the audit of what was pulled last as a report: one page that needs no network, or a table."""
    chosen = form or {".htm": "html", ".markdown": "md"}.get(out.suffix, out.suffix.removeprefix("."))
    if chosen not in FORMATS:
        raise click.UsageError(
            f"Say --format {' | '.join(FORMATS)}: the ending of {out.name} tells none of them."
        )
    with workspace(ctx) as opened:
        status = pull_if_never(opened)
        audited = audit_store(opened)
        write_report(opened, audited, chosen, out, draft(opened, audited), kept=False)
    say(f"The report is in {out}.")
    return status
