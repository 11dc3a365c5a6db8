"""De-identified: the same examination to IronQuant, its private attributes that T2* needs kept."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from deid_samples import REAL, SETS, facts, headers, run
from dicom_samples import TE_MS, enhanced, image, private, read_one, save
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from ironquant.analysis import analyze, propose
from ironquant.dicom import read_examination, scan
from ironquant.dicom.deid import deidentify
from ironquant.iron import load_settings
from ironquant.phantom import find_case, simulate, write_phantom

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
    # The new names sort otherwise: of the originals all are looked at.
    assert errors(tmp_path / "out") <= errors(REAL / name, most=sys.maxsize)


def errors(folder, most=12):
    """Errors of the validator as sentences without values, from some files of a folder."""
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
