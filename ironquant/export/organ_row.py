"""One organ of the report: image, map and curve, the strip of numbers, the grade band, the method."""

from __future__ import annotations

import numpy as np

from ironquant.core import EchoSeries, Grade, OrganAnalysis, OrganResult, RegionAnalysis, Value
from ironquant.export import band, pictures
from ironquant.export.brushes import PageBrush
from ironquant.export.bullseye import WITHIN, Bullseye, bullseye, draw
from ironquant.export.course import change_words
from ironquant.export.curve import draw_curve
from ironquant.export.page import ACCENT, GREY, INK, LINE, RULE, SHADE, Page, wrap
from ironquant.export.wording import Cell, method_words, number_cells, organ_title, reason_words, say
from ironquant.iron import scheme
from ironquant.resources import term

TITLE = 16.0
CAPTION = 11.0
STRIP = 42.0
ROW_UNMEASURED = TITLE + 14.0
METHOD_SIZE = 7.5
MAX_METHOD_LINES = 3
_BAR_ROOM = 28.0
_BULLSEYE = 142.0
"""Most width of the bull's-eye, names of the walls included."""
_GAP = 7.0
_STRIP_SHARES = (0.22, 0.11, 0.24, 0.27, 0.16)


def method_lines(entry: OrganAnalysis, width: float, lang: str, compact: bool) -> list[str]:
    """Return the change since the last examination and the method of one organ, wrapped.

    The method takes at most three lines, four with segments, one if compact.
    """
    if entry.result is None:
        return []
    at_most = 1 if compact else MAX_METHOD_LINES + (entry.segmental is not None)
    lines = wrap(
        method_words(entry, entry.result, entry.reported, lang),
        width - 8,
        METHOD_SIZE,
    )
    # What is too much is drawn as one line, which the page shrinks and cuts with an ellipsis.
    if len(lines) > at_most:
        lines = [*lines[: at_most - 1], " ".join(lines[at_most - 1 :])]
    change = change_words(entry.trend, lang)
    return [*([change] if change else ()), *lines]


def fixed_height(entry: OrganAnalysis, width: float, lang: str, compact: bool) -> float:
    """Return the height of an organ's row without its figures.

    Parameters
    ----------
    compact : bool
        Without figures, for a page of many organs.
    """
    if entry.result is None:
        return ROW_UNMEASURED
    graded = band.HEIGHT if entry.result.grade is not None else 0.0
    method = len(method_lines(entry, width, lang, compact)) * METHOD_SIZE * LINE
    return TITLE + (0.0 if compact else CAPTION) + STRIP + graded + method + 9.0


def draw_unmeasured(page: Page, x: float, y: float, width: float, entry: OrganAnalysis, lang: str) -> float:
    """Draw an organ without a result: that it is not assessable, and why; return the y below."""
    _title(page, x, y, width, organ_title(entry, lang), say("not_assessable", lang))
    page.text(x + 6, y + TITLE + 3, reason_words(entry, lang), 8.5, width - 12)
    page.rule(x, y + ROW_UNMEASURED, x + width, y + ROW_UNMEASURED)
    return y + ROW_UNMEASURED


def draw_measured(
    page: Page, x: float, y: float, width: float, entry: OrganAnalysis, figure_height: float, lang: str
) -> float:
    """Draw an organ with a result; return the y below it.

    Parameters
    ----------
    figure_height : float
        Height of image, map and curve in points; 0 leaves them out.
    """
    result = entry.result
    if result is None:
        raise ValueError("the organ has no result")
    cells = number_cells(entry, result, lang)
    _title(page, x, y, width, organ_title(entry, lang), "")
    y += TITLE + 3
    if figure_height:
        _figures(page, x, y, width, entry, result, figure_height, lang)
        y += figure_height + CAPTION
    _strip(page, x, y, width, cells)
    y += STRIP + 2
    if result.grade is not None:
        _grade(page, x, y, width, result, result.grade, lang)
        y += band.HEIGHT
    y += 2
    lines = method_lines(entry, width, lang, compact=not figure_height)
    y = page.lines(x + 4, y, lines, METHOD_SIZE, width - 8, colour=GREY)
    return y + 2


def _title(page: Page, x: float, y: float, width: float, title: str, state: str) -> None:
    page.box(x, y, width, TITLE, fill=ACCENT)
    page.text(x + 6, y + 2.4, title, 10, width / 2 - 10, bold=True, colour="#ffffff")
    if state:
        page.text(
            x + width / 2, y + 2.4, state, 10, width / 2 - 6, bold=True, colour="#ffffff", align="right"
        )


def _figures(
    page: Page,
    x: float,
    y: float,
    width: float,
    entry: OrganAnalysis,
    result: OrganResult,
    height: float,
    lang: str,
) -> None:
    """Draw image, map with colour bar, and curve side by side, each with its caption below."""
    region = entry.reported
    segments = bullseye(entry, lang)
    share = 0.29 if segments is None else 0.185
    picture = min(height * 1.22, (width - _BAR_ROOM - 2 * _GAP) * share)
    size = (picture, height)
    _image(page, x, y, size, entry, region, lang)
    map_left = x + picture + _GAP
    _map(page, map_left, y, size, entry, region, result.t2star_ms, lang)
    curve_left = map_left + picture + _BAR_ROOM + _GAP
    room = x + width - curve_left
    if segments is not None:
        room -= _segments(page, x + width, y, height, segments)
    if region is not None and region.curve.te_ms:
        fit = next((model for model in region.models if model.model == result.model), None)
        draw_curve(page, (curve_left, y, room, height + CAPTION), region.curve, fit, lang)


