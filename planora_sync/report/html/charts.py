"""Small SVG pictures of our own; numbers only, no text of a tracker ever enters them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

RADIUS = 52
WIDTH, HEIGHT = 240, 48


def ring(score: float) -> Markup:
    """Return a ring that is filled as far as the score goes, 0 to 100."""
    around = 2 * math.pi * RADIUS
    filled = around * max(0.0, min(100.0, score)) / 100
    return Markup(
        '<svg class="ring" viewBox="0 0 128 128" role="img" aria-label="Separation score {score:g} of 100">'
        '<circle cx="64" cy="64" r="{r}" class="ring-track"/>'
        '<circle cx="64" cy="64" r="{r}" class="ring-fill" stroke-dasharray="{filled:.1f} {around:.1f}"/>'
        '<text x="64" y="70" class="ring-number">{score:g}</text>'
        '<text x="64" y="88" class="ring-of">of 100</text></svg>'
    ).format(score=_Number(score), r=RADIUS, filled=_Number(filled), around=_Number(around))


def trend(scores: Sequence[float]) -> Markup:
    """Return a line through former scores, oldest first."""
    low, high = min(scores), max(scores)
    spread = (high - low) or 1.0
    step = WIDTH / max(1, len(scores) - 1)
    points = " ".join(
        f"{position * step:.1f},{HEIGHT - 4 - (value - low) / spread * (HEIGHT - 8):.1f}"
        for position, value in enumerate(scores)
    )
    return Markup(  # noqa: S704 - numbers only
        f'<svg class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Score over time">'
        f'<polyline points="{points}"/></svg>'
    )


class _Number(float):
    """A number that Markup.format takes as it is."""

    def __html_format__(self, spec: str) -> str:
        return format(float(self), spec)
