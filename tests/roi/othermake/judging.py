"""A proposal on a heart of the other make beside its truth."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from ironquant.core import Organ
from ironquant.roi import propose_region, region_mask
from othermake.short_axis import Heart

NAN = float("nan")


@dataclass(frozen=True)
class Judged:
    """What came out; `level` lies between base (0) and apex (1), `error` is that of T2*."""

    confidence: float
    reason: str
    seconds: float
    dice: float = NAN
    outside: float = NAN
    error: float = NAN
    level: float = NAN

    @property
    def right(self) -> bool:
        return abs(self.error) <= 0.05


def judge(heart: Heart) -> Judged:
    """Propose a septum and compare it, on its slice, with the core of the true one."""
    start = time.process_time()
    proposal = propose_region(heart.series, Organ.HEART)
    seconds = time.process_time() - start
    if proposal.region is None:
        return Judged(proposal.confidence, proposal.reason, seconds)
    mask = region_mask(proposal.region, heart.series)
    (index,) = np.flatnonzero(mask.any(axis=(1, 2)))
    drawn, core = mask[index], heart.core[index]
    te = np.array(heart.series.te_ms)
    used = te <= max(2.0 * heart.t2star_ms, te[2])
    curve = heart.clean[index][drawn].mean(axis=0)[used]
    slope = np.polyfit(te[used], np.log(curve), 1, w=curve)[0]
    return Judged(
        proposal.confidence,
        "",
        seconds,
        dice=2.0 * float((drawn & core).sum()) / float(drawn.sum() + core.sum()),
        outside=1.0 - float((drawn & heart.myocardium[index]).sum()) / float(drawn.sum()),
        error=-1.0 / slope / heart.t2star_ms - 1.0,
        level=heart.level[index],
    )
