"""Thai: lines break between words, marks stand where HarfBuzz puts them, text is read as it was written."""

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from ironquant.export import fonts, thai
from ironquant.export.page import Page, wrap

LETTERS = st.text(alphabet=[chr(code) for code in range(0x0E01, 0x0E3B)] + list("เแโใไ่้๊๋์ำ"), max_size=40)
SENTENCE = "ความเข้มข้นเหล็กในตับประมาณ น้ำหนักแห้ง กล้ามเนื้อหัวใจที่ผนังกั้น"


def test_words_of_the_dictionary_are_found():
    assert thai.words("กล้ามเนื้อหัวใจ") == ("กล้ามเนื้อหัวใจ",)
    assert thai.words("ประเมินไม่ได้") == ("ประเมิน", "ไม่", "ได้")
    assert thai.words("น้ำหนักแห้ง") == ("น้ำหนัก", "แห้ง")


@given(LETTERS)
def test_nothing_is_lost_and_no_mark_begins_a_piece(text):
    assert "".join(thai.pieces(text)) == text
    assert "".join(thai.clusters(text)) == text


def test_lines_break_between_words():
    lines = wrap(SENTENCE * 3, 120, 9)
    assert len(lines) > 5
    assert "".join("".join(lines).split()) == "".join((SENTENCE * 3).split())
    marks = "ัิีึืฺุู็่้๊๋์ํ๎ะาำ"
    assert not [line for line in lines if line[0] in marks]
    assert all(fonts.text_width(line, 9) <= 120 for line in lines)


def test_stacked_marks_use_the_forms_of_the_font():
    """By HarfBuzz called directly: the tone mark over a vowel is another glyph than over a consonant."""
    import uharfbuzz
    from reportlab.pdfbase import pdfmetrics

    fonts.register_fonts()
    font = pdfmetrics.getFont(fonts.THAI_REGULAR)

    def glyphs(text):
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(uharfbuzz.Font(font.hbFace), buffer)
        return [info.codepoint for info in buffer.glyph_infos]

    for text in ("ที่", "ก้", "ปู่", "ญู", "น้ำ", "กั้น"):
        drawn = [font.face.charToGlyph[ord(character)] for character in thai.shape(text, font.fontName)[0]]
        assert drawn == glyphs(text)
    assert glyphs("ที่")[-1] != glyphs("ก่")[-1]
    # Forms without a character of their own are read as the letter that they are of.
    for text in ("ที่", "ปู่", "ญู", "กั้น"):
        shown = thai.shape(text, font.fontName)[0]
        read = [chr(thai.stands_for(font).get(ord(character), ord(character))) for character in shown]
        assert read == list(text)


def test_text_is_read_back_as_written():
    page = Page("x", "th")
    page.text(40, 40, "ที่ผนังกั้น ปู่ญู 𠮷𬭎", 12, 400)
    text = PdfReader(BytesIO(page.finish())).pages[0].extract_text()
    assert "".join(text.split()) == "ที่ผนังกั้นปู่ญู𠮷𬭎"
