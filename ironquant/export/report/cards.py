"""One organ on page 1: the number, its grade, where it lies, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ironquant.core import Organ, OrganAnalysis, OrganResult
from ironquant.export import band, fonts
from ironquant.export.course import short_change
from ironquant.export.numbers import format_graded, format_value, unit_of
from ironquant.export.page import GREY, INK, LINE, RULE, SHADE, Page, wrap
from ironquant.export.report.layout import MARGIN, Block
from ironquant.export.speech import Speech
from ironquant.export.wording import (
    grade_remark,
    grade_word,
    iron_remark,
    organ_title,
    reason_words,
    say,
)
from ironquant.iron import scheme

_TITLE: Final = 23.0
_NUMBER: Final = 28.0
_LEFT: Final = 0.40
"""Share of the width that the numbers take."""
_STRIP: Final = 5.0
_BADGE: Final = 118.0


@dataclass(frozen=True)
class _Quantity:
    name: str
    value: str
    unit: str
    remark: str


def organ_card(entry: OrganAnalysis, speech: Speech, width: float, *, roomy: bool = True) -> Block:
    """Return an organ: its result, or that it is not assessable and why.

    Parameters
    ----------
    roomy : bool
        With more white space, where the page has it.
    """
    if entry.result is None:
        return _unmeasured(entry, speech, width)
    return _measured(entry, entry.result, speech, width, 4.0 if roomy else 0.0)


def _unmeasured(entry: OrganAnalysis, speech: Speech, width: float) -> Block:
    columns = speech.each(lambda lang: reason_words(entry, lang))
    room = (width - _STRIP - 20 - 12 * (len(columns) - 1)) / len(columns)
    wrapped = [wrap(words, room, 9.5) for words in columns]
    height = _TITLE + 22 + max(len(lines) for lines in wrapped) * 9.5 * LINE + 7

    def draw(page: Page, y: float) -> None:
        _frame(page, y, width, height, GREY)
        _title(page, y, width, entry, speech)
        left = MARGIN + _STRIP + 9
        page.text(left, y + _TITLE + 5, speech.say("not_assessable"), 13, width - 30, bold=True)
        for number, lines in enumerate(wrapped):
            page.lines(left + number * (room + 12), y + _TITLE + 24, lines, 9.5, room)

    return Block(height, draw, 10.0)


def _measured(entry: OrganAnalysis, result: OrganResult, speech: Speech, width: float, air: float) -> Block:
    first, *others = _quantities(entry, result, speech)
    left, left_room = MARGIN + _STRIP + 9, width * _LEFT - _STRIP - 18
    right, right_room = MARGIN + width * _LEFT + 8, width * (1 - _LEFT) - 18
    small = [line for words in first.remark.split("\n") if words for line in wrap(words, left_room, 8)]
    number_height = 11 + _NUMBER * LINE + len(small) * 8 * LINE
    rows = [_Row.of(quantity, right_room) for quantity in others]
    changes = [
        line
        for words in speech.each(lambda lang: _change(entry, lang))
        for line in wrap(words, right_room, 8.5)
    ]
    graded = 0.0 if result.grade is None else band.height(speech) + 6
    right_height = graded + sum(row.height for row in rows) + len(changes) * 8.5 * LINE + 3
    height = _TITLE + 6 + max(number_height, right_height) + 4 + 2 * air
    code = result.grade.code if result.grade else None

    def draw(page: Page, y: float) -> None:
        _frame(page, y, width, height, band.STRONG[code] if code else GREY)
        _title(page, y, width, entry, speech)
        _grade_badge(page, y, width, result, speech)
        top = y + _TITLE + 6 + air
        _big_number(page, left, top, left_room, first, small)
        if result.grade is not None:
            band.draw_band(
                page, right, top, right_room, scheme(result.grade.scheme), result.grade, result, speech
            )
            top += graded
        for row in rows:
            row.draw(page, right, top)
            top += row.height
        page.lines(right, top + 2, changes, 8.5, right_room, bold=True)
        page.rule(right - 9, y + _TITLE + 6, right - 9, y + height - 6, colour=RULE)

    return Block(height, draw, 6.0 + air)


def _change(entry: OrganAnalysis, lang: str) -> str:
    trend = entry.trend
    return "" if trend is None or len(trend.points) < 2 else short_change(trend, lang)


def _frame(page: Page, y: float, width: float, height: float, colour: str) -> None:
    page.box(MARGIN, y, width, _TITLE, fill=SHADE)
    page.box(MARGIN, y, _STRIP, height, fill=colour)
    page.box(MARGIN, y, width, height, stroke=RULE, line=0.7)


def _title(page: Page, y: float, width: float, entry: OrganAnalysis, speech: Speech) -> None:
    words = speech.both(lambda lang: organ_title(entry, lang), " / ")
    page.text(MARGIN + _STRIP + 9, y + 4.8, words, 12, width * 0.62, bold=True)


def _grade_badge(page: Page, y: float, width: float, result: OrganResult, speech: Speech) -> None:
    """Draw the grade; its frame tells it without colour, and a remark what restricts it."""
    words = speech.both(lambda lang: grade_word(result, lang))
    code = result.grade.code if result.grade else None
    x = MARGIN + width - _BADGE
    if code:
        page.box(x, y, _BADGE, _TITLE, fill=band.COLOURS[code], stroke=band.STRONG[code], line=1.2)
    page.text(x + 5, y + 4.8, words, 12, _BADGE - 10, bold=True, align="center", smallest=0.6)
    remark = speech.both(lambda lang: grade_remark(result, lang), " / ")
    if remark:
        room = width * 0.38 - _BADGE + 60
        page.text(x - room - 6, y + 7, remark, 8, room, align="right", colour=GREY, smallest=0.6)


def _big_number(page: Page, x: float, y: float, room: float, quantity: _Quantity, small: list[str]) -> None:
    page.text(x, y, quantity.name, 8.5, room, colour=GREY)
    y += 11
    unit_room = fonts.text_width(quantity.unit, 11) + 6
    shown = page.text(x, y, quantity.value, _NUMBER, room - min(unit_room, room / 2), bold=True, smallest=0.5)
    page.text(x + shown + 5, y + 13.5, quantity.unit, 11, room - shown - 5, smallest=0.5)
    page.lines(x, y + _NUMBER * LINE, small, 8, room, colour=GREY)


@dataclass(frozen=True)
class _Row:
    """One of the other numbers: name, value, and a remark on lines of its own where there is one."""

    quantity: _Quantity
    room: float
    remark: tuple[str, ...]

    @classmethod
    def of(cls, quantity: _Quantity, room: float) -> _Row:
        remarks = (line for words in quantity.remark.split("\n") if words for line in wrap(words, room, 7.5))
        return cls(quantity, room, tuple(remarks))

    @property
    def height(self) -> float:
        return 9.5 * LINE + len(self.remark) * 7.5 * LINE + 0.5

    def draw(self, page: Page, x: float, y: float) -> None:
        told = " ".join(filter(None, (self.quantity.value, self.quantity.unit)))
        wide = min(fonts.text_width(told, 9.5, bold=True) + 2, self.room * 0.6)
        page.text(x, y + 0.8, self.quantity.name, 8.5, self.room - wide - 6, colour=GREY, smallest=0.6)
        page.text(x + self.room - wide, y, told, 9.5, wide, bold=True, align="right", colour=INK)
        page.lines(x, y + 9.5 * LINE, list(self.remark), 7.5, self.room, colour=GREY)


def _quantities(entry: OrganAnalysis, result: OrganResult, speech: Speech) -> list[_Quantity]:
    """Return the number that stands large, then the others."""
    t2star = _Quantity(
        "T2*",
        format_graded(result, "t2star_ms"),
        unit_of("t2star_ms"),
        speech.say("bound_note", "\n") if result.t2star_ms.bound != "none" else "",
    )
    r2star = _Quantity("R2*", format_value(result.r2star_per_s, "r2star_per_s"), unit_of("r2star_per_s"), "")
    iron = _iron(entry, result, speech)
    leads_by_iron = entry.organ == Organ.LIVER and result.iron is not None
    placed = (iron, t2star, r2star) if leads_by_iron else (t2star, r2star, iron)
    ordered = [quantity for quantity in placed if quantity is not None]
    percent = result.repeatability_percent
    exact = (result.iron.iron_mg_per_g if leads_by_iron and result.iron else result.t2star_ms).bound == "none"
    fits = entry.organ == Organ.HEART or leads_by_iron  # published for these two numbers only
    if percent is not None and exact and fits:
        told = speech.say("repeatability", "\n", percent=f"{percent:g}")
        head = ordered[0]
        remark = "\n".join(filter(None, (told, head.remark)))
        ordered[0] = _Quantity(head.name, head.value, head.unit, remark)
    return ordered


def _iron(entry: OrganAnalysis, result: OrganResult, speech: Speech) -> _Quantity | None:
    known = entry.organ in (Organ.HEART, Organ.LIVER)
    if result.iron is None and not known:
        return None
    name = speech.both(lambda lang: say(_long(entry.organ), lang), " / ")
    remark = speech.both(lambda lang: iron_remark(entry, result, lang), "\n")
    if result.iron is None:
        return _Quantity(name, "–", "", remark)
    value = format_graded(result, "iron_mg_per_g", iron_unit=speech.iron_unit)
    dry = speech.say("dry_weight", " / ")
    return _Quantity(name, value, f"{unit_of('iron_mg_per_g', speech.iron_unit)} {dry}", remark)


def _long(organ: Organ) -> str:
    return f"iron_long_{organ}" if organ in (Organ.HEART, Organ.LIVER) else "organ_iron"
