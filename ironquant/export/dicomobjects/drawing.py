"""Key images as rasters: the region on the image, the T2* map with its bar, the decay curve."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ironquant.core import OrganAnalysis, OrganMaps, OrganResult
from ironquant.export import pictures
from ironquant.export.curve import draw_curve
from ironquant.export.numbers import UNITS, format_graded
from ironquant.export.page import HEIGHT, Page
from ironquant.export.report.figures import draw_colour_bar, draw_outline
from ironquant.export.speech import Speech
from ironquant.export.wording import organ_title, say
from ironquant.resources import term

WIDTH_PT, HEIGHT_PT = 256.0, 192.0
_SCALE = int(pictures.PIXELS_PER_POINT)
_TITLE = 14.0
_BAR = 48.0
_SIZE = (WIDTH_PT, HEIGHT_PT - _TITLE)
_MAP_SIZE = (WIDTH_PT - _BAR, HEIGHT_PT - _TITLE)
_WHITE, _BLACK = "#ffffff", "#000000"
Raster = NDArray[np.uint8]


@dataclass
class _Picture:
    """One key image: what lies beneath, and what a page lays over it."""

    page: Page
    title: str
    paper: int
    beneath: Raster = field(init=False)

    def __post_init__(self) -> None:
        shape = (int(HEIGHT_PT) * _SCALE, int(WIDTH_PT) * _SCALE, 3)
        self.beneath = np.full(shape, self.paper, dtype=np.uint8)
        ink = _BLACK if self.paper else _WHITE
        self.page.text(4, 3, self.title, 7, WIDTH_PT - 8, bold=True, colour=ink)

    def place(self, rgb: Raster) -> None:
        """Lay a raster at the left edge below the title."""
        top = int(_TITLE) * _SCALE
        self.beneath[top : top + rgb.shape[0], : rgb.shape[1]] = rgb


def key_images(entry: OrganAnalysis, lang: str) -> dict[str, Raster]:
    """Return the pictures of one organ by kind (``region``, ``map``, ``curve``), shape (row, column, 3)."""
    result, region = entry.result, entry.reported
    shown = pictures.scene(entry, _SIZE[0] / _SIZE[1])
    if result is None or region is None or shown is None:
        return {}
    page = Page(say("title", lang), lang)
    value = f"T2* {format_graded(result, 't2star_ms', lang)} {UNITS['t2star_ms']}"
    title = f"{organ_title(entry, lang)}  ·  {value}"
    made = {"region": _Picture(page, title, 0)}
    _region(made["region"], entry, shown)
    beside_bar = pictures.scene(entry, _MAP_SIZE[0] / _MAP_SIZE[1])
    if beside_bar is not None and beside_bar.maps is not None:
        page.turn()
        made["map"] = _Picture(page, title, 0)
        _map(made["map"], entry, result, beside_bar, beside_bar.maps)
    if region.curve.te_ms:
        page.turn()
        made["curve"] = _Picture(page, f"{title}  ·  {term(result.model, lang)}", 255)
        fit = region.model(result.model)
        frame = (6.0, _TITLE + 4, WIDTH_PT - 12, HEIGHT_PT - _TITLE - 8)
        draw_curve(page, frame, region.curve, fit, lang)
    over = _rendered(page.finish(), len(made))
    return {
        kind: _composed(picture.beneath, layer)
        for (kind, picture), layer in zip(made.items(), over, strict=True)
    }


def _region(picture: _Picture, entry: OrganAnalysis, shown: pictures.Scene) -> None:
    picture.place(pictures.anatomy(shown.series, shown.view, _SIZE))
    draw_outline(picture.page, 0, _TITLE, _SIZE, entry, shown.view)
    left, top = pictures.side_letters(shown.series)
    picture.page.text(3, _TITLE + _SIZE[1] / 2, left, 7, 12, colour=_WHITE)
    picture.page.text(_SIZE[0] / 2, _TITLE + 2, top, 7, 12, colour=_WHITE)


def _map(
    picture: _Picture, entry: OrganAnalysis, result: OrganResult, shown: pictures.Scene, maps: OrganMaps
) -> None:
    top_ms = pictures.map_top_ms(result.t2star_ms.value)
    picture.place(pictures.t2star_map(shown.series, maps, shown.view, _MAP_SIZE, top_ms))
    page, (width, height) = picture.page, _MAP_SIZE
    draw_outline(page, 0, _TITLE, _MAP_SIZE, entry, shown.view)
    page.box(width, _TITLE, _BAR, height, fill=_WHITE)
    speech = Speech(page.lang)
    draw_colour_bar(page, width + 3, _TITLE + 4, height - 10, top_ms, result, speech)


def _rendered(document: bytes, n_pages: int) -> list[Raster]:
    """Return the top left corner of every page with its opacity, shape (row, column, 4)."""
    import pypdfium2

    found = []
    pdf = pypdfium2.PdfDocument(document)
    try:
        for number in range(n_pages):
            page = pdf[number]
            crop = (0, HEIGHT - HEIGHT_PT, page.get_width() - WIDTH_PT, 0)
            bitmap = page.render(scale=_SCALE, crop=crop, rev_byteorder=True, fill_color=(0, 0, 0, 0))
            found.append(np.array(bitmap.to_numpy(), dtype=np.uint8))
            page.close()
    finally:
        pdf.close()
    return found


def _composed(beneath: Raster, over: Raster) -> Raster:
    """Lay a layer over what lies beneath."""
    rows, columns = beneath.shape[:2]
    layer = over[:rows, :columns].astype(np.float32)
    share = layer[..., 3:] / 255.0
    return np.round(layer[..., :3] * share + beneath * (1.0 - share)).astype(np.uint8)
