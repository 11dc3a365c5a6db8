import pytest
from fontTools.ttLib import TTFont

from ironquant.export import missing_glyphs
from ironquant.export.fonts import BOLD, REGULAR, REPLACEMENT, glyph_finding, runs
from ironquant.export.page import ellipsize, wrap
from ironquant.resources import load_table, resource_path


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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_text_of_ours_lacks_a_glyph(lang):
    table = load_table(f"texts/{lang}")
    assert missing_glyphs("".join(value for section in table.values() for value in section.values())) == ""


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
