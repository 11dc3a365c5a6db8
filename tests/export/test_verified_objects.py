"""What a reviewed report becomes in the archive: the same content in a new instance, VERIFIED."""

import datetime as dt
import subprocess
from dataclasses import replace

import highdicom
import pydicom
import pytest
from dicomtrial import change_headers, errors_of, tried

from ironquant.export.dicomobjects.verified import Verifier, write_verified
from ironquant.phantom import find_case, simulate, write_phantom

ZONE = dt.timezone(dt.timedelta(hours=8))
PEOPLE = (
    Verifier("𬭛䶮㛃", "广西某某医院", dt.datetime(2026, 5, 17, 14, 32, 5, tzinfo=ZONE)),
    Verifier("Trần^Thị Hồng", "", dt.datetime(2026, 5, 17, 15, 1, 0, tzinfo=ZONE)),
)
PDF = b"%PDF-1.7 signed\n%%EOF\n!"
NAME = "王䶮=王䶮"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Objects of images whose texts are written in GB18030."""
    made = tmp_path_factory.mktemp("verified")
    write_phantom(simulate(replace(find_case("moderate"), matrix=(96, 96))), made / "images")

    def in_gb18030(image):
        image.SpecificCharacterSet = "GB18030"
        image.PatientName = NAME
        image.InstitutionName = "上海㛃医院"

    change_headers(made / "images", in_gb18030)
    written = tried(made / "images", made / "out", lang="zh", reader="李㛃").written
    assert written.findings == ()
    folder = written.folder / "dicom"
    write_verified(folder, PDF, PEOPLE)
    return folder


@pytest.fixture(scope="module")
def before(folder):
    return pydicom.dcmread(folder / "measurements.dcm")


@pytest.fixture(scope="module")
def after(folder):
    return pydicom.dcmread(folder / "measurements_verified.dcm")


def test_who_verified_and_when(after):
    assert after.VerificationFlag == "VERIFIED"
    assert (after.CompletionFlag, after.PreliminaryFlag) == ("COMPLETE", "FINAL")
    told = [
        (str(one.VerifyingObserverName), one.VerifyingOrganization, one.VerificationDateTime)
        for one in after.VerifyingObserverSequence
    ]
    assert [(name.rstrip("^"), place, str(time)) for name, place, time in told] == [
        ("𬭛䶮㛃", "广西某某医院", "20260517143205+0800"),
        ("Trần^Thị Hồng", "上海㛃医院", "20260517150100+0800"),
    ]
    assert after.PatientName == pydicom.valuerep.PersonName(NAME)


def test_a_new_instance_that_names_the_one_before(before, after):
    assert before.VerificationFlag == "UNVERIFIED"
    assert after.SOPInstanceUID != before.SOPInstanceUID
    assert after.SOPInstanceUID == after.file_meta.MediaStorageSOPInstanceUID
    assert after.SeriesInstanceUID == before.SeriesInstanceUID
    assert after.InstanceNumber == before.InstanceNumber + 1
    (study,) = after.PredecessorDocumentsSequence
    (series,) = study.ReferencedSeriesSequence
    (one,) = series.ReferencedSOPSequence
    assert study.StudyInstanceUID == before.StudyInstanceUID
    assert series.SeriesInstanceUID == before.SeriesInstanceUID
    assert (one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID) == (
        before.SOPClassUID,
        before.SOPInstanceUID,
    )


def test_the_content_is_the_same(before, after):
    assert after.ContentSequence == before.ContentSequence
    assert highdicom.sr.srread(after.filename).content.get_planar_roi_measurement_groups()
    changed = {
        "SOPInstanceUID", "InstanceNumber", "VerificationFlag", "PreliminaryFlag", "InstanceCreationDate",
        "InstanceCreationTime", "VerifyingObserverSequence", "PredecessorDocumentsSequence",
    }  # fmt: skip
    keywords = {element.keyword for one in (before, after) for element in one}
    assert {word for word in keywords if before.get(word) != after.get(word)} == changed


def test_the_signed_pdf(folder):
    old, new = (pydicom.dcmread(folder / name) for name in ("report.dcm", "report_verified.dcm"))
    assert new.VerificationFlag == "VERIFIED"
    assert new.EncapsulatedDocument[: new.EncapsulatedDocumentLength] == PDF
    assert new.SOPInstanceUID != old.SOPInstanceUID
    assert new.SeriesInstanceUID == old.SeriesInstanceUID


def test_the_same_again(folder):
    names = ("measurements_verified.dcm", "report_verified.dcm")
    first = [(folder / name).read_bytes() for name in names]
    write_verified(folder, PDF, PEOPLE)
    assert [(folder / name).read_bytes() for name in names] == first


@pytest.mark.tool("dciodvfy")
@pytest.mark.parametrize("name", ["measurements_verified.dcm", "report_verified.dcm"])
def test_dciodvfy_finds_nothing(folder, name):
    assert errors_of(folder / name) == []
    assert subprocess.run(["dciodvfy", str(folder / name)], check=False).returncode == 0


def test_nothing_is_written_where_there_was_nothing(tmp_path):
    assert write_verified(tmp_path, PDF, PEOPLE) == ()
    assert list(tmp_path.iterdir()) == []
