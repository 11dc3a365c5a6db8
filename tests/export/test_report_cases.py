"""Thirty-three reports: nothing leaves the page or covers another thing, all can be read back."""

import subprocess
from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from itertools import combinations
from unittest.mock import patch

import pytest
from pypdf import PdfReader
from reportcases import LONG_NAME, report_cases

from ironquant.export import fonts
from ironquant.export.page import Box
from ironquant.export.report import compose, render_report
from ironquant.export.report.layout import MARGIN

CASES = report_cases()
COMPOSING = import_module("ironquant.export.report.compose")
LANGS = ("zh", "en", "zh+en", "vi", "th")
MISSING = "missing glyph"
needs_poppler = pytest.mark.tool("pdffonts", "pdftotext")


@dataclass(frozen=True)
class Rendered:
    """A report, and what was drawn on its pages."""

    pdf: bytes
    codes: list[str]
    boxes: list[Box]
    texts: str
    width: float
    height: float


@pytest.fixture(scope="module")
def rendered():
    """Call with case and language: rendered once, looked at by all."""
    kept = {}

    def of(name, lang):
        if (name, lang) not in kept:
            analysis, issue, settings = CASES[name]
            composed = compose(analysis, lang=lang, settings=settings, issue=issue)
            with patch.object(COMPOSING, "compose", return_value=composed):
                report = render_report(analysis, lang=lang, settings=settings, issue=issue)
            page = composed[0]
            codes = [finding.code for finding in report.findings]
            size = page.width, page.height
            kept[name, lang] = Rendered(report.pdf, codes, page.boxes, "".join(page.texts), *size)
        return kept[name, lang]

    return of


def test_there_are_thirty_cases():
    assert len(CASES) >= 30


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", list(CASES))
def test_no_text_leaves_its_room_or_covers_another(name, lang, rendered):
    page = rendered(name, lang)
    assert page.codes == ["glyph_missing"] * (name == MISSING)
    pages = defaultdict(list)
    for box in page.boxes:
        assert box.width <= box.room + 0.01, box
        assert box.x >= MARGIN - 1, box
        assert box.x + box.width <= page.width - MARGIN + 1, box
        assert box.y >= 20, box
        assert box.y + box.height <= page.height - 14, box
        if box.text.strip():
            pages[box.page].append(box)
    for boxes in pages.values():
        for one, other in combinations(boxes, 2):
            across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            # Ascenders and descenders leave air: a quarter of the height may meet.
            assert across <= 0.5 or down <= 0.25 * min(one.height, other.height), (one, other)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", list(CASES))
def test_no_text_is_cut(name, lang, rendered):
    cut = [box for box in rendered(name, lang).boxes if box.text.endswith("…")]
    # The running head and captions of pictures may be: what they say stands whole elsewhere.
    assert not [box for box in cut if box.height > 7.0 and box.y > 45.0], cut


@pytest.mark.parametrize("lang", LANGS)
def test_no_missing_glyph_but_the_one_that_no_font_has(lang, rendered):
    for name in CASES:
        missing = fonts.missing_glyphs(rendered(name, lang).texts)
        assert missing == ("\U00030edf" if name == MISSING else ""), name


@needs_poppler
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["twelve earlier", "rare names", "Thai name", "many findings"])
def test_every_font_is_embedded_and_text_reads_in_order(name, lang, rendered, tmp_path):
    path = tmp_path / "r.pdf"
    path.write_bytes(rendered(name, lang).pdf)
    listed = run("pdffonts", path).splitlines()[2:]
    assert listed
    assert all("IronQuantSans" in line and line.split()[-5:-2] == ["yes"] * 3 for line in listed), listed
    told = CASES[name][0].patient.name
    text = "".join(run("pdftotext", "-raw", path, "-").split())
    # Name, then results, then impression, then signatures; the raw order is that of the drawing.
    for words in expected_order(told, lang):
        assert words in text, words
        text = text[text.index(words) :]


def expected_order(name, lang):
    first = lang.split("+")[0]
    from ironquant.export.wording import say

    told = [say("title", first), name, "12.3", say("impression", first)]
    return ["".join(words.split()) for words in (*told, say("reporting_physician", first))]


@needs_poppler
@pytest.mark.parametrize("lang", LANGS)
def test_poppler_finds_every_word_inside_the_page(lang, rendered, tmp_path):
    path = tmp_path / "r.pdf"
    for name in ("long name", "amended", "bounds", "TDT", "segments", "preliminary, letter, µmol/g"):
        path.write_bytes(rendered(name, lang).pdf)
        inside = 0
        for line in run("pdftotext", "-bbox", path, "-").splitlines():
            numbers = [float(part) for part in line.split('"')[1::2]] if "Min=" in line else []
            if line.lstrip().startswith("<page"):
                width, height = (float(part) for part in line.split('"')[1::2])
            elif len(numbers) == 4:
                assert numbers[0] >= 0, line
                assert numbers[1] >= 0, line
                assert numbers[2] <= width, line
                assert numbers[3] <= height, line
                inside += 1
        assert inside > 100


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


def read(pdf, page=None):
    pages = PdfReader(BytesIO(pdf)).pages
    shown = pages if page is None else [pages[page]]
    return " ".join(" ".join(one.extract_text() for one in shown).split())


def test_page_1_is_one_page_but_for_an_endless_impression(rendered):
    for name in CASES:
        for lang in LANGS:
            reader = PdfReader(BytesIO(rendered(name, lang).pdf))
            titles = [entry.title for entry in reader.outline]
            second = reader.get_destination_page_number(reader.outline[1])
            assert len(titles) == len(set(titles)) >= 2
            # Four organs and an impression of 40 sentences are more than a page.
            assert second == 1 or name in ("four organs", "long impression"), (name, lang)


def test_a_name_of_sixty_characters_is_printed_whole(rendered):
    assert len(LONG_NAME) >= 60
    text = "".join(read(rendered("long name", "en").pdf, 0).split())
    assert "".join(LONG_NAME.split()) in text


def test_a_missing_glyph_is_a_box_and_a_finding_in_the_report(rendered):
    report = rendered(MISSING, "zh")
    assert report.codes == ["glyph_missing"]
    text = read(report.pdf)
    assert "韦□明" in text
    assert "U+30EDF" in text


def test_states_are_told(rendered):
    assert "Draft" in read(rendered("moderate", "en").pdf, 0)
    assert "NOT REVIEWED" in read(rendered("moderate", "en").pdf, 0)
    assert "未审核" in read(rendered("moderate", "zh").pdf, 1)
    final = read(rendered("final", "en").pdf, 0)
    assert "Final report" in final
    assert "NOT REVIEWED" not in final
    assert "Đặng Thị Mỹ Hạnh" in final
    assert "2026-05-17 16:40 +08:00" in final
    amended = read(rendered("amended", "en").pdf, 0)
    assert "Amended report, version 2" in amended
    assert "16.8 ms → 12.3 ms" in amended
    assert "drawn anew" in amended
    assert "Page 1 of 2" in amended


def test_paper_and_unit_are_those_of_the_template(rendered):
    pdf = rendered("preliminary, letter, µmol/g", "en").pdf
    assert [float(side) for side in PdfReader(BytesIO(pdf)).pages[0].mediabox[2:]] == [612, 792]
    text = read(pdf)
    # 9.85 mg/g / 55.845 g/mol = 176.4 µmol/g; 12.6 → 225.6; the cut of 7 mg/g is 125.3.
    for part in ("176", "226 → 176 µmol/g", "125.3", "µmol/g dry weight", "Form R-12, revision 3", "Nanning"):
        assert part in text, part
    assert "9.85" not in text
