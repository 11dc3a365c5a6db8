"""The course of one organ over several examinations."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from ironquant.core.examination import Organ
from ironquant.core.library import RecordSource
from ironquant.core.results import Method, Value

TrendQuantity = Literal["t2star_ms", "iron_mg_per_g"]
BreakReason = Literal[
    "field", "field_unknown", "sequence", "blood", "method", "calibration", "region", "typed"
]
"""Why two examinations do not compare; the words stand in ``resources/texts``, section ``history``."""
Verdict = Literal["increased", "decreased", "within", "open"]
"""More or less by more than the repeatability; not by more; a bound leaves it open."""


@dataclass(frozen=True)
class TrendPoint:
    """One examination in the course of an organ.

    Attributes
    ----------
    value : Value
        Measured again by the model and calibration of the newest examination, where that is possible.
    interval : tuple of float or None
        95 % interval of a single measurement by the published repeatability; None of a bound.
    model : str
        Fit model; empty where the value was typed in.
    breaks : tuple of str
        Why it does not compare with the point before it; empty where it does.
    scanner_changed : bool
        Another scanner than at the point before it: told, but no break.
    told_method, remark : str
        In the reader's words.
    """

    uid: str
    date: dt.date
    value: Value
    interval: tuple[float, float] | None
    model: str
    method: Method
    calibration: str | None
    field_t: float | None
    scanner: str
    source: RecordSource
    breaks: tuple[BreakReason, ...] = ()
    scanner_changed: bool = False
    told_method: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Change:
    """What became of a value since the examination before.

    Attributes
    ----------
    difference, percent : float or None
        Newest minus earlier value, and in percent of the mean of both; None where one is a bound.
    """

    since: dt.date
    difference: float | None
    percent: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Trend:
    """The course of one organ, the newest examination last.

    Attributes
    ----------
    limit_percent : float or None
        Published least significant change between two measurements, 1.96 · √2 · CoV.
    change : Change or None
        Since the examination before the newest; None where there is none that compares.
    """

    organ: Organ
    quantity: TrendQuantity
    points: tuple[TrendPoint, ...]
    limit_percent: float | None
    change: Change | None

    @property
    def segments(self) -> tuple[tuple[TrendPoint, ...], ...]:
        """The points in groups that compare with each other."""
        groups: list[list[TrendPoint]] = []
        for point in self.points:
            if not groups or point.breaks:
                groups.append([])
            groups[-1].append(point)
        return tuple(map(tuple, groups))
