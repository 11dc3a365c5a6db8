"""Copies hold nothing of the patient behind, beside or inside what is kept."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import zipfile

import nibabel
import numpy as np
import pydicom
import pytest
from dicom_samples import TE_MS, image, only, read_one, save, series, uid
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEGLSLossless

from ironquant.core import SettingsError
from ironquant.dicom import read_examination, scan
from ironquant.dicom.deid import DeidentifyOptions, deidentify
from ironquant.dicom.deid.besides import hold_nothing_else
from ironquant.dicom.deid.words import Identifiers, is_known, known_words

SECRET = b"GEHEIMMANN SECRET99 "
PERSON = {
    "PatientName": "GEHEIMMANN^Zenobia=王^秘密",
    "PatientID": "SECRET99",
    "PatientBirthDate": "19570314",
    "SpecificCharacterSet": "ISO_IR 192",
}


def bytes_of(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    read = (path.read_bytes() for path in files)
    return b" ".join(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data for data in read)


def run(tmp_path, **options):
    return deidentify(tmp_path / "in", tmp_path / "out", tmp_path / "key.json", DeidentifyOptions(**options))


def test_bytes_behind_the_last_pixel_and_the_data_set(tmp_path):
    for echo, te in enumerate(TE_MS):
        ds = image(0, echo, te, **PERSON)
        ds.PixelData += SECRET
        path = save(ds, tmp_path / f"in/{echo}.dcm")
        path.write_bytes(path.read_bytes() + SECRET)
    before = read_one(tmp_path / "in")
    run(tmp_path)
    assert not any(word in bytes_of(tmp_path / "out") for word in SECRET.split())
    np.testing.assert_array_equal(read_one(tmp_path / "out").signal, before.signal)


@pytest.mark.parametrize("marker", [0xFE, 0xE1, 0xED])
def test_notes_inside_a_compressed_image(tmp_path, marker):
    for echo, te in enumerate(TE_MS):
        data = np.random.default_rng(echo).integers(0, 4000, (64, 64)).astype(np.uint16)
        ds = image(0, echo, te, data=data, **PERSON)
        ds.compress(JPEGLSLossless, generate_instance_uid=False)
        stream = next(generate_frames(ds.PixelData, number_of_frames=1))
        note = bytes([0xFF, marker]) + (len(SECRET) + 2).to_bytes(2, "big") + SECRET
        ds.PixelData = encapsulate([stream[:2] + note + stream[2:] + SECRET])
        save(ds, tmp_path / f"in/{echo}.dcm")
    before = read_one(tmp_path / "in")
    run(tmp_path)
    assert not any(word in bytes_of(tmp_path / "out") for word in SECRET.split())
    np.testing.assert_array_equal(read_one(tmp_path / "out").signal, before.signal)


def test_comments_of_jpeg_2000(tmp_path):
    note = b"\xff\x64" + (len(SECRET) + 4).to_bytes(2, "big") + b"\0\1" + SECRET
    size = b"\xff\x51" + (6).to_bytes(2, "big") + b"size"
    stream = b"\xff\x4f" + size + note + b"\xff\x90\0\0" + b"pixels" + b"\xff\xd9"
    ds = pydicom.Dataset()
    ds.PixelData = encapsulate([stream])
    length = len(ds.PixelData)
    hold_nothing_else(ds, pydicom.uid.JPEG2000Lossless)
    assert len(ds.PixelData) == length
    assert b"pixels\xff\xd9" in ds.PixelData
    assert b"size" in ds.PixelData
    assert b"SECRET99" not in ds.PixelData


def test_damaged_pixel_data_stay_as_they_are():
    ds = pydicom.Dataset()
    for data in (
        b"",
        b"\xff",
        b"\xfe\xff\x00\xe0\xff\xff\xff\xff",
        b"\xfe\xff\x00\xe0\x04\0\0\0\xff\xd8\xff\xfe",
    ):
        ds.PixelData = data
        hold_nothing_else(ds, pydicom.uid.JPEGBaseline8Bit)
        hold_nothing_else(ds, pydicom.uid.ImplicitVRLittleEndian)
        assert ds.PixelData == data


def test_bytes_behind_the_voxels_of_nifti(tmp_path):
    (tmp_path / "in").mkdir()
    for echo in range(3):
        path = tmp_path / f"in/x_e{echo + 1}.nii"
        nibabel.save(nibabel.Nifti1Image(np.full((6, 5, 2), 100 - echo, np.int16), np.eye(4)), path)
        path.write_bytes(path.read_bytes() + SECRET)
        told = {
            "EchoTime": 0.001 * (echo + 1),
            "PatientName": "GEHEIMMANN",
            "InstitutionName": "Sankt Secret99",
        }
        told |= {"ProtocolName": "liverGEHEIMMANN", "CoilString": "Secret99 coil"}
        (tmp_path / f"in/x_e{echo + 1}.json").write_text(json.dumps(told))
    run(tmp_path)
    assert not any(word.lower() in bytes_of(tmp_path / "out").lower() for word in SECRET.split())
    assert len(read_examination(only(tmp_path / "out")).series) == 1


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize(
    "words",
    [
        "liverGEHEIMMANN",
        "GEHEIMMANNliver",
        "王秘密肝脏",
        "肝脏 王 秘密",
        "王·秘密 T2*",
        "liver 1957-03-14",
        "19570314",
        "14.3.1957 liver",
        "1957年3月14日 肝",
        "SECRET99_heart",
        "ZenobiaGEHEIMMANN",
        "T2*_secret99b",
    ],
)
def test_names_and_birth_dates_glued_into_descriptions(tmp_path, words, keep):
    series(tmp_path / "in", 1, SeriesDescription=words, **PERSON)
    run(tmp_path, keep_descriptions=keep)
    left = pydicom.dcmread(next((tmp_path / "out").rglob("*.dcm"))).get("SeriesDescription", "")
    told = ("geheimmann", "zenobia", "秘密", "secret99", "1957", "秘")
    assert not any(part in left.lower() for part in told)


@pytest.mark.parametrize("name", ["Cardinale", "Leberecht", "Liverani", "Hepatov", "Neurath", "Cervicov"])
def test_a_name_that_begins_like_an_organ_is_no_known_word(name):
    assert not is_known(name)
    assert known_words(f"liver {name}") == "liver"
    assert name not in Identifiers([name]).without(f"model {name}")


@pytest.mark.parametrize(
    "word",
    ["Cardiac", "liver", "LiverMap", "liverT2star", "Hepatic", "myocardial", "cardiacMRI"],
)
def test_words_of_anatomy_stay(word):
    assert is_known(word)
    assert known_words(word) == word


def test_a_name_inside_a_code_leaves_the_code(tmp_path):
    series(tmp_path / "in", 1, PatientName="Prima^Norma", PatientID="RIGIN")
    run(tmp_path)
    assert only(tmp_path / "out").readable_series


@pytest.mark.parametrize("how", ["zip", "file"])
def test_copies_beside_a_single_file(tmp_path, how, monkeypatch):
    series(tmp_path / "images", 1, **PERSON)
    monkeypatch.chdir(tmp_path)
    if how == "zip":
        with zipfile.ZipFile("study.zip", "w") as archive:
            for path in (tmp_path / "images").iterdir():
                archive.write(path, f"GEHEIMMANN/{path.name}")
        source, n_files = "study.zip", len(TE_MS)
    else:
        source, n_files = "one.dcm", 1
        next((tmp_path / "images").iterdir()).rename("one.dcm")
    assert deidentify(source, "copies", "key.json").n_files == n_files
    assert b"GEHEIMMANN" not in bytes_of(tmp_path / "copies")
    for out in (".", source):
        with pytest.raises(SettingsError, match="deid_folder_shared"):
            deidentify(source, out, tmp_path.parent / f"{tmp_path.name}-key.json")


def test_copies_not_among_the_files_of_a_dicomdir(tmp_path):
    from pydicom.fileset import FileSet

    files = FileSet()
    for path in series(tmp_path / "images", 1).iterdir():
        ds = pydicom.dcmread(path)
        ds.StudyID, ds.AccessionNumber = "1", ""
        files.add(ds)
    files.write(tmp_path / "cd")
    with pytest.raises(SettingsError, match="deid_folder_shared"):
        deidentify(tmp_path / "cd/DICOMDIR", tmp_path / "cd/copies", tmp_path / "key.json")
    assert deidentify(tmp_path / "cd/DICOMDIR", tmp_path / "copies", tmp_path / "key.json").n_files == len(
        TE_MS
    )


def test_a_date_before_the_calendar_begins_does_not_stop_the_work(tmp_path):
    series(tmp_path / "in", 1, StudyDate="00010101")
    assert run(tmp_path).n_files == len(TE_MS)
    assert only(tmp_path / "out").study.date is None


def test_intervals_between_visits_stay(tmp_path):
    for visit, date in enumerate(("20200101", "20210615")):
        told = {
            "StudyDate": date,
            "StudyInstanceUID": uid(f"v{visit}"),
            "SeriesInstanceUID": uid(f"s{visit}"),
        }
        series(tmp_path / f"v{visit}", 1, **PERSON, **told)
        deidentify(tmp_path / f"v{visit}", tmp_path / f"o{visit}", tmp_path / "key.json")
    first, second = (scan(tmp_path / f"o{visit}")[0] for visit in range(2))
    assert first.patient.id == second.patient.id
    assert second.study.date - first.study.date == dt.date(2021, 6, 15) - dt.date(2020, 1, 1)


def test_nifti_that_is_cut_off_or_inflates_beyond_bounds_is_told(tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    for echo in range(3):
        path = tmp_path / f"in/x_e{echo + 1}.nii.gz"
        nibabel.save(
            nibabel.Nifti1Image(np.arange(6000, dtype=np.int16).reshape(20, 20, 15), np.eye(4)), path
        )
        if echo == 1:
            path.write_bytes(path.read_bytes()[:-2000])
    done = run(tmp_path)
    assert (done.n_files, done.n_failed) == (2, 1)
    (finding,) = done.findings
    assert finding.params == {"file": "x_e2.nii.gz", "reason": "reason_damaged"}
    monkeypatch.setattr("ironquant.dicom.deid.niftis.MAX_NIFTI_BYTES", 10_000)
    reasons = [finding.params["reason"] for finding in run(tmp_path).findings]
    assert reasons == ["reason_too_large"] * 3


def test_a_sequence_that_may_be_absent_is_not_left_empty(tmp_path):
    referenced = pydicom.Dataset()
    referenced.ReferencedSOPClassUID, referenced.ReferencedSOPInstanceUID = "1.2.840.10008.3.1.2.3.1", "1.2.3"
    series(tmp_path / "in", 1, ReferencedStudySequence=pydicom.Sequence([referenced]))
    run(tmp_path)
    for path in (tmp_path / "out").rglob("*.dcm"):
        assert "ReferencedStudySequence" not in pydicom.dcmread(path)
