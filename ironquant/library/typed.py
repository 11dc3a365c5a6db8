"""An examination typed in from an old report: values, or bounds, with their own method."""

from __future__ import annotations

import datetime as dt
import math
import uuid

from ironquant.core import (
    Bound,
    InputError,
    IronValue,
    Organ,
    OrganRecord,
    Patient,
    PriorExamination,
    Value,
)

LIMITS = (0.05, 500.0)
"""ms or mg/g; beyond these a number is a slip of the keyboard."""
_SIGNS: dict[str, Bound] = {
    "<": "upper",
    "≤": "upper",
    "＜": "upper",
    ">": "lower",
    "≥": "lower",
    "＞": "lower",
}


def parse_value(words: str) -> Value:
    """Return what ``12.3``, ``< 2`` or ``> 25`` says; nothing for an empty text.

    Raises
    ------
    InputError
        ``history_values`` for anything else.
    """
    told = words.strip()
    if not told:
        return Value()
    bound = _SIGNS.get(told[0], "none")
    digits = told[1:] if bound != "none" else told
    try:
        number = float(digits.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not LIMITS[0] <= number <= LIMITS[1]:
        raise InputError("history_values", value=told)
    return Value(number, bound)


def typed_examination(
    patient: Patient,
    date: dt.date,
    field_t: float | None,
    *,
    heart_t2star_ms: Value,
    liver_t2star_ms: Value,
    lic_mg_per_g: Value,
    method: str = "",
    remark: str = "",
    uid: str = "",
) -> PriorExamination:
    """Return an examination as an old report tells it.

    Parameters
    ----------
    uid : str
        Of the record that it replaces; empty: a new one.

    Raises
    ------
    InputError
        ``history_nothing_told`` without any value.
    """
    iron = None if lic_mg_per_g.value is None else IronValue("", lic_mg_per_g, in_valid_range=True)
    organs = (
        OrganRecord(Organ.HEART, "", "", "roi-mean", heart_t2star_ms, None, field_t),
        OrganRecord(Organ.LIVER, "", "", "roi-mean", liver_t2star_ms, iron, field_t),
    )
    told = tuple(entry for entry in organs if entry.t2star_ms.value is not None or entry.iron is not None)
    if not told:
        raise InputError("history_nothing_told")
    return PriorExamination(
        uid=uid or f"typed-{uuid.uuid4().hex}",
        patient=Patient(id=patient.id.strip(), sex=patient.sex, birth_date=patient.birth_date),
        date=date,
        organs=told,
        source="typed",
        told_method=method.strip(),
        remark=remark.strip(),
    )
