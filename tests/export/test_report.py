"""The report: what stands on it, that it is archivable and the same every time."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pikepdf
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from reportcases import SIGNED, followed
from synthetic import SETTINGS, analysis, cases, liver, organ_analysis

from ironquant.core import Organ, OrganAnalysis, OutputError, ReportTemplate, Value
from ironquant.export.document import to_json
from ironquant.export.report import render_report, write_report
from ironquant.export.sealing import seal
from ironquant.export.signing_block import Amendment, Issue, SignedBy
from ironquant.iron import scheme

CASES = cases()
REPORTS = ("both", "bound", "uncalibrated")


def pdf_of(made, lang="en", settings=SETTINGS, issue=None):
    return render_report(made, lang=lang, settings=settings, issue=issue).pdf


def report_text(made, lang="en", page=None, **more):
    pages = PdfReader(BytesIO(pdf_of(made, lang, **more))).pages
    shown = pages if page is None else [pages[page]]
    return " ".join(" ".join(one.extract_text() for one in shown).split())


def with_template(**told):
    return replace(SETTINGS, report=ReportTemplate(**told))


def test_page_1_has_all_that_a_clinician_needs():
    text = report_text(CASES["both"], page=0)
    for part in (
        "12.3", "81.3", "2.10", "± 20 % published repeatability", "± 15 % published repeatability",
        "9.85", "385", "moderate", "1.49 T (nominal 1.5 T)", "Avanto", "2026-05-17", "A20260517-007",
        "韦小明", "Reporting physician", "Reviewing physician", "Draft – not reviewed", "0123456789ab",
        "not a certified medical device", "Page 1 of 2", "County Hospital",
        "moderate myocardial iron overload", "moderate hepatic iron overload",
    ):  # fmt: skip
        assert part in text, part
    assert report_text(followed(), page=0).count("Since 2025-05-14") == 2


def test_page_2_has_what_others_check():
    text = report_text(CASES["both"], page=1)
    for part in (
        "fit precision (95 % CI): 11.9–12.7 ms", "1–6 of 8 (chosen automatically)", "carpenter2011",
        "Circulation 2011", "t2star-20-15-10", "2.00, 4.20, 6.40, 8.60, 10.80, 13.00, 15.20, 17.40",
        "T2star_SA_BB", "truncated mono-exponential", "mean signal of the region", "garbowski2014_15 12.3",
        "for comparison, not graded", "0123456789abcdef" * 4, "IronQuant", "echo used", "T2* (ms)",
    ):  # fmt: skip
        assert part in text, part


def test_the_chinese_page_reads_as_the_clinic_words_it():
    text = report_text(CASES["both"], "zh", page=0)
    for part in (
        "心脏、肝脏铁负荷磁共振定量报告", "未审核", "报告医师", "审核医师", "未注册医疗器械，仅供科研参考",
        "提示中度心肌铁过载", "提示中度肝脏铁过载", "室间隔", "广西某某医院", "干重",
    ):  # fmt: skip
        assert part in text, part
    assert "心肌 T2* 值约 12.3 ms（R2* 81.3 s⁻¹，MIC 约 2.10 mg/g 干重）" in text.replace("\xa0", " ")


def test_two_languages_stand_side_by_side():
    text = report_text(CASES["both"], "zh+en", page=0)
    for part in (
        "心脏、肝脏铁负荷磁共振定量报告", "MRI iron quantification report", "姓名 Name", "中度 moderate",
        "提示中度心肌铁过载", "moderate hepatic iron",
    ):  # fmt: skip
        assert part in text, part


def test_the_sickest_get_a_bound_and_a_grade():
    text = report_text(CASES["bound"])
    assert "< 0.9" in text
    assert "> 25" in text
    assert "severe hepatic iron overload" in text
    assert "fit precision (95" not in text
    assert "published repeatability" not in text


def test_an_organ_without_result_says_why():
    text = report_text(CASES["liver"], "zh", page=0)
    assert "无法评估" in text
    assert "未能识别两心室之间的室壁" in text


def test_without_calibration_no_iron_and_no_liver_grade():
    text = report_text(CASES["uncalibrated"])
    assert "no validated calibration" in text
    assert "not graded" in text
    assert "indicative only" in text
    assert "2.89 T (nominal 3 T)" in text


def test_every_finding_is_printed_the_gravest_first():
    text = report_text(CASES["many"])
    assert text.index("First echo 2.60 ms is late") < text.index("3 T rules apply")
    assert "The images were filtered" in text


def test_no_map_no_contour_no_series_still_make_a_report():
    bare = replace(organ_analysis(contours=False), maps=None)
    blind = replace(liver(), series=None, maps=None, regions=())
    text = report_text(analysis(bare, blind))
    assert "no T2* map" in text
    assert "no image" in text
    assert "No organ was analyzed." in report_text(analysis())
    assert "not assessable" in report_text(analysis(OrganAnalysis(Organ.HEART, None)))


@pytest.mark.parametrize("lang", ["zh", "en", "zh+en", "vi", "th"])
def test_the_same_reading_gives_the_same_bytes(lang):
    assert pdf_of(CASES["both"], lang) == pdf_of(CASES["both"], lang)


def test_what_was_printed_before_leaves_no_trace():
    thai = pdf_of(CASES["both"], "th")
    pdf_of(CASES["long"], "th")
    pdf_of(CASES["many"], "zh+en")
    assert pdf_of(CASES["both"], "th") == thai


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("lang", ["zh+en", "vi", "th"])
def test_the_clauses_of_pdf_a_2b(name, lang):
    """ISO 19005-2: file structure, graphics, fonts, transparency, metadata."""
    pdf = pdf_of(CASES[name], lang)
    with pikepdf.open(BytesIO(pdf)) as document:
        assert not document.is_encrypted  # 6.1.3
        assert "/ID" in document.trailer
        assert pdf[:9] in (b"%PDF-1.4\n", b"%PDF-1.5\n", b"%PDF-1.6\n", b"%PDF-1.7\n")  # 6.1.2
        assert all(byte > 127 for byte in pdf[10:14])
        (intent,) = document.Root.OutputIntents  # 6.2.3
        assert intent.S == "/GTS_PDFA1"
        profile = intent.DestOutputProfile.read_bytes()
        assert profile[16:20] == b"RGB "
        assert profile[36:40] == b"acsp"
        assert len(profile) == int.from_bytes(profile[:4], "big")
        with document.open_metadata() as metadata:  # 6.6
            assert metadata["pdfaid:part"] == "2"
            assert metadata["pdfaid:conformance"] == "B"
            assert metadata["dc:title"] == str(document.docinfo["/Title"])
        assert "/Filter" not in document.Root.Metadata
        assert str(document.Root.Lang) == {"zh+en": "zh-CN", "vi": "vi", "th": "th"}[lang]
        for page in document.pages:
            assert "/Group" not in page
            for image in page.get("/Resources").get("/XObject", {}).values():
                assert "/SMask" not in image  # no transparency
                assert image.ColorSpace == "/DeviceRGB"
                assert not image.get("/Interpolate", False)  # 6.2.8
            for state in page.Resources.get("/ExtGState", {}).values():
                assert float(state.get("/ca", 1)) == float(state.get("/CA", 1)) == 1
        fonts = [entry for entry in document.objects if _is(entry, "/Font")]
        assert fonts
        for font in fonts:
            _check_font(font)
        forbidden = {"/JavaScript", "/Launch", "/EmbeddedFile", "/Sound", "/Movie"}
        kinds = {str(entry.get("/S", entry.get("/Type", ""))) for entry in document.objects
                 if isinstance(entry, pikepdf.Dictionary | pikepdf.Stream)}  # fmt: skip
        assert not kinds & forbidden


def _is(entry, kind):
    return isinstance(entry, pikepdf.Dictionary) and entry.get("/Type") == kind


def _check_font(font):
    """6.2.11: embedded, symbolic without an encoding, widths as in the program, no .notdef shown."""
    descriptor = font.FontDescriptor
    program = TTFont(BytesIO(descriptor.FontFile2.read_bytes()))
    assert int(descriptor.Flags) & 4
    assert "/Encoding" not in font
    (table,) = program["cmap"].tables
    em = program["head"].unitsPerEm
    for code, width in enumerate(font.Widths, start=int(font.FirstChar)):
        glyph = table.cmap.get(code)
        if glyph and glyph != ".notdef":
            assert abs(program["hmtx"][glyph][0] * 1000 / em - float(width)) <= 1.0


def test_no_patient_in_the_metadata():
    metadata = str(PdfReader(BytesIO(pdf_of(CASES["both"]))).metadata)
    assert "韦" not in metadata
    assert "P-000123" not in metadata
    assert "MRI iron quantification report" in metadata


def test_the_outline_leads_to_the_parts():
    reader = PdfReader(BytesIO(pdf_of(followed())))
    titles = [entry.title for entry in reader.outline]
    assert titles == ["Result", "Images, technique and method", "Course over the examinations"]
    assert [reader.get_destination_page_number(entry) for entry in reader.outline] == [0, 1, 2]


def test_a_template_shows_what_it_names():
    own = with_template(fields=("name", "exam_date"), parts=(), notice=False, words={"en": {"title": "Iron"}})
    text = report_text(CASES["many"], settings=own)
    assert "Page 1 of 1" in text
    assert "Accession" not in text
    assert "certified" not in text
    assert text.startswith("NOT REVIEWED County Hospital Iron")
    assert "First echo 2.60 ms is late" in text  # without pages for those who check, findings come first
    assert "MRI iron quantification report" in report_text(CASES["both"])


def test_the_logo_is_drawn_or_the_file_named(tmp_path):
    from PIL import Image

    logo = tmp_path / "logo.png"
    Image.new("RGBA", (40, 20), (200, 10, 10, 128)).save(logo)
    with pikepdf.open(BytesIO(pdf_of(CASES["both"], settings=with_template(logo=str(logo))))) as document:
        images = document.pages[0].Resources.XObject.values()
        assert [(int(image.Width), int(image.Height)) for image in images] == [(40, 20)]
    logo.write_bytes(b"no picture")
    for file in (logo, tmp_path / "gone.png"):
        with pytest.raises(OutputError) as caught:
            pdf_of(CASES["both"], settings=with_template(logo=str(file)))
        assert caught.value.finding.code == "logo_unreadable"
        assert caught.value.finding.params["file"] == str(file)


def test_an_issue_is_consistent():
    with pytest.raises(ValueError, match="says what changed"):
        Issue("amended")
    with pytest.raises(ValueError, match="says what changed"):
        Issue("final", amendment=Amendment("why"))
    with pytest.raises(ValueError, match="once in each role"):
        Issue("final", (*SIGNED, SignedBy("reader", "X")))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("lang", ["en", "zh+en", "th"])
def test_the_code_stands_in_the_room_that_the_head_leaves_for_it(tmp_path, paper, lang):
    from pypdfium2 import PdfDocument

    from ironquant.export.reportcode import report_code

    settings = replace(SETTINGS, report=replace(SETTINGS.report, paper=paper))
    write_report(CASES["both"], tmp_path / "r.pdf", lang=lang, settings=settings)
    (found,) = zxingcpp.read_barcodes(PdfDocument(tmp_path / "r.pdf")[0].render(scale=4).to_pil())
    assert found.text == report_code(to_json(CASES["both"], lang)).payload


def test_it_is_written_in_one_step(tmp_path):
    """As it is rendered, with its numbers and their code."""
    assert write_report(CASES["both"], tmp_path / "r.pdf", settings=SETTINGS) == ()
    numbers = to_json(CASES["both"], "en")
    assert (tmp_path / "r.pdf").read_bytes() == seal(pdf_of(CASES["both"]), numbers, state="draft")
    assert [path.name for path in tmp_path.iterdir()] == ["r.pdf"]


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
