"""The page of one organ in two sources: figures, statistics, grades, regions."""

from __future__ import annotations

from statistics import median
from typing import Any, Final

from ironquant.agreement.comparison import Comparison, OrganComparison, PairComparison
from ironquant.agreement.figures import draw_difference, draw_scatter
from ironquant.agreement.quantities import outcome
from ironquant.agreement.records import Quantity
from ironquant.agreement.words import (
    PLACES,
    bare,
    excluded_words,
    kappa_words,
    letter,
    say,
    statistics_rows,
)
from ironquant.export.numbers import UNITS, format_value
from ironquant.export.page import ACCENT, GREY, RULE, SHADE, Page, wrap
from ironquant.resources import term, text
from ironquant.statistics import LEAST_PAIRS

Area = tuple[float, float, float, float]
"""Left, top, width, and bottom in points."""
FIGURE_HEIGHT: Final = 212.0
ROW: Final = 12.2
_LABELS: Final = 168.0
_DATES: Final = 80.0
_MOST_VALUES: Final = 14
_CELL: Final = 44.0


def draw_organ(
    page: Page, area: Area, pair: PairComparison, organ: OrganComparison, comparison: Comparison, lang: str
) -> None:
    """Draw everything about one organ within `area`."""
    left, top, width, _ = area
    first, second = letter(pair.first), letter(pair.second)
    names = {"first": first, "second": second}
    sources = {index: comparison.sources[index].name for index in (pair.first, pair.second)}
    title = say("organ_title", lang, organ=term(str(organ.organ), lang), **names)
    title = title[:1].upper() + title[1:]
    page.text(left, top, title, 14, width, bold=True, colour=ACCENT)
    who = "    ".join(f"{letter(index)}: {name}" for index, name in sources.items())
    page.text(left, top + 18, who, 8, width, colour=GREY)
    page.rule(left, top + 30, left + width, top + 30, colour=ACCENT, width=1.2)
    y = _figures(page, (left, top + 38, width, FIGURE_HEIGHT), organ, comparison.quantities[0], names, lang)
    if any(entry.sufficient for entry in organ.quantities):
        y = _statistics(page, left, y + 10, width, organ, names, lang)
    else:
        y = _values(page, left, y + 10, width, organ, names, lang)
    for agreement in organ.quantities:
        lines = wrap(excluded_words(agreement, names, lang), width - 8, 8)
        y = page.lines(left + 4, y, lines, 8, width - 8, colour=GREY)
    y = _grades(page, left, y + 8, width, organ, names, lang)
    _regions(page, left, y + 8, width, organ, lang)


def _figures(
    page: Page, frame: Area, organ: OrganComparison, quantity: Quantity, names: dict[str, str], lang: str
) -> float:
    left, top, width, height = frame
    agreement = organ.quantity(quantity)
    if agreement is None:
        return top
    shown: dict[str, Any] = {**names, "quantity": term(quantity, lang), "unit": UNITS[quantity]}
    bounds = []
    for entry in organ.pairs:
        one, other = entry.first.value(quantity).value, entry.second.value(quantity).value
        beyond = outcome(entry.first, entry.second, quantity).startswith("bound")
        if beyond and one is not None and other is not None:
            bounds.append((one, other))
    half = width * 0.56
    draw_difference(page, (left, top, half, height), agreement.values, agreement.difference, shown, lang)
    frame_right = (left + half + 6, top, width - half - 6, height)
    draw_scatter(page, frame_right, agreement.values, bounds, shown, lang)
    return top + height


def _title(page: Page, x: float, y: float, width: float, words: str) -> float:
    page.text(x, y, words, 10, width, bold=True, colour=ACCENT)
    page.rule(x, y + 13, x + width, y + 13, colour=RULE)
    return y + 16


def _statistics(
    page: Page, left: float, y: float, width: float, organ: OrganComparison, names: dict[str, str], lang: str
) -> float:
    """Draw the table of statistics, a column per quantity."""
    y = _title(page, left, y, width, say("statistics", lang))
    columns = [statistics_rows(entry, names, lang) for entry in organ.quantities]
    room = (width - _LABELS) / max(len(columns), 3)
    page.box(left, y, width, ROW, fill=SHADE)
    for number, entry in enumerate(organ.quantities):
        x = left + _LABELS + number * room
        page.text(x, y + 1.5, say(f"quantity_{entry.quantity}", lang), 8, room - 4, bold=True)
    y += ROW
    for index, (label, _) in enumerate(columns[0]):
        page.text(left + 4, y + 1.5, label, 8, _LABELS - 8, colour=GREY)
        for number, column in enumerate(columns):
            page.text(left + _LABELS + number * room, y + 1.5, column[index][1], 8, room - 4)
        page.rule(left, y + ROW, left + width, y + ROW, colour=SHADE)
        y += ROW
    return y + 4


