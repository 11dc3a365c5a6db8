"""Moments of non-central chi noise against quadrature, closed forms and draws."""

import time
import warnings

import numpy as np
import pytest
from scipy import special, stats

from ironquant.fitting.chi import chi_mean, chi_relative_sd, chi_table

COILS = [1, 2, 3, 4, 8, 15, 32, 100, 333, 1024]


def by_quadrature(u, n_coils):
    """Mean and variance from the density: √W of non-central chi-square W, Gauss–Legendre."""
    mean_square, spread = u**2 + 2 * n_coils, np.sqrt(u**2 + n_coils) / np.sqrt(u**2 + 2 * n_coils)
    middle = np.sqrt(mean_square)
    low, high = max(0.0, middle - 14 * spread), middle + 14 * spread
    node, weight = np.polynomial.legendre.leggauss(160)
    m = low + 0.5 * (high - low) * (node + 1)
    density = stats.ncx2.pdf(m**2, 2 * n_coils, u**2) * 2 * m * weight * 0.5 * (high - low)
    total = density.sum()
    mean = np.sum(density * m) / total
    return mean, np.sum(density * (m - mean) ** 2) / total


@pytest.mark.parametrize("n_coils", COILS)
def test_mean_and_variance_by_quadrature(n_coils):
    u = np.concatenate([[0.0, 1e-3, 0.05], np.geomspace(0.3, 30.0, 7)])
    # SciPy's density is good to some 1e-11, far out at many degrees of freedom less.
    expected = np.array([by_quadrature(value, n_coils) for value in u]).T
    mean, _, variance = chi_table(n_coils).moments(u)
    np.testing.assert_allclose(mean, expected[0], rtol=1e-9)
    np.testing.assert_allclose(variance, expected[1], rtol=1e-7)


def test_one_channel_by_bessel_functions():
    u = np.concatenate([np.linspace(0, 6, 500), np.geomspace(6, 1e4, 500)])
    z = u**2 / 4
    mean = np.sqrt(np.pi / 2) * ((1 + 2 * z) * special.ive(0, z) + 2 * z * special.ive(1, z))
    slope = u * np.sqrt(np.pi / 2) / 2 * (special.ive(0, z) + special.ive(1, z))
    found = chi_table(1).moments(u)
    np.testing.assert_allclose(found[0], mean, rtol=1e-9)
    np.testing.assert_allclose(found[1], slope, rtol=1e-7)


@pytest.mark.parametrize("n_coils", [1, 2, 4, 8, 32])
def test_formula_of_the_clinical_reference(n_coils):
    """√(π/2)·(2L−1)!!/(2^(L−1)(L−1)!)·1F1(−½; L; −u²/2) and its derivative."""
    u = np.linspace(0.01, 12.0, 300)
    factor = special.factorial2(2 * n_coils - 1) / (2 ** (n_coils - 1) * special.factorial(n_coils - 1))
    at_zero = np.sqrt(np.pi / 2) * factor
    found = chi_table(n_coils).moments(u)
    np.testing.assert_allclose(found[0], at_zero * special.hyp1f1(-0.5, n_coils, -(u**2) / 2), rtol=1e-9)
    slope = at_zero * u / (2 * n_coils) * special.hyp1f1(0.5, n_coils + 1, -(u**2) / 2)
    np.testing.assert_allclose(found[1], slope, rtol=1e-7)


@pytest.mark.parametrize("n_coils", COILS)
def test_slope_is_the_derivative_of_the_mean(n_coils):
    """Five-point differences, on both sides of where the series takes over from the mixture."""
    u = np.geomspace(0.5, 300.0, 400)
    step = 2e-3 * u
    table = chi_table(n_coils)
    far, near = (table.moments(u + k * step)[0] - table.moments(u - k * step)[0] for k in (2, 1))
    np.testing.assert_allclose(table.moments(u)[1], (8 * near - far) / (12 * step), rtol=2e-9)


@pytest.mark.parametrize(("n_coils", "u"), [(1, 0.0), (1, 1.5), (4, 2.0), (32, 5.0)])
def test_draws(n_coils, u):
    rng = np.random.default_rng(n_coils)
    parts = rng.standard_normal((2 * n_coils, 200_000))
    parts[0] += u
    drawn = np.sqrt(np.sum(parts**2, axis=0))
    mean, _, variance = chi_table(n_coils).moments(u)
    assert drawn.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / 200_000))
    assert drawn.var() == pytest.approx(variance, rel=0.015)


@pytest.mark.parametrize("n_coils", [1, 1024])
def test_ends_and_shapes_without_a_warning(n_coils):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mean, slope, variance = chi_table(n_coils).moments([[0.0, 1e-300, 1e-8], [1e8, 1e150, np.nan]])
    assert mean.shape == slope.shape == variance.shape == (2, 3)
    np.testing.assert_allclose(mean[0], chi_mean(n_coils), rtol=1e-12)
    assert slope[0, 0] == 0.0
    np.testing.assert_allclose(mean[1, :2], [1e8, 1e150], rtol=1e-12)
    np.testing.assert_allclose(np.r_[slope[1, :2], variance[1, :2]], 1.0, rtol=1e-12)
    assert np.isnan([mean[1, 2], slope[1, 2], variance[1, 2]]).all()


def test_layout_for_compiled_kernels():
    """Plain read-only float64 arrays; a Hermite polynomial by hand gives the same numbers."""
    table = chi_table(4)
    assert table.n == len(table.values) == len(table.slopes)
    assert table.values.dtype == table.slopes.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        table.values[0] = 0.0
    assert table is chi_table(4)
    u = 3.3
    position = u / (u + table.c) * (table.n - 1)
    i, t = int(position), position - int(position)
    basis = [(1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2, t * t * (3 - 2 * t), t * t * (t - 1)]
    nodes = [table.values[i], table.slopes[i], table.values[i + 1], table.slopes[i + 1]]
    assert table.moments(u)[2] == pytest.approx(np.dot(basis, nodes), rel=1e-13)


def test_made_quickly():
    for n_coils in (1, 1024):
        chi_table.cache_clear()
        start = time.perf_counter()
        chi_table(n_coils)
        assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("n_coils", [1, 2, 4, 8, 32])
def test_noise_alone(n_coils):
    """The series of the clinical reference: √(π/2)·(2L−1)!!/(2^(L−1)(L−1)!)."""
    ratio = special.factorial2(2 * n_coils - 1) / (2 ** (n_coils - 1) * special.factorial(n_coils - 1))
    assert chi_mean(n_coils) == pytest.approx(np.sqrt(np.pi / 2) * ratio, rel=1e-12)
    chi = stats.chi(2 * n_coils)
    assert chi_relative_sd(n_coils) == pytest.approx(chi.std() / chi.mean(), rel=1e-9)
