"""Whatever is changed in a signed report is told: single bytes, revisions appended, numbers swapped."""

from __future__ import annotations

import json
import random
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from ironquant.export.reportcode import report_code
from ironquant.export.sealing import ATTACHMENT, seal
from ironquant.signing import Role, sign_pdf, verify_pdf


def gaps(pdf: bytes) -> list[tuple[int, int]]:
    """Where the signatures stand, which no signature but a later one covers."""
    found = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return [(int(entry.byte_range[1]), int(entry.byte_range[2])) for entry in found]


def changed(pdf: bytes, place: int, value: int) -> bytes:
    assert pdf[place] != value
    return pdf[:place] + bytes([value]) + pdf[place + 1 :]


def missed(pdf: bytes, trust, changes) -> list[tuple[int, int]]:
    return [change for change in changes if verify_pdf(changed(pdf, *change), trust).verified]


def anywhere(pdf: bytes, n: int, seed: int) -> list[tuple[int, int]]:
    choose = random.Random(seed)
    places = (choose.randrange(len(pdf)) for _ in range(n))
    return [
        (place, choose.choice([value for value in range(256) if value != pdf[place]])) for place in places
    ]


def other_digit(pdf: bytes, place: int, choose: random.Random) -> int:
    """Another hex digit, or the same one in small letters: what a lenient reader would take."""
    same = bytes([pdf[place]]).lower()[0]
    digits = [value for value in b"0123456789ABCDEFabcdef" if value != pdf[place]]
    return same if same != pdf[place] and choose.random() < 0.3 else choose.choice(digits)


def in_the_gap(pdf: bytes, n: int, seed: int) -> list[tuple[int, int]]:
    start, end = gaps(pdf)[-1]
    choose = random.Random(seed)
    places = choose.sample(range(start + 1, end - 1), min(n, end - start - 2))
    return [(place, other_digit(pdf, place, choose)) for place in places]


def test_the_unchanged_report_is_verified(final, trust):
    assert verify_pdf(final, trust).verified


@pytest.mark.parametrize("seed", [1, 2])
def test_a_byte_changed_anywhere(final, trust, seed):
    assert missed(final, trust, anywhere(final, 20, seed)) == []


def test_a_byte_changed_in_the_signature_itself(final, trust):
    assert missed(final, trust, in_the_gap(final, 40, 3)) == []


def test_every_kind_of_padding(final, trust):
    """The last zeros, the brackets, and a digit in small letters."""
    start, end = gaps(final)[-1]
    small = next(place for place in range(start, end) if final[place] in b"ABCDEF")
    places = [(end - 2, ord("1")), (end - 2, ord(" ")), (start, ord("(")), (end - 1, ord("0"))]
    places.append((small, final[small] + 32))
    assert missed(final, trust, places) == []


@pytest.mark.soak
def test_500_bytes_changed_anywhere(final, trust):
    assert missed(final, trust, anywhere(final, 500, 20260517)) == []


@pytest.mark.soak
def test_every_byte_of_the_last_signature_changed(final, trust):
    assert missed(final, trust, in_the_gap(final, 10**6, 7)) == []


def appended_comment(pdf: bytes) -> bytes:
    return pdf + b"\n% nothing\n"


def appended_revision(pdf: bytes) -> bytes:
    """The document information changed, as a reader of PDF may allow."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.trailer_view["/Info"].get_object()["/Title"] = writer.trailer_view["/Info"].get_object()["/Title"]
    writer.update_container(writer.trailer_view["/Info"].get_object())
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def appended_page(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_numbers(pdf: bytes, edit, entries=("/F", "/UF")) -> bytes:
    """Other numbers in the place of the attached ones, in a revision that is appended."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    names = writer.root["/Names"]["/EmbeddedFiles"]
    leaf = names if "/Names" in names else names["/Kids"][0]
    old = leaf["/Names"][1]["/EF"]
    new = writer.add_object(StreamObject(stream_data=edit(old["/F"].data)))
    for entry in entries:
        old[entry] = new
    writer.update_container(old)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def healthier(analysis_json: bytes) -> bytes:
    document = json.loads(analysis_json)
    document["organs"][0]["result"]["t2star_ms"]["value"] = 41.0
    return json.dumps(document).encode()


@pytest.mark.parametrize("append", [appended_comment, appended_revision, appended_page])
@pytest.mark.parametrize("which", ["signed", "final"])
def test_what_is_appended(append, which, request, trust):
    pdf = request.getfixturevalue(which)
    told = verify_pdf(append(pdf), trust)
    assert not told.verified
    assert {finding.code for finding in told.changes} & {"signature_followed", "signature_unreadable"}


@pytest.mark.parametrize("which", ["report", "signed", "final"])
def test_swapped_numbers(which, request, trust):
    pdf = request.getfixturevalue(which)
    told = verify_pdf(with_numbers(pdf, healthier), trust)
    assert not told.verified
    assert "attachment_not_of_code" in {finding.code for finding in told.changes}
    assert "attachment_not_of_drawn_code" in {finding.code for finding in told.changes}


def test_numbers_swapped_for_some_readers_of_pdf_only(report):
    for entry in ("/F", "/UF"):
        told = verify_pdf(with_numbers(report, healthier, (entry,)))
        assert [finding.code for finding in told.changes] == ["attachment_missing"]


def test_numbers_laid_out_anew_are_the_same_numbers(report):
    """The code is of what is said, not of its white space."""
    relaid = with_numbers(report, lambda data: json.dumps(json.loads(data), indent=7).encode())
    assert verify_pdf(relaid).changes == ()


def test_rewritten_by_another_program_it_is_not_signed_any_more(final, trust):
    with pikepdf.open(BytesIO(final)) as document:
        document.attachments[ATTACHMENT] = pikepdf.AttachedFileSpec(
            document, healthier(document.attachments[ATTACHMENT].get_file().read_bytes())
        )
        out = BytesIO()
        document.save(out)
    assert not verify_pdf(out.getvalue(), trust).verified


def test_the_signature_of_another_report_does_not_fit(report, final, person, trust):
    """A forger makes a whole report with healthier numbers, and signs with keys of the same names."""
    with pikepdf.open(BytesIO(report)) as document:
        numbers = healthier(document.attachments[ATTACHMENT].get_file().read_bytes())
        page = pikepdf.new()
        page.add_blank_page()
        out = BytesIO()
        page.save(out)
    forged = seal(out.getvalue(), numbers, (100.0, 100.0, 50.0, 50.0))
    for name, role in (("张三丰 医师", Role.READER), ("Trần Thị Hồng", Role.REVIEWER)):
        forged = sign_pdf(forged, person(name).signer, role)
    told = verify_pdf(forged, trust)
    assert not told.verified
    assert told.changes == ()
    assert {finding.code for finding in told.doubts if finding.severity == "error"} == {
        "signature_not_pinned"
    }
    assert told.code == report_code(numbers)


def test_without_the_reviewers_revision_the_reader_alone_is_told(final, signed, trust):
    """Cut back to the reader's revision it is what the reader signed: verified, and said to be unreviewed."""
    assert final.startswith(signed)
    told = verify_pdf(signed, trust)
    assert [check.role for check in told.signatures] == [Role.READER]
    assert "signature_not_reviewed" in {finding.code for finding in told.findings}
