"""Propose the spleen in transverse images: T2* only, no iron follows from it.

On the slice where a piece of one tissue looks most like a spleen, by place, size, form and company
(`organpiece`).
"""

from __future__ import annotations

from ironquant.core import EchoSeries, Organ
from ironquant.roi.proposal import Proposal
from ironquant.roi.pureorgan import OrganRule, propose_pure

SPLEEN = OrganRule(
    Organ.SPLEEN,
    region="spleen",
    proposer="ironquant-spleen-5",
    least_cm2=1.5,
    least_confidence=0.6,
    unseen="no_spleen_seen",
)


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
    return propose_pure(series, SPLEEN)[0]
