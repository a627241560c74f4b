"""Bars and a line as plain SVG, made by the server; the table beside them says the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


WIDTH, HEIGHT, BASE = 320, 120, 100  # BASE: where the bars stand
GAP = 8


@dataclass(frozen=True)
class Bar:
    label: str
    text: str
    x: float
    y: float
    width: float
    height: float
    is_missing: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    # The points that are known, joined; where a period has no figure the line breaks.
    strokes: list[str]
    goal: float | None = None


def chart(points: list[tuple[str, str, Decimal | None]], goal: Decimal | None = None) -> Chart:
    """Label, text and value of each period. What is missing has no bar, which is no zero."""
    known = [value for _label, _text, value in points if value is not None]
    most = max([*known, *([goal] if goal else []), Decimal(0)]) or Decimal(1)
    step = WIDTH / max(len(points), 1)
    width = min(step - GAP, 48)
    bars = []
    for number, (label, text, value) in enumerate(points):
        height = float(max(value or 0, Decimal(0)) / most * (BASE - 16))
        x = number * step + (step - width) / 2
        bars.append(
            Bar(
                label,
                text,
                round(x, 1),
                round(BASE - height, 1),
                round(width, 1),
                round(height, 1),
                value is None,
            )
        )
    level = None if goal is None else round(BASE - float(goal / most * (BASE - 16)), 1)
    return Chart(bars, _strokes(bars), level)


def _strokes(bars: list[Bar]) -> list[str]:
    strokes: list[list[str]] = [[]]
    for bar in bars:
        if bar.is_missing:
            strokes.append([])
        else:
            strokes[-1].append(f"{bar.middle},{bar.y}")
    return [" ".join(stroke) for stroke in strokes if len(stroke) > 1]
