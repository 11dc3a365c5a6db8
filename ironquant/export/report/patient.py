"""The table of patient and examination, of the fields that the site shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ironquant.core import Analysis, ReportField
from ironquant.export.numbers import MISSING
from ironquant.export.page import GREY, LINE, RULE, SHADE, Page, wrap
from ironquant.export.report.layout import MARGIN, Block
from ironquant.export.speech import Speech
from ironquant.export.wording import age_words, field_words, sex_words
from ironquant.resources import term, terms

_COLUMNS: Final = 12
_SPANS: Final[dict[ReportField, int]] = {
    "name": 5,
    "sex": 2,
    "age": 2,
    "birth_date": 3,
    "id": 5,
    "accession": 4,
    "exam_date": 3,
    "scanner": 5,
    "field": 4,
    "diagnosis": 6,
    "transfusion": 3,
    "ferritin": 3,
    "haemoglobin": 3,
    "chelation": 6,
    "splenectomy": 3,
    "lvef": 3,
}
"""Twelfths of the width that a field takes; the last one in a row takes what is left."""
_LABEL, _VALUE = 7.0, 9.5


@dataclass(frozen=True)
class _Cell:
    label: str
    lines: tuple[str, ...]
    left: float
    width: float


def patient_table(
    analysis: Analysis, fields: tuple[ReportField, ...], speech: Speech, width: float, reported: str
) -> Block:
    """Return the table; a row is as high as its longest value."""
    shown = [(field, _SPANS[field], _value(field, analysis, speech)) for field in fields]
    cells = [(speech.say(field), span, value) for field, span, value in shown if value]
    if reported:
        cells.append((speech.say("report_date"), 3, reported))
    rows = _rows(cells, width)
    heights = [max(len(cell.lines) for cell in row) * _VALUE * LINE + _LABEL * LINE + 5.0 for row in rows]

    def draw(page: Page, y: float) -> None:
        page.box(MARGIN, y, width, sum(heights), fill=SHADE)
        for row, height in zip(rows, heights, strict=True):
            for cell in row:
                page.text(cell.left, y + 2, cell.label, _LABEL, cell.width, colour=GREY)
                page.lines(cell.left, y + 2 + _LABEL * LINE, list(cell.lines), _VALUE, cell.width)
            y += height
            page.rule(MARGIN, y, MARGIN + width, y, colour=RULE if row is rows[-1] else "#ffffff", width=0.6)

    return Block(sum(heights), draw, 8.0)


def _rows(cells: list[tuple[str, int, str]], width: float) -> list[list[_Cell]]:
    grouped: list[list[tuple[str, int, str]]] = []
    for cell in cells:
        if not grouped or sum(span for _, span, _ in grouped[-1]) + cell[1] > _COLUMNS:
            grouped.append([])
        grouped[-1].append(cell)
    rows = []
    for group in grouped:
        row, at = [], 0
        for number, (label, span, value) in enumerate(group):
            wide = _COLUMNS - at if number == len(group) - 1 else span
            room = width * wide / _COLUMNS - 12
            left = MARGIN + width * at / _COLUMNS + 6
            row.append(_Cell(label, tuple(wrap(value, room, _VALUE)), left, room))
            at += wide
        rows.append(row)
    return rows


def _value(field: ReportField, analysis: Analysis, speech: Speech) -> str:
    """Return the words of a field; empty where it is not shown: clinical data that nobody told."""
    patient, study, clinical = analysis.patient, analysis.study, analysis.clinical
    numbers = {
        "ferritin": (clinical.ferritin_ng_per_ml, "ng/ml"),
        "haemoglobin": (clinical.haemoglobin_g_per_l, "g/l"),
        "lvef": (clinical.lvef_percent, "%"),
    }
    if field in numbers:
        value, unit = numbers[field]
        return "" if value is None else f"{value:g} {unit}"
    if field == "diagnosis":
        return _term(clinical.diagnosis, speech)
    if field == "transfusion":
        return _term(clinical.transfusion, speech)
    if field == "chelation":
        keys = [f"clinical_{name}" for name in clinical.chelators]
        return speech.both(lambda lang: terms(keys, lang), " / ")
    if field == "splenectomy":
        known = {None: "", True: "yes", False: "no"}[clinical.splenectomy]
        return speech.say(known, " / ") if known else ""
    words = {
        "name": patient.name,
        "sex": speech.both(lambda lang: sex_words(patient, lang), " / "),
        "age": speech.both(lambda lang: age_words(patient, lang), " / "),
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else "",
        "id": patient.id,
        "accession": study.accession,
        "exam_date": study.date.isoformat() if study.date else "",
        "scanner": " ".join(part for part in (study.manufacturer, study.model) if part),
        "field": speech.both(lambda lang: field_words(study, lang), " / "),
    }
    return words[field] or MISSING


def _term(word: str | None, speech: Speech) -> str:
    return "" if word is None else speech.both(lambda lang: term(f"clinical_{word}", lang), " / ")
