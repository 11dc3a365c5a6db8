"""Thai: where a line may break, and which glyphs stand where.

Thai has no spaces between words: they are found by a dictionary, as few as possible. Vowels and tone marks
stand above and below consonants: HarfBuzz places them by the tables of the font.
"""

from __future__ import annotations

import gzip
import re
from functools import cache, lru_cache
from itertools import product
from typing import Any, Final

from ironquant.resources import resource_path

_THAI: Final = re.compile("[\u0e01-\u0e5b]+")
_CLUSTER: Final = re.compile(
    "[\u0e40-\u0e44]*[\u0e01-\u0e2e\u0e2f\u0e3f\u0e46-\u0e5b]?[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]*"
)
"""Vowels written before, a consonant, and what stands above, below or after it."""
_UNKNOWN: Final = 3.0
"""Cost of a cluster that no word holds, in words."""
_LONGEST: Final = 24
PRIVATE: Final = range(0xE000, 0xF900)
"""Code points that the PDF library gives to glyphs without a character."""


def is_thai(character: str) -> bool:
    """Return whether a character is a Thai letter, mark or digit."""
    return "\u0e01" <= character <= "\u0e5b"


@cache
def _words() -> frozenset[str]:
    packed = resource_path("thai_words.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode("utf-8").split("\n"))


def clusters(text: str) -> list[str]:
    """Split Thai letters into clusters, which are never torn."""
    return [found for found in _CLUSTER.findall(text) if found]


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Split a run of Thai letters into words; letters that no word holds stay together."""
    parts = clusters(text)
    known = _words()
    cost, come_from, word = [0.0], [0], [True]
    for end in range(1, len(parts) + 1):
        options = [(cost[end - 1] + _UNKNOWN, end - 1, False)]
        for start in range(end - 1, -1, -1):
            piece = "".join(parts[start:end])
            if len(piece) > _LONGEST:
                break
            if piece in known:
                options.append((cost[start] + 1.0, start, True))
        least, start, is_word = min(options)
        cost.append(least)
        come_from.append(start)
        word.append(is_word)
    found: list[tuple[str, bool]] = []
    end = len(parts)
    while end:
        piece = "".join(parts[come_from[end] : end])
        if found and not word[end] and not found[-1][1]:
            found[-1] = (piece + found[-1][0], False)
        else:
            found.append((piece, word[end]))
        end = come_from[end]
    return tuple(piece for piece, _ in reversed(found))


def pieces(text: str) -> list[str]:
    """Split a text into pieces between which a line may break, as far as Thai decides."""
    out: list[str] = []
    at = 0
    for run in _THAI.finditer(text):
        if run.start() > at:
            out.append(text[at : run.start()])
        out.extend(words(run.group()))
        at = run.end()
    return [*out, text[at:]] if at < len(text) else out


def prepare(font: Any) -> None:
    """Give every glyph without a character a code point by its number, the same in every document."""
    import uharfbuzz

    drawn = uharfbuzz.Font(font.hbFace)
    font.hbFont()
    for glyph in range(font.hbFace.glyph_count):
        if glyph not in font.face.glyphToChar:
            font.hbAddPrivate(f"glyph{glyph}", glyph, drawn.get_glyph_h_advance(glyph))


@cache
def stands_for(font: Any) -> dict[int, int]:
    """Return which character each glyph without one is read as, learnt from marks in every company."""
    from reportlab.pdfbase.ttfonts import shapeStr

    bases = "\u0e01\u0e0d\u0e10\u0e1b\u0e1d\u0e1f\u0e2c"
    marks = ("", *"\u0e48\u0e49\u0e4a\u0e4b\u0e4c")
    above = ("", "\u0e31", "\u0e34", "\u0e35", "\u0e36", "\u0e37", "\u0e47", "\u0e4d", "\u0e4e")
    below = ("", "\u0e38", "\u0e39", "\u0e3a")
    after = ("", "\u0e32", "\u0e33")
    found: dict[int, int] = {}
    for base, vowel, low, mark, last in product(bases, above, below, marks, after):
        text = base + low + vowel + mark + last
        shaped = shapeStr(text, font.fontName, 1000.0, force=True)
        for character, entry in zip(str(shaped), shaped.__shapeData__, strict=True):
            if ord(character) in PRIVATE:
                found.setdefault(ord(character), ord(text[entry.cluster]))
    return found


@lru_cache(maxsize=4096)
def shape(text: str, font_name: str) -> tuple[Any, float]:
    """Return the glyphs of a text as the PDF library draws them, and their width at a size of 1."""
    from reportlab.pdfbase.ttfonts import shapeStr

    shaped = shapeStr(text, font_name, 1000.0, force=True)
    return shaped, sum(entry.x_advance for entry in shaped.__shapeData__) / 1000.0
