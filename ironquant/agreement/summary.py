"""A comparison in a few lines, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from ironquant.agreement.comparison import Comparison, OrganComparison, PairComparison
from ironquant.agreement.quantities import QuantityAgreement
from ironquant.agreement.words import (
    MISSING,
    PLACES,
    estimate,
    icc_words,
    kappa_words,
    letter,
    limits,
    say,
)
from ironquant.resources import term

SUMMARY_COLUMNS = (
    "matching_pair",
    "column_organ",
    "column_quantity",
    "column_n",
    "column_bias",
    "column_limits",
    "column_cov",
    "row_icc",
    "column_kappa",
    "column_dice",
)
"""Keys of the titles."""


def summary_rows(comparison: Comparison, lang: str) -> Iterator[tuple[str, ...]]:
    """Yield a row per pair of sources, organ and quantity."""
    for pair in comparison.pairs:
        for organ in pair.organs:
            for number, entry in enumerate(organ.quantities):
                yield _row(pair, organ, entry, lang, first=number == 0)


def group_summary_rows(comparison: Comparison, lang: str) -> Iterator[tuple[str, ...]]:
    """Yield a row per organ and quantity of all sources together, where there are three or more."""
    together = ", ".join(letter(index) for index in range(len(comparison.sources)))
    for group in comparison.group:
        yield (
            together,
            term(str(group.organ), lang),
            say(f"quantity_{group.quantity}", lang),
            str(group.n),
            MISSING,
            MISSING,
            estimate(group.variation.cov_rms_percent if group.variation else None, 1),
            icc_words(group.icc),
            MISSING,
            MISSING,
        )


def _row(
    pair: PairComparison, organ: OrganComparison, entry: QuantityAgreement, lang: str, *, first: bool
) -> tuple[str, ...]:
    """Return one row; what belongs to the organ stands in its first row only."""
    places = PLACES[entry.quantity]
    left_out = sum(entry.excluded.values())
    dice = f"{median(region.dice for region in organ.regions):.3f}" if organ.regions else MISSING
    kappa = organ.grades.kappas[-1] if organ.grades.kappas else None
    return (
        f"{letter(pair.first)} − {letter(pair.second)}" if first else "",
        term(str(organ.organ), lang) if first else "",
        say(f"quantity_{entry.quantity}", lang),
        f"{len(entry.values)} (−{left_out})" if left_out else str(len(entry.values)),
        estimate(entry.difference.bias if entry.difference else None, places),
        limits(entry.difference, places),
        estimate(entry.variation.cov_rms_percent if entry.variation else None, 1),
        icc_words(entry.icc),
        kappa_words(kappa, lang) if first else "",
        dice if first else "",
    )