def _values(
    page: Page, left: float, y: float, width: float, organ: OrganComparison, names: dict[str, str], lang: str
) -> float:
    """Draw the few pairs themselves, where they are too few for statistics."""
    y = _title(page, left, y, width, say("values", lang))
    room = (width - _DATES) / max(len(organ.quantities), 3)
    page.box(left, y, width, ROW, fill=SHADE)
    for number, entry in enumerate(organ.quantities):
        title = say("values_column", lang, quantity=say(f"quantity_{entry.quantity}", lang), **names)
        page.text(left + _DATES + number * room, y + 1.5, title, 7.5, room - 4, bold=True)
    y += ROW
    for pair in organ.pairs[:_MOST_VALUES]:
        page.text(left + 4, y + 1.5, pair.match.first.date or pair.match.second.date, 8, _DATES - 8)
        for number, entry in enumerate(organ.quantities):
            one, other = (side.value(entry.quantity) for side in (pair.first, pair.second))
            shown = [format_value(value, entry.quantity, lang) for value in (one, other)]
            paired = outcome(pair.first, pair.second, entry.quantity) == "paired"
            if paired and one.value is not None and other.value is not None:
                shown.append(bare(one.value - other.value, PLACES[entry.quantity]))
            page.text(left + _DATES + number * room, y + 1.5, "   ".join(shown), 8, room - 4)
        page.rule(left, y + ROW, left + width, y + ROW, colour=SHADE)
        y += ROW
    if (left_out := len(organ.pairs) - _MOST_VALUES) > 0:
        y = page.lines(left + 4, y, [say("findings_more", lang, n=left_out)], 8, width - 8)
    return y + 4


def _grades(
    page: Page, left: float, y: float, width: float, organ: OrganComparison, names: dict[str, str], lang: str
) -> float:
    """Draw the table of grades and kappa beside it; return the y below."""
    grades = organ.grades
    y = _title(page, left, y, width, say("grades", lang)) + 3
    beside = left
    if grades.categories and grades.n:
        page.text(left, y, say("grades_axes", lang, **names), 7.5, 240, colour=GREY)
        size = len(grades.categories)
        for number, code in enumerate(grades.categories):
            word = text("grades", code, lang)
            across, down = left + 56 + number * _CELL, y + 11 + (number + 1) * ROW
            page.text(across, y + 12, word, 7.5, _CELL - 2, align="center", bold=True)
            page.text(left, down + 1.5, word, 7.5, 54, bold=True)
            for other in range(size):
                x = left + 56 + other * _CELL
                page.box(x, down, _CELL, ROW, fill=SHADE if other == number else None, stroke=RULE)
                count = str(grades.counts[number][other])
                page.text(x, down + 1.5, count, 8, _CELL, align="center", bold=other == number)
        beside = left + 56 + size * _CELL + 14
    room = left + width - beside
    lines = [piece for line in _grade_words(organ, lang) for piece in wrap(line, room, 8)]
    below = page.lines(beside, y, lines, 8, room)
    return max(below, y + 11 + (len(grades.categories) + 1) * ROW if grades.n else y)


def _grade_words(organ: OrganComparison, lang: str) -> list[str]:
    grades = organ.grades
    lines = []
    if grades.kappas:
        equal = sum(grades.counts[index][index] for index in range(len(grades.categories)))
        percent = bare(100.0 * equal / grades.n, 0)
        lines.append(say("grades_equal", lang, equal=equal, n=grades.n, percent=percent))
        lines += [
            say(f"kappa_{kappa.weights}", lang, value=kappa_words(kappa, lang)) for kappa in grades.kappas
        ]
    else:
        lines.append(say("grades_few", lang, n=grades.n, needed=LEAST_PAIRS))
    if grades.n_ungraded:
        lines.append(say("grades_ungraded", lang, n=grades.n_ungraded))
    if grades.schemes:
        lines.append(say("grades_schemes", lang, schemes=", ".join(grades.schemes)))
    return lines


def _regions(page: Page, left: float, y: float, width: float, organ: OrganComparison, lang: str) -> None:
    y = _title(page, left, y, width, say("dice", lang))
    words = region_words(organ, lang) or say("regions_none", lang)
    page.lines(left + 4, y, wrap(words, width - 8, 8), 8, width - 8)


def region_words(organ: OrganComparison, lang: str) -> str:
    """Return overlap and distance of the regions in one line, empty where there are none."""
    regions = organ.regions
    if not regions:
        return ""
    return say(
        "regions_words",
        lang,
        n=len(regions),
        dice=f"{median(entry.dice for entry in regions):.3f}",
        dice_low=f"{min(entry.dice for entry in regions):.3f}",
        hausdorff=f"{median(entry.hausdorff_mm for entry in regions):.1f}",
        hausdorff_high=f"{max(entry.hausdorff_mm for entry in regions):.1f}",
        surface=f"{median(entry.mean_surface_mm for entry in regions):.2f}",
    )
