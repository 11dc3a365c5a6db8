"""The decay curve of the report, drawn as vectors: measured echoes, fitted line, noise level."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Curve, ModelResult
from ironquant.export.fonts import text_width
from ironquant.export.page import ACCENT, GREY, INK, RULE, Page
from ironquant.export.speech import Speech
from ironquant.fitting import chi_mean, expected_signal

LINE_POINTS = 121
_LEGEND_SIZE = 7.0
_LEGEND_LINE = 10.0
_TICK_SIZE = 7.0


def draw_curve(
    page: Page,
    frame: tuple[float, float, float, float],
    curve: Curve,
    fit: ModelResult | None,
    lang: str,
) -> None:
    """Draw the curve into `frame` (left, top, width, height in points).

    Used echoes are filled, dropped ones hollow; the line is solid over the echoes used and dashed
    beyond; the grey line is the mean of pure noise. The shapes tell them apart without colour.
    """
    left, top, width, height = frame
    words = _legend_words(curve, fit, lang)
    legend_height = _LEGEND_LINE * len(_legend_lines(words, width - 30))
    s0 = 0.0 if fit is None or fit.s0 is None else fit.s0
    plot = _Plot(page, (left + 30, top + legend_height, width - 34, height - legend_height - 24), curve, s0)
    plot.axes(lang)
    floor = None if curve.sigma is None else curve.sigma * chi_mean(curve.n_coils)
    if floor is not None and floor < plot.top_value:
        plot.line(np.array([0.0, plot.last_te]), np.array([floor, floor]), GREY, 0.7, (1, 1.5))
    used = np.isin(np.arange(len(curve.te_ms)) + 1, curve.echoes_used)
    te = np.asarray(curve.te_ms)
    if fit is not None and used.any():
        low, high = float(te[used].min()), float(te[used].max())
        for start, end, dash in ((0.0, low, (3, 2)), (low, high, None), (high, plot.last_te, (3, 2))):
            points = np.linspace(start, end, LINE_POINTS)
            expected = expected_signal(fit, points, curve.n_coils)
            if expected is not None and end > start:
                plot.line(points, expected, ACCENT, 1.2, dash)
    for time, signal, filled in zip(curve.te_ms, curve.signal, used, strict=True):
        if math.isfinite(signal):
            plot.marker(time, signal, filled=bool(filled))
    _legend(page, left + 28, top, _legend_lines(words, width - 30))


class _Plot:
    """Axes of one curve: from echo times and signals to points on the page."""

    def __init__(self, page: Page, frame: tuple[float, float, float, float], curve: Curve, s0: float) -> None:
        self.page = page
        self.left, self.top, self.width, self.height = frame
        finite = [signal for signal in curve.signal if math.isfinite(signal)]
        highest = max(finite, default=1.0) or 1.0
        # The amplitude at TE 0 is shown unless it would press the measured points down.
        self.top_value = min(1.06 * max(highest, s0), 1.5 * highest)
        self.last_te = 1.05 * max(curve.te_ms)

    def position(self, te: float, signal: float) -> tuple[float, float]:
        x = self.left + self.width * te / self.last_te
        return x, self.top + self.height * (1.0 - signal / self.top_value)

    def axes(self, lang: str) -> None:
        """Draw frame, ticks, grid and titles."""
        page = self.page
        page.box(self.left, self.top, self.width, self.height, stroke=RULE)
        for tick in ticks(self.last_te, 6):
            x, bottom = self.position(tick, 0.0)
            page.rule(x, bottom, x, bottom + 2.5, colour=GREY)
            page.text(x - 12, bottom + 3, f"{tick:g}", _TICK_SIZE, 24, align="center", colour=GREY)
        for tick in ticks(self.top_value, 4):
            x, y = self.position(0.0, tick)
            page.rule(x - 2.5, y, x, y, colour=GREY)
            if 0 < tick < self.top_value:
                page.rule(x, y, x + self.width, y, colour="#e3e8ee", width=0.4)
            label_top = max(y - _TICK_SIZE * 0.6, self.top)
            page.text(self.left - 30, label_top, f"{tick:g}", _TICK_SIZE, 26, align="right", colour=GREY)
        below = self.top + self.height + 12.5
        page.text(
            self.left, below, Speech(lang).say("axis_te", " / "), 7.5, self.width, align="center", colour=GREY
        )

    def line(
        self,
        te: NDArray[np.float64],
        signal: NDArray[np.float64],
        colour: str,
        width: float,
        dash: tuple[float, float] | None,
    ) -> None:
        points = np.array([self.position(float(t), float(s)) for t, s in zip(te, signal, strict=True)])
        self.page.clip(self.left, self.top, self.width, self.height)
        self.page.path(points, colour=colour, width=width, dash=dash)
        self.page.unclip()

    def marker(self, te: float, signal: float, *, filled: bool) -> None:
        x, y = self.position(te, signal)
        self.page.dot(x, y, 2.2, fill=INK if filled else "#ffffff", stroke=INK)


def _legend_words(curve: Curve, fit: ModelResult | None, lang: str) -> dict[str, str]:
    """Return what the signs of the curve mean, of those that are drawn."""
    dropped = len(set(curve.echoes_used)) < len(curve.te_ms)
    fitted = (
        fit is not None
        and bool(curve.echoes_used)
        and expected_signal(fit, np.array([curve.te_ms[0]]), curve.n_coils) is not None
    )
    keys = ["used"] + ["dropped"] * dropped + ["fit"] * fitted + ["noise"] * (curve.sigma is not None)
    return {key: Speech(lang).say(f"legend_{key}") for key in keys}


def _legend_lines(words: dict[str, str], width: float) -> list[list[tuple[str, str, float]]]:
    """Return sign, words and width of the keys, as many in a line as fit."""
    lines: list[list[tuple[str, str, float]]] = []
    for key, told in words.items():
        wanted = min(20.0 + text_width(told, _LEGEND_SIZE), width)
        if not lines or sum(taken for _, _, taken in lines[-1]) + wanted > width:
            lines.append([])
        lines[-1].append((key, told, wanted))
    return lines


def _legend(page: Page, x: float, y: float, lines: list[list[tuple[str, str, float]]]) -> None:
    """Draw the key of the curve above its frame."""
    for line in lines:
        at, middle = x, y + 4.5
        for key, words, wide in line:
            if key in ("used", "dropped"):
                page.dot(at + 4, middle, 2.0, fill=INK if key == "used" else "#ffffff", stroke=INK)
            else:
                colour, dash = (ACCENT, None) if key == "fit" else (GREY, (1, 1.5))
                page.rule(at, middle, at + 9, middle, colour=colour, width=1.0, dash=dash)
            page.text(at + 12, y, words, _LEGEND_SIZE, wide - 13, colour=GREY)
            at += wide
        y += _LEGEND_LINE


def ticks(top: float, at_most: int) -> list[float]:
    """Return round numbers from 0 up to `top`, at most `at_most` steps."""
    rough = top / at_most
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(magnitude * factor for factor in (1, 2, 2.5, 5, 10) if magnitude * factor >= rough)
    return [number * step for number in range(int(top / step + 1e-9) + 1)]
