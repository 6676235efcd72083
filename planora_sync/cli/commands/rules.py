"""`planora-sync rules`: list the rules, or print one."""

from __future__ import annotations

import click

from planora_sync.cli.output import document, format_option, print_json, print_table
from planora_sync.rules.base import Rule
from planora_sync.rules.catalog import CATALOG, rule
from planora_sync.rules.documentation import documentation


@click.command("rules")
@click.argument("code", required=False)
@format_option("text", "json")
def command(code: str | None, form: str) -> int:
    """List the rules, or print one: what it finds, why it matters, an example, the correction, its safety."""
    chosen = (rule(code),) if code else CATALOG
    if form == "json":
        print_json(document("rules", {"rules": [_row(one) for one in chosen]}))
    elif code:
        _print(chosen[0])
    else:
        print_table(
            ("code", "rule", "level", "what it finds"),
            [(one.code, one.name, one.level.value, documentation(one).summary) for one in chosen],
        )
    return 0


def _row(one: Rule) -> dict[str, object]:
    doc = documentation(one)
    sections = {heading.lower().replace(" ", "_"): text for heading, text in doc.sections.items()}
    return {
        "code": one.code,
        "name": one.name,
        "level": one.level.value,
        "summary": doc.summary,
        **sections,
    }


def _print(one: Rule) -> None:
    doc = documentation(one)
    click.secho(f"{one.code} {one.name} ({one.level.value})", bold=True)
    click.echo(doc.summary)
    for heading, text in doc.sections.items():
        click.echo()
        click.secho(heading, bold=True)
        click.echo("\n".join(f"    {line}".rstrip() for line in text.splitlines()))
