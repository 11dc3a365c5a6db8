"""Make the fonts of IronQuant: subsets of Noto Sans CJK SC with TrueType outlines.

The PDF library embeds TrueType outlines only, and a reading station may have no Chinese font.
Run it with the developer environment (fontTools):

    python docs/make_fonts.py --cjk NotoSansCJK-Regular.ttc --latin NotoSans-Regular.ttf \
        --unihan Unihan_OtherMappings.txt.bz2 --weight Regular --traditional \
        --out ironquant/resources/fonts/IronQuantSans-Regular.ttf

The sources are the Debian packages ``fonts-noto-cjk``, ``fonts-noto-core`` and ``unicode-data``.
"""

from __future__ import annotations

import argparse
import bz2
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable

FAMILY = "IronQuant Sans"
MAX_ERROR_UNITS = 1.0
"""Largest deviation of a quadratic from its cubic curve, of 1000 units per em."""

CJK_RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x00FF),
    (0x02C6, 0x02D9),
    (0x0370, 0x03FF),
    (0x0400, 0x045F),
    (0x2000, 0x206F),
    (0x2070, 0x209F),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2150, 0x218F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2460, 0x249B),
    (0x2500, 0x257F),
    (0x25A0, 0x25FF),
    (0x2600, 0x266F),
    (0x2713, 0x2717),
    (0x3000, 0x303F),
    (0x3380, 0x33DF),
    (0xFF00, 0xFFEF),
)
LATIN_RANGES = ((0x0100, 0x024F), (0x0300, 0x036F), (0x1E00, 0x1EFF), (0x2070, 0x209F), (0x2200, 0x22FF))
PREFER_LATIN = frozenset(map(ord, "±×÷·≤≥≈"))
"""Signs that the Chinese font draws a full em wide, which tears numbers apart."""
NAME_CHARACTERS = "\U00020bb7頔槑㸚㵘朤靐䨻㙓羴鱻瞐嚞峯羣喩淸眞呉徳頴頼囯凃査惪仺冚滙鉄"
"""Seen in names, in none of the standards below."""


IDEOGRAPHS = range(0x3400, 0xA000)
ALL_CHARACTERS = range(0x80, 0xFFFE)


def characters_of_encoding(encoding: str, among: range = IDEOGRAPHS) -> set[int]:
    """Return the characters of a legacy double-byte encoding."""
    return {code for code in among if len(chr(code).encode(encoding, "ignore")) == 2}


def general_standard_characters(unihan: Path) -> set[int]:
    """Return the 8,105 characters of the Table of General Standard Chinese Characters (kTGH)."""
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        fields = (line.split("\t") for line in lines if line.startswith("U+"))
        return {int(code[2:], 16) for code, key, _ in fields if key == "kTGH"}


def subset(font: TTFont, codes: set[int]) -> TTFont:
    """Keep the glyphs of `codes`, without layout features, hints and vertical metrics."""
    options = Options()
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = []
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    return font


def outline(font: TTFont, name: str) -> object:
    """Return one glyph as a TrueType outline of quadratic curves."""
    glyphs = font.getGlyphSet()
    recording = DecomposingRecordingPen(glyphs)
    glyphs[name].draw(recording)
    pen = TTGlyphPen(None)
    # PostScript contours run the other way round than TrueType contours.
    recording.replay(Cu2QuPen(pen, MAX_ERROR_UNITS, reverse_direction="CFF " in font))
    return pen.glyph()


def to_truetype(font: TTFont) -> None:
    """Replace the PostScript outlines of a font by TrueType outlines, in place."""
    order = font.getGlyphOrder()
    glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = {name: outline(font, name) for name in order}
    font["loca"] = newTable("loca")
    font["glyf"] = glyf
    for name in order:
        glyf[name].recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyf[name], "xMin", 0))
    del font["CFF "]
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in [
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
        "maxComponentElements",
        "maxPoints",
        "maxContours",
        "maxCompositePoints",
        "maxCompositeContours",
        "maxComponentDepth",
    ]:
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    post = font["post"]
    post.formatType = 3.0
    font.sfntVersion = "\000\001\000\000"


