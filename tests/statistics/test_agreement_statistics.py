"""Statistics of agreement against published tables, closed forms and properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ironquant.core import InputError
from ironquant.statistics import (
    bland_altman,
    cohen_kappa,
    concordance,
    confusion,
    icc_agreement,
    pearson,
    spearman,
    within_subject,
)

# Shrout & Fleiss 1979, table 2: six targets, four judges.
SHROUT = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Bland & Altman 1986, table 1: peak flow (l/min), two readings by either meter.
WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
WRIGHT_2 = [490, 397, 512, 401, 470, 611, 415, 431, 638, 429, 420, 633, 275, 492, 165, 372, 421]
MINI = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
MINI_2 = [525, 415, 508, 444, 500, 625, 460, 390, 642, 432, 420, 605, 227, 467, 268, 370, 443]
# Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions, table 18.1 (100 patients).
FLEISS = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
# Hout et al. 1987 in Agresti: the table "SexualFun" that R's vcd::Kappa prints.
HOUT = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]

positive = st.floats(0.5, 60.0)
pairs = st.lists(st.tuples(positive, positive), min_size=3, max_size=30)


def test_icc_of_shrout_and_fleiss():
    found = icc_agreement(SHROUT)
    assert (found.n, found.k) == (6, 4)
    assert found.icc.value == pytest.approx(0.290, abs=5e-4)
    assert found.icc.ci95 == pytest.approx((0.019, 0.761), abs=5e-4)


def test_limits_of_bland_and_altman_1986():
    found = bland_altman(WRIGHT, MINI)
    assert found.n == 17
    assert found.bias.value == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert found.bias.ci95 == pytest.approx((-22.0, 17.8), abs=0.15)
    # The paper rounds 1.96 to 2.
    assert found.bias.value - 2 * found.sd == pytest.approx(-79.7, abs=0.1)
    assert found.bias.value + 2 * found.sd == pytest.approx(75.5, abs=0.1)
    assert found.lower.value == pytest.approx(found.bias.value - 1.96 * found.sd, abs=0.01)
    assert found.upper.value == pytest.approx(found.bias.value + 1.96 * found.sd, abs=0.01)
    # Its interval of the limits is ± 34.6 (large samples); the exact one is as wide, but not symmetric.
    for limit in (found.lower, found.upper):
        assert limit.ci95[1] - limit.ci95[0] == pytest.approx(2 * 34.6, rel=0.06)
    assert found.upper.ci95[1] - found.upper.value > found.upper.value - found.upper.ci95[0]


def test_repeatability_of_bland_and_altman_1986():
    """43.2 and 56.4 l/min, with 2 for 1.96 and SD of the differences."""
    for first, second, published in ((WRIGHT, WRIGHT_2, 43.2), (MINI, MINI_2, 56.4)):
        found = within_subject(np.column_stack([first, second]))
        assert found.repeatability.value / 1.96 * 2 == pytest.approx(published, rel=0.02)


def test_exact_limits_cover_95_percent():
    rng = np.random.default_rng(3)
    differences = rng.normal(0.0, 1.0, (400, 8))
    covered = 0
    for row in differences:
        found = bland_altman(10.0 + row, np.full(8, 10.0))
        covered += found.upper.ci95[0] <= 1.959964 <= found.upper.ci95[1]
    assert covered / 400 == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("n", [3, 10, 100, 1000, 20000])
def test_intervals_exist_for_few_and_for_many(n):
    rng = np.random.default_rng(n)
    found = bland_altman(rng.normal(10, 1, n), rng.normal(10, 1, n))
    for entry in (found.bias, found.lower, found.upper):
        assert np.isfinite(entry.ci95).all()
        assert entry.ci95[0] < entry.value < entry.ci95[1]
    if n >= 1000:  # Bland & Altman 1999
        half = 1.96 * math.sqrt(1 / n + 1.96**2 / (2 * (n - 1))) * found.sd
        assert found.upper.ci95 == pytest.approx(
            (found.upper.value - half, found.upper.value + half), abs=0.1 * half
        )


def test_kappa_of_fleiss():
    found = cohen_kappa(FLEISS)
    assert found.kappa.value == pytest.approx(0.676, abs=1e-3)
    assert found.observed == pytest.approx(0.89)
    assert found.standard_error == pytest.approx(0.088, abs=1e-3)


def test_kappa_of_hout():
    plain, linear = cohen_kappa(HOUT), cohen_kappa(HOUT, "linear")
    assert plain.kappa.value == pytest.approx(0.1293, abs=1e-4)
    assert plain.standard_error == pytest.approx(0.0686, abs=1e-4)
    assert linear.kappa.value == pytest.approx(0.2374, abs=1e-4)
    assert linear.standard_error == pytest.approx(0.0783, abs=1e-4)


def test_quadratic_kappa_is_lins_concordance_of_the_category_numbers():
    """Cohen 1968, Krippendorff 1970: with squared weights both are 1 − E(d²)/E₀(d²)."""
    table = np.array(HOUT)
    first, second = (np.repeat(index, table.ravel()) for index in np.indices(table.shape).reshape(2, -1))
    found = cohen_kappa(table, "quadratic")
    assert found.kappa.value == pytest.approx(concordance(first, second).coefficient.value, abs=1e-12)


def test_standard_error_of_kappa_by_resampling():
    rng = np.random.default_rng(1)
    table = np.array(HOUT)
    drawn = rng.multinomial(table.sum(), table.ravel() / table.sum(), size=2000).reshape(-1, 4, 4)
    for weights in ("none", "linear", "quadratic"):
        spread = np.std([cohen_kappa(one, weights).kappa.value for one in drawn])
        assert cohen_kappa(table, weights).standard_error == pytest.approx(spread, rel=0.08)


def test_one_grade_only_has_no_kappa():
    assert cohen_kappa([[9, 0], [0, 0]]).kappa is None
    perfect = cohen_kappa([[4, 0], [0, 5]], "quadratic")
    assert perfect.kappa.value == pytest.approx(1.0)
    assert perfect.kappa.ci95 == pytest.approx((1.0, 1.0))


def test_confusion_counts_rows_by_the_first():
    table = confusion(["mild", "mild", "severe"], ["mild", "severe", "severe"], ["mild", "severe"])
    assert table.tolist() == [[1, 1], [0, 1]]
    with pytest.raises(ValueError, match="categories"):
        confusion(["odd"], ["mild"], ["mild"])


def test_concordance_is_its_definition():
    a, b = np.array(WRIGHT, float), np.array(MINI, float)
    chance = a.var() + b.var() + (a.mean() - b.mean()) ** 2
    found = concordance(a, b)
    assert found.coefficient.value == pytest.approx(1 - ((a - b) ** 2).mean() / chance)
    low, high = found.coefficient.ci95
    assert 0.8 < low < found.coefficient.value < high < 1


def test_interval_of_concordance_covers():
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(400):
        a = rng.normal(0, 1, 40)
        b = 0.3 + 0.8 * a + rng.normal(0, 0.6, 40)  # population: 2·0.8/(1 + 1.0 + 0.09)
        low, high = concordance(a, b).coefficient.ci95
        covered += low <= 1.6 / 2.09 <= high
    assert covered / 400 == pytest.approx(0.95, abs=0.035)


def test_correlations_are_scipys():
    assert pearson(WRIGHT, MINI).coefficient.value == pytest.approx(0.943, abs=1e-3)  # the paper's 0.94
    interval = stats.pearsonr(WRIGHT, MINI).confidence_interval()
    assert pearson(WRIGHT, MINI).coefficient.ci95 == pytest.approx((interval.low, interval.high))
    assert spearman(WRIGHT, MINI).coefficient.value == pytest.approx(stats.spearmanr(WRIGHT, MINI)[0])


def test_variation_of_a_known_scatter():
    rng = np.random.default_rng(7)
    truth = rng.uniform(5, 40, 4000)
    values = truth[:, None] * np.exp(rng.normal(0, 0.05, (4000, 2)))
    found = within_subject(values)
    assert found.cov_log_percent.value == pytest.approx(100 * math.expm1(0.05), rel=0.03)
    assert found.cov_rms_percent.value == pytest.approx(5.0, rel=0.03)
    for entry in (found.cov_log_percent, found.cov_rms_percent, found.sd, found.repeatability):
        assert entry.ci95[0] < entry.value < entry.ci95[1]
    assert found.cov_difference_percent == pytest.approx(math.sqrt(2) * found.cov_percent, rel=0.02)


def test_within_subject_sd_by_hand():
    found = within_subject([[1, 3], [5, 5], [2, 6]])  # squares about the means: 2, 0, 8
    assert found.sd.value == pytest.approx(math.sqrt(10 / 3))
    assert found.repeatability.value == pytest.approx(1.96 * math.sqrt(2) * math.sqrt(10 / 3), rel=1e-4)


@given(pairs)
def test_swap_turns_signs_only(values):
    a, b = np.array(values).T
    for scale in ("difference", "percent", "ratio"):
        one, other = bland_altman(a, b, scale), bland_altman(b, a, scale)

        def turned(number, scale=scale):
            return 1 / number if scale == "ratio" else -number

        assert other.bias.value == pytest.approx(turned(one.bias.value), rel=1e-9, abs=1e-9)
        assert other.lower.value == pytest.approx(turned(one.upper.value), rel=1e-9, abs=1e-9)
        assert other.sd == pytest.approx(one.sd, rel=1e-9, abs=1e-9)
        if one.slope is not None:
            assert other.slope.value == pytest.approx(-one.slope.value, rel=1e-6, abs=1e-9)
            assert other.slope_p == pytest.approx(one.slope_p, rel=1e-6, abs=1e-9)
    table = np.column_stack([a, b])
    assert within_subject(table).sd.value == pytest.approx(within_subject(table[:, ::-1]).sd.value)
    one, other = icc_agreement(table), icc_agreement(table[:, ::-1])
    assert (one is None) == (other is None)
    if one is not None:
        assert one.icc.value == pytest.approx(other.icc.value, abs=1e-9)
        assert one.icc.value <= 1 + 1e-12


@given(st.lists(positive, min_size=3, max_size=30))
def test_identical_readings_agree_perfectly(values):
    a = np.array(values)
    found = bland_altman(a, a)
    assert (found.bias.value, found.sd, found.lower.value, found.upper.value) == (0, 0, 0, 0)
    assert bland_altman(a, a, "ratio").bias.value == 1
    assert within_subject(np.column_stack([a, a])).repeatability.value == 0
    agreement, lin = icc_agreement(np.column_stack([a, a])), concordance(a, a)
    if np.ptp(a) > 1e-6:
        assert agreement.icc.value == pytest.approx(1.0)
        assert lin.coefficient.value == pytest.approx(1.0)


tables = (
    st.integers(2, 5)
    .flatmap(
        lambda size: st.lists(
            st.lists(st.integers(0, 20), min_size=size, max_size=size), min_size=size, max_size=size
        )
    )
    .filter(lambda rows: sum(map(sum, rows)) >= 3)
)


@given(tables)
def test_kappa_of_any_table(rows):
    table = np.array(rows)
    for weights in ("none", "linear", "quadratic"):
        one, turned = cohen_kappa(table, weights), cohen_kappa(table.T, weights)
        assert (one.kappa is None) == (turned.kappa is None)
        if one.kappa is None:
            continue
        assert -1 - 1e-9 <= one.kappa.value <= 1 + 1e-9
        assert one.kappa.value == pytest.approx(turned.kappa.value, abs=1e-9)
        assert one.standard_error == pytest.approx(turned.standard_error, abs=1e-6)
        diagonal = np.trace(table) == table.sum()
        assert (one.kappa.value > 1 - 1e-9) == diagonal
        # Backwards in severity, the same disagreements.
        assert cohen_kappa(table[::-1, ::-1], weights).kappa.value == pytest.approx(one.kappa.value, abs=1e-9)


@pytest.mark.parametrize("function", [bland_altman, concordance, pearson, spearman])
def test_few_pairs_are_refused(function):
    with pytest.raises(InputError) as caught:
        function([1.0, 2.0], [1.0, 2.5])
    assert caught.value.finding.code == "few_pairs"
    assert caught.value.finding.params["n_pairs"] == 2


def test_few_grades_and_wrong_numbers_are_refused():
    with pytest.raises(InputError):
        cohen_kappa([[1, 0], [0, 1]])
    with pytest.raises(ValueError, match="square"):
        cohen_kappa([[1, 2, 3], [1, 2, 3]])
    with pytest.raises(ValueError, match="finite"):
        bland_altman([1, 2, np.nan], [1, 2, 3])
    with pytest.raises(ValueError, match="above zero"):
        bland_altman([1, 2, 0], [1, 2, 3], "percent")
