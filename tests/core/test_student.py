"""Quantiles of Student's t are those of SciPy, which the first fit of a process does not import."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import special

from ironquant.core import student_975, student_quantile


@pytest.mark.parametrize("probability", [0.6, 0.9, 0.975, 0.995, 0.9995])
@pytest.mark.parametrize("most", [40, 300])
def test_quantiles_are_those_of_scipy(probability, most):
    dof = np.arange(most + 1)
    expected = np.concatenate(
        [[special.ndtri(probability)], special.stdtrit(np.arange(1.0, most + 1.0), probability)]
    )
    np.testing.assert_allclose(student_quantile(dof, probability), expected, rtol=1e-10)


def test_shape_is_kept():
    dof = np.array([[0, 1, 2], [10, 0, 30]])
    assert student_975(dof).shape == dof.shape
    assert student_975(dof)[0, 1] == pytest.approx(12.706204736174694, rel=1e-12)
    assert student_975(np.zeros(0, dtype=np.intp)).size == 0


@pytest.mark.parametrize("model", ["mono", "truncation", "second-moment"])
def test_a_fit_imports_no_scipy(model):
    code = (
        "import sys, numpy as np, ironquant\n"
        "te = np.arange(1.0, 9.0)\n"
        f"ironquant.fit(np.exp(-te / 2.0) * np.ones((30, 1)), te, '{model}').ci95\n"
        "sys.exit(any(name.split('.')[0] in ('scipy', 'numba', 'pandas') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
