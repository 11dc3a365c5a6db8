"""Grades of two sources side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ironquant.agreement.records import Measurement
from ironquant.core import Value
from ironquant.export.band import ORDER
from ironquant.iron import calibration, calibrations, scheme, schemes
from ironquant.statistics import LEAST_PAIRS, Kappa, cohen_kappa, confusion


@dataclass(frozen=True)
class GradedPair:
    """Grades of one organ of one examination.

    Attributes
    ----------
    first, second : str or None
        None where there is no grade: nothing measured, or a bound that does not decide.
    computed : tuple of bool
        Which of them we computed from the number by the other's scheme, because its source has none.
    schemes : tuple of str
        What graded; empty: the source does not say.
    """

    first: str | None
    second: str | None
    computed: tuple[bool, bool]
    schemes: tuple[str, str]


@dataclass(frozen=True)
class GradeAgreement:
    """The table of grades and its kappa.

    Attributes
    ----------
    categories : tuple of str
        Grade codes in order of severity.
    counts : tuple of tuple of int
        First source by rows, second by columns.
    n_ungraded : int
        Pairs without two grades.
    kappas : tuple of Kappa
        Plain, linear and quadratic; empty for fewer than three pairs.
    findings : tuple of str
        Codes of what there is to say.
    """

    categories: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    n_ungraded: int
    kappas: tuple[Kappa, ...]
    schemes: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def n(self) -> int:
        """Return the number of pairs with two grades."""
        return sum(map(sum, self.counts))


def graded(first: Measurement, second: Measurement) -> GradedPair | None:
    """Return both grades; a source without a grade is graded by the scheme of the other.

    A liver known by its T2* only is converted by the other's calibration first: then the grades tell how
    T2* agrees in steps of the grade, and nothing about calibrations.
    """
    if first.missing and second.missing:
        return None
    one, other = first.grade, second.grade
    if one is None and not first.scheme:
        one = _computed(first, second)
    if other is None and not second.scheme:
        other = _computed(second, first)
    computed = (one is not None and first.grade is None, other is not None and second.grade is None)
    return GradedPair(one, other, computed, (first.scheme, second.scheme))


def _computed(entry: Measurement, by: Measurement) -> str | None:
    """Return the grade of a number by the scheme of another measurement."""
    if by.scheme not in schemes():
        return None
    bands = scheme(by.scheme)
    value = entry.t2star_ms
    if bands.quantity == "iron_mg_per_g":
        value = entry.iron_mg_per_g
        if value.value is None and entry.t2star_ms.value is not None and by.calibration in calibrations():
            converted = calibration(by.calibration, entry.organ).convert(entry.t2star_ms)
            value = converted.iron_mg_per_g if converted else Value()
    grade = bands.grade(value)
    return grade.code if grade else None


def grade_agreement(pairs: Sequence[GradedPair | None]) -> GradeAgreement:
    """Return the table of grades, with the bounds that decide a grade among them."""
    both = [(pair.first, pair.second) for pair in pairs if pair is not None]
    known = [(one, other) for one, other in both if one is not None and other is not None]
    used = {name for pair in pairs if pair is not None for name in pair.schemes if name}
    codes = {code for pair in known for code in pair}
    codes |= {band[0] for name in used if name in schemes() for band in scheme(name).bands}
    categories = tuple(code for code in ORDER if code in codes)
    table = confusion([one for one, _ in known], [other for _, other in known], categories)
    kappas: tuple[Kappa, ...] = ()
    if len(known) >= LEAST_PAIRS:
        kappas = tuple(cohen_kappa(table, weights) for weights in ("none", "linear", "quadratic"))
    findings = []
    if len(used) > 1:
        findings.append("compare_schemes_differ")
    if any(any(pair.computed) for pair in pairs if pair is not None):
        findings.append("compare_grades_computed")
    return GradeAgreement(
        categories,
        tuple(tuple(int(count) for count in row) for row in table),
        len(pairs) - len(known),
        kappas,
        tuple(sorted(used)),
        tuple(findings),
    )
