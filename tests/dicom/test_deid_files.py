"""De-identified folders: the same examination to IronQuant, and nobody's to anyone else."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_samples import TE_MS, codes, enhanced, image, only, private, read_one, save, series, uid
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from ironquant.analysis import analyze, propose
from ironquant.core import CancelledError, CancelToken, InputError, OutputError, SettingsError
from ironquant.dicom import read_examination, scan
from ironquant.dicom.deid import DeidentifyOptions, deidentify
from ironquant.dicom.deid.dates import shifted_date, shifted_datetime, shifted_iso, shown_age
from ironquant.dicom.deid.words import known_words
from ironquant.iron import load_settings
from ironquant.phantom import find_case, simulate, write_phantom

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"
SETS = (
    "ge-mr750-r2star12",
    "philips-elition-dualecho",
    "siemens-xa30-enh-dualecho",
    "siemens-e11-dualecho-classic",
    "siemens-transfer-syntaxes",
    "siemens-r2star12-nifti",
)


def run(tmp_path, name="in", out="out", **options):
    return deidentify(tmp_path / name, tmp_path / out, tmp_path / "key.json", DeidentifyOptions(**options))


def headers(folder):
    return [pydicom.dcmread(path) for path in sorted(folder.rglob("*.dcm"))]


def key_of(tmp_path):
    return json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))


def all_bytes(folder):
    names = " ".join(path.as_posix() for path in folder.rglob("*")).encode()
    return names + b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# --- the same examination -------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["classic", "series-per-echo", "enhanced"])
def test_phantom_gives_the_same_numbers(tmp_path, layout):
    write_phantom(simulate(find_case("demo")), tmp_path / "in", layout)
    done = run(tmp_path, "in/DICOM" if (tmp_path / "in/DICOM").is_dir() else "in")
    assert done.n_failed == 0
    results = []
    for folder in ("in", "out"):
        (ref,) = scan(tmp_path / folder)
        exam = read_examination(ref)
        result = analyze(exam, propose(exam), load_settings(), maps=False)
        results.append([(organ.organ, organ.result, organ.findings) for organ in result.organs])
        patient = exam.patient
    assert results[0] == results[1]
    assert len(results[0]) == 2
    assert patient.id.startswith("IQ-")


def facts(refs):
    return [
        (
            ref.number,
            ref.flavour,
            ref.component,
            ref.te_ms,
            ref.shape,
            ref.readable,
            ref.organ_guess,
            codes(ref),
        )
        for exam in refs
        for ref in exam.series
    ]


@pytest.mark.skipif(not REAL.is_dir(), reason="shared real data are not here")
@pytest.mark.parametrize("name", SETS)
def test_real_sets_read_alike(tmp_path, name):
    done = deidentify(REAL / name, tmp_path / "out", tmp_path / "key.json")
    assert done.n_failed == 0
    before, after = scan(REAL / name), scan(tmp_path / "out")
    assert facts(before) == facts(after)
    for old, new in zip(before, after, strict=True):
        if not old.readable_series:
            continue
        first, second = read_examination(old), read_examination(new)
        assert [finding.code for finding in first.findings] == [finding.code for finding in second.findings]
        for one, other in zip(first.series, second.series, strict=True):
            assert np.array_equal(one.signal, other.signal)
            assert np.array_equal(one.affine, other.affine)
            # A protocol name that tells an institution loses that word.
            assert replace(one.acquisition, protocol_name="") == replace(other.acquisition, protocol_name="")
            assert one.description == other.description


@pytest.mark.skipif(not REAL.is_dir(), reason="shared real data are not here")
def test_institution_of_a_real_sidecar_is_gone(tmp_path):
    deidentify(REAL / "siemens-r2star12-nifti", tmp_path / "out", tmp_path / "key.json")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.json")]
    assert texts
    assert not [text for text in texts if "Ormond" in text or "GOSH" in text]


@pytest.mark.tool("dciodvfy")
@pytest.mark.parametrize("layout", ["classic", "enhanced"])
def test_dciodvfy_finds_no_new_error(tmp_path, layout):
    write_phantom(simulate(find_case("demo")), tmp_path / "in", layout)
    run(tmp_path)
    assert errors(tmp_path / "out") <= errors(tmp_path / "in")


@pytest.mark.tool("dciodvfy")
@pytest.mark.skipif(not REAL.is_dir(), reason="shared real data are not here")
@pytest.mark.parametrize("name", SETS[:5])
def test_dciodvfy_finds_no_new_error_in_real_sets(tmp_path, name):
    deidentify(REAL / name, tmp_path / "out", tmp_path / "key.json")
    assert errors(tmp_path / "out") <= errors(REAL / name)


def errors(folder, most=12):
    """Errors of the validator as sentences without values, from some files of every series."""
    found = set()
    files = [
        path for path in sorted(folder.rglob("*")) if path.is_file() and b"DICM" in path.read_bytes()[:132]
    ]
    step = max(1, len(files) // most)
    for path in files[::step]:
        said = subprocess.run(
            ["dciodvfy", str(path)], capture_output=True, text=True, errors="replace", check=False
        )
        lines = (said.stdout + said.stderr).splitlines()
        found |= {
            line.partition("=")[0].partition("<")[0].strip() for line in lines if line.startswith("Error")
        }
    return found


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
def test_transfer_syntaxes(tmp_path, syntax):
    for echo, te in enumerate(TE_MS):
        ds = image(0, echo, te, syntax=syntax)
        if syntax == ExplicitVRBigEndian:
            ds["PixelData"].VR = "OW"
            ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
        (tmp_path / "in").mkdir(exist_ok=True)
        pydicom.dcmwrite(tmp_path / "in" / f"{echo}.dcm", ds, enforce_file_format=True)
    assert run(tmp_path).n_files == len(TE_MS)
    assert np.array_equal(read_one(tmp_path / "in").signal, read_one(tmp_path / "out").signal)
    assert {ds.file_meta.TransferSyntaxUID for ds in headers(tmp_path / "out")} == {syntax}


# --- private attributes ---------------------------------------------------------------------------


def philips(echo, te):
    ds = image(
        0, echo, te, Manufacturer="Philips Medical Systems", RescaleSlope=echo + 1.5, RescaleIntercept=0
    )
    private(ds, 0x2005, "Philips MR Imaging DD 001", 0x0E, "FL", 0.01 * (echo + 1))
    private(ds, 0x2005, "Philips MR Imaging DD 001", 0x11, "CS", "M")
    private(ds, 0x2005, "Philips MR Imaging DD 001", 0x5F, "LO", "Zhang San was here")
    return private(ds, 0x2001, "Philips Imaging DD 001", 0xC8, "LO", "Zhang^San")


def test_philips_scale_slope_stays_and_other_private_attributes_go(tmp_path):
    for echo, te in enumerate(TE_MS):
        save(philips(echo, te), tmp_path / "in" / f"{echo}.dcm")
    run(tmp_path)
    assert np.array_equal(read_one(tmp_path / "in").signal, read_one(tmp_path / "out").signal)
    (first, *_) = headers(tmp_path / "out")
    assert {int(tag) for tag in first.keys() if tag.is_private} == {0x20050010, 0x2005100E, 0x20051011}  # noqa: SIM118


def test_philips_frames_keep_what_is_read_and_nothing_else(tmp_path):
    ds = enhanced(
        [(0, echo) for echo in range(4)],
        Manufacturer="Philips",
        ImageType=["ORIGINAL", "PRIMARY", "T1", "MIXED"],
    )
    for echo, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        inner = Dataset()
        inner.PatientComments, inner.EchoTime = "Zhang San", 3
        private(inner, 0x2005, "Philips MR Imaging DD 001", 0x0E, "FL", 0.1 * (echo + 1))
        private(inner, 0x2005, "Philips MR Imaging DD 001", 0x60, "LO", "Zhang San")
        block = group.private_block(0x2005, "Philips MR Imaging DD 005", create=True)
        del group[0x20050010]
        group.add_new(0x20050014, "LO", block.private_creator)
        group.add_new(0x2005140F, "SQ", Sequence([inner]))
    save(ds, tmp_path / "in" / "a.dcm")
    run(tmp_path)
    assert np.array_equal(read_one(tmp_path / "in").signal, read_one(tmp_path / "out").signal)
    (clean,) = headers(tmp_path / "out")
    (inner,) = clean.PerFrameFunctionalGroupsSequence[1][0x2005140F].value
    assert [int(tag) for tag in inner.keys()] == [0x20050010, 0x2005100E]  # noqa: SIM118
    assert inner[0x2005100E].value == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("creator", "value", "kept"),
    [("GEMS_PARM_01", "0", True), ("GEMS_PARM_01", "Zhang San", False), ("OTHER", "0", False)],
)
def test_ge_image_type_by_creator_and_kind_of_value(tmp_path, creator, value, kept):
    save(private(image(), 0x0043, creator, 0x2F, "LO", value), tmp_path / "in" / "a.dcm")
    run(tmp_path)
    (clean,) = headers(tmp_path / "out")
    assert (0x0043102F in clean) == kept
    assert (0x00430010 in clean) == kept


def test_private_code_is_no_place_for_a_name(tmp_path):
    save(
        private(image(), 0x2005, "Philips MR Imaging DD 001", 0x11, "CS", ["M", "ZHANGSAN"]),
        tmp_path / "in" / "a.dcm",
    )
    run(tmp_path)
    (clean,) = headers(tmp_path / "out")
    assert clean[0x20051011].value == "M"


# --- pseudonyms, key, dates -----------------------------------------------------------------------


def test_key_file_is_its_owners_alone_and_tells_everything(tmp_path):
    series(tmp_path / "in")
    run(tmp_path)
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
    (patient,) = key_of(tmp_path)["patients"]
    assert (patient["id"], patient["name"], patient["birth_date"]) == ("P1", "Zhang San", "2000-01-01")
    (study,) = patient["studies"]
    (clean, *_) = headers(tmp_path / "out")
    assert (study["original_uid"], study["uid"]) == (uid("study"), clean.StudyInstanceUID)
    assert study["date"].replace("-", "") == clean.StudyDate
    assert patient["pseudonym"] == clean.PatientID == clean.PatientName


def test_another_day_same_pseudonym_and_true_interval(tmp_path):
    series(tmp_path / "in")
    run(tmp_path)
    series(tmp_path / "next", StudyInstanceUID=uid("next"), SeriesInstanceUID=uid("n"), StudyDate="20210301")
    series(tmp_path / "other", PatientID="P2", PatientName="Li^Si", StudyInstanceUID=uid("other"))
    run(tmp_path, "next", "out2")
    run(tmp_path, "other", "out3")
    (first,), (second,), (third,) = ([only(tmp_path / name)] for name in ("out", "out2", "out3"))
    assert first.patient.id == second.patient.id != third.patient.id
    assert second.study.date - first.study.date == dt.date(2021, 3, 1) - dt.date(2020, 1, 1)
    assert len(key_of(tmp_path)["patients"]) == 2
    shifts = [patient["date_shift_days"] for patient in key_of(tmp_path)["patients"]]
    assert all(-3652 <= shift <= -365 for shift in shifts)


def test_without_the_key_nothing_can_be_matched(tmp_path):
    series(tmp_path / "in")
    run(tmp_path)
    (tmp_path / "key.json").rename(tmp_path / "away.json")
    run(tmp_path, out="again")
    first, second = headers(tmp_path / "out")[0], headers(tmp_path / "again")[0]
    assert first.PatientID != second.PatientID
    assert first.StudyInstanceUID != second.StudyInstanceUID


def test_same_id_of_other_people_and_hospitals_is_told_apart(tmp_path):
    people = (
        {"PatientName": "A^A", "PatientBirthDate": "19800101"},
        {"PatientName": "B^B", "PatientBirthDate": "19900101"},
        {"PatientName": "A^A", "PatientBirthDate": "19800101", "IssuerOfPatientID": "OTHER"},
    )
    for number, person in enumerate(people):
        ds = image(StudyInstanceUID=uid(f"s{number}"), **person)
        ds.IssuerOfPatientID = person.get("IssuerOfPatientID", "HERE")
        save(ds, tmp_path / "in" / f"{number}.dcm")
    assert run(tmp_path).n_patients == 3


def test_spelling_of_a_name_makes_no_other_patient(tmp_path):
    save(image(), tmp_path / "in" / "a.dcm")
    save(image(PatientName="ZHANG^SAN^^DR", StudyInstanceUID=uid("b")), tmp_path / "in" / "b.dcm")
    assert run(tmp_path).n_patients == 1


def test_a_second_run_gives_the_same_files(tmp_path):
    series(tmp_path / "in")
    run(tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.dcm")}
    run(tmp_path)
    assert before == {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.dcm")}


def test_references_follow(tmp_path):
    one, two = image(0, 0), image(0, 1)
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = one.SOPClassUID, one.SOPInstanceUID
    two.ReferencedImageSequence = Sequence([item])
    two.ReferencedPerformedProcedureStepSequence = Sequence([item])
    save(one, tmp_path / "in" / "1.dcm")
    save(two, tmp_path / "in" / "2.dcm")
    run(tmp_path)
    found = {float(ds.EchoTime): ds for ds in headers(tmp_path / "out")}
    first, second = found[TE_MS[0]], found[TE_MS[1]]
    assert second.ReferencedImageSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert second.ReferencedImageSequence[0].ReferencedSOPClassUID == one.SOPClassUID
    assert second.ReferencedPerformedProcedureStepSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.file_meta.MediaStorageSOPInstanceUID == first.SOPInstanceUID


@pytest.mark.parametrize(
    ("told", "birth", "expected"),
    [
        ("041Y", None, "041Y"),
        ("089Y", None, "089Y"),
        ("090Y", None, "090Y"),
        ("104Y", None, "090Y"),
        ("018M", None, "018M"),
        ("", dt.date(1990, 1, 2), "029Y"),
        ("", dt.date(1920, 1, 2), "090Y"),
        ("", dt.date(2019, 6, 1), "007M"),
        ("Zhang", None, ""),
        ("", None, ""),
    ],
)
def test_ages(told, birth, expected):
    assert shown_age(told, birth, dt.date(2020, 1, 1)) == expected


def test_birth_date_goes_and_age_comes(tmp_path):
    save(image(), tmp_path / "in" / "a.dcm")
    run(tmp_path)
    (clean,) = headers(tmp_path / "out")
    assert clean.PatientBirthDate == ""
    assert clean.PatientAge == "020Y"


def test_dates_at_every_depth(tmp_path):
    ds = enhanced([(0, echo) for echo in range(4)])
    ds.AcquisitionDateTime = "20200101101500.25+0800"
    for group in ds.PerFrameFunctionalGroupsSequence:
        item = Dataset()
        item.FrameAcquisitionDateTime = "20200103101530"
        group.FrameContentSequence = Sequence([item])
    save(ds, tmp_path / "in" / "a.dcm")
    run(tmp_path)
    (clean,) = headers(tmp_path / "out")
    shift = dt.timedelta(days=key_of(tmp_path)["patients"][0]["date_shift_days"])
    moved = (dt.date(2020, 1, 1) + shift).strftime("%Y%m%d")
    later = (dt.date(2020, 1, 3) + shift).strftime("%Y%m%d")
    assert clean.StudyDate == moved
    assert clean.AcquisitionDateTime == f"{moved}101500.25"
    for group in clean.PerFrameFunctionalGroupsSequence:
        assert group.FrameContentSequence[0].FrameAcquisitionDateTime == f"{later}101530"


DAYS = st.integers(-3652, -365)
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


@given(DATES, DATES, DAYS)
def test_intervals_stay_true(one, two, days):
    moved = [dt.datetime.strptime(shifted_date(f"{date:%Y%m%d}", days), "%Y%m%d") for date in (one, two)]
    assert moved[1] - moved[0] == dt.datetime.combine(two, dt.time()) - dt.datetime.combine(one, dt.time())
    assert shifted_datetime(f"{one:%Y%m%d}1015", days) == shifted_date(f"{one:%Y%m%d}", days) + "1015"
    assert shifted_iso(f"{one.isoformat()}T10:15:00", days) == f"{one + dt.timedelta(days=days)}T10:15:00"


@given(st.text(max_size=20), DAYS)
def test_what_is_no_date_vanishes(text, days):
    for shift in (shifted_date, shifted_datetime, shifted_iso):
        moved = shift(text, days)
        assert moved == "" or any(char.isdigit() for char in text)


# --- nothing that identifies ----------------------------------------------------------------------

NAMES = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=6, max_size=12).map(
    lambda name: f"Q{name}X"
)
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4).map(
    "鑫".__add__
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, CHINESE, st.integers(10**6, 10**9), NAMES, st.sampled_from(["GB18030", "ISO_IR 192", None]))
def test_no_name_or_number_in_any_byte(tmp_path_factory, name, chinese, number, hospital, charset):
    folder = tmp_path_factory.mktemp("names")
    ds = image(PatientID=f"H{number}", PatientName="X")
    if charset is None:  # written by consoles that do not say what they write
        del ds.SpecificCharacterSet
        text = chinese.encode("gb18030").decode("latin-1")
    else:
        ds.SpecificCharacterSet, text = charset, chinese
    ds.PatientName = f"{name}^Y={text}"
    ds.OtherPatientIDs = [f"O{number}", "b"]
    ds.SeriesDescription = f"{name} T2* {text} {number} liver"
    ds.StudyDescription = f"{hospital}_{number}"
    ds.ProtocolName = f"abd_{name.lower()}_8echo"
    ds.ImageComments, ds.PatientComments = f"for {name}", text
    ds.InstitutionName, ds.ReferringPhysicianName = hospital, f"{hospital}^Dr"
    ds.RequestingPhysician, ds.AccessionNumber = f"{hospital}", f"{number}"
    ds.StudyID, ds.SequenceName = f"{number}", "*fl2d8"
    ds.ReceiveCoilName = name[:16]
    private(ds, 0x0029, "SIEMENS CSA HEADER", 0x10, "OB", f"{name}{number}".encode())
    save(ds, folder / "in" / name / f"{number}.dcm")
    run(folder)
    data = all_bytes(folder / "out")
    originals = [name, f"{number}", hospital, ds.SOPInstanceUID, uid("study"), uid("series"), uid("frame")]
    for original in originals:
        assert original.encode() not in data, original
        assert original.lower().encode() not in data, original
    for encoding in ("gb18030", "utf-8"):
        assert chinese.encode(encoding) not in data
    (clean,) = headers(folder / "out")
    assert "T2*" in clean.SeriesDescription
    assert "liver" in clean.SeriesDescription
    for value in (clean.StudyInstanceUID, clean.SeriesInstanceUID, clean.SOPInstanceUID):
        assert pydicom.uid.UID(value).is_valid
        assert value.startswith("2.25.")
        assert int(value.split(".")[2]) < 2**128


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("t2star_multiecho", "t2star_multiecho"),
        ("LIVER T2* 8 echoes BH", "LIVER T2* 8 echoes BH"),
        ("Liver Smith T2*", "Liver T2*"),
        ("Müller_cardiac_T2star", "cardiac_T2star"),
        ("张三 肝脏 T2* 屏气", "肝脏 T2* 屏气"),
        ("王心脏短轴", "心脏短轴"),
        ("12.03.1980 SAX db", "SAX db"),
        ("ID 20240611 abdomen", "abdomen"),
        ("Nguyễn gan 12TE", "gan 12TE"),
        ("", ""),
    ],
)
def test_descriptions_keep_known_words(text, left):
    assert known_words(text) == left


def test_chinese_descriptions_without_a_character_set_keep_the_organ(tmp_path):
    words = "李四 肝脏T2*".encode("gb18030").decode("latin-1")
    name = "Li^Si=李四".encode("gb18030").decode("latin-1")
    series(tmp_path / "in", SpecificCharacterSet=None, SeriesDescription=words, PatientName=name)
    run(tmp_path)
    (before,), (after,) = only(tmp_path / "in").series, only(tmp_path / "out").series
    assert after.organ_guess == before.organ_guess == "liver"
    assert after.description == "肝脏T2*"


# --- what is left out -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"BurnedInAnnotation": "YES"}, "reason_burnt_in"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "reason_captured"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.6.1", "Modality": "US"}, "reason_captured"),
        ({"ConversionType": "WSD"}, "reason_captured"),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "reason_captured"),
        ({"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, "reason_workstation"),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, "reason_colour"),
    ],
)
def test_images_that_may_show_a_name(tmp_path, changes, reason):
    series(tmp_path / "in")
    save(image(SeriesInstanceUID=uid("odd"), **changes), tmp_path / "in" / "odd.dcm")
    done = run(tmp_path)
    assert (done.n_files, done.n_left_out) == (8, 1)
    (finding,) = done.findings
    assert (finding.code, finding.severity, finding.params["reason"]) == ("deid_burnt_in", "warning", reason)
    done = run(tmp_path, out="all", include_burnt_in=True)
    assert (done.n_files, done.n_left_out) == (9, 0)
    assert [finding.code for finding in done.findings] == ["deid_burnt_in_kept"]


@pytest.mark.parametrize(
    "sop_class",
    ["1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.66"],
)
def test_documents_reports_and_raw_data(tmp_path, sop_class):
    series(tmp_path / "in")
    ds = image(SOPClassUID=sop_class, Rows=None, Columns=None, PixelData=None)
    save(ds, tmp_path / "in" / "odd.dcm")
    done = run(tmp_path, include_burnt_in=True)
    assert (done.n_files, done.n_left_out, [finding.code for finding in done.findings]) == (
        8,
        1,
        ["deid_left_out"],
    )


def test_scanner_maps_stay(tmp_path):
    kinds = (["DERIVED", "PRIMARY", "M", "T2_STAR MAP"], ["DERIVED", "SECONDARY", "R2_STAR MAP"])
    for number, image_type in enumerate(kinds):
        save(image(ImageType=image_type), tmp_path / "in" / f"{number}.dcm")
    assert run(tmp_path).n_files == 2


def test_overlay_in_spare_bits_is_cleared(tmp_path):
    plain = np.arange(48, dtype=np.uint16).reshape(6, 8)
    ds = image(data=plain | np.uint16(0x8000), BitsStored=12, HighBit=11)
    ds.add_new(0x60000100, "US", 16)
    ds.add_new(0x60000102, "US", 15)
    save(ds, tmp_path / "in" / "a.dcm")
    run(tmp_path)
    (clean,) = headers(tmp_path / "out")
    assert np.array_equal(np.frombuffer(clean.PixelData, "<u2").reshape(6, 8), plain)
    assert not [tag for tag in clean.keys() if tag.group == 0x6000]  # noqa: SIM118


# --- damaged, refused, cancelled ------------------------------------------------------------------


def test_damaged_files_are_named(tmp_path):
    folder = series(tmp_path / "in")
    (folder / "empty.dcm").write_bytes(b"")
    (folder / "noise.dcm").write_bytes(os.urandom(5000))
    whole = sorted(folder.glob("00*.dcm"))[0].read_bytes()
    (folder / "cut.dcm").write_bytes(whole[:700])
    done = run(tmp_path)
    assert done.n_files == 8
    assert done.n_failed == 3
    assert {finding.params["file"] for finding in done.findings} == {"empty.dcm", "noise.dcm", "cut.dcm"}
    assert {finding.code for finding in done.findings} == {"unreadable_file"}


def test_cut_pixels_are_told(tmp_path):
    folder = series(tmp_path / "in")
    path = sorted(folder.glob("*.dcm"))[0]
    path.write_bytes(path.read_bytes()[:-40])
    done = run(tmp_path)
    assert "pixel_data_short" in {finding.code for finding in done.findings}
    assert done.n_failed == 0


def test_nothing_to_write_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match="no_images"):
        run(tmp_path)
    save(image(BurnedInAnnotation="YES"), tmp_path / "in" / "a.dcm")
    with pytest.raises(InputError, match="deid_burnt_in"):
        run(tmp_path)
    with pytest.raises(InputError, match="path_missing"):
        run(tmp_path, "nowhere")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "key.json").exists()


def test_key_never_travels_with_the_images(tmp_path):
    series(tmp_path / "in")
    (tmp_path / "out").mkdir()
    places = [
        tmp_path / "out" / "key.json",
        tmp_path / "out" / "deep" / "key.json",
        tmp_path / "out/../out/k",
    ]
    if os.name == "posix":
        (tmp_path / "link").symlink_to(tmp_path / "out")
        places.append(tmp_path / "link" / "key.json")
    for place in places:
        with pytest.raises(SettingsError, match="deid_key_inside"):
            deidentify(tmp_path / "in", tmp_path / "out", place)
    assert not list((tmp_path / "out").rglob("*"))


@pytest.mark.parametrize("out", ["in", "in/out", "."])
def test_copies_never_mix_with_originals(tmp_path, out):
    series(tmp_path / "in")
    with pytest.raises(SettingsError, match="deid_folder_shared"):
        deidentify(tmp_path / "in", tmp_path / out, tmp_path.parent / f"{tmp_path.name}-key")


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"schema": "other"}', "\0\1\2", '{"secret": 3'])
def test_a_foreign_file_is_not_overwritten(tmp_path, content):
    series(tmp_path / "in")
    (tmp_path / "key.json").write_text(content)
    with pytest.raises(SettingsError, match="deid_key_invalid"):
        run(tmp_path)
    assert (tmp_path / "key.json").read_text() == content
    assert not (tmp_path / "out").exists()


def test_key_of_another_run_meanwhile(tmp_path):
    series(tmp_path / "in")

    def steal(fraction, step):
        if not (tmp_path / "key.json").exists():
            deidentify(tmp_path / "in", tmp_path / "other", tmp_path / "key.json")

    with pytest.raises(OutputError, match="deid_key_changed"):
        deidentify(tmp_path / "in", tmp_path / "out", tmp_path / "key.json", progress=steal)
    assert not (tmp_path / "out").exists()


def test_dry_run_writes_nothing(tmp_path):
    series(tmp_path / "in")
    done = run(tmp_path, dry_run=True)
    assert (done.n_files, done.n_studies, done.n_patients) == (8, 1, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_cancelled_between_files_with_the_key_in_place(tmp_path):
    series(tmp_path / "in")
    token = CancelToken()

    def stop(fraction, step):
        if step == "deidentify" and fraction > 0.6:
            token.cancel()

    with pytest.raises(CancelledError):
        deidentify(tmp_path / "in", tmp_path / "out", tmp_path / "key.json", progress=stop, cancel=token)
    written = headers(tmp_path / "out")
    assert 0 < len(written) < 8
    assert key_of(tmp_path)["patients"][0]["pseudonym"] == written[0].PatientID


def test_progress_rises_to_the_end(tmp_path):
    series(tmp_path / "in")
    told = []
    deidentify(tmp_path / "in", tmp_path / "out", tmp_path / "k", progress=lambda *step: told.append(step))
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert told[-1] == (1.0, "deidentify")


def test_originals_are_untouched(tmp_path):
    series(tmp_path / "in")
    shutil.copytree(tmp_path / "in", tmp_path / "copy")
    run(tmp_path)
    for path in (tmp_path / "in").iterdir():
        assert path.read_bytes() == (tmp_path / "copy" / path.name).read_bytes()


# --- NIfTI ----------------------------------------------------------------------------------------


def nifti(folder, echo, te, **sidecar):
    import nibabel

    folder.mkdir(parents=True, exist_ok=True)
    data = np.arange(2 * 3 * 4, dtype=np.int16).reshape(4, 3, 2) + 100 * echo
    volume = nibabel.Nifti1Image(data, np.diag([-2.0, -2.0, 8.0, 1.0]))
    volume.header["descrip"], volume.header["db_name"] = b"Zhang San", b"GXMU"
    volume.header.set_slope_inter(0.5, 3)
    volume.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"Zhang San was here"))
    path = folder / f"sub-ZhangSan_ses-20200101_echo-{echo + 1}_part-mag_MEGRE.nii.gz"
    nibabel.save(volume, path)
    side = {
        "EchoTime": te / 1000, "PatientID": "P1", "PatientName": "Zhang^San", "InstitutionName": "GXMU",
        "StudyDate": "2020-01-01", "PatientBirthDate": "1990-05-05", "MagneticFieldStrength": 1.5,
        "SeriesDescription": "Zhang liver T2*", "StudyInstanceUID": "1.2.3.4.5.6.777", "Custom": "San",
        "ImageType": ["ORIGINAL", "PRIMARY", "M"], "PatientSex": "F", "PatientAge": "095Y", **sidecar,
    }  # fmt: skip
    path.with_name(path.name.replace(".nii.gz", ".json")).write_text(json.dumps(side), encoding="utf-8")


def test_nifti_and_sidecar(tmp_path):
    import gzip

    for echo, te in enumerate(TE_MS):
        nifti(tmp_path / "in", echo, te)
    assert run(tmp_path).n_files == len(TE_MS)
    before, after = only(tmp_path / "in"), only(tmp_path / "out")
    assert facts([before]) == facts([after])
    assert np.array_equal(read_one(tmp_path / "in").signal, read_one(tmp_path / "out").signal)
    assert np.array_equal(read_one(tmp_path / "in").affine, read_one(tmp_path / "out").affine)
    names = " ".join(path.as_posix() for path in (tmp_path / "out").rglob("*"))
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    data = b"".join(gzip.decompress(f.read_bytes()) if f.suffix == ".gz" else f.read_bytes() for f in files)
    for secret in ("Zhang", "GXMU", "20200101", "2020-01-01", "1990", "1.2.3.4.5.6.777", "095Y", '"San"'):
        assert secret.encode() not in data, secret
        assert secret not in names.replace(tmp_path.as_posix(), "")
    sidecar = json.loads(next((tmp_path / "out").rglob("*.json")).read_text(encoding="utf-8"))
    shift = dt.timedelta(days=key_of(tmp_path)["patients"][0]["date_shift_days"])
    assert sidecar["StudyDate"] == str(dt.date(2020, 1, 1) + shift)
    assert (sidecar["PatientAge"], sidecar["PatientSex"]) == ("090Y", "F")


def test_dicom_and_nifti_of_a_patient_share_the_pseudonym(tmp_path):
    series(tmp_path / "in")
    for echo, te in enumerate(TE_MS):
        nifti(tmp_path / "in" / "nii", echo, te, PatientBirthDate="2000-01-01")
    assert run(tmp_path).n_patients == 1
