"""The contract of ``analysis.json``, ``ironquant.analysis/1``: exactly these keys.

``docs/make_schema.py`` turns these models into the shipped JSON Schema; docstrings become descriptions.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from ironquant.core.documents import DocumentModel
from ironquant.roi.document import EchoShiftDocument

SCHEMA_ID: Final = "ironquant.analysis/1"
Interval = tuple[float, float]


class ValueDocument(DocumentModel):
    """A number, or the limit beyond which it is only known to lie, or nothing."""

    value: float | None
    """null: could not be measured; a finding says why."""
    bound: Literal["none", "lower", "upper"]
    """upper: the truth is at most value; lower: at least."""
    ci95: Interval | None
    """95 % interval, precision of the fit only."""
    ci95_kind: Literal["fit"] = "fit"


class IronDocument(ValueDocument):
    """Iron in mg Fe per g dry weight, by one calibration."""

    calibration: str
    in_valid_range: bool
    """Whether the value lies in the validated range of the calibration."""


class GradeDocument(DocumentModel):
    """Grade by one scheme."""

    scheme: str
    code: Literal["normal", "borderline", "mild", "moderate", "severe", "extreme"] | None
    """null: the bound does not decide the grade."""
    indicative: bool
    """The scheme is not validated at this field strength."""


class FindingDocument(DocumentModel):
    """What was noticed."""

    code: str
    """Stable code of the documented table."""
    severity: Literal["info", "warning", "error"]
    params: dict[str, Any]
    """What the message was filled with."""
    message: str


class SoftwareDocument(DocumentModel):
    """What computed the numbers."""

    name: str
    version: str
    profile: str
    settings_sha256: str
    """SHA-256 of the canonical JSON of the settings."""


class PatientDocument(DocumentModel):
    """Who was scanned, as far as the images tell."""

    id: str | None
    name: str | None
    sex: str | None
    birth_date: str | None
    """ISO 8601 date."""
    age_y: float | None


class StudyDocument(DocumentModel):
    """Where, when and on what it was scanned."""

    instance_uid: str | None
    date: str | None
    """ISO 8601 date."""
    accession: str | None
    institution: str | None
    manufacturer: str | None
    model: str | None
    field_t: float | None
    """Actual field in tesla: imaging frequency / 42.577 MHz/T."""
    nominal_field_t: float | None


class SeriesDocument(DocumentModel):
    """The echo train that was measured, or the map of the scanner: finding vendor_map_measured."""

    instance_uid: str | None
    description: str | None
    te_ms: list[float]
    """Empty for a map of the scanner."""
    shape: tuple[int, int, int]
    """Slices, rows, columns."""


class CurveDocument(DocumentModel):
    """Mean signal of the region per echo."""

    signal: list[float | None]
    signal_sd: list[float | None]
    n: int
    """Number of pixels."""
    sigma: float | None
    """Noise SD per channel."""
    n_coils: int
    """Effective number of channels of the noise model."""
    snr: list[float | None] | None
    echoes_used: list[Annotated[int, Field(ge=1)]]
    """Numbered from 1 by ascending echo time."""
    echoes_chosen_by: Literal["auto", "reader"]


class ModelDocument(DocumentModel):
    """One model fitted to the mean signal; the models stand in a fixed order."""

    model: str
    t2star_ms: ValueDocument
    r2star_per_s: ValueDocument
    s0: float | None
    offset: float | None
    fat_fraction: float | None
    r_squared: float | None
    aicc: float | None
    """Corrected Akaike criterion; null where echoes were left out: it compares fits of the same echoes."""
    n_echoes: int | None = None
    """Number of echoes that the fit used."""
    comparison_only: bool = False
    """Quick but biased at high iron: not meant to be reported."""


class RecommendationDocument(DocumentModel):
    """The model that suits the curve best."""

    model: str
    reason: str
    """Stable code."""


class PixelsDocument(DocumentModel):
    """The pixel-wise fit within the region; statistics are of R2*, outliers left out."""

    t2star_ms_median: float | None
    t2star_ms_iqr: Interval | None
    n_excluded: int
    """Pixels without a value, badly fitted ones, and outliers."""
    t2star_ms_mean: float | None = None
    """1000 over the mean R2*."""
    t2star_ms_median_ci95: Interval | None = None
    """95 % interval of the median."""
    n_without_value: int | None = None
    n_low_r_squared: int | None = None
    n_outliers: int | None = None
    """By reason; null where the pixels were not fitted."""
    excluded_left_out: bool = False
    """Whether the mean signal, and every model fitted to it, is that of the other pixels only."""


class SliceDocument(DocumentModel):
    """One slice of a region, or the whole of it, by the reported model on its mean signal."""

    slice_index: Annotated[int, Field(ge=0)] | None
    """Position along the third axis of the mask, from 0; null: the whole region."""
    n_pixels: int
    area_mm2: float
    t2star_ms: ValueDocument
    r2star_per_s: ValueDocument
    r_squared: float | None
    iron_mg_per_g: IronDocument | None
    """null: no calibration holds."""


class RegionDocument(DocumentModel):
    """One region and what was measured in it."""

    site: str
    reported: bool
    mask: str
    """Path of the NIfTI mask, relative to this file."""
    source: Literal["auto", "manual", "edited", "file"]
    proposer: str
    confidence: float | None
    slice_indices: list[Annotated[int, Field(ge=0)]]
    """Positions along the third axis of the mask, from 0."""
    n_pixels: int
    area_mm2: float
    curve: CurveDocument
    models: list[ModelDocument]
    pixels: PixelsDocument
    recommended: RecommendationDocument | None = None
    """null: no model of one component describes the curve."""
    slices: list[SliceDocument] = Field(default_factory=list)
    """Slice by slice, the whole last; empty where the region lies in one slice."""
    echo_shifts: list[EchoShiftDocument] = Field(default_factory=list)
    """Where the reader moved the region on single echoes; mask and slices tell where its outline lies."""


class ResultDocument(DocumentModel):
    """The one result of an organ."""

    site: str
    model: str
    method: Literal["roi-mean", "pixel-median"]
    t2star_ms: ValueDocument
    r2star_per_s: ValueDocument
    r_squared: float | None
    iron_mg_per_g: IronDocument | None
    """null: no validated calibration; a finding says why."""
    grade: GradeDocument | None


class AlternativeDocument(DocumentModel):
    """Iron by another calibration, ungraded."""

    calibration: str
    iron_mg_per_g: ValueDocument


class SegmentalDocument(DocumentModel):
    """The 16 segments of the left ventricle together; each stands among the regions, aha-1 to aha-16."""

    global_t2star_ms: ValueDocument
    """Mean T2* of the segments measured."""
    n_segments: int
    """Segments with a value or a bound."""
    n_abnormal: int | None
    """Segments below the cut; null: no scheme for this field."""
    cut_ms: float | None
    """Lower limit of the normal grade of the scheme."""
    scheme: str | None
    pattern: Literal["none", "homogeneous", "heterogeneous"] | None
    """No segment, all segments, or some below the cut."""
    unsure: list[int]
    """Segments whose borders were mostly not seen."""


class ProposalDocument(DocumentModel):
    """What the reader made of the region that software proposed."""

    proposer: str
    confidence: float | None
    outcome: Literal["unreviewed", "accepted", "edited", "replaced", "refused"]
    dice: float | None
    hausdorff_mm: float | None
    """Of the proposal and the reported region."""
    t2star_ms: ValueDocument
    """In the proposed region, by the model and echoes of the result."""
    difference_ms: float | None
    difference_percent: float | None
    """Reported T2* minus that of the proposal; percent of the mean of both."""
    seconds: float | None
    """How long the reader worked on the region; a pause counts as two minutes at most."""


class TrendPointDocument(DocumentModel):
    """One examination in the course of an organ."""

    study_uid: str
    date: str
    """ISO 8601 date."""
    value: ValueDocument
    """Measured again by the model and calibration of this examination, where that is possible."""
    interval95: Interval | None
    """Of a single measurement, by the published repeatability; null: a bound, or none is published."""
    model: str | None
    """null: typed in."""
    method: Literal["roi-mean", "pixel-median"] | None
    calibration: str | None
    field_t: float | None
    scanner: str | None
    source: Literal["library", "typed"]
    breaks: list[
        Literal["field", "field_unknown", "sequence", "blood", "method", "calibration", "region", "typed"]
    ]
    """Why it does not compare with the point before it; empty: it does."""
    scanner_changed: bool
    """Another scanner than at the point before it: no break."""
    told_method: str | None
    """In the words of who typed it in."""


class ChangeDocument(DocumentModel):
    """What became of the value since the examination before."""

    since: str
    """ISO 8601 date."""
    difference: float | None
    percent: float | None
    """This value minus the earlier one; percent of the mean of both. null: one is a bound."""
    verdict: Literal["increased", "decreased", "within", "open"]
    """Beyond the limit, not beyond it, or a bound leaves it open."""


class FollowUpDocument(DocumentModel):
    """The course of an organ; this examination is the last point. It follows from the library as well."""

    quantity: Literal["t2star_ms", "iron_mg_per_g"]
    limit_percent: float | None
    """Published least significant change between two measurements (1.96 * sqrt(2) * CoV)."""
    points: list[TrendPointDocument]
    change: ChangeDocument | None
    """null: the examination before does not compare, or no limit is published."""


class OrganDocument(DocumentModel):
    """Everything about one organ."""

    organ: Literal["heart", "liver", "spleen", "pancreas"]
    series: SeriesDocument | None
    regions: list[RegionDocument]
    result: ResultDocument | None
    """null: nothing could be measured; a finding says why."""
    alternatives: list[AlternativeDocument]
    findings: list[FindingDocument]
    proposal: ProposalDocument | None = None
    """null: software proposed no region."""
    segmental: SegmentalDocument | None = None
    """null: no segments were measured."""
    follow_up: FollowUpDocument | None = None
    """null: no earlier value is known."""


class ClinicalDocument(DocumentModel):
    """What the reader told of the patient; null or empty: not told."""

    diagnosis: Literal["tdt", "ntdt", "hb-h", "hb-e-beta", "other"] | None
    splenectomy: bool | None
    transfusion: Literal["none", "occasional", "regular"] | None
    ferritin_ng_per_ml: float | None
    haemoglobin_g_per_l: float | None
    chelators: list[Literal["deferoxamine", "deferiprone", "deferasirox"]]
    lvef_percent: float | None
    height_cm: float | None
    weight_kg: float | None


class EditDocument(DocumentModel):
    """One place where the reader's words differ from the proposal; words before and after."""

    proposed: str
    """Empty: the reader added something."""
    worded: str
    """Empty: the reader left something out."""


class ImpressionDocument(DocumentModel):
    """The impression: as proposed by rules, and as the reader worded it."""

    proposed: str
    """In the language of the messages."""
    worded: str | None
    """null: the reader did not change it."""
    edits: list[EditDocument] = Field(default_factory=list)
    """Where both differ, in their order; of words in another language, all of them."""
    follow_up: list[str]
    """Offered by rules to the reader; part of the report only where he took it into his words."""


class AnalysisDocument(DocumentModel):
    """The answer of IronQuant for one examination."""

    schema_: Literal["ironquant.analysis/1"] = Field(SCHEMA_ID, alias="schema")
    software: SoftwareDocument
    patient: PatientDocument
    study: StudyDocument
    organs: list[OrganDocument]
    findings: list[FindingDocument]
    clinical: ClinicalDocument | None = None
    impression: ImpressionDocument | None = None
