"""What a proposer answers: a region with a confidence, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from ironquant.core import Organ, Region


@dataclass(frozen=True)
class Proposal:
    """Outcome of one proposer on one series.

    Attributes
    ----------
    region : Region or None
    confidence : float
        0 to 1; 0 where nothing was found.
    reason : str
        Term code (``resources/texts``, section ``terms``) why there is no region, or empty.
    further : tuple of Region
        Regions to measure beside `region`, such as the segments of the heart; not reported.
    """

    organ: Organ
    region: Region | None
    confidence: float
    reason: str = ""
    further: tuple[Region, ...] = ()


def refusal(organ: Organ, reason: str) -> Proposal:
    """Return a proposal without a region."""
    return Proposal(organ, None, 0.0, reason)
