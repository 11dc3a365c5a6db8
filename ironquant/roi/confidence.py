"""From what a proposer thinks of its region to how often such a region is right."""

from __future__ import annotations

import numpy as np

from ironquant.core import Organ
from ironquant.resources import load_table


def calibrated(organ: Organ, raw: float) -> float:
    """Return the share of right regions among phantoms of the same raw score.

    Parameters
    ----------
    raw : float
        Score of the organ's own proposer.

    Returns
    -------
    float
        0 to 1, never falling with the score: a line through the points of ``resources/confidence.toml``.
    """
    points = load_table("confidence")[str(organ)]
    return float(np.interp(raw, points["raw"], points["right"]))
