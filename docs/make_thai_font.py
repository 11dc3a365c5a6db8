"""Make the Thai fonts of the window: Noto Sans Thai UI under a name of our own.

The Chinese font of the window has no Thai letters, and a reading station may have none either. Tone marks
and vowels are set by the font's own tables (GSUB, GPOS, GDEF), so these stay. Run it with the developer
environment (fontTools):

    python docs/make_thai_font.py --thai NotoSansThaiUI-Regular.ttf --weight Regular

The source is the Debian package ``fonts-noto-ui-core``. Its faces for the interface keep all marks within
the line of the Chinese font; the looped faces of the same version lay tone marks over vowels.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

FAMILY = "IronQuant Sans Thai"
FONTS = Path(__file__).resolve().parents[1] / "ironquant" / "resources" / "fonts"
CODES = (0x0020, 0x00A0, *range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E5C), 0x200B, 0x200C, 0x200D, 0x25CC)


def make(source: Path, weight: str) -> TTFont:
    """Return the subset with its layout tables and our name."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CODES)
    subsetter.subset(font)
    names = newTable("name")
    names.names = []
    full = FAMILY if weight == "Regular" else f"{FAMILY} {weight}"
    entries = {
        0: "Copyright 2016 Google Inc. All Rights Reserved. Modified: subset, renamed.",
        1: FAMILY,
        2: weight,
        3: f"{full}; IronQuant",
        4: full,
        5: "Version 1.000",
        6: f"IronQuantSansThai-{weight}",
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        14: "https://openfontlicense.org",
    }
    for key, value in entries.items():
        names.setName(value, key, 3, 1, 0x409)
    font["name"] = names
    font["head"].created = font["head"].modified = 3_700_000_000
    return font


def main() -> None:
    """Make one font file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--thai", type=Path, required=True, help="Noto Sans Thai UI (.ttf)")
    parser.add_argument("--weight", choices=("Regular", "Bold"), required=True)
    options = parser.parse_args()
    out = FONTS / f"IronQuantSansThai-{options.weight}.ttf"
    font = make(options.thai, options.weight)
    font.save(out)
    print(out.name, f"{out.stat().st_size / 1e3:.0f} kB", len(font.getBestCmap()), "characters")


if __name__ == "__main__":
    main()
