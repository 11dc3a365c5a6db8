"""Numbers and names of a comparison as a person reads them, on the terminal and on paper."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from ironquant.agreement.quantities import QuantityAgreement
from ironquant.agreement.records import Quantity
from ironquant.resources import language, term, text
from ironquant.statistics import BlandAltman, Correlation, Estimate, Icc, Kappa, Variation

MISSING: Final = "–"
PLACES: Final[Mapping[Quantity, int]] = {"t2star_ms": 2, "r2star_per_s": 1, "iron_mg_per_g": 2}
_MINUS: Final = "−"


def say(key: str, lang: str, **params: Any) -> str:
    """Return a text of the section ``agreement``."""
    return text("agreement", key, lang, **params)


def letter(index: int) -> str:
    """Return the letter by which a source is called: A, B, … Z, then numbers."""
    return chr(ord("A") + index) if index < 26 else str(index + 1)


def bare(value: float | None, places: int | None = None) -> str:
    """Return a number with a true minus sign; a dash where there is none.

    Without `places`, as short as it can be (for the ticks of an axis).
    """
    if value is None or not math.isfinite(value):
        return MISSING
    shown = f"{value:.6g}" if places is None else f"{value:.{places}f}"
    if float(shown) == 0:
        shown = shown.replace("-", "")
    return shown.replace("-", _MINUS)


def estimate(entry: Estimate | None, places: int) -> str:
    """Return ``1.23 [1.10; 1.36]``."""
    if entry is None:
        return MISSING
    if entry.ci95 is None:
        return bare(entry.value, places)
    return f"{bare(entry.value, places)} [{bare(entry.ci95[0], places)}; {bare(entry.ci95[1], places)}]"


def without_interval(shown: str) -> str:
    """Return an estimate as `estimate` shows it without its interval, where there is little room."""
    return shown.split(" [", 1)[0]


def limits(entry: BlandAltman | None, places: int) -> str:
    """Return both limits of agreement, ``−1.9; 2.4``."""
    if entry is None:
        return MISSING
    return f"{bare(entry.lower.value, places)}; {bare(entry.upper.value, places)}"


def icc_words(entry: Icc | None) -> str:
    """Return ICC with its interval."""
    return estimate(entry.icc if entry else None, 3)


def kappa_words(entry: Kappa | None, lang: str) -> str:
    """Return kappa with its interval, or why it is not defined."""
    if entry is None:
        return MISSING
    return say("kappa_undefined", lang) if entry.kappa is None else estimate(entry.kappa, 3)


def p_words(p: float | None) -> str:
    """Return a p value."""
    if p is None or not math.isfinite(p):
        return MISSING
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def statistics_rows(entry: QuantityAgreement, names: Mapping[str, str], lang: str) -> list[tuple[str, str]]:
    """Return label and value of every statistic of one quantity.

    Parameters
    ----------
    names : mapping
        ``first`` and ``second``: what the sources are called.
    """
    places = PLACES[entry.quantity]
    plain, percent, ratio = entry.difference, entry.percent, entry.ratio
    variation = entry.variation
    rows = {
        "row_n": str(len(entry.values)),
        "row_bias": estimate(plain.bias if plain else None, places),
        "row_sd": bare(plain.sd if plain else None, places),
        "row_lower": estimate(plain.lower if plain else None, places),
        "row_upper": estimate(plain.upper if plain else None, places),
        "row_bias_percent": estimate(percent.bias if percent else None, 1),
        "row_limits_percent": limits(percent, 1),
        "row_ratio": estimate(ratio.bias if ratio else None, 3),
        "row_limits_ratio": limits(ratio, 3),
        "row_slope": estimate(plain.slope if plain else None, 3),
        "row_slope_p": p_words(plain.slope_p if plain else None),
        **_variation_rows(variation, places),
        "row_cov_difference": bare(variation.cov_difference_percent if variation else None, 1),
        "row_icc": icc_words(entry.icc),
        "row_concordance": _coefficient(entry.concordance),
        "row_pearson": _coefficient(entry.pearson),
        "row_spearman": _coefficient(entry.spearman),
    }
    return [(say(key, lang, **names), value) for key, value in rows.items()]


def group_rows(variation: Variation | None, icc: Icc | None, n: int, quantity: Quantity) -> dict[str, str]:
    """Return the statistics of three sources or more by the keys of their labels."""
    return {"row_n": str(n), **_variation_rows(variation, PLACES[quantity]), "row_icc": icc_words(icc)}


def excluded_words(entry: QuantityAgreement, names: Mapping[str, str], lang: str) -> str:
    """Return what is not in the statistics, and why, in one line."""
    parts = [
        say("excluded_part", lang, words=say(code, lang, **names), n=n) for code, n in entry.excluded.items()
    ]
    listed = language(lang).separator.join(parts) or say("excluded_none", lang)
    title = say("excluded", lang, quantity=term(entry.quantity, lang))
    return text("report", "names_before", lang, names=title, words=listed)


def _variation_rows(entry: Variation | None, places: int) -> dict[str, str]:
    return {
        "row_within_sd": estimate(entry.sd if entry else None, places),
        "row_repeatability": estimate(entry.repeatability if entry else None, places),
        "row_cov_rms": estimate(entry.cov_rms_percent if entry else None, 1),
        "row_cov_log": estimate(entry.cov_log_percent if entry else None, 1),
        "row_cov_within": bare(entry.cov_percent if entry else None, 1),
    }


def _coefficient(entry: Correlation | None) -> str:
    return estimate(entry.coefficient if entry else None, 3)
