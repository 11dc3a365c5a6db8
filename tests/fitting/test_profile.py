"""Profile intervals of a region end where the residual has risen as far as Student's t allows."""

import numpy as np
import pytest
from scipy.optimize import brentq, least_squares
from scipy.stats import t as student

from ironquant.fitting import MODELS
from ironquant.fitting.modelfit import Conditions
from ironquant.fitting.profile import profile_interval

TE = np.arange(1, 13) * 1.2
UNEVEN = np.array([1.2, 2.6, 4.2, 6.9, 10.0, 14.0])


def left_over(curve, te, rate, constant):
    """Residual sum at a rate, the sizes of decay and constant by SciPy."""
    basis = np.stack([np.exp(-rate * te)] + [np.ones_like(te)] * constant, axis=1)
    return 2.0 * least_squares(lambda size: basis @ size - curve, np.ones(1 + constant), xtol=1e-15).cost


@pytest.mark.parametrize("te", [TE, UNEVEN], ids=["even", "uneven"])
@pytest.mark.parametrize("noise", [0.003, 0.03])
@pytest.mark.parametrize(("model", "constant"), [("mono", False), ("offset", True)])
def test_ends_agree_with_a_search_by_scipy(model, constant, noise, te):
    curve = 0.2 * constant + np.exp(-te / 4.0) + noise * np.random.default_rng(3).normal(size=te.size)
    fitted = MODELS[model].solve(curve[:, None], te, Conditions())
    rate, dof = fitted.rate[0], te.size - 2 - constant
    least = left_over(curve, te, rate, constant)
    allowed = least * (1.0 + student.ppf(0.975, dof) ** 2 / dof)
    interval = profile_interval(model, curve, te, Conditions(), fitted)
    for end in interval:
        found = brentq(lambda at: left_over(curve, te, at, constant) - allowed, rate, 2.0 * end - rate)
        assert abs(end - found) < 0.002 * abs(found - rate)
