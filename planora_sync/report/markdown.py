"""The report as Markdown, for wikis and chat; texts of trackers cannot become markup."""

from __future__ import annotations

import re

from planora_sync.report.view import Line, View
from planora_sync.safe_text import one_line

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-!|<>~=@:])")


def plain(text: str) -> str:
    """Return a text with every character that Markdown would read as markup escaped."""
    return _MARKUP.sub(r"\\\1", one_line(text))


def markdown(view: View) -> str:
    """Return the report: score, findings by rule, what is unsure."""
    total = view.score.total
    parts = [
        f"# Separation report, {view.at:%Y-%m-%d}",
        f"**{total.score:g} of 100**: {total.misfiled} of {total.entries} open entries are misfiled; "
        f"{view.findings} findings in all, {view.new} new, {view.resolved} resolved.",
        _layers(view),
    ]
    for group in view.groups:
        parts.append(f"## {group.code} {group.name} ({len(group.lines)})\n\n{group.summary}")
        parts.append("\n".join(_line(line) for line in group.lines))
    if view.doubts:
        rows = [
            f"| {_link(d.key, d.url)} {plain(d.title)} | {d.filed} | {plain(d.question)} |"
            for d in view.doubts
        ]
        parts.append("## Unsure\n\n| entry | filed | question |\n|---|---|---|\n" + "\n".join(rows))
    if view.score.unmapped:
        parts.append(f"{view.score.unmapped} entries are unmapped: no rule of the mapping fits them.")
    parts += [f"{code} was not asked: {plain(reason)}" for code, reason in view.skipped]
    return "\n\n".join(parts) + "\n"


def _layers(view: View) -> str:
    rows = [
        f"| {layer} | {share.entries} | {share.misfiled} | {share.unsure} |"
        for layer, share in view.score.by_layer.items()
    ]
    return "| layer | entries | misfiled | unsure |\n|---|---|---|---|\n" + "\n".join(rows)


def _line(line: Line) -> str:
    cure = f"\n  - {line.safety}: {plain(line.cure)}" if line.cure else ""
    steps = "".join(f"\n  - {plain(step)}" for step in line.steps)
    return f"- **{_link(line.key, line.url)}** {plain(line.title)}: {plain(line.message)}{steps}{cure}"


def _link(text: str, url: str) -> str:
    # An address with spaces or brackets would end the link early.
    safe = url if url and not re.search(r"[\s()<>]", url) else ""
    return f"[{plain(text)}]({safe})" if safe else plain(text)
