"""The shipped fonts in the PDF library, and what they cannot show.

A missing glyph must never vanish: `runs` replaces it by □ and `missing_glyphs` names it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby
from typing import Any, Final

from ironquant.core import Finding
from ironquant.resources import resource_path

REGULAR: Final = "IronQuantSans-Regular"
BOLD: Final = "IronQuantSans-Bold"
REPLACEMENT: Final = "□"
NO_BREAK_SPACE: Final = "\u00a0"
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff")


@cache
def _registered() -> dict[str, frozenset[int]]:
    """Register both fonts once; return the code points that each can show."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    coverage = {}
    for name in (REGULAR, BOLD):
        font: Any = TTFont(name, str(resource_path("fonts", f"{name}.ttf")))
        pdfmetrics.registerFont(font)
        coverage[name] = frozenset(font.face.charToGlyph)
    return coverage


def register_fonts() -> None:
    """Make both fonts known to the PDF library."""
    _registered()


def missing_glyphs(text: str) -> str:
    """Return the characters of `text`, each once and in order, that the report cannot show."""
    regular = _registered()[REGULAR]
    shown = dict.fromkeys(clean(text))
    return "".join(character for character in shown if ord(character) not in regular)


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
    """Return `text` on one line without control and invisible characters.

    A no-break space stays one.
    """
    spaced = (" " if c.isspace() and c != NO_BREAK_SPACE else c for c in text)
    return "".join(c for c in spaced if (c.isprintable() or c == NO_BREAK_SPACE) and c not in _INVISIBLE)


def runs(text: str, bold: bool = False) -> list[tuple[str, str]]:
    """Split `text` into (font, piece) so that every piece can be drawn with its font.

    A character without a bold form is drawn in the regular one; without any, as □.
    """
    coverage = _registered()
    wanted = BOLD if bold else REGULAR

    def assigned(character: str) -> tuple[str, str]:
        for font in (wanted, REGULAR):
            if ord(character) in coverage[font]:
                return font, character
        return wanted, REPLACEMENT

    pairs = (assigned(character) for character in clean(text))
    return [(font, "".join(piece for _, piece in group)) for font, group in groupby(pairs, lambda p: p[0])]


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of `text` in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(sum(stringWidth(piece, font, size) for font, piece in runs(text, bold)))
