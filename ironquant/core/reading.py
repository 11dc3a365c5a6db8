"""What a reader decides: regions, echoes, model, calibration, scheme, words.

A proposal is a `Reading` made by software; undo in the window is a list of readings.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ironquant.core.clinical import ClinicalData
from ironquant.core.examination import Organ
from ironquant.core.findings import Finding

LONGEST_PAUSE_S = 120.0
"""Between two events; longer ones are no work."""
LEAST_SHIFT_MM = 1e-6
"""A region moved by less lies where it was."""
RegionSource = Literal["auto", "manual", "edited", "file"]


MAX_SITE = 32
_MAIN_SITES = {Organ.HEART: "septum", Organ.LIVER: "parenchyma"}
_UNSAFE = re.compile(r"[^a-z0-9]+")


def safe_site(name: str) -> str:
    """Return the name of a region as it may stand in the name of a file: small letters, digits, hyphens."""
    return _UNSAFE.sub("-", name.casefold()).strip("-")[:MAX_SITE].rstrip("-")


def main_site(organ: Organ) -> str:
    """Return the site that the first region of an organ stands for."""
    return _MAIN_SITES.get(organ, str(organ))


@dataclass(frozen=True)
class RegionEvent:
    """Something that happened to a region.

    Attributes
    ----------
    action : str
        ``proposed``, ``drawn``, ``edited``, ``read``, ``carried-over``, ``accepted``.
    who : str
        Reader or proposer.
    when : datetime or None
        With its time zone; None where no clock was asked.
    """

    action: str
    who: str = ""
    when: dt.datetime | None = None


@dataclass(frozen=True)
class EchoShift:
    """By how much a region is moved on one echo, because the patient moved.

    Attributes
    ----------
    echo : int
        Numbered from 1 by ascending TE.
    shift_mm : tuple of float
        In patient coordinates (LPS).
    """

    echo: int
    shift_mm: tuple[float, float, float]

    def __post_init__(self) -> None:
        if self.echo < 1 or len(self.shift_mm) != 3 or not all(map(math.isfinite, self.shift_mm)):
            raise ValueError("a shift needs an echo from 1 and three finite coordinates")


@dataclass(frozen=True, eq=False)
class Region:
    """A region in patient coordinates.

    A pixel belongs to the region if its centre lies inside the contours of its slice by the
    even-odd rule, so that an inner contour is a hole (a vessel in the liver).

    Attributes
    ----------
    organ : Organ
    site : str
        ``septum``, ``parenchyma``, ``circle-1``, ``aha-8`` …
    contours : tuple of ndarray, each shape (n, 3)
        Closed polygons (last point not repeated) in LPS mm, each within one slice plane.
    source : {"auto", "manual", "edited", "file"}
    proposer : str
        Who proposed it (name of the algorithm), empty for a hand-drawn region.
    confidence : float or None
        0 to 1 for a proposal.
    history : tuple of RegionEvent
        What happened to it, in order.
    echo_shifts : tuple of EchoShift
        Where it lies elsewhere on single echoes, in their order; empty where the patient lay still.
    """

    organ: Organ
    site: str
    contours: tuple[NDArray[np.float64], ...]
    source: RegionSource = "manual"
    proposer: str = ""
    confidence: float | None = None
    reported: bool = True
    history: tuple[RegionEvent, ...] = ()
    echo_shifts: tuple[EchoShift, ...] = ()

    @property
    def author(self) -> str:
        """Who gave it its present form: the last one who drew, edited or proposed it."""
        shaping = [event.who for event in self.history if event.action != "accepted" and event.who]
        return shaping[-1] if shaping else self.proposer

    def after(self, action: str, who: str = "", when: dt.datetime | None = None) -> Region:
        """Return the region with one more event in its history."""
        return replace(self, history=(*self.history, RegionEvent(action, who, when)))

    def shift_on(self, echo: int) -> NDArray[np.float64]:
        """Return by how much it is moved on an echo (from 1), shape (3,), LPS mm."""
        found = (entry.shift_mm for entry in self.echo_shifts if entry.echo == echo)
        return np.array(next(found, (0.0, 0.0, 0.0)))

    def shifted(self, echoes: Iterable[int], by_mm: NDArray[np.float64]) -> Region:
        """Return the region moved further on these echoes (from 1); shifts that end at nothing are none."""
        shifts = {entry.echo: np.array(entry.shift_mm) for entry in self.echo_shifts}
        for echo in echoes:
            shifts[echo] = shifts.get(echo, np.zeros(3)) + by_mm
        kept = (
            EchoShift(echo, (float(x), float(y), float(z)))
            for echo, (x, y, z) in sorted(shifts.items())
            if math.hypot(x, y, z) > LEAST_SHIFT_MM
        )
        return replace(self, echo_shifts=tuple(kept))

    def __post_init__(self) -> None:
        echoes = [entry.echo for entry in self.echo_shifts]
        if echoes != sorted(set(echoes)):
            raise ValueError("the shifts of a region stand once per echo, in order")
        frozen = []
        for contour in self.contours:
            points = np.array(contour, dtype=np.float64)
            if points.ndim != 2 or points.shape[1] != 3 or len(points) < 3:
                raise ValueError("a contour needs at least three points of three coordinates")
            points.flags.writeable = False
            frozen.append(points)
        object.__setattr__(self, "contours", tuple(frozen))


def working_seconds(events: Iterable[RegionEvent]) -> float | None:
    """Return how long somebody worked on a region, from the times of what happened to it.

    A pause counts as `LONGEST_PAUSE_S` at most: the reader was called away.

    Returns
    -------
    float or None
        None where fewer than two events tell their time.
    """
    times = sorted({event.when for event in events if event.when is not None})
    if len(times) < 2:
        return None
    gaps = ((late - early).total_seconds() for early, late in pairwise(times))
    return sum(min(gap, LONGEST_PAUSE_S) for gap in gaps)


@dataclass(frozen=True)
class OrganReading:
    """What the reader decided for one organ; None leaves the choice to the settings.

    Attributes
    ----------
    series_key : str or None
        Key of the echo series that is measured; None where no series serves.
    echoes : tuple of int or None
        Echoes to fit, numbered from 1 by ascending TE; None: chosen automatically.
    exclude_outliers : bool or None
        Whether pixels that do not count (`PixelExclusion`) are left out of the mean signal.
    proposed : Region or None
        What software proposed as the reported region, before anybody changed it.
    findings : tuple of Finding
        What the proposal has to say (``region_not_found``, ``region_low_confidence``).
    """

    organ: Organ
    series_key: str | None
    regions: tuple[Region, ...] = ()
    echoes: tuple[int, ...] | None = None
    model: str | None = None
    calibration: str | None = None
    scheme: str | None = None
    exclude_outliers: bool | None = None
    proposed: Region | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Reading:
    """Everything a reader decided about one examination.

    Attributes
    ----------
    impression : str or None
        In the reader's own words; None: as it is proposed.
    """

    organs: tuple[OrganReading, ...] = ()
    reader: str = ""
    reviewer: str = ""
    impression: str | None = None
    clinical: ClinicalData = field(default_factory=ClinicalData)

    def organ(self, organ: Organ) -> OrganReading | None:
        """Return the reading of this organ, if there is one."""
        return next((entry for entry in self.organs if entry.organ == organ), None)

    def with_organ(self, entry: OrganReading) -> Reading:
        """Return a copy in which `entry` replaces the reading of its organ."""
        kept = [old if old.organ != entry.organ else entry for old in self.organs]
        if self.organ(entry.organ) is None:
            kept.append(entry)
        return replace(self, organs=tuple(kept))
