"""A record of the library as a JSON document, exact to the last digit."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from ironquant.core import (
    Bound,
    IronValue,
    Method,
    Organ,
    OrganRecord,
    Patient,
    PriorExamination,
    RecordSource,
    StoredCurve,
    Value,
)
from ironquant.core.documents import DocumentModel, Words

PRIOR_SCHEMA_ID: Final = "ironquant.prior/1"


class PriorValueDocument(DocumentModel):
    """A number, or the limit beyond which it is only known to lie, or nothing."""

    value: float | None
    bound: Bound = "none"
    ci95: tuple[float, float] | None = None


class PriorIronDocument(PriorValueDocument):
    """Iron in mg Fe per g dry weight."""

    calibration: str
    """Empty where the value was typed in."""
    in_valid_range: bool


class PriorCurveDocument(DocumentModel):
    """Mean signal of the reported region per echo."""

    te_ms: list[float]
    signal: list[float]
    signal_sd: list[float]
    n: int
    sigma: float | None
    n_coils: int
    echoes: list[Annotated[int, Field(ge=1)]] | None
    """That the reader chose; null: chosen automatically."""
    s0_at_least: float | None


class PriorOrganDocument(DocumentModel):
    """What is kept of one organ."""

    organ: Organ
    site: str
    model: str
    """Empty where the value was typed in."""
    method: Method
    t2star_ms: PriorValueDocument
    iron_mg_per_g: PriorIronDocument | None
    field_t: float | None
    curve: PriorCurveDocument | None
    black_blood: bool | None
    r_squared_target: float | None = None


class PriorDocument(DocumentModel):
    """One examination as a library keeps it: no images, no name."""

    schema_: Literal["ironquant.prior/1"] = Field(PRIOR_SCHEMA_ID, alias="schema")
    uid: str
    patient_id: Words
    sex: Words
    birth_date: dt.date | None
    date: dt.date
    time: str
    manufacturer: Words
    scanner: Words
    source: RecordSource
    told_method: Words
    remark: Words
    organs: list[PriorOrganDocument]


def to_prior_document(record: PriorExamination) -> PriorDocument:
    """Return a record as a document."""
    patient = record.patient
    return PriorDocument(
        schema=PRIOR_SCHEMA_ID,
        uid=record.uid,
        patient_id=patient.id,
        sex=patient.sex,
        birth_date=patient.birth_date,
        date=record.date,
        time=record.time,
        manufacturer=record.manufacturer,
        scanner=record.scanner,
        source=record.source,
        told_method=record.told_method,
        remark=record.remark,
        organs=[_organ_document(entry) for entry in record.organs],
    )


def _organ_document(entry: OrganRecord) -> PriorOrganDocument:
    iron = entry.iron
    told = dict(vars(entry))
    del told["iron"]
    return PriorOrganDocument(
        **told
        | {
            "t2star_ms": PriorValueDocument(**vars(entry.t2star_ms)),
            "iron_mg_per_g": None
            if iron is None
            else PriorIronDocument(
                **vars(iron.iron_mg_per_g), calibration=iron.calibration, in_valid_range=iron.in_valid_range
            ),
            "curve": None if entry.curve is None else PriorCurveDocument(**_lists(entry.curve)),
        }
    )


def _lists(curve: StoredCurve) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in vars(curve).items()}


def prior_of(document: PriorDocument) -> PriorExamination:
    """Return the record of a document."""
    return PriorExamination(
        uid=document.uid,
        patient=Patient(id=document.patient_id, sex=document.sex, birth_date=document.birth_date),
        date=document.date,
        organs=tuple(_organ_record(entry) for entry in document.organs),
        time=document.time,
        manufacturer=document.manufacturer,
        scanner=document.scanner,
        source=document.source,
        told_method=document.told_method,
        remark=document.remark,
    )


def _organ_record(entry: PriorOrganDocument) -> OrganRecord:
    iron, curve = entry.iron_mg_per_g, entry.curve
    told: dict[str, Any] = {}
    if curve is not None:
        told = {k: tuple(v) if isinstance(v, list) else v for k, v in vars(curve).items()}
    return OrganRecord(
        organ=entry.organ,
        site=entry.site,
        model=entry.model,
        method=entry.method,
        t2star_ms=_value(entry.t2star_ms),
        iron=None if iron is None else IronValue(iron.calibration, _value(iron), iron.in_valid_range),
        field_t=entry.field_t,
        curve=StoredCurve(**told) if told else None,
        black_blood=entry.black_blood,
        r_squared_target=entry.r_squared_target,
    )


def _value(document: PriorValueDocument) -> Value:
    return Value(document.value, document.bound, document.ci95)
