"""Propose the spleen in transverse images: T2* only, no iron follows from it.

Where a piece of one tissue looks like a spleen (place, size, form: ``resources/organ_pieces.toml``) and is
no part of what looks like the liver.
"""

from __future__ import annotations

from ironquant.core import EchoSeries, Organ
from ironquant.roi.masks import region_from_mask
from ironquant.roi.organpiece import look_into
from ironquant.roi.proposal import Proposal, refusal
from ironquant.roi.pureorgan import pure_organs

PROPOSER = "ironquant-spleen-5"

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
    for found in pure_organs(series, abdomen, Organ.SPLEEN, LEAST_CM2):
        if found.confidence >= MIN_CONFIDENCE:
            region = region_from_mask(
                found.mask,
                series,
                Organ.SPLEEN,
                "spleen",
                source="auto",
                proposer=PROPOSER,
                confidence=round(found.confidence, 2),
            )
            return Proposal(Organ.SPLEEN, region, found.confidence)
    return refusal(Organ.SPLEEN, "no_spleen_seen")
