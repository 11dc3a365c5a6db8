"""The proposer of each organ, by name."""

from __future__ import annotations

from ironquant.core import EchoSeries, Organ
from ironquant.roi.proposal import Proposal, refusal


def propose_region(series: EchoSeries, organ: Organ) -> Proposal:
    """Propose the region of an organ on a series, or say why there is none."""
    from ironquant.roi.liver import propose_liver
    from ironquant.roi.septum import propose_septum

    proposers = {Organ.HEART: propose_septum, Organ.LIVER: propose_liver}
    if organ not in proposers:
        return refusal(organ, "no_series_for_organ")
    return proposers[organ](series)
