"""The contract of ``agreement.json``, ``ironquant.agreement/1``: exactly these keys.

``docs/make_schema.py`` turns these models into the shipped JSON Schema; docstrings become descriptions.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from ironquant.core.documents import DocumentModel
from ironquant.export.contract import FindingDocument, Interval

AGREEMENT_SCHEMA_ID: Final = "ironquant.agreement/1"
OrganName = Literal["heart", "liver", "spleen", "pancreas"]
QuantityName = Literal["t2star_ms", "r2star_per_s", "iron_mg_per_g"]
GradeName = Literal["normal", "borderline", "mild", "moderate", "severe", "extreme"]


class EstimateDocument(DocumentModel):
    """A statistic with its 95 % confidence interval."""

    value: float | None
    ci95: Interval | None
    """null: the numbers give none."""


class BlandAltmanDocument(DocumentModel):
    """Bias and 95 % limits of agreement of first minus second (ratio: first over second)."""

    scale: Literal["difference", "percent", "ratio"]
    n: int
    bias: EstimateDocument
    sd: float | None
    """Of the differences; for ratio of its natural logarithm."""
    lower: EstimateDocument
    upper: EstimateDocument
    slope: EstimateDocument | None
    """Of the differences against the means: proportional bias."""
    slope_p: float | None


class VariationDocument(DocumentModel):
    """Scatter of the readings of one examination about their mean, bias included."""

    n: int
    k: int
    """Readings of each examination."""
    within_subject_sd: EstimateDocument
    repeatability: EstimateDocument
    """1.96 √2 within-subject SD."""
    cov_percent: float | None
    """Within-subject SD over the grand mean."""
    cov_rms_percent: EstimateDocument | None
    """Root mean square of the coefficients of the examinations."""
    cov_log_percent: EstimateDocument | None
    """By logarithms."""
    cov_difference_percent: float | None
    """SD of the paired differences over the grand mean."""


class CorrelationDocument(DocumentModel):
    """A coefficient between −1 and 1."""

    n: int
    coefficient: EstimateDocument
    p: float | None


class IccDocument(DocumentModel):
    """ICC(2,1): absolute agreement of single readings, readers a random sample."""

    n: int
    k: int
    icc: EstimateDocument


class QuantityDocument(DocumentModel):
    """Statistics of one quantity; null for fewer than three pairs."""

    quantity: QuantityName
    n_pairs: int
    excluded: dict[str, int]
    """Codes of why a matched examination is not in the statistics, and how many; bounds among them."""
    difference: BlandAltmanDocument | None
    percent: BlandAltmanDocument | None
    ratio: BlandAltmanDocument | None
    variation: VariationDocument | None
    icc: IccDocument | None
    concordance: CorrelationDocument | None
    """Lin's."""
    pearson: CorrelationDocument | None
    spearman: CorrelationDocument | None


class KappaDocument(DocumentModel):
    """Cohen's kappa."""

    weights: Literal["none", "linear", "quadratic"]
    n: int
    kappa: EstimateDocument | None
    """null: all grades of both are one and the same."""
    standard_error: float | None
    observed: float
    """Share of equal grades."""


class GradesDocument(DocumentModel):
    """Grades of both sources; a bound that decides a grade is among them."""

    categories: list[GradeName]
    counts: list[list[int]]
    """First source by rows, second by columns."""
    n: int
    n_ungraded: int
    schemes: list[str]
    kappas: list[KappaDocument]
    findings: list[str]
    """Codes."""


class RegionsDocument(DocumentModel):
    """Agreement of the regions of one examination."""

    dice: float
    hausdorff_mm: float
    mean_surface_mm: float
    n_pixels: tuple[int, int]


class MeasuredDocument(DocumentModel):
    """A number, a bound, or nothing, in both sources."""

    first: float | None
    first_bound: Literal["none", "lower", "upper"]
    second: float | None
    second_bound: Literal["none", "lower", "upper"]
    status: str
    """paired, or the code of why it is not in the statistics."""


class CaseDocument(DocumentModel):
    """One organ of one examination."""

    patient_id: str | None
    date: str | None
    accession: str | None
    matched_by: Literal["study_uid", "accession", "patient_date", "patient_date_zeros", "patient_only"]
    values: dict[QuantityName, MeasuredDocument]
    grades: tuple[GradeName | None, GradeName | None]
    grades_computed: tuple[bool, bool]
    """Whether a grade was computed by the scheme of the other source."""
    regions: RegionsDocument | None


class OrganAgreementDocument(DocumentModel):
    """One organ in two sources."""

    organ: OrganName
    quantities: list[QuantityDocument]
    grades: GradesDocument
    cases: list[CaseDocument]


class UnmatchedDocument(DocumentModel):
    """An examination of one source only."""

    source: int
    """Position in sources, from 0."""
    where: str
    patient_id: str | None
    date: str | None
    reason: str
    """Code."""


class PairDocument(DocumentModel):
    """Two sources."""

    first: int
    """Position in sources, from 0."""
    second: int
    n_matched: int
    matched_by: dict[str, int]
    unmatched: list[UnmatchedDocument]
    organs: list[OrganAgreementDocument]


class GroupDocument(DocumentModel):
    """Three sources or more together."""

    organ: OrganName
    quantity: QuantityName
    n: int
    """Examinations in which all sources have a number."""
    icc: IccDocument | None
    variation: VariationDocument | None


class SourceDocument(DocumentModel):
    """What was compared."""

    name: str
    kind: Literal["results", "table"]
    n_examinations: int


class AgreementSoftwareDocument(DocumentModel):
    """What computed the statistics."""

    name: str
    version: str


class AgreementDocument(DocumentModel):
    """The answer of ``ironquant compare``."""

    schema_: Literal["ironquant.agreement/1"] = Field(AGREEMENT_SCHEMA_ID, alias="schema")
    software: AgreementSoftwareDocument
    sources: list[SourceDocument]
    pairs: list[PairDocument]
    group: list[GroupDocument]
    findings: list[FindingDocument]
