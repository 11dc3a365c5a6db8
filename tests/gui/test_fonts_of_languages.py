"""Every letter of every language is in the fonts of the package, and Thai marks stand where they belong."""

import re
import xml.etree.ElementTree as ET

import pytest
from fontTools.ttLib import TTFont
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter

from ironquant.gui import style
from ironquant.gui.app import application
from ironquant.resources import LANGUAGES, load_table, resource_path

NARROW_PX = 240
"""The findings beside the images, on a screen of 1366 pixels."""
THAI = [*range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E5C)]


def texts(code):
    """Return every text of a language: tables and window."""
    found = [value for section in load_table(f"texts/{code}").values() for value in section.values()]
    path = resource_path("translations", f"ironquant_{LANGUAGES[code].locale}.ts")
    if path.is_file():
        found += [entry.text or "" for entry in ET.parse(path).getroot().iter("translation")]
    return [*found, LANGUAGES[code].name]


def covered(family, weight):
    font = TTFont(resource_path("fonts", f"{family.replace(' ', '')}-{weight}.ttf"))
    assert font["name"].getDebugName(1) == family
    return set(font.getBestCmap())


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_letter_of_a_language_is_missing(code, weight):
    known = covered("IronQuant Sans", weight) | covered(LANGUAGES[code].font, weight)
    letters = set("".join(texts(code))) - {"\n"}
    assert len(letters) > 60
    assert not [letter for letter in letters if ord(letter) not in known]


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_thai_font_has_the_whole_script_and_sets_its_marks(weight):
    font = TTFont(resource_path("fonts", f"IronQuantSansThai-{weight}.ttf"))
    assert not [code for code in THAI if code not in font.getBestCmap()]
    assert "GPOS" in font
    assert "Noto" not in str(font["name"].getDebugName(4))
    assert "Open Font License" in font["name"].getDebugName(13)
    other = TTFont(resource_path("fonts", "IronQuantSans-Regular.ttf"))
    assert font["head"].unitsPerEm == other["head"].unitsPerEm
    assert font["hhea"].ascent <= other["hhea"].ascent  # lines do not move apart


def ink(words, family, pixels=60):
    """Return the uppermost and lowest row that is not empty."""
    image = QImage(600, 200, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    font = QFont([family])
    font.setPixelSize(pixels)
    painter = QPainter(image)
    painter.setFont(font)
    painter.drawText(40, 120, words)
    painter.end()
    rows = [y for y in range(200) if any(image.pixelColor(x, y).value() < 128 for x in range(0, 600, 2))]
    return rows[0], rows[-1]


@pytest.mark.parametrize("mark", ["\u0e48", "\u0e49", "\u0e4a", "\u0e4b"])
@pytest.mark.parametrize("vowel", ["\u0e34", "\u0e35", "\u0e36", "\u0e37", "\u0e31"])
def test_a_tone_mark_stands_above_the_vowel(qapp, vowel, mark):
    application()
    family = LANGUAGES["th"].font
    with_vowel, with_both = ink("น" + vowel, family), ink("น" + vowel + mark, family)
    assert with_both[0] < with_vowel[0] - 4


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_letters_of_a_language_fit_its_line(qapp, code):
    """Nothing is cut off where a label is as high as its font says."""
    app = application()
    font = app.font()
    font.setPixelSize(60)
    metrics = QFontMetricsF(font)
    letters = "ฏุี้ป่ฟื้ญู" if code == "th" else "ỂỹẬgÅ"
    top, bottom = ink(letters, LANGUAGES[code].font)
    assert 120 - top <= metrics.ascent() + 1
    assert bottom - 120 <= metrics.descent() + 1


def test_thai_lines_can_break_at_spaces(qapp):
    """Qt breaks Thai between words only where the system has libthai: spaces must do elsewhere."""
    metrics = QFontMetricsF(application().font())
    assert style.FONT_PIXELS == 13
    for words in texts("th"):
        for run in re.split(r"\s", re.sub(r"{\w[^}]*}", "ตับอ่อน", words)):
            assert metrics.horizontalAdvance(run) <= NARROW_PX, run
