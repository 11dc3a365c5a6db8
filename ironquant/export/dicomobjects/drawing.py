"""Key images as rasters: the region on the image, the T2* map with its bar, the decay curve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ironquant.core import OrganAnalysis, OrganResult, RegionAnalysis
from ironquant.export import pictures
from ironquant.export.curve import draw_curve
from ironquant.export.numbers import UNITS, format_graded
from ironquant.export.organ_row import draw_colour_bar, draw_outline, shown_series
from ironquant.export.page import HEIGHT, Page
from ironquant.export.wording import organ_title, say
from ironquant.resources import term

WIDTH_PT, HEIGHT_PT = 384.0, 288.0
_SCALE = 2.0
_TITLE = 20.0
_BAR = 34.0
Raster = NDArray[np.uint8]


def key_images(entry: OrganAnalysis, lang: str) -> dict[str, Raster]:
    """Return the pictures of one organ by kind (``region``, ``map``, ``curve``), shape (row, column, 3)."""
    result, region = entry.result, entry.reported
    if result is None or region is None:
        return {}
    wanted: dict[str, Callable[[Page], None]] = {"region": lambda page: _region(page, entry, region)}
    if entry.maps is not None or entry.scanner_map is not None:
        wanted["map"] = lambda page: _map(page, entry, result, region)
    if region.curve.te_ms:
        wanted["curve"] = lambda page: _curve(page, result, region, lang)
    page = Page(say("title", lang), lang)
    for kind, draw in wanted.items():
        dark = kind != "curve"
        page.box(0, 0, WIDTH_PT, HEIGHT_PT, fill="#000000" if dark else "#ffffff")
        colour = "#ffffff" if dark else "#000000"
        page.text(6, 5, _title(entry, result, kind, lang), 10, WIDTH_PT - 12, bold=True, colour=colour)
        draw(page)
        page.turn()
    return dict(zip(wanted, _rasters(page.finish()), strict=False))


def _title(entry: OrganAnalysis, result: OrganResult, kind: str, lang: str) -> str:
    value = f"T2* {format_graded(result, 't2star_ms', lang)} {UNITS['t2star_ms']}"
    parts = [organ_title(entry, lang), value]
    if kind == "curve":
        parts.append(term(result.model, lang))
    return "  ·  ".join(parts)


def _region(page: Page, entry: OrganAnalysis, region: RegionAnalysis) -> None:
    series = shown_series(entry)
    if series is None:
        return
    size = (WIDTH_PT, HEIGHT_PT - _TITLE)
    view = pictures.choose_view(series, region, entry.organ, size[0] / size[1])
    page.raster(0, _TITLE, *size, pictures.anatomy(series, view, size))
    draw_outline(page, 0, _TITLE, size, entry, region, view)
    left, top = pictures.side_letters(series)
    page.text(4, _TITLE + size[1] / 2, left, 10, 12, colour="#ffffff")
    page.text(size[0] / 2, _TITLE + 3, top, 10, 12, colour="#ffffff")


def _map(page: Page, entry: OrganAnalysis, result: OrganResult, region: RegionAnalysis) -> None:
    series = shown_series(entry)
    maps = entry.maps if entry.scanner_map is None else pictures.colours_of(entry.scanner_map)
    if series is None or maps is None:
        return
    size = (WIDTH_PT - _BAR, HEIGHT_PT - _TITLE)
    view = pictures.choose_view(series, region, entry.organ, size[0] / size[1])
    top_ms = pictures.map_top_ms(result.t2star_ms.value)
    page.raster(0, _TITLE, *size, pictures.t2star_map(series, maps, view, size, top_ms))
    draw_outline(page, 0, _TITLE, size, entry, region, view)
    page.box(size[0], _TITLE, _BAR, size[1], fill="#ffffff")
    page.text(size[0] + 2, _TITLE + 3, "ms", 8, _BAR)
    draw_colour_bar(page, size[0] + 4, _TITLE + 16, size[1] - 24, top_ms)


def _curve(page: Page, result: OrganResult, region: RegionAnalysis, lang: str) -> None:
    fit = region.model(result.model)
    draw_curve(page, (10.0, _TITLE + 6, WIDTH_PT - 20, HEIGHT_PT - _TITLE - 12), region.curve, fit, lang)


def _rasters(document: bytes) -> list[Raster]:
    """Return the top left corner of every page, without the empty one at the end."""
    import pypdfium2

    found = []
    pdf = pypdfium2.PdfDocument(document)
    try:
        for page in pdf:
            right, below = page.get_width() - WIDTH_PT, HEIGHT - HEIGHT_PT
            bitmap = page.render(scale=_SCALE, crop=(0, below, right, 0), rev_byteorder=True)
            found.append(np.array(bitmap.to_numpy()[..., :3], dtype=np.uint8))
            page.close()
    finally:
        pdf.close()
    return found
