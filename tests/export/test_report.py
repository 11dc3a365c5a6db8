import subprocess
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from pypdf import PdfReader
from synthetic import SETTINGS, analysis, cases, liver, organ_analysis

from ironquant.core import Organ, OrganAnalysis, Value
from ironquant.export import write_report
from ironquant.export.page import HEIGHT, WIDTH
from ironquant.export.report import BOTTOM, compose
from ironquant.iron import scheme

CASES = cases()
needs_poppler = pytest.mark.tool("pdffonts", "pdftotext")


def report_text(made, tmp_path, lang="en"):
    path = tmp_path / "report.pdf"
    write_report(made, path, lang=lang, settings=SETTINGS)
    return " ".join(PdfReader(path).pages[0].extract_text().split())


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", list(CASES))
def test_one_page_on_which_no_text_leaves_its_room_or_covers_another(name, lang, tmp_path):
    page, _ = compose(CASES[name], lang=lang, settings=SETTINGS)
    for box in page.boxes:
        assert box.width <= box.room + 0.01, box
        assert box.x >= 30, box
        assert box.x + box.width <= WIDTH - 30, box
        assert box.y + box.height <= HEIGHT - BOTTOM + 3, box
    shown = [box for box in page.boxes if box.text.strip()]
    for one, other in combinations(shown, 2):
        # Ascenders and descenders leave air: 20 % of the height may meet.
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert across <= 0.5 or down <= 0.2 * min(one.height, other.height), (one, other)
    path = tmp_path / "report.pdf"
    path.write_bytes(page.finish())
    pages = PdfReader(path).pages
    assert len(pages) == 1
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]


def test_the_numbers_stand_on_the_english_page(tmp_path):
    text = report_text(CASES["both"], tmp_path)
    for part in (
        "12.3", "81.3", "2.10", "± 20 % published repeatability", "± 15 % published repeatability",
        "9.85", "385", "fit precision (95 % CI): 11.9–12.7 ms", "moderate", "1.49 T (nominal 1.5 T)",
        "echoes 1–6 of 8 (chosen automatically)", "carpenter2011", "t2star-20-15-10", "Avanto",
        "2026-05-17", "A20260517-007", "韦小明", "Reporting physician", "Reviewing physician",
        "not reviewed", "0123456789ab", "not a certified medical device", "Page 1 of 1", "County Hospital",
        "moderate myocardial iron overload", "moderate hepatic iron overload",
    ):  # fmt: skip
        assert part in text, part


def test_the_chinese_page_reads_as_the_clinic_words_it(tmp_path):
    text = report_text(CASES["both"], tmp_path, "zh")
    for part in (
        "心脏、肝脏铁负荷磁共振定量报告", "未审核", "报告医师", "审核医师", "仅供科研参考，未注册医疗器械",
        "提示中度心肌铁过载", "提示中度肝脏铁过载", "室间隔", "广西某某医院", "干重",
    ):  # fmt: skip
        assert part in text, part
    assert "心肌 T2* 值约 12.3 ms（R2* 81.3 s⁻¹，MIC 约 2.10 mg/g 干重）" in text


def test_the_sickest_get_a_bound_and_a_grade(tmp_path):
    text = report_text(CASES["bound"], tmp_path)
    assert "< 0.9" in text
    assert "> 25" in text
    assert "severe hepatic iron overload" in text
    assert "fit precision (95" not in text


def test_an_organ_without_result_says_why(tmp_path):
    text = report_text(CASES["liver"], tmp_path, "zh")
    assert "无法评估" in text
    assert "未能识别两心室之间的室壁" in text


def test_without_calibration_no_iron_and_no_liver_grade(tmp_path):
    text = report_text(CASES["uncalibrated"], tmp_path)
    assert "no validated calibration" in text
    assert "not graded" in text
    assert "indicative only" in text
    assert "2.89 T (nominal 3 T)" in text


def test_the_gravest_findings_come_first_and_the_rest_is_counted(tmp_path):
    text = report_text(CASES["many"], tmp_path)
    assert "more in analysis.json" in text
    assert text.index("First echo 2.60 ms is late") < text.index("more in analysis.json")
    assert "3 T rules apply" not in text  # an info, behind eleven warnings


def test_a_missing_glyph_is_shown_and_reported(tmp_path):
    made = replace(CASES["both"], patient=replace(CASES["both"].patient, name="韦㐀明"))
    (finding,) = write_report(made, tmp_path / "r.pdf", lang="zh", settings=SETTINGS)
    assert finding.code == "glyph_missing"
    text = " ".join(PdfReader(tmp_path / "r.pdf").pages[0].extract_text().split())
    assert "韦□明" in text
    assert "U+3400" in text


