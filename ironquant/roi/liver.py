"""Propose the liver parenchyma in transverse images.

1. The tissues of every slice are told apart (`tissues`), and the piece that looks most like a liver is
   taken (`organpiece`): by place, size, form and company, wherever iron and fat put its signal.
2. On the pixels of the images the rim (partial volume), vessels and what else is unlike the parenchyma are
   left out (`pureorgan`).
"""

from __future__ import annotations

from ironquant.core import EchoSeries, Organ
from ironquant.roi.circles import with_circles
from ironquant.roi.proposal import Proposal
from ironquant.roi.pureorgan import OrganRule, propose_pure

LIVER = OrganRule(
    Organ.LIVER,
    region="parenchyma",
    proposer="ironquant-liver-5",
    least_cm2=4.0,
    least_confidence=0.36,
    unseen="no_liver_seen",
)


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
    proposal, mask = propose_pure(series, LIVER)
    return proposal if mask is None else with_circles(proposal, mask, series)
