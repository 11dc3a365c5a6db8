"""Agreement of two or more sets of numbers or grades: pure functions, each with its source."""

from ironquant.statistics.blandaltman import BlandAltman, Scale, bland_altman
from ironquant.statistics.correlation import Correlation, concordance, pearson, spearman
from ironquant.statistics.estimates import LEAST_PAIRS, Estimate
from ironquant.statistics.icc import Icc, icc_agreement
from ironquant.statistics.kappa import Kappa, Weights, cohen_kappa, confusion
from ironquant.statistics.variation import Variation, within_subject

__all__ = [
    "LEAST_PAIRS",
    "BlandAltman",
    "Correlation",
    "Estimate",
    "Icc",
    "Kappa",
    "Scale",
    "Variation",
    "Weights",
    "bland_altman",
    "cohen_kappa",
    "concordance",
    "confusion",
    "icc_agreement",
    "pearson",
    "spearman",
    "within_subject",
]
