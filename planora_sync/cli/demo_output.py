"""What the demo says, step by step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import click
from click.formatting import wrap_text

from planora_sync.cli.output import print_table, progress, width
from planora_sync.correct.approve import Approval
from planora_sync.correct.journal import State
from planora_sync.correct.proposal import Correction, Proposal, Safety
from planora_sync.report.view import steps
from planora_sync.rules.base import Finding
from planora_sync.rules.catalog import rule
from planora_sync.runs.apply import Applied
from planora_sync.runs.pull import Progress
from planora_sync.safe_text import one_line
from planora_sync.service.demo import CONNECTIONS, Look, Shown, Teller
from planora_sync.service.demo_summary import by_safety, rows_of
from planora_sync.service.measure import Mark

WIDTH = 110
WIDE = 120
"""Columns from which on a table has room for titles."""
TITLE = 48
"""Columns of a title."""
TRACKERS = {"jira": "Jira", "notion": "Notion", "trello": "Trello"}


class Printer(Teller):
    """Says each step on the terminal; in a pipe or file it is plain text."""

    def __init__(self, folder: Path) -> None:
        """Begin; `folder` is where the demo works."""
        self._folder = folder
        self._number = 0
        self._columns = width()
        click.secho("planora-sync demo", bold=True)
        click.echo(
            wrap_text(
                "Fernway is a product team of twelve. It has a Jira, a Notion and a Trello, and all three are a bit of "
                "a mess. Stand-ins of them answer on this machine, as the real ones would; nothing leaves it.",
                min(WIDTH, self._columns),
            )
        )

    def reading(self) -> AbstractContextManager[Progress]:
        """Show how far a pull has come while it lasts."""
        return progress()

    def looked(self, look: Look) -> None:
        """Say what the first audit found, and how far that is what is written down."""
        self._pulled(look)
        audited = look.audited
        self._step(
            "Audit",
            f"{len(audited.audit.findings)} findings on {audited.score.total.entries} open entries; "
            f"separation score {audited.score.total.score:g} of 100",
        )
        _print_codes(look)
        _print_measure(look)
        _print_unsure(look, min(WIDTH, self._columns))

    def proposed(self, proposal: Proposal) -> None:
        """Say what would be changed, with an example or two a code."""
        counted = by_safety(proposal)
        writing = counted["safe"] + counted["review"]
        self._step("Propose", f"{writing} corrections to look at, {counted['manual']} to do by hand")
        examples = _examples(one for one in proposal.corrections if one.safety is not Safety.MANUAL)
        # Where there is little room, what would change says more than a title.
        titled = self._columns >= WIDE
        rows = [
            (
                one.codes[0],
                one.key,
                *((one_line(one.title, TITLE),) if titled else ()),
                "; ".join(steps(one)),
                one.safety.value,
            )
            for one in examples
        ]
        columns = ("for", "entry", *(("title",) if titled else ()), "would change", "safety")
        if rows:
            print_table(columns, rows, wide=columns.index("would change"))
        click.echo(f"   All of them, with what they cost and lose, stand in {self._folder / 'report.html'}.")

    def approved(self, approval: Approval) -> None:
        """Say what was approved."""
        self._step(
            "Approve",
            f"{len(approval.corrections)} corrections, by {approval.by}, as digest {approval.digest[:12]}",
        )

    def applied(self, applied: Applied) -> None:
        """Say what was written, and what was not."""
        results = applied.report.results
        counted = Counter(one.outcome.value for one in results if one.wanted)
        left = sum(not one.wanted for one in results)
        parts = [f"{counted[state.value]} {state.value}" for state in State if counted[state.value]]
        self._step("Apply", f"{', '.join(parts) or 'nothing to write'}; {left} are left to do by hand")
        for one in results:
            if one.wanted and not one.done:
                click.secho(f"   {one.outcome.value}: {one.key}: {one_line(one.detail)}", fg="red")

    def looked_again(self, look: Look) -> None:
        """Say what the second audit found: what is left is for people."""
        self._pulled(look, again=True)
        remaining = len(look.audited.audit.findings)
        self._step("Audit again", f"{remaining} findings are left, and each asks a person something")
        _print_codes(look, found="left")
        _print_differences(look, written="should be left")

    def end(self, shown: Shown, *, seconds: float, kept: bool) -> None:
        """Say what became better, where the reports are, and what to type next."""
        click.echo()
        print_table(("", "before", "after"), _comparison(shown), title="Before and after")
        verdict = "Both audits found exactly what is written down beside the data."
        if shown.right:
            click.secho(verdict, fg="green")
        else:
            click.secho("Not everything is as it is written down beside the data: see above.", fg="red")
        pages = [path for path in shown.reports if path.suffix == ".html"]
        click.echo(
            f"Reports: {', '.join(map(str, pages))} (and .md beside them). It took {seconds:.0f} seconds."
        )
        click.echo()
        self._next(shown, kept=kept)

    def _next(self, shown: Shown, *, kept: bool) -> None:
        config = self._folder / "config.toml"
        if kept:
            click.echo("The stand-ins go on until Ctrl-C. In another terminal:")
            click.echo(f"   planora-sync --config {config} audit")
            click.echo(f"   planora-sync --config {config} undo {shown.applied.run}")
        else:
            click.echo("Play with it: planora-sync demo --keep. With trackers of your own: planora-sync init")

    def _pulled(self, look: Look, *, again: bool = False) -> None:
        parts = []
        for one in look.pulled:
            name = TRACKERS.get(CONNECTIONS.get(one.connection, ""), one.connection)
            parts.append(
                f"{name} {one.entries} entries" + ("" if one.full else f" read, {one.changed} changed")
            )
        self._step("Pull again" if again else "Pull", "; ".join(parts))
        for one in look.failures:
            cause = str(one.error) if one.error else "; ".join(notice.what for notice in one.notices)
            click.secho(f"   {one.connection}: {one.status.value}: {one_line(cause)}", fg="red")

    def _step(self, name: str, what: str) -> None:
        self._number += 1
        click.echo()
        click.echo(click.style(f"{self._number}. {name}", bold=True) + f"  {what}")


def _print_codes(look: Look, found: str = "found") -> None:
    by_code: dict[str, list[Finding]] = defaultdict(list)
    for one in look.audited.audit.findings:
        by_code[one.code].append(one)
    rows = [
        (code, rule(code).name, str(len(ones)), ones[0].key or ones[0].place, one_line(ones[0].title, TITLE))
        for code, ones in sorted(by_code.items())
    ]
    if rows:
        print_table(("code", "what is wrong", found, "for example", "title"), rows)


def _print_measure(look: Look) -> None:
    measured = look.measured
    click.echo(
        f"   {len(measured.wanted)} are written down beside the data. Precision {measured.precision:.3f}, "
        f"recall {measured.recall:.3f}."
    )
    _print_differences(look, written="written down")


def _print_differences(look: Look, *, written: str) -> None:
    _print_marks(look.measured.missed, look, f"{written}, not found")
    _print_marks(look.measured.unexpected, look, f"found, not {written}")


def _print_marks(marks: Sequence[Mark], look: Look, what: str) -> None:
    for row in rows_of(marks, look):
        name = f"{row['key'] or row['id']} {one_line(row['title'] or '', TITLE)}"
        click.secho(f"   {what}: {row['code']} on {name}", fg="red")


def _print_unsure(look: Look, width: int) -> None:
    found = look.audited.audit
    by_question: dict[str, list[str]] = defaultdict(list)
    for ref in found.unsure:
        by_question[found.judgements[ref].question or ""].append(look.audited.snapshot.entries[ref].key)
    if by_question:
        click.echo(
            wrap_text(
                f"{len(found.unsure)} entries are unsure: their evidence does not say what they are, and so nothing is "
                "said of where they are filed. A person would be asked:",
                width,
                " " * 3,
                " " * 3,
            )
        )
    for question, keys in sorted(by_question.items(), key=lambda pair: -len(pair[1])):
        click.echo(f"     {one_line(question)} ({len(keys)})")
        click.secho(wrap_text(one_line(", ".join(keys)), width, " " * 9, " " * 9), fg="bright_black")


def _examples(corrections: Iterable[Correction], each: int = 2) -> list[Correction]:
    """Return a few corrections of each code, so that every tracker comes to its turn."""
    by_code: dict[str, list[Correction]] = defaultdict(list)
    for one in corrections:
        by_code[one.codes[0] if one.codes else ""].append(one)
    chosen: list[Correction] = []
    seen: Counter[str] = Counter()
    for _, ones in sorted(by_code.items()):
        for _ in range(min(each, len(ones))):
            one = min(ones, key=lambda one: seen[one.ref.tracker])
            ones.remove(one)
            seen[one.ref.tracker] += 1
            chosen.append(one)
    return chosen


def _comparison(shown: Shown) -> list[tuple[str, str, str]]:
    before, after = shown.first.audited, shown.second.audited
    rows = [
        ("separation score", f"{before.score.total.score:g}", f"{after.score.total.score:g}"),
        ("misfiled entries", str(before.score.total.misfiled), str(after.score.total.misfiled)),
        ("findings", str(len(before.audit.findings)), str(len(after.audit.findings))),
        ("unsure entries", str(len(before.audit.unsure)), str(len(after.audit.unsure))),
    ]
    for layer, share in before.score.by_layer.items():
        now = after.score.by_layer.get(layer)
        rows.append((f"  {layer} kept clean", f"{share.score:g} %", f"{now.score:g} %" if now else "-"))
    return rows
