"""Image, T2* map and decay curve of one organ, side by side."""

from __future__ import annotations

from typing import Final

import numpy as np

from ironquant.core import OrganAnalysis, OrganResult
from ironquant.export import band, pictures
from ironquant.export.curve import draw_curve
from ironquant.export.page import GREY, INK, RULE, SHADE, Page
from ironquant.export.report.layout import MARGIN, Block
from ironquant.export.speech import Speech
from ironquant.export.wording import say
from ironquant.iron import grade_cuts_ms, scheme
from ironquant.resources import term

HEIGHTS: Final = (132.0, 120.0, 108.0, 96.0)
"""Of the pictures; the largest that saves no page is taken."""
_CAPTION: Final = 11.0
_BAR: Final = 50.0
"""Room of the colour bar: colours, grades, numbers."""
_GAP: Final = 8.0
_PICTURE: Final = 0.268
"""Width of a picture over that of the page."""


def figures(entry: OrganAnalysis, result: OrganResult, speech: Speech, width: float, height: float) -> Block:
    """Return the figures of a measured organ."""
    picture = width * _PICTURE
    size = (picture, height)
    region = entry.reported

    def draw(page: Page, y: float) -> None:
        scene = pictures.scene(entry, picture / height)
        _image(page, MARGIN, y, size, entry, scene, speech)
        map_left = MARGIN + picture + _GAP
        _map(page, map_left, y, size, entry, scene, result, speech)
        left = map_left + picture + _BAR + _GAP
        if region is not None and region.curve.te_ms:
            fit = next((model for model in region.models if model.model == result.model), None)
            frame = (left, y, MARGIN + width - left, height + _CAPTION)
            draw_curve(page, frame, region.curve, fit, speech.lang)

    return Block(height + _CAPTION, draw, 5.0, sticky=True)


def _image(
    page: Page,
    x: float,
    y: float,
    size: tuple[float, float],
    entry: OrganAnalysis,
    scene: pictures.Scene | None,
    speech: Speech,
) -> None:
    if scene is None:
        _empty(page, x, y, size, speech.say("image_absent"))
        return
    series, view = scene.series, scene.view
    page.raster(x, y, *size, pictures.anatomy(series, view, size))
    draw_outline(page, x, y, size, entry, view)
    left, top = pictures.side_letters(series)
    for letter, x_at, y_at in ((left, x + 2, y + size[1] / 2 - 4.5), (top, x + size[0] / 2 - 4, y + 2)):
        page.box(x_at, y_at, 8, 9, fill="#000000")
        page.text(x_at, y_at + 0.8, letter, 7, 8, colour="#ffffff", align="center")
    mapped = entry.scanner_map
    caption = speech.both(
        lambda lang: say(
            "image_caption" if mapped is None else "scanner_map_caption",
            lang,
            te=f"{series.te_ms[0]:.2f}",
            quantity="" if mapped is None else term(mapped.quantity, lang),
            slice=view.slice_index + 1,
            slices=series.shape[0],
        ),
        " / ",
    )
    _caption(page, x, y + size[1], size[0], caption)


def _map(
    page: Page,
    x: float,
    y: float,
    size: tuple[float, float],
    entry: OrganAnalysis,
    scene: pictures.Scene | None,
    result: OrganResult,
    speech: Speech,
) -> None:
    if scene is None or scene.maps is None:
        _empty(page, x, y, size, speech.say("map_absent"))
        return
    top_ms = pictures.map_top_ms(result.t2star_ms.value)
    page.raster(x, y, *size, pictures.t2star_map(scene.series, scene.maps, scene.view, size, top_ms))
    draw_outline(page, x, y, size, entry, scene.view)
    caption = "map_caption" if entry.scanner_map is None else "scanner_t2star_caption"
    _caption(page, x, y + size[1], size[0] + _BAR, speech.say(caption, " / "))
    draw_colour_bar(page, x + size[0] + 4, y, size[1], top_ms, result, speech)


def draw_outline(
    page: Page,
    x: float,
    y: float,
    size: tuple[float, float],
    entry: OrganAnalysis,
    view: pictures.View,
) -> None:
    """Draw the reported region: white over black, so that it shows on any ground."""
    region = entry.reported
    if region is None or entry.volume is None:
        return
    page.clip(x, y, *size)
    for line in pictures.outline(region, entry.volume, view.slice_index):
        points = view.to_unit(line) * size + (x, y)
        for colour, width in (("#000000", 1.8), ("#ffffff", 0.8)):
            page.path(points, colour=colour, width=width, closed=len(points) > 2)
    page.unclip()


def draw_colour_bar(
    page: Page, x: float, y: float, height: float, top_ms: float, result: OrganResult, speech: Speech
) -> None:
    """Draw the scale of the map with its unit, and beside it where the grades lie."""
    top, height = y + 9, height - 9
    page.text(x, y - 1, "T2* (ms)", 7, _BAR - 6, colour=GREY)
    steps = np.linspace(1.0, 0.0, 128)[:, None]
    page.raster(x, top, 8, height, np.round(pictures.colours(steps)).astype(np.uint8))
    page.box(x, top, 8, height, stroke=GREY)
    cuts = [cut for cut in grade_cuts_ms(result) if cut < top_ms]
    _grades(page, x + 9, top, height, top_ms, cuts, result)
    marks = [(0.0, "0"), (top_ms, f"≥{top_ms:g}")]
    marks += [(cut, f"{cut:.1f}".removesuffix(".0")) for cut in cuts] or [(top_ms / 2, f"{top_ms / 2:g}")]
    taken: list[float] = []
    for value, label in marks:
        level = top + height * (1.0 - value / top_ms)
        at = min(max(level - 4, top - 2), top + height - 8)
        if any(abs(at - other) < 7.5 for other in taken):
            continue  # cuts of severe iron lie closer than their numbers
        taken.append(at)
        page.rule(x + 8, level, x + 17, level, colour=INK, width=0.6)
        page.text(x + 19, at, label, 7, _BAR - 24, colour=INK)


def _grades(
    page: Page, x: float, top: float, height: float, top_ms: float, cuts: list[float], result: OrganResult
) -> None:
    """Draw the grades along the scale: the same colours as the band of page 1."""
    if result.grade is None or not cuts:
        return
    own = scheme(result.grade.scheme)
    codes = [code for code, _, _ in own.bands]
    if own.quantity != "t2star_ms":
        codes = codes[::-1]
    edges = [0.0, *cuts, top_ms]
    # Cuts that the calibration does not reach are missing at the end of small T2*.
    codes = codes[-(len(grade_cuts_ms(result)) + 1) :]
    for code, low, high in zip(codes, edges, edges[1:], strict=False):
        upper, lower = (top + height * (1.0 - value / top_ms) for value in (high, low))
        page.box(x, upper, 7, lower - upper, fill=band.COLOURS[code], stroke=RULE, line=0.3)


def _empty(page: Page, x: float, y: float, size: tuple[float, float], words: str) -> None:
    page.box(x, y, *size, fill=SHADE, stroke=RULE)
    page.text(x, y + size[1] / 2 - 5, words, 8, size[0], align="center", colour=GREY)


def _caption(page: Page, x: float, y: float, width: float, words: str) -> None:
    page.text(x, y + 1.5, words, 7, width, colour=GREY, smallest=0.65)
