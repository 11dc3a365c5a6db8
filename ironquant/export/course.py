"""The words of follow-up: breaks of the line, and the change since the examination before."""

from __future__ import annotations

import math
from typing import Any

from ironquant.core import IronUnit, Organ, Trend, TrendPoint, Verdict
from ironquant.export.numbers import MISSING, UMOL_PER_MG, format_in_unit, format_interval, unit_of
from ironquant.export.wording import capital
from ironquant.resources import term, text

BETTER: dict[Organ, Verdict] = {Organ.HEART: "increased", Organ.LIVER: "decreased"}
"""Which way the page-1 value of an organ goes when there is less iron: heart T2* up, LIC down."""


COLUMNS = ("date", "value", "interval", "field", "method", "remark")
"""Of a table of examinations; the titles stand in the texts."""


def say_history(key: str, lang: str, **params: Any) -> str:
    """Return a text of the section ``history``."""
    return text("history", key, lang, **params)


def break_words(point: TrendPoint, lang: str) -> str:
    """Return why a point does not compare with the one before it; empty where it does."""
    join = say_history("break_join", lang)
    return join.join(say_history(f"break_{reason}", lang) for reason in point.breaks)


def change_words(trend: Trend | None, lang: str, iron_unit: IronUnit = "mg/g") -> str:
    """Return what became of an organ since the examination before, in one clause; empty without one.

    Across a break of the line nothing is said of a change, only that and why there is none.
    """
    if trend is None or len(trend.points) < 2:
        return ""
    before, now = trend.points[-2:]
    if now.breaks:
        return say_history("change_not_comparable", lang, date=before.date, reasons=break_words(now, lang))
    change = trend.change
    if change is None:
        return ""
    told = {
        "date": before.date,
        "name": say_history(f"name_{trend.quantity}", lang),
        "before": format_in_unit(before.value, trend.quantity, iron_unit),
        "now": format_in_unit(now.value, trend.quantity, iron_unit),
        "unit": unit_of(trend.quantity, iron_unit),
    }
    if change.percent is None:
        values = say_history("change_bound", lang, **told)
    else:
        values = say_history("change_values", lang, **told, percent=signed(change.percent))
    verdict = say_history(f"change_{outcome(trend)}", lang, limit=f"{trend.limit_percent:g}")
    return say_history("change_join", lang, values=values, verdict=verdict)


def short_change(trend: Trend, lang: str) -> str:
    """Return the change in a few words, or why none is claimed; empty where nothing is said."""
    before, now = trend.points[-2:]
    if now.breaks:
        return say_history("short_break", lang, date=before.date, reasons=break_words(now, lang))
    if trend.change is None:
        return ""
    verdict = say_history(f"short_{outcome(trend)}", lang)
    if trend.change.percent is None:
        return say_history("short_bound", lang, date=before.date, verdict=verdict)
    percent = signed(trend.change.percent)
    return say_history("short_values", lang, date=before.date, percent=percent, verdict=verdict)


def outcome(trend: Trend) -> str:
    """Return whether an organ has improved, by the direction of its value: the end of a text's key."""
    verdict = trend.change.verdict if trend.change else "open"
    if verdict in ("within", "open"):
        return verdict
    better = BETTER.get(trend.organ)
    if better is None or (trend.organ == Organ.LIVER) != (trend.quantity == "iron_mg_per_g"):
        return "higher" if verdict == "increased" else "lower"
    return "improved" if verdict == better else "progressed"


def signed(percent: float) -> str:
    """Return a change with its sign, in whole percent unless it is small."""
    shown = f"{percent:+.0f}" if abs(percent) >= 9.5 else f"{percent:+.1f}"
    return shown.replace("-", "−")


def limit_words(trend: Trend, lang: str) -> str:
    """Return the measurement error that a change is judged by; empty where none is published."""
    if trend.limit_percent is None:
        return ""
    single = f"{trend.limit_percent / math.sqrt(2.0):.0f}"
    return say_history("limit", lang, limit=f"{trend.limit_percent:g}", single=single)


def quantity_words(trend: Trend, lang: str, iron_unit: IronUnit = "mg/g") -> str:
    """Return the quantity with its unit, as an axis names it."""
    name = say_history(f"name_{trend.quantity}", lang)
    return say_history("axis", lang, name=name, unit=unit_of(trend.quantity, iron_unit))


def heading(trend: Trend, lang: str, iron_unit: IronUnit = "mg/g") -> str:
    """Return organ, quantity and number of examinations in one line."""
    organ = capital(term(str(trend.organ), lang))
    quantity = quantity_words(trend, lang, iron_unit)
    return say_history("heading", lang, organ=organ, quantity=quantity, n=len(trend.points))


def point_row(point: TrendPoint, trend: Trend, lang: str, iron_unit: IronUnit = "mg/g") -> tuple[str, ...]:
    """Return date, value, interval, field, method and remark of one examination, as tables show it."""
    scanner = say_history("scanner_changed", lang) if point.scanner_changed else ""
    remarks = (break_words(point, lang), scanner, point.remark)
    return (
        point.date.isoformat(),
        format_in_unit(point.value, trend.quantity, iron_unit),
        _interval_words(point, trend, iron_unit),
        MISSING if point.field_t is None else f"{point.field_t:.2f} T",
        method_of(point, lang),
        say_history("break_join", lang).join(filter(None, remarks)),
    )


def _interval_words(point: TrendPoint, trend: Trend, iron_unit: IronUnit) -> str:
    if trend.quantity != "iron_mg_per_g" or iron_unit == "mg/g" or point.interval is None:
        return format_interval(point.interval, trend.quantity)
    low, high = (end * UMOL_PER_MG for end in point.interval)
    return format_interval((low, high), "iron_umol_per_g")


def method_of(point: TrendPoint, lang: str) -> str:
    """Return the fit model of a point, or how it was measured in the words of who typed it in."""
    if point.model:
        return term(point.model, lang)
    if point.told_method:
        return say_history("method_typed", lang, method=point.told_method)
    return say_history("source_typed", lang)