def test_an_impression_is_printed_whole_or_its_cut_is_told(tmp_path):
    words = "The reader's own words. " * 3
    assert words.strip() in report_text(replace(CASES["both"], impression=words), tmp_path)
    endless = replace(CASES["both"], impression="Much too long. " * 400)
    page, findings = compose(endless, settings=SETTINGS)
    assert [finding.code for finding in findings] == ["impression_shortened"]
    assert max(box.y + box.height for box in page.boxes) <= HEIGHT - BOTTOM + 3


def test_four_organs_fit_one_page(tmp_path):
    plain = liver(20.0, None)
    four = analysis(
        organ_analysis(), liver(), replace(plain, organ=Organ.SPLEEN), replace(plain, organ=Organ.PANCREAS)
    )
    page, _ = compose(four, settings=SETTINGS)
    signature = next(box for box in page.boxes if box.text == "Reporting physician")
    impression = next(box for box in page.boxes if box.text == "Impression")
    assert impression.y < signature.y
    below = [box for box in page.boxes if impression.y < box.y < signature.y]
    assert all(box.y + box.height <= signature.y for box in below)


def test_no_map_no_contour_no_series_still_make_a_page(tmp_path):
    heart = organ_analysis(contours=False)
    bare = replace(heart, maps=None)
    blind = replace(liver(), series=None, maps=None, regions=())
    text = report_text(analysis(bare, blind), tmp_path)
    assert "no T2* map" in text
    assert "no image" in text
    assert "No organ was analyzed." in report_text(analysis(), tmp_path)
    empty = OrganAnalysis(Organ.HEART, None)
    assert "not assessable" in report_text(analysis(empty), tmp_path)


def test_the_same_analysis_gives_the_same_bytes(tmp_path):
    for name in ("a.pdf", "b.pdf"):
        write_report(CASES["both"], tmp_path / name, lang="zh", settings=SETTINGS)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_no_patient_in_the_metadata(tmp_path):
    write_report(CASES["both"], tmp_path / "r.pdf", settings=SETTINGS)
    metadata = str(PdfReader(tmp_path / "r.pdf").metadata)
    assert "韦" not in metadata
    assert "P-000123" not in metadata


@needs_poppler
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_font_is_embedded(lang, tmp_path):
    write_report(CASES["both"], tmp_path / "r.pdf", lang=lang, settings=SETTINGS)
    listed = subprocess.run(
        ["pdffonts", str(tmp_path / "r.pdf")], capture_output=True, text=True, check=True
    ).stdout.splitlines()[2:]
    assert listed
    assert all("IronQuantSans" in line and line.split()[-5] == "yes" for line in listed), listed


@needs_poppler
def test_poppler_reads_the_words_too(tmp_path):
    write_report(CASES["both"], tmp_path / "r.pdf", lang="zh", settings=SETTINGS)
    command = ["pdftotext", "-layout", str(tmp_path / "r.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "韦小明" in text
    assert "9.85" in text


def test_the_band_places_values_between_the_cuts():
    from ironquant.export.band import position

    liver_scheme = scheme("lic-3-7-15")
    assert position(liver_scheme, 0.9) == pytest.approx(0.1)
    assert position(liver_scheme, 7.0) == pytest.approx(0.6)
    assert 0.8 < position(liver_scheme, 25.0) < position(liver_scheme, 60.0) < 1.0
    heart_scheme = scheme("t2star-20-15-10")
    assert position(heart_scheme, 12.5) == pytest.approx(0.625)
    assert position(heart_scheme, 5.0) == pytest.approx(0.875)
    assert position(heart_scheme, 40.0) < 0.25
    assert position(heart_scheme, 0.5) > 0.97


def test_the_expected_signal_is_that_of_the_model():
    from ironquant.core import ModelResult
    from ironquant.export.curve import ticks
    from ironquant.fitting import expected_signal

    te = np.array([0.0, 2.0, 10.0])
    mono = ModelResult("mono", Value(5.0), Value(200.0), 100.0, None, None, 1.0, None)
    np.testing.assert_allclose(expected_signal(mono, te, 1), 100 * np.exp(-te / 5.0))
    second = replace(mono, model="second-moment", sigma=4.0)
    np.testing.assert_allclose(
        expected_signal(second, te, 2), np.sqrt(1e4 * np.exp(-2 * te / 5.0) + 4 * 16.0)
    )
    assert expected_signal(replace(mono, r2star_per_s=Value(1000.0, "lower")), te, 1) is None
    assert expected_signal(replace(mono, model="unknown"), te, 1) is None
    assert ticks(17.9, 6) == [0, 5, 10, 15]
    assert ticks(0.037, 4) == pytest.approx([0, 0.01, 0.02, 0.03])
