"""The shipped fonts in the PDF library, and what they cannot show.

A missing glyph must never vanish: `runs` replaces it by □ and `missing_glyphs` names it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, Final

from ironquant.core import Finding
from ironquant.export import thai
from ironquant.resources import resource_path

REGULAR: Final = "IronQuantSans-Regular"
BOLD: Final = "IronQuantSans-Bold"
THAI_REGULAR: Final = "IronQuantSansThai-Regular"
THAI_BOLD: Final = "IronQuantSansThai-Bold"
THAI: Final = frozenset({THAI_REGULAR, THAI_BOLD})
THAI_SCALE: Final = 1.12
"""Thai letters are drawn small in their em: at this size they match the others."""
REPLACEMENT: Final = "□"
NO_BREAK_SPACE: Final = "\u00a0"
_BEYOND: Final = re.compile(r"<([0-9A-F]{5,6})>")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff")
_ORDER = {False: (REGULAR, THAI_REGULAR), True: (BOLD, THAI_BOLD, REGULAR, THAI_REGULAR)}
"""Where a character is looked for, by whether it is to be bold."""


@cache
def _registered() -> dict[str, frozenset[int]]:
    """Register the fonts once; return the code points that each can show."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    coverage = {}
    for name in (REGULAR, BOLD, THAI_REGULAR, THAI_BOLD):
        font: Any = TTFont(name, str(resource_path("fonts", f"{name}.ttf")))
        coverage[name] = frozenset(font.face.charToGlyph)
        pdfmetrics.registerFont(font)
        if name in THAI:
            thai.prepare(font)
        _tell_characters(font)
    return coverage


def _tell_characters(font: Any) -> None:
    """Let text be read from a document as it was written (ToUnicode).

    The library names glyphs without a character by private code points, and characters beyond U+FFFF by
    five digits, which no reader understands: they are to be UTF-16.
    """
    add_objects = font.addObjects

    def characters(found: re.Match[str]) -> str:
        return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"

    def add_and_tell(document: Any) -> None:
        add_objects(document)
        read_as = thai.stands_for(font) if font.fontName in THAI else {}
        for name, entry in document.idToObject.items():
            if str(name).startswith("toUnicodeCMap:") and font.face.name.decode() in str(name):
                told = _BEYOND.sub(characters, entry.content)
                for private, known in read_as.items():
                    told = told.replace(f"<{private:04X}>", f"<{known:04X}>")
                entry.content = told

    font.addObjects = add_and_tell


def register_fonts() -> None:
    """Make the fonts known to the PDF library."""
    _registered()


def missing_glyphs(text: str) -> str:
    """Return the characters of `text`, each once and in order, that the report cannot show."""
    coverage = _registered()
    shown = dict.fromkeys(clean(text))
    return "".join(
        character
        for character in shown
        if not any(ord(character) in coverage[font] for font in _ORDER[False])
    )


def glyph_finding(texts: Iterable[str]) -> Finding | None:
    """Return the finding ``glyph_missing`` for these texts, or None if all can be shown.

    The code points stand beside the characters: where the finding is read, the font may lack them too.
    """
    missing = missing_glyphs("".join(texts))
    if not missing:
        return None
    named = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing)
    return Finding("glyph_missing", "warning", {"characters": named}, "report")


def clean(text: str) -> str:
    """Return `text` on one line, composed, without control and invisible characters.

    A no-break space stays one.
    """
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    spaced = (" " if c.isspace() and c != NO_BREAK_SPACE else c for c in composed)
    return "".join(c for c in spaced if (c.isprintable() or c == NO_BREAK_SPACE) and c not in _INVISIBLE)


@lru_cache(maxsize=8192)
def runs(text: str, bold: bool = False) -> tuple[tuple[str, str], ...]:
    """Split `text` into (font, piece) so that every piece can be drawn with its font.

    A character without a bold form is drawn in the regular one; without any, as □.
    """
    coverage = _registered()
    order = _ORDER[bold]

    def assigned(character: str) -> tuple[str, str]:
        for font in order:
            if ord(character) in coverage[font]:
                return font, character
        return order[0], REPLACEMENT

    pairs = (assigned(character) for character in clean(text))
    grouped = groupby(pairs, lambda pair: pair[0])
    return tuple((font, "".join(piece for _, piece in group)) for font, group in grouped)


def run_width(font: str, piece: str, size: float) -> float:
    """Return the width of a piece in its font in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    if font in THAI:
        return thai.shape(piece, font)[1] * size * THAI_SCALE
    return float(stringWidth(piece, font, size))


@lru_cache(maxsize=16384)
def _unit_width(text: str, bold: bool) -> float:
    return sum(run_width(font, piece, 1.0) for font, piece in runs(text, bold))


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of `text` in points."""
    _registered()
    return _unit_width(text, bold) * size
