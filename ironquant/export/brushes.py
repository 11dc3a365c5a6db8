"""Where a vector drawing goes outside the window: a page of the report, an SVG text, a PNG image."""

from __future__ import annotations

from html import escape
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ironquant.core import OrganAnalysis, write_bytes_atomic
from ironquant.export.bullseye import INK, WITHIN, Bullseye, bullseye, draw
from ironquant.export.fonts import BOLD, REGULAR, text_width
from ironquant.export.page import ASCENT, Page
from ironquant.resources import PDF, covering, resource_path

Points = NDArray[np.float64]

SIDE = 480.0
"""Width of a file's drawing in its own unit."""
_RADIUS, _TITLE, _TOP = SIDE / 2.0 / WITHIN[0], 15.0, 56.0
_HEIGHT = _TOP + 2.0 * WITHIN[1] * _RADIUS
_FINER = 3


class PageBrush:
    """Draws on a page of the report; `room` is the width that its words may take."""

    def __init__(self, page: Page, room: float) -> None:
        self._page, self._room = page, room

    def polygon(self, points: Points, *, fill: str | None, stroke: str, width: float) -> None:
        """Draw a closed polygon."""
        if fill is not None:
            self._page.path(points, colour=fill, width=0, closed=True, fill=True)
        self._page.path(points, colour=stroke, width=width, closed=True)

    def line(self, start: Points, end: Points, *, stroke: str, width: float) -> None:
        """Draw a straight line."""
        self._page.path(np.stack([start, end]), colour=stroke, width=width)

    def text(self, x: float, y: float, words: str, *, size: float, bold: bool, colour: str) -> None:
        """Write one line with its middle at a point."""
        top = y - (ASCENT - 0.36) * size
        width = min(self._room, text_width(words, size, bold) + 1.0)
        self._page.text(
            x - width / 2, top, words, size, width, bold=bold, colour=colour, align="center", smallest=0.5
        )


class SvgBrush:
    """Collects the elements of an SVG text."""

    def __init__(self) -> None:
        self.elements: list[str] = []

    def polygon(self, points: Points, *, fill: str | None, stroke: str, width: float) -> None:
        """Draw a closed polygon."""
        corners = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
        look = f'fill="{fill or "none"}" stroke="{stroke}" stroke-width="{width:.2f}"'
        self.elements.append(f'<polygon points="{corners}" {look}/>')

    def line(self, start: Points, end: Points, *, stroke: str, width: float) -> None:
        """Draw a straight line."""
        (x0, y0), (x1, y1) = start, end
        ends = f'x1="{x0:.2f}" y1="{y0:.2f}" x2="{x1:.2f}" y2="{y1:.2f}"'
        self.elements.append(f'<line {ends} stroke="{stroke}" stroke-width="{width:.2f}"/>')

    def text(self, x: float, y: float, words: str, *, size: float, bold: bool, colour: str) -> None:
        """Write one line with its middle at a point."""
        weight = "bold" if bold else "normal"
        place = f'x="{x:.2f}" y="{y + 0.36 * size:.2f}" font-size="{size:.2f}" font-weight="{weight}"'
        self.elements.append(f'<text {place} text-anchor="middle" fill="{colour}">{escape(words)}</text>')


class ImageBrush:
    """Draws an image with Pillow, finer than it will be shown, so that edges are smooth."""

    def __init__(self, width: float, height: float, scale: float) -> None:
        from PIL import Image, ImageDraw

        self._scale = scale * _FINER
        self._size = (round(width * scale), round(height * scale))
        fine = (self._size[0] * _FINER, self._size[1] * _FINER)
        self._image = Image.new("RGB", fine, "#ffffff")
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Points, *, fill: str | None, stroke: str, width: float) -> None:
        """Draw a closed polygon."""
        corners = [(float(x), float(y)) for x, y in points * self._scale]
        if fill is not None:
            self._draw.polygon(corners, fill=fill)
        self._draw.line([*corners, corners[0]], fill=stroke, width=max(1, round(width * self._scale)))

    def line(self, start: Points, end: Points, *, stroke: str, width: float) -> None:
        """Draw a straight line."""
        ends = [(float(x), float(y)) for x, y in (start * self._scale, end * self._scale)]
        self._draw.line(ends, fill=stroke, width=max(1, round(width * self._scale)))

    def text(self, x: float, y: float, words: str, *, size: float, bold: bool, colour: str) -> None:
        """Write one line with its middle at a point."""
        from PIL import ImageFont

        name = BOLD if bold else REGULAR
        font = ImageFont.truetype(
            str(resource_path("fonts", f"{name}.ttf")), max(1, round(size * self._scale))
        )
        self._draw.text((x * self._scale, y * self._scale), words, fill=colour, font=font, anchor="mm")

    def png(self) -> bytes:
        """Return the image at its size."""
        buffer = BytesIO()
        self._image.resize(self._size, reducing_gap=2.0).save(buffer, "PNG")
        return buffer.getvalue()


def bullseye_svg(shown: Bullseye) -> str:
    """Return a bull's-eye with title and summary as SVG."""
    brush = SvgBrush()
    _compose(shown, brush)
    body = "\n".join(brush.elements)
    box = f'viewBox="0 0 {SIDE:g} {_HEIGHT:g}" width="{SIDE:g}" height="{_HEIGHT:g}"'
    ground = f'<rect width="{SIDE:g}" height="{_HEIGHT:g}" fill="#ffffff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="sans-serif">\n{ground}\n{body}\n</svg>\n'
    )


def bullseye_png(shown: Bullseye, scale: float = 2.0) -> bytes:
    """Return a bull's-eye with title and summary as PNG, `scale` pixels to a unit of the drawing."""
    brush = ImageBrush(SIDE, _HEIGHT, scale)
    _compose(shown, brush)
    return brush.png()


def write_bullseye(entry: OrganAnalysis, folder: Path, lang: str) -> tuple[Path, ...]:
    """Write ``{organ}_bullseye.svg`` and ``.png``; nothing where no segment was measured.

    Raises
    ------
    OutputError
    """
    shown = bullseye(entry, covering(PDF, lang))  # drawn with the fonts of the report
    if shown is None:
        return ()
    path = folder / f"{entry.organ}_bullseye.svg"
    written = write_bytes_atomic(path, bullseye_svg(shown).encode())
    return written, write_bytes_atomic(path.with_suffix(".png"), bullseye_png(shown))


def _compose(shown: Bullseye, brush: SvgBrush | ImageBrush) -> None:
    for y, words, size, bold in ((18.0, shown.title, _TITLE, True), (40.0, shown.summary, 12.0, False)):
        fitted = size * min(1.0, (SIDE - 20.0) / max(text_width(words, size, bold), 1.0))
        brush.text(SIDE / 2, y, words, size=fitted, bold=bold, colour=INK)
    draw(shown, brush, (SIDE / 2, _TOP + WITHIN[1] * _RADIUS), _RADIUS, numbers=True, arteries=True)
