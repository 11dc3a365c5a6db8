"""Compare two or more sources, examination by examination, organ by organ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from ironquant.agreement.grading import GradeAgreement, GradedPair, grade_agreement, graded
from ironquant.agreement.matching import Match, Matching, match_records
from ironquant.agreement.quantities import (
    GroupAgreement,
    QuantityAgreement,
    group_agreement,
    quantity_agreement,
)
from ironquant.agreement.records import QUANTITIES, Measurement, Quantity, Source
from ironquant.core import Finding, InputError, Organ, ParamValue, RegionError
from ironquant.roi import RegionAgreement, agreement_of_files
from ironquant.statistics import LEAST_PAIRS

ORGANS = (Organ.HEART, Organ.LIVER, Organ.SPLEEN, Organ.PANCREAS)


@dataclass(frozen=True)
class OrganPair:
    """One organ of one examination in two sources.

    Attributes
    ----------
    missing : str
        Term that says why nothing can be compared; empty: both have the organ.
    regions : RegionAgreement or None
        Of the stored masks; None where one source has none, with `regions_missing` telling why.
    grades : GradedPair or None
    """

    match: Match
    organ: Organ
    first: Measurement
    second: Measurement
    missing: str
    regions: RegionAgreement | None
    regions_missing: str
    grades: GradedPair | None


@dataclass(frozen=True)
class OrganComparison:
    """Everything about one organ in two sources."""

    organ: Organ
    pairs: tuple[OrganPair, ...]
    quantities: tuple[QuantityAgreement, ...]
    grades: GradeAgreement

    def quantity(self, name: Quantity) -> QuantityAgreement | None:
        """Return the statistics of one quantity."""
        return next((entry for entry in self.quantities if entry.quantity == name), None)

    @property
    def regions(self) -> tuple[RegionAgreement, ...]:
        """Return the agreement of all regions that both sources have."""
        return tuple(pair.regions for pair in self.pairs if pair.regions is not None)


@dataclass(frozen=True)
class PairComparison:
    """Two sources, by their places in `Comparison.sources`."""

    first: int
    second: int
    matching: Matching
    organs: tuple[OrganComparison, ...]


@dataclass(frozen=True)
class Comparison:
    """The answer of ``ironquant compare``."""

    sources: tuple[Source, ...]
    quantities: tuple[Quantity, ...]
    pairs: tuple[PairComparison, ...]
    group: tuple[GroupAgreement, ...]
    findings: tuple[Finding, ...]


def compare(
    sources: Sequence[Source],
    *,
    organs: Sequence[Organ] = (),
    quantities: Sequence[Quantity] = (),
) -> Comparison:
    """Compare sources pair by pair, and three or more of them together.

    Parameters
    ----------
    sources : sequence of Source
        Two or more; differences are the earlier minus the later one.
    organs, quantities : sequence
        Empty: all that occur.

    Raises
    ------
    InputError
        ``compare_one_source`` for fewer than two; ``compare_no_match`` if no two sources have an
        examination in common; ``compare_ambiguous`` if they have, but cannot be told which is which;
        ``compare_no_organ`` if none of them has one of the organs.
    """
    if len(sources) < 2:
        raise InputError("compare_one_source")
    wanted = tuple(organs) or ORGANS
    shown = tuple(quantities) or tuple(QUANTITIES.values())
    pairs = tuple(
        _pair(sources, first, second, wanted, shown) for first, second in combinations(range(len(sources)), 2)
    )
    if not any(pair.matching.matches for pair in pairs):
        raise _no_match(sources, pairs)
    if not any(pair.organs for pair in pairs):
        raise InputError("compare_no_organ", organs=", ".join(map(str, wanted)))
    findings = [finding for source in sources for finding in source.findings]
    findings += _findings(sources, pairs)
    group = tuple(_group(sources, pairs, wanted, shown)) if len(sources) > 2 else ()
    return Comparison(tuple(sources), shown, pairs, group, tuple(dict.fromkeys(findings)))


def _no_match(sources: Sequence[Source], pairs: Sequence[PairComparison]) -> InputError:
    left = [entry for pair in pairs for entry in (*pair.matching.first_only, *pair.matching.second_only)]
    unclear = {entry.record.where for entry in left if entry.reason == "unmatched_twice"}
    names = {"first": sources[0].name, "second": sources[1].name}
    if unclear:
        return InputError("compare_ambiguous", n_examinations=len(unclear), **names)
    return InputError("compare_no_match", **names)


def _pair(
    sources: Sequence[Source],
    first: int,
    second: int,
    organs: Sequence[Organ],
    quantities: Sequence[Quantity],
) -> PairComparison:
    matching = match_records(sources[first].records, sources[second].records)
    compared = []
    for organ in organs:
        pairs = tuple(
            _organ_pair(match, organ)
            for match in matching.matches
            if organ in match.first.measurements or organ in match.second.measurements
        )
        if pairs:
            plain = [(pair.first, pair.second, pair.missing) for pair in pairs]
            statistics = tuple(quantity_agreement(plain, name) for name in quantities)
            compared.append(
                OrganComparison(organ, pairs, statistics, grade_agreement([pair.grades for pair in pairs]))
            )
    return PairComparison(first, second, matching, tuple(compared))


def _organ_pair(match: Match, organ: Organ) -> OrganPair:
    absent = Measurement(organ, missing="missing_organ")
    first = match.first.measurements.get(organ, absent)
    second = match.second.measurements.get(organ, absent)
    if first.missing and second.missing:
        missing = "missing_both"
    else:
        missing = f"{first.missing}_first" if first.missing else ""
        missing = f"{second.missing}_second" if second.missing else missing
    regions, regions_missing = _regions(first, second)
    return OrganPair(match, organ, first, second, missing, regions, regions_missing, graded(first, second))


def _regions(first: Measurement, second: Measurement) -> tuple[RegionAgreement | None, str]:
    if first.region is None or second.region is None:
        return None, ""
    try:
        found = agreement_of_files(
            first.region.path, first.region.shape, second.region.path, second.region.shape
        )
    except RegionError as error:
        return None, error.finding.code
    return found, ""


def _group(
    sources: Sequence[Source],
    pairs: Sequence[PairComparison],
    organs: Sequence[Organ],
    quantities: Sequence[Quantity],
) -> list[GroupAgreement]:
    """Take the examinations of the first source that every other one has, too."""
    counterparts = [
        {id(match.first): match.second for match in pair.matching.matches}
        for pair in pairs
        if pair.first == 0
    ]
    found = []
    for organ in organs:
        rows = [
            [record.measurements.get(organ)]
            + [other[id(record)].measurements.get(organ) for other in counterparts]
            for record in sources[0].records
            if all(id(record) in other for other in counterparts)
        ]
        if not any(entry is not None for row in rows for entry in row):
            continue
        found += [group_agreement(organ, rows, quantity) for quantity in quantities]
    return found


def _findings(sources: Sequence[Source], pairs: Sequence[PairComparison]) -> list[Finding]:
    """Say what a reader of the statistics must know."""
    findings = []
    for pair in pairs:
        first, second = sources[pair.first].name, sources[pair.second].name
        names: dict[str, ParamValue] = {"first": first, "second": second}
        by = Counter(match.by for match in pair.matching.matches)
        if by["patient_only"]:
            n: dict[str, ParamValue] = {"n_examinations": by["patient_only"]}
            findings.append(Finding("compare_without_date", "warning", {**names, **n}))
        for entry in pair.organs:
            where: dict[str, ParamValue] = {**names, "organ": str(entry.organ)}
            for agreement in entry.quantities:
                if agreement.values and not agreement.sufficient:
                    few: dict[str, ParamValue] = {"n_pairs": len(agreement.values), "needed": LEAST_PAIRS}
                    quantity: dict[str, ParamValue] = {"quantity": agreement.quantity}
                    findings.append(Finding("compare_few_pairs", "warning", {**where, **quantity, **few}))
            for code in entry.grades.findings:
                findings.append(Finding(code, "info", where))
            for code, n_pairs in Counter(one.regions_missing for one in entry.pairs).items():
                if code:
                    told: dict[str, ParamValue] = {**where, "n_pairs": n_pairs, "reason": code}
                    findings.append(Finding("compare_regions", "warning", told))
    return findings
