"""What the window and the command line ask of a library; a library that fails stops no work."""

from __future__ import annotations

from dataclasses import replace

from ironquant.core import Analysis, Finding, IronQuantError, Patient, PriorExamination, Study
from ironquant.history import earlier_than, record_of
from ironquant.library.opening import open_library


def earlier_examinations(
    patient: Patient, study: Study, name: str = ""
) -> tuple[tuple[PriorExamination, ...], tuple[Finding, ...]]:
    """Return the examinations of a patient before this one, the earliest first, and what there is to say.

    Parameters
    ----------
    name : str
        Of the library that the settings choose.
    """
    if not patient.id.strip():
        return (), ()
    try:
        records = open_library(name).priors(patient.id)
    except IronQuantError as error:
        return (), (_told(error),)
    return earlier_than(patient, study, records)


def keep(analysis: Analysis, name: str = "") -> tuple[Finding, ...]:
    """Put an examination into a library in the place of its former record; return what went wrong.

    One without patient ID, date or any result is not kept.
    """
    record = record_of(analysis)
    if record is None:
        return ()
    try:
        open_library(name).add(record)
    except IronQuantError as error:
        return (_told(error),)
    return ()


def _told(error: IronQuantError) -> Finding:
    """Return what went wrong as a remark: the numbers of this examination are not touched by it."""
    return replace(error.finding, severity="warning")
