import bz2
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from ironquant.export import missing_glyphs
from ironquant.export.fonts import (
    BOLD,
    REGULAR,
    REPLACEMENT,
    THAI_BOLD,
    THAI_REGULAR,
    glyph_finding,
    runs,
)
from ironquant.export.page import ellipsize, wrap
from ironquant.resources import load_table, resource_path

UNIHAN = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_the_shipped_fonts_are_truetype_and_cover_gb2312(name):
    font = TTFont(resource_path("fonts", f"{name}.ttf"))
    assert "glyf" in font
    assert "CFF " not in font
    assert font["name"].getDebugName(1) == "IronQuant Sans"
    assert "Noto" not in str(font["name"].getDebugName(4))
    known = font.getBestCmap()
    gb2312 = {chr(c) for c in range(0x4E00, 0xA000) if chr(c).encode("gb2312", "ignore")}
    assert len(gb2312) == 6763
    assert not [c for c in gb2312 if ord(c) not in known]
    assert not [c for c in "²⁻¹µ°±≥≤×−·●▲■□–—…" if ord(c) not in known]


@pytest.mark.parametrize("lang", ["en", "zh", "vi", "th"])
def test_no_text_of_ours_lacks_a_glyph(lang):
    table = load_table(f"texts/{lang}")
    assert missing_glyphs("".join(value for section in table.values() for value in section.values())) == ""


@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_every_character_of_gb2312_and_of_vietnamese_is_there(name):
    known = TTFont(resource_path("fonts", f"{name}.ttf")).getBestCmap()
    codes = [(high, low) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF)]
    gb2312 = {bytes(pair).decode("gb2312", "ignore") for pair in codes} - {""}
    assert len(gb2312) == 7445
    vietnamese = {chr(code) for code in range(0x1EA0, 0x1EFA)} | set("ĂăÂâĐđÊêÔôƠơƯưĨĩŨũ")
    assert not [c for c in gb2312 | vietnamese if ord(c) not in known]


@pytest.mark.parametrize("name", [THAI_REGULAR, THAI_BOLD])
def test_every_thai_character_is_there(name):
    known = TTFont(resource_path("fonts", f"{name}.ttf")).getBestCmap()
    assert not [code for code in (*range(0x0E01, 0x0E3B), *range(0x0E3F, 0x0E5C)) if code not in known]


@pytest.mark.skipif(not UNIHAN.is_file(), reason="no Unihan database (Debian: unicode-data)")
@pytest.mark.parametrize("name", [REGULAR, BOLD])
def test_the_8105_characters_of_the_general_standard_are_there(name):
    known = TTFont(resource_path("fonts", f"{name}.ttf")).getBestCmap()
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        table = {int(line.split("\t")[0][2:], 16) for line in lines if "\tkTGH\t" in line}
    assert len(table) == 8105
    assert not [chr(code) for code in table if code not in known]


def test_rare_names_are_covered():
    assert missing_glyphs("𠮷𬭎堃喆玥頔 Nguyễn Łukasiewicz Ağaoğlu 買買提·陳") == ""


def test_a_missing_character_is_named_and_never_vanishes():
    assert missing_glyphs("韦㐀小\U0001f600㐀") == "㐀\U0001f600"
    shown = "".join(piece for _, piece in runs("韦㐀小"))
    assert shown == f"韦{REPLACEMENT}小"
    finding = glyph_finding(["韦㐀小"])
    assert finding is not None
    assert "U+3400" in finding.params["characters"]
    assert glyph_finding(["韦小明"]) is None


def test_bold_falls_back_to_regular_for_traditional_characters():
    assert runs("重龍", bold=True) == ((BOLD, "重"), (REGULAR, "龍"))


def test_lines_fit_and_lose_nothing():
    from ironquant.export.fonts import text_width

    text = "心肌 T2* 值约 12.3 ms（R2* 81 s⁻¹，MIC 约 2.1 mg/g 干重），提示中度心肌铁过载；" * 4
    lines = wrap(text, 150, 9)
    assert len(lines) > 5
    assert all(text_width(line, 9) <= 150 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert not [line for line in lines if line[0] in "，。；）"]
    assert all(text_width(line, 9) <= 100 for line in wrap("x" * 400, 100, 9))
    assert text_width(ellipsize(text, 80, 9), 9) <= 80


def test_a_number_stays_with_its_sign_and_unit():
    text = "a word or two and T2* < 0.8 ms beside 12 mg/g, and so on with R2* 1248 s⁻¹ "
    for width in range(40, 200, 3):
        for line in wrap(text * 3, width, 9):
            assert not line.endswith("<")
            assert not line.startswith(("ms", "mg/g", "s⁻¹"))
