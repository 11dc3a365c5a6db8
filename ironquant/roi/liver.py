"""Propose the liver parenchyma in transverse images.

1. The tissues of every slice are told apart (`tissues`), and the piece that looks most like a liver is
   taken (`organpiece`): by place, size, form and company, wherever iron and fat put its signal.
2. On the pixels of the images the rim (partial volume), vessels and what else is unlike the parenchyma are
   left out (`pureorgan`).
"""

from __future__ import annotations

from ironquant.core import EchoSeries, Organ
from ironquant.roi.circles import with_circles
from ironquant.roi.masks import region_from_mask
from ironquant.roi.organpiece import look_into
from ironquant.roi.proposal import Proposal, refusal
from ironquant.roi.pureorgan import pure_organs

PROPOSER = "ironquant-liver-5"

LEAST_CM2 = 4.0
MIN_CONFIDENCE = 0.4


def propose_liver(series: EchoSeries) -> Proposal:
    """Propose the parenchyma of the liver.

    Parameters
    ----------
    series : EchoSeries
        Transverse images.

    Returns
    -------
    Proposal
        On the slice where a piece looks most like a liver; or the reason why there is none.
    """
    abdomen = look_into(series, Organ.LIVER)
    if isinstance(abdomen, str):
        return refusal(Organ.LIVER, abdomen)
    for found in pure_organs(series, abdomen, Organ.LIVER, LEAST_CM2):
        if found.confidence >= MIN_CONFIDENCE:
            region = region_from_mask(
                found.mask,
                series,
                Organ.LIVER,
                "parenchyma",
                source="auto",
                proposer=PROPOSER,
                confidence=round(found.confidence, 2),
            )
            return with_circles(Proposal(Organ.LIVER, region, found.confidence), found.mask, series)
    return refusal(Organ.LIVER, "no_liver_seen")
