"""Propose the spleen in transverse images: T2* only, no iron follows from it.

Where a piece of one tissue looks like a spleen (place, size, form: ``resources/organ_pieces.toml``) and is
no part of what looks like the liver.
"""

from __future__ import annotations

import numpy as np

from ironquant.core import EchoSeries, Organ
from ironquant.roi.confidence import calibrated
from ironquant.roi.liver import pure_pixels
from ironquant.roi.masks import region_from_mask
from ironquant.roi.organpiece import look_into
from ironquant.roi.proposal import Proposal, refusal

PROPOSER = "ironquant-spleen-4"

LEAST_CM2 = 1.5
MIN_CONFIDENCE = 0.6


def propose_spleen(series: EchoSeries) -> Proposal:
    """Propose the spleen.

    Parameters
    ----------
    series : EchoSeries
        Transverse images, such as those of the liver.

    Returns
    -------
    Proposal
        On the slice where a piece looks most like a spleen; or the reason why there is none, as after its
        removal.
    """
    abdomen = look_into(series, Organ.SPLEEN)
    if isinstance(abdomen, str):
        return refusal(Organ.SPLEEN, abdomen)
    for found in abdomen.best(Organ.SPLEEN):
        confidence = calibrated(Organ.SPLEEN, found.score)
        mask = pure_pixels(found.image, found.piece)
        area_cm2 = mask.sum() * np.prod(found.image.spacing) / 100.0
        if confidence < MIN_CONFIDENCE or area_cm2 < LEAST_CM2:
            continue
        whole = np.zeros(series.shape, dtype=bool)
        whole[found.index] = abdomen.turn.back(mask)
        region = region_from_mask(
            whole,
            series,
            Organ.SPLEEN,
            "spleen",
            source="auto",
            proposer=PROPOSER,
            confidence=round(confidence, 2),
        )
        return Proposal(Organ.SPLEEN, region, confidence)
    return refusal(Organ.SPLEEN, "no_spleen_seen")
