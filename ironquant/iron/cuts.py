"""Where on the T2* axis the grade of a result changes."""

from __future__ import annotations

import math

from ironquant.core import OrganResult
from ironquant.iron.calibrations import calibration
from ironquant.iron.schemes import scheme


def grade_cuts_ms(result: OrganResult) -> tuple[float, ...]:
    """Return the cut points of the scheme of a result as T2* in ms, ascending.

    Cuts in iron are turned by the calibration of the result; none without a grade.
    """
    if result.grade is None:
        return ()
    own = scheme(result.grade.scheme)
    cuts = [high for _, _, high in own.bands if math.isfinite(high)]
    if own.quantity == "t2star_ms":
        return tuple(sorted(cuts))
    if result.iron is None:
        return ()
    line = calibration(result.iron.calibration)
    turned = (line.t2star_ms(cut) for cut in cuts)
    return tuple(sorted(cut for cut in turned if cut is not None))
