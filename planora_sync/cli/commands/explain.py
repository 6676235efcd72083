"""`planora-sync explain`: print every fact about one entry, with its weight."""

from __future__ import annotations

import click

from planora_sync.classify.judge import judge
from planora_sync.classify.judgement import Judgement
from planora_sync.cli.opening import workspace
from planora_sync.cli.output import document, format_option, print_json, print_table
from planora_sync.cli.pulling import pull_if_never
from planora_sync.cli.references import find_entry, why_not_there
from planora_sync.mapping.filed import Filing
from planora_sync.model import Entry
from planora_sync.report.rows import entry_row, finding_row, judgement_row
from planora_sync.rules.base import Finding
from planora_sync.rules.engine import audit
from planora_sync.runs.audit import selection
from planora_sync.safe_text import one_line


@click.command("explain")
@click.argument("ref")
@format_option("text", "json")
@click.pass_context
def command(ctx: click.Context, ref: str, form: str) -> int:
    """Print where an entry is filed and by which rule, what it is, and every signal with its weight.

    REF is a reference (jira.work/10042), a key (PLAN-12), an id or an address.
    """
    with workspace(ctx) as opened:
        status = pull_if_never(opened)
        snapshot = opened.snapshot()
        meant = find_entry(opened, ref)
        if meant.ref not in snapshot.entries:
            raise why_not_there(opened, meant)
        entry = snapshot.entries[meant.ref]
        filing = snapshot.filing(entry)
        chosen = selection(opened)
        judgement = judge(entry, filing, snapshot, chosen.confidence)
        found = audit(snapshot, chosen)
    findings = [one for one in (*found.findings, *found.folded) if one.ref == entry.ref]
    if form == "json":
        body = {
            "entry": entry_row(entry, filing, judgement),
            "filing": {"filed": filing.filed.value, "rule": filing.rule, "reason": filing.reason},
            "judgement": judgement_row(judgement),
            "findings": [finding_row(one) for one in findings],
        }
        print_json(document("explain", body))
    else:
        _print(entry, filing, judgement, findings)
    return status


def _print(entry: Entry, filing: Filing, judgement: Judgement, findings: list[Finding]) -> None:
    click.echo(f"{entry.key}  {one_line(entry.title)}")
    click.echo(f"{entry.ref}  {entry.url}")
    click.echo(f"Filed:   {filing.filed.value} ({one_line(filing.reason)})")
    sure = f" ({judgement.confidence:.0%})" if judgement.probabilities else ""
    click.echo(f"Nature:  {judgement.nature.value}{sure}, decided by {judgement.decided_by}")
    if judgement.probabilities:
        shares = ", ".join(f"{nature.value} {value:.0%}" for nature, value in judgement.probabilities.items())
        click.echo(f"         {shares}")
    if judgement.question:
        click.echo(f"Ask:     {judgement.question}")
    if judgement.evidence:
        rows = [
            (s.name, s.toward.value, f"{s.weight:+.2f}", f"{s.text} ({s.dimension.value})")
            for s in judgement.evidence
        ]
        print_table(("signal", "for", "weight", "fact (dimension)"), rows)
    if judgement.silent:
        click.echo(f"Silent:  {', '.join(dimension.value for dimension in judgement.silent)}")
    if judgement.masked:
        fields = ", ".join(sorted(judgement.masked))
        click.echo(f"Not counted, for the filing was read from them: {fields}")
    for found in findings:
        under = f" (under {found.under})" if found.under else ""
        click.echo(f"{found.code} {found.name}{under}: {one_line(found.message)}")
    if not findings:
        click.echo("No finding.")