def add_missing(font: TTFont, latin: TTFont, codes: set[int]) -> None:
    """Add glyphs that the first font lacks from a second font, scaled to the same em."""
    scale = font["head"].unitsPerEm / latin["head"].unitsPerEm
    if scale != 1:
        raise SystemExit("the second font must have the same units per em")
    cmap = latin.getBestCmap()
    known = font.getBestCmap()
    glyf = font["glyf"]
    order = list(font.getGlyphOrder())
    for code in sorted(codes):
        if code not in cmap or (code in known and code not in PREFER_LATIN):
            continue
        name = f"latin.{code:04X}"
        glyph = outline(latin, cmap[code])
        order.append(name)
        glyf.glyphs[name] = glyph
        glyph.recalcBounds(glyf)
        font["hmtx"].metrics[name] = (latin["hmtx"][cmap[code]][0], getattr(glyph, "xMin", 0))
        for table in font["cmap"].tables:
            if table.isUnicode() and table.format in (4, 12) and (code <= 0xFFFF or table.format == 12):
                table.cmap[code] = name
    font.setGlyphOrder(order)
    glyf.glyphOrder = order
    font["maxp"].numGlyphs = len(order)


def rename(font: TTFont, weight: str) -> None:
    """Give the modified font its own name; the licence and the makers stay named."""
    name = newTable("name")
    name.names = []
    full = FAMILY if weight == "Regular" else f"{FAMILY} {weight}"
    entries = {
        0: "Copyright 2014-2021 Adobe (http://www.adobe.com/). Copyright 2015-2020 Google LLC. "
        "Modified: subset, TrueType outlines, renamed.",
        1: FAMILY,
        2: weight,
        3: f"{full}; IronQuant",
        4: full,
        5: "Version 1.000",
        6: f"IronQuantSans-{weight}",
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        14: "https://openfontlicense.org",
    }
    for key, value in entries.items():
        name.setName(value, key, 3, 1, 0x409)
    font["name"] = name


def main() -> None:
    """Make one font file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cjk", type=Path, required=True, help="Noto Sans CJK collection (.ttc)")
    parser.add_argument("--latin", type=Path, required=True, help="Noto Sans (.ttf) for missing letters")
    parser.add_argument("--unihan", type=Path, required=True, help="Unihan_OtherMappings.txt.bz2")
    parser.add_argument("--weight", choices=("Regular", "Bold"), required=True)
    parser.add_argument("--traditional", action="store_true", help="add Big5 and GBK")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    codes = {code for first, last in CJK_RANGES for code in range(first, last + 1)}
    codes |= characters_of_encoding("gb2312", ALL_CHARACTERS) | general_standard_characters(options.unihan)
    codes |= {ord(character) for character in NAME_CHARACTERS}
    if options.traditional:
        codes |= characters_of_encoding("big5") | characters_of_encoding("gbk")
    collection = TTCollection(str(options.cjk))
    (font,) = [entry for entry in collection.fonts if entry["name"].getDebugName(1) == "Noto Sans CJK SC"]
    subset(font, codes)
    to_truetype(font)
    latin_codes = {code for first, last in LATIN_RANGES for code in range(first, last + 1)}
    add_missing(font, TTFont(options.latin), latin_codes | PREFER_LATIN)
    rename(font, options.weight)
    font["OS/2"].recalcUnicodeRanges(font)
    font["head"].created = font["head"].modified = 3_700_000_000
    font.recalcTimestamp = False
    font.save(options.out)
    print(
        options.out.name, f"{options.out.stat().st_size / 1e6:.2f} MB", len(font.getBestCmap()), "characters"
    )


if __name__ == "__main__":
    main()