def _segments(page: Page, right: float, y: float, height: float, shown: Bullseye) -> float:
    """Draw the bull's-eye up to the right edge; return the width that it takes."""
    radius = min(height / 2.0 / WITHIN[1], _BULLSEYE / 2.0 / WITHIN[0])
    width = 2.0 * WITHIN[0] * radius
    draw(shown, PageBrush(page, width), (right - width / 2.0, y + height / 2.0), radius)
    _caption(page, right - width, y + height, width, shown.caption)
    return width + _GAP


def shown_series(entry: OrganAnalysis) -> EchoSeries | None:
    """Return the images of an organ; a scanner's map as a picture of itself."""
    return entry.series if entry.scanner_map is None else pictures.picture_of(entry.scanner_map)


def _image(
    page: Page,
    x: float,
    y: float,
    size: tuple[float, float],
    entry: OrganAnalysis,
    region: RegionAnalysis | None,
    lang: str,
) -> None:
    series = shown_series(entry)
    if series is None:
        _empty(page, x, y, size, say("image_absent", lang))
        return
    view = pictures.choose_view(series, region, entry.organ, size[0] / size[1])
    page.raster(x, y, *size, pictures.anatomy(series, view, size))
    draw_outline(page, x, y, size, entry, region, view)
    left, top = pictures.side_letters(series)
    for letter, x_at, y_at in ((left, x + 2, y + size[1] / 2 - 4.5), (top, x + size[0] / 2 - 4, y + 2)):
        page.box(x_at, y_at, 8, 9, fill="#000000")
        page.text(x_at, y_at + 0.8, letter, 7, 8, colour="#ffffff", align="center")
    caption = say(
        "image_caption" if entry.scanner_map is None else "scanner_map_caption",
        lang,
        te=f"{series.te_ms[0]:.2f}",
        quantity="" if entry.scanner_map is None else term(entry.scanner_map.quantity, lang),
        slice=view.slice_index + 1,
        slices=series.shape[0],
    )
    _caption(page, x, y + size[1], size[0], caption)


def _map(
    page: Page,
    x: float,
    y: float,
    size: tuple[float, float],
    entry: OrganAnalysis,
    region: RegionAnalysis | None,
    t2star: Value,
    lang: str,
) -> None:
    series, maps = shown_series(entry), entry.maps
    if entry.scanner_map is not None:
        maps = pictures.colours_of(entry.scanner_map)
    if series is None or maps is None:
        _empty(page, x, y, size, say("map_absent", lang))
        return
    view = pictures.choose_view(series, region, entry.organ, size[0] / size[1])
    top_ms = pictures.map_top_ms(t2star.value)
    page.raster(x, y, *size, pictures.t2star_map(series, maps, view, size, top_ms))
    draw_outline(page, x, y, size, entry, region, view)
    caption = "map_caption" if entry.scanner_map is None else "scanner_t2star_caption"
    _caption(page, x, y + size[1], size[0] + _BAR_ROOM, say(caption, lang))
    draw_colour_bar(page, x + size[0] + 3, y, size[1], top_ms)


def draw_outline(
    page: Page,
    x: float,
    y: float,
    size: tuple[float, float],
    entry: OrganAnalysis,
    region: RegionAnalysis | None,
    view: pictures.View,
) -> None:
    """Draw the region: white over black, so that it shows on any ground."""
    if region is None or entry.volume is None:
        return
    page.clip(x, y, *size)
    for line in pictures.outline(region, entry.volume, view.slice_index):
        points = view.to_unit(line) * size + (x, y)
        for colour, width in (("#000000", 1.8), ("#ffffff", 0.8)):
            page.path(points, colour=colour, width=width, closed=len(points) > 2)
    page.unclip()


def draw_colour_bar(page: Page, x: float, y: float, height: float, top_ms: float) -> None:
    """Draw the colours of a T2* map with their numbers."""
    steps = np.linspace(1.0, 0.0, 128)[:, None]
    page.raster(x, y, 7, height, np.round(pictures.colours(steps)).astype(np.uint8))
    page.box(x, y, 7, height, stroke=GREY)
    for fraction in (0.0, 0.5, 1.0):
        level = y + height * (1.0 - fraction)
        label_top = min(max(level - 4, y), y + height - 9)
        label = f"{top_ms * fraction:g}"
        page.rule(x + 7, level, x + 9, level, colour=GREY)
        page.text(x + 10, label_top, f"≥{label}" if fraction == 1.0 else label, 7, 16, colour=GREY)


def _empty(page: Page, x: float, y: float, size: tuple[float, float], words: str) -> None:
    page.box(x, y, *size, fill=SHADE, stroke=RULE)
    page.text(x, y + size[1] / 2 - 5, words, 8, size[0], align="center", colour=GREY)


def _caption(page: Page, x: float, y: float, width: float, words: str) -> None:
    page.text(x, y + 1.5, words, 7, width, colour=GREY)


def _strip(page: Page, x: float, y: float, width: float, cells: list[Cell]) -> None:
    """Draw the numbers side by side: heading, value, remark."""
    page.box(x, y, width, 12, fill=SHADE)
    for cell, share in zip(cells, _STRIP_SHARES, strict=True):
        slot = width * share
        page.text(x + 5, y + 1.8, cell.heading, 8, slot - 8, colour=GREY)
        page.text(x + 5, y + 14, cell.value, 12.5, slot - 8, bold=True, colour=INK)
        if cell.remark:
            page.text(x + 5, y + 31, cell.remark, 7.5, slot - 8, colour=GREY)
        page.box(x, y, slot, STRIP, stroke=RULE)
        x += slot


def _grade(
    page: Page, x: float, y: float, width: float, result: OrganResult, grade: Grade, lang: str
) -> None:
    """Draw the grade band with the value that was graded."""
    chosen = scheme(grade.scheme)
    band.draw_band(page, x, y, width, chosen, grade, result, lang)
