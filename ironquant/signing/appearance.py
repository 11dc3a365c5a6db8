"""What a signature looks like on page 1: name, date and time, and the signature image if there is one."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader

from ironquant.core import SigningError

_SIZE: Final = 8.0
_BASELINES: Final = (12.5, 2.5)
"""Of the name, and of date and time below it."""
_IMAGE_SHARE: Final = 0.5
_IMAGE_BELOW: Final = 22.0
"""The image stands above the words."""
_MAX_PIXELS: Final = 1200


class Appearance(PdfContent):
    """One page of another PDF, drawn into the box of a signature."""

    def __init__(self, pdf: bytes, width: float, height: float) -> None:
        super().__init__(box=BoxConstraints(width=width, height=height))
        self._pdf = pdf

    def render(self) -> bytes:
        """Return the operators that draw it."""
        drawing = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)), page_ix=0)
        self.resources.xobject["/Drawing"] = drawing
        return b"/Drawing Do"


def draw_appearance(width: float, height: float, name: str, when: dt.datetime, image: bytes | None) -> bytes:
    """Return one small page: the name, below it date and time; the image above them at the right.

    Raises
    ------
    SigningError
        ``signature_image_unreadable``.
    """
    from reportlab.lib.colors import HexColor
    from reportlab.pdfgen.canvas import Canvas

    from ironquant.export import fonts

    fonts.register_fonts()
    out = BytesIO()
    canvas: Any = Canvas(out, pagesize=(width, height), invariant=1, initialFontName=fonts.REGULAR)
    canvas.setFillColor(HexColor("#1c2733"))
    time = when.strftime("%Y-%m-%d %H:%M %z")
    for line, baseline in zip((name, f"{time[:-2]}:{time[-2:]}"), _BASELINES, strict=True):
        size = min(_SIZE, _SIZE * width / max(fonts.text_width(line, _SIZE), 1.0))
        cursor = 0.0
        for font, piece in fonts.runs(line):
            canvas.setFont(font, size)
            canvas.drawString(cursor, baseline, piece)
            cursor += canvas.stringWidth(piece, font, size)
    if image:
        _draw_image(canvas, image, width * _IMAGE_SHARE, height)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_image(canvas: Any, image: bytes, width: float, height: float) -> None:
    """Draw the image above the words at the right end, on white: PDF/A does without transparency."""
    from PIL import Image, UnidentifiedImageError
    from reportlab.lib.utils import ImageReader

    try:
        opened = Image.open(BytesIO(image))
        opened.thumbnail((_MAX_PIXELS, _MAX_PIXELS))
        coloured = opened.convert("RGBA")
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        raise SigningError("signature_image_unreadable") from None
    flat = Image.new("RGB", coloured.size, "white")
    flat.paste(coloured, mask=coloured.getchannel("A"))
    scale = min(width / flat.width, (height - _IMAGE_BELOW) / flat.height)
    size = (flat.width * scale, flat.height * scale)
    left = canvas._pagesize[0] - size[0]
    canvas.drawImage(ImageReader(flat), left, _IMAGE_BELOW, *size)
