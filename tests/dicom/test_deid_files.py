"""De-identified: nothing that identifies, what is left out or refused, NIfTI."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil

import numpy as np
import pydicom
import pytest
from deid_samples import all_bytes, facts, headers, key_of, run
from dicom_samples import TE_MS, image, only, private, read_one, save, series, uid
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ironquant.core import CancelledError, CancelToken, InputError, OutputError, SettingsError
from ironquant.dicom.deid import deidentify
from ironquant.dicom.deid.words import known_words

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
