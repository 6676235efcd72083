"""The report as one HTML file that needs no network: styles and pictures are inside, scripts there are none."""

from __future__ import annotations

import functools
from importlib.resources import files

import jinja2

from planora_sync.report.html.charts import ring, trend
from planora_sync.report.view import View
from planora_sync.safe_text import harmless

LAYER_QUESTIONS = {
    "roadmap": "Where are we going and why?",
    "backlog": "What could we possibly do?",
    "plan": "What are we doing right now?",
}
NATURES = ("initiative", "backlog", "task", "unsure")
RIGHT = {"roadmap": "initiative", "backlog": "backlog", "plan": "task"}


def html_page(view: View) -> str:
    """Return the whole page; every text of a tracker is escaped and freed of direction marks."""
    return _template().render(
        view=view,
        ring=ring(view.score.total.score),
        trend=trend(view.history) if len(view.history) > 1 else "",
        questions=LAYER_QUESTIONS,
        natures=NATURES,
        right=RIGHT,
        style=(files("planora_sync.report.html") / "style.css").read_text("utf-8"),
    )


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: harmless(value) if type(value) is str else value,
    )
    source = (files("planora_sync.report.html") / "page.html").read_text("utf-8")
    return environment.from_string(source)
