"""PDF pages: text that never leaves its box, lines, boxes and rasters, from the top left corner.

Lengths are points; y grows downwards from the top edge. Every text is measured before it is drawn:
it shrinks to its box first and is cut with an ellipsis last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION
from ironquant.export import fonts, thai
from ironquant.resources import language

WIDTH: Final = 595.28
HEIGHT: Final = 841.89
_ROUNDING: Final = 1e-6
"""Of the width of a text that was made as small as its room."""
ASCENT: Final = 0.88
LINE: Final = 1.32
"""Line height over font size."""

INK: Final = "#1c2733"
GREY: Final = "#5f6c7b"
RULE: Final = "#b9c4d0"
SHADE: Final = "#eef2f6"
ACCENT: Final = "#1f4e79"

Align = Literal["left", "center", "right"]
_NO_LINE_START = frozenset("，。；：！？、）】》”’％,.;:!?)]}%°")
_GLUED: Final = re.compile(r"(?<=[<>≥≤±约]) (?=\d)|(?<=\d) (?=(?:ms|mg|mm|s⁻¹|T|个|mg/g)(?:\W|$))")
_NO_LINE_END = frozenset("（【《“‘([{")
_THAI_NO_LINE_START = frozenset("ๆฯ")


@dataclass(frozen=True)
class Box:
    """Where a text was drawn, and the room that it had."""

    x: float
    y: float
    width: float
    height: float
    room: float
    text: str
    page: int = 1


@dataclass
class Page:
    """A page being drawn."""

    title: str
    lang: str
    width: float = WIDTH
    height: float = HEIGHT
    boxes: list[Box] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    number: int = 1

    def __post_init__(self) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        # Pictures stay binary: as text they are written letter by letter, only to be turned back in the end.
        rl_config.useA85 = 0
        fonts.register_fonts()
        self._buffer = BytesIO()
        # invariant: no time stamp, so that the same analysis gives the same bytes.
        self.canvas: Any = Canvas(
            self._buffer,
            pagesize=(self.width, self.height),
            invariant=1,
            pageCompression=1,
            initialFontName=fonts.REGULAR,
            lang=language(self.lang).tag,
        )
        self.canvas.setTitle(self.title)
        self.canvas.setCreator(f"{SOFTWARE_NAME} {SOFTWARE_VERSION}")

    def turn(self) -> None:
        """End the page and begin another one."""
        self.canvas.showPage()
        self.number += 1

    def bookmark(self, title: str) -> None:
        """Let the outline of the document lead to the top of this page."""
        key = f"page{self.number}-{len(self.texts)}"
        self.canvas.bookmarkPage(key, fit="XYZ", left=0, top=self.height, zoom=0)
        self.canvas.addOutlineEntry(fonts.clean(title), key, level=0)

    def finish(self) -> bytes:
        """Close the page and return the PDF."""
        self.canvas.showPage()
        self.canvas.save()
        return self._buffer.getvalue()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        room: float,
        *,
        bold: bool = False,
        colour: str = INK,
        align: Align = "left",
        smallest: float = 0.75,
    ) -> float:
        """Draw one line whose top is at `y`, within `room` to the right of `x`; return its width.

        Parameters
        ----------
        smallest : float
            How far the size may shrink before the text is cut, as a fraction of `size`.
        """
        self.texts.append(text)
        text = fonts.clean(text)
        width = fonts.text_width(text, size, bold)
        nominal = size
        if width > room:
            size = max(size * room / width, size * smallest)
            width = fonts.text_width(text, size, bold)
            if width > room + _ROUNDING:
                text = ellipsize(text, room, size, bold)
                width = fonts.text_width(text, size, bold)
        left = x + {"left": 0.0, "center": (room - width) / 2, "right": room - width}[align]
        self.boxes.append(Box(left, y, width, nominal, room, text, self.number))
        self.canvas.setFillColor(_colour(colour))
        cursor = left
        baseline = self.height - y - ASCENT * nominal
        for font, piece in fonts.runs(text, bold):
            self.run(cursor, baseline, piece, font, size)
            cursor += fonts.run_width(font, piece, size)
        return width

    def run(self, x: float, baseline: float, piece: str, font: str, size: float) -> None:
        """Draw a piece that its font can show; `baseline` from the bottom of the page."""
        canvas = self.canvas
        if font not in fonts.THAI:
            canvas.setFont(font, size)
            canvas.drawString(x, baseline, piece)
            return
        canvas.setFont(font, size * fonts.THAI_SCALE)
        # Marks are drawn in another order than they are written in.
        written = (b"\xfe\xff" + piece.encode("utf-16-be")).hex().upper()
        canvas._code.append(f"/Span <</ActualText <{written}>>> BDC")
        canvas.drawString(x, baseline, thai.shape(piece, font)[0])
        canvas._code.append("EMC")

    def lines(self, x: float, y: float, lines: list[str], size: float, room: float, **style: Any) -> float:
        """Draw lines below each other; return the y below the last one."""
        for line in lines:
            self.text(x, y, line, size, room, **style)
            y += size * LINE
        return y

    def rule(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        colour: str = RULE,
        width: float = 0.5,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Draw a straight line."""
        self.canvas.setStrokeColor(_colour(colour))
        self.canvas.setLineWidth(width)
        self.canvas.setDash(*(dash or ()))
        self.canvas.line(x0, self.height - y0, x1, self.height - y1)
        self.canvas.setDash()

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        line: float = 0.5,
    ) -> None:
        """Draw a rectangle from its top left corner."""
        if fill:
            self.canvas.setFillColor(_colour(fill))
        if stroke:
            self.canvas.setStrokeColor(_colour(stroke))
            self.canvas.setLineWidth(line)
        self.canvas.rect(
            x, self.height - y - height, width, height, fill=int(bool(fill)), stroke=int(bool(stroke))
        )

    def path(
        self,
        points: NDArray[np.float64],
        *,
        colour: str,
        width: float,
        closed: bool = False,
        fill: bool = False,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Draw a polyline or polygon through `points`, shape (n, 2)."""
        path = self.canvas.beginPath()
        path.moveTo(float(points[0, 0]), self.height - float(points[0, 1]))
        for x, y in points[1:]:
            path.lineTo(float(x), self.height - float(y))
        if closed:
            path.close()
        self.canvas.setLineJoin(1)
        self.canvas.setStrokeColor(_colour(colour))
        self.canvas.setFillColor(_colour(colour))
        self.canvas.setLineWidth(width)
        self.canvas.setDash(*(dash or ()))
        self.canvas.drawPath(path, stroke=int(width > 0), fill=int(fill))
        self.canvas.setDash()

    def dot(self, x: float, y: float, radius: float, *, fill: str, stroke: str, line: float = 0.8) -> None:
        """Draw a circle."""
        self.canvas.setFillColor(_colour(fill))
        self.canvas.setStrokeColor(_colour(stroke))
        self.canvas.setLineWidth(line)
        self.canvas.circle(x, self.height - y, radius, fill=1, stroke=1)

    def clip(self, x: float, y: float, width: float, height: float) -> None:
        """Draw only inside this rectangle until `unclip`."""
        self.canvas.saveState()
        path = self.canvas.beginPath()
        path.rect(x, self.height - y - height, width, height)
        self.canvas.clipPath(path, stroke=0, fill=0)

    def unclip(self) -> None:
        """End `clip`."""
        self.canvas.restoreState()

    def raster(self, x: float, y: float, width: float, height: float, rgb: NDArray[np.uint8]) -> None:
        """Draw an image, shape (row, column, 3), into a rectangle."""
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        image = ImageReader(Image.fromarray(np.ascontiguousarray(rgb)))
        self.canvas.drawImage(image, x, self.height - y - height, width, height)


def ellipsize(text: str, room: float, size: float, bold: bool = False) -> str:
    """Cut `text` and end it with … so that it fits `room` points."""
    return text[: _fitting(text, room - fonts.text_width("…", size, bold), size, bold)].rstrip() + "…"


def wrap(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Break `text` into lines that fit `room` points.

    Latin words stay whole where they fit a line; Chinese breaks between characters, except before
    closing and after opening punctuation. A number stays with its sign and its unit.
    """
    text = _GLUED.sub(fonts.NO_BREAK_SPACE, text)
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for piece in _pieces(fonts.clean(paragraph)):
            if fonts.text_width((line + piece).rstrip(), size, bold) <= room:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = piece.lstrip()
            while fonts.text_width(line.rstrip(), size, bold) > room:
                cut = next(
                    n
                    for n in range(len(line), 0, -1)
                    if n == 1 or fonts.text_width(line[:n], size, bold) <= room
                )
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def _fitting(text: str, room: float, size: float, bold: bool) -> int:
    """Return how many characters from the start fit `room` points."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fonts.text_width(text[:middle], size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def _pieces(text: str) -> list[str]:
    """Split into pieces that may stand at the start of a line."""
    pieces: list[str] = []
    for part in thai.pieces(text):
        if thai.is_thai(part[0]):
            joined = bool(pieces) and (pieces[-1][-1] in _NO_LINE_END or part[0] in _THAI_NO_LINE_START)
            _append(pieces, part, joined)
            continue
        for character in part:
            previous = pieces[-1][-1] if pieces else " "
            joined = (
                character == " "
                or character in _NO_LINE_START
                or previous in _NO_LINE_END
                or (previous != " " and not _is_wide(character) and not _is_wide(previous))
            )
            _append(pieces, character, joined)
    return pieces


def _append(pieces: list[str], piece: str, joined: bool) -> None:
    if pieces and joined:
        pieces[-1] += piece
    else:
        pieces.append(piece)


def _is_wide(character: str) -> bool:
    return ord(character) >= 0x2E80


def _colour(hexadecimal: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(hexadecimal)
