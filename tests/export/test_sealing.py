"""The numbers inside a report and their code, read by other programs."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess

import pikepdf
import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from synthetic import SETTINGS, analysis, liver, organ_analysis

from ironquant.core import InputError, Patient
from ironquant.export import study_folder, to_json, write_report
from ironquant.export.reportcode import ReportCode, canonical_json, report_code
from ironquant.export.sealing import read_seal, seal


@pytest.fixture(scope="module")
def made():
    return analysis(organ_analysis(), liver(), patient=Patient(id="P1", name="𠮷 Nguyễn ก"))


@pytest.fixture(scope="module")
def report(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("r") / "report.pdf"
    write_report(made, path, lang="zh", settings=SETTINGS)
    return path.read_bytes()


def rendered(pdf: bytes, scale: float):
    return pypdfium2.PdfDocument(pdf)[0].render(scale=scale).to_pil()


def test_the_attachment_as_pypdf_reads_it(report):
    reader = pypdf.PdfReader(io.BytesIO(report))
    assert list(reader.attachments) == ["analysis.json"]
    (content,) = reader.attachments["analysis.json"]
    document = json.loads(content)
    assert document["patient"]["name"] == "𠮷 Nguyễn ก"
    assert document["organs"][0]["result"]["t2star_ms"]["value"] == 12.3
    (associated,) = reader.trailer["/Root"]["/AF"]
    assert associated["/AFRelationship"] == "/Data"
    assert associated["/EF"]["/F"]["/Subtype"] == "/application/json"
    assert reader.metadata["/IronQuantCode"] == report_code(content).payload


@pytest.mark.parametrize("dpi", [150, 200, 300, 600])
def test_the_code_as_a_scanner_reads_it(report, dpi):
    (found,) = zxingcpp.read_barcodes(rendered(report, dpi / 72))
    code = ReportCode.parse(found.text)
    assert code == report_code(read_seal(report).analysis_json)


@pytest.mark.tool("zbarimg")
def test_zbar_reads_it_too(report, tmp_path):
    rendered(report, 300 / 72).save(tmp_path / "page.png")
    shown = subprocess.run(["zbarimg", "--raw", "-q", tmp_path / "page.png"], capture_output=True, check=True)
    assert shown.stdout.decode().strip() == report_code(read_seal(report).analysis_json).payload


def test_the_code_follows_from_the_file(made):
    numbers = to_json(made, "zh")
    document = json.loads(numbers)
    told = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    code = report_code(numbers)
    assert code.report_id == study_folder(made.study)
    assert code.sha256 == hashlib.sha256(canonical_json(numbers)).hexdigest()
    assert json.loads(canonical_json(numbers)) == json.loads(told)
    assert b"\n" not in canonical_json(numbers)
    assert ReportCode.parse(code.payload) == code
    assert ReportCode.parse(f" {code.payload}\n") == code


def test_canonical_json_as_rfc_8785_prints_it():
    """The sample of RFC 8785, sections 3.2.2 to 3.2.4."""
    given_ = (
        rb'{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        rb'"string": "\u20ac$\u000F\u000aA'
        + b"'"
        + rb'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}'
    )
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical_json(given_).decode() == expected


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(plain, st.integers(0, 8))
def test_canonical_json_says_the_same_however_it_is_laid_out(value, indent):
    once = canonical_json(json.dumps(value).encode())
    assert canonical_json(json.dumps(value, indent=indent, ensure_ascii=True).encode()) == once
    assert canonical_json(once) == once
    assert json.loads(once, parse_int=float) == value


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"study": 1}', b'{"study": {"date": "x"}}', b"[]", b"\xff", b"NaN"]
)
def test_other_content_is_refused(content):
    with pytest.raises(InputError) as told:
        report_code(content)
    assert told.value.finding.code == "analysis_unreadable"


def test_the_same_report_gives_the_same_bytes(made, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        write_report(made, tmp_path / name, lang="en", settings=SETTINGS)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_the_findings_of_the_report_itself_are_inside(tmp_path):
    made = analysis(liver(), patient=Patient(id="P1", name="𓀀"))
    (finding,) = write_report(made, tmp_path / "r.pdf", settings=SETTINGS)
    inside = json.loads(read_seal((tmp_path / "r.pdf").read_bytes()).analysis_json)
    assert finding.code in [entry["code"] for entry in inside["findings"]]


def pages(**options) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, **options)
    canvas.drawString(72, 72, "x")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.mark.parametrize("size", [(595.28, 841.89), (612.0, 792.0)])
def test_the_code_can_be_placed(made, size):
    numbers = to_json(made)
    pdf = seal(pages(pagesize=size), numbers, (size[0] - 160.0, size[1] - 360.0, 60.0, 60.0))
    (found,) = zxingcpp.read_barcodes(rendered(pdf, 3))
    assert found.text == report_code(numbers).payload
    box = found.position
    assert box.top_left.x / 3 == pytest.approx(size[0] - 160, abs=1)
    assert box.bottom_right.x / 3 == pytest.approx(size[0] - 100, abs=1)
    assert box.top_left.y / 3 == pytest.approx(300, abs=1)


def test_pdf_a_2_becomes_pdf_a_3(made):
    """Attachments that are no PDF/A themselves are allowed from part 3 on."""
    with pikepdf.open(io.BytesIO(pages())) as document:
        with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "B"
        out = io.BytesIO()
        document.save(out)
    with (
        pikepdf.open(io.BytesIO(seal(out.getvalue(), to_json(made), (100.0, 100.0, 50.0, 50.0)))) as sealed,
        sealed.open_metadata() as told,
    ):
        assert told.pdfa_status == "3B"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"no PDF at all"])
def test_what_is_no_pdf(content):
    with pytest.raises(InputError) as told:
        read_seal(content)
    assert told.value.finding.code == "pdf_unreadable"
