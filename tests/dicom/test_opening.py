"""DICOMDIR, single files and what happens to files meanwhile; cut and damaged frames."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_samples import (
    codes,
    enhanced,
    expected,
    image,
    only,
    read_one,
    refusal,
    save,
    series,
    uid,
    zipped,
)
from pydicom.fileset import FileSet

from ironquant.core import CancelledError, CancelToken, InputError
from ironquant.dicom import read_examination, scan


def dicomdir(folder: Path, n_slices: int = 2) -> Path:
    fileset = FileSet()
    for slice_ in range(n_slices):
        for echo in range(4):
            ds = image(
                slice_, echo, PatientName="A", StudyID="1", StudyDescription="s", InstanceNumber=echo + 1
            )
            ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
            fileset.add(ds)
    fileset.write(folder)
    return folder / "DICOMDIR"


def test_dicomdir_names_its_files(tmp_path):
    path = dicomdir(tmp_path / "cd")
    save(image(5, 0, SeriesInstanceUID=uid("other")), tmp_path / "cd" / "not_listed")
    exam = only(path)
    assert [ref.n_files for ref in exam.series] == [8]
    np.testing.assert_array_equal(read_examination(exam).series[0].signal, expected())
    assert len(only(tmp_path / "cd").series) == 2  # the folder is just a folder


def test_dicomdir_of_a_cd_with_other_case_and_versions(tmp_path):
    path = dicomdir(tmp_path / "cd")
    for file in sorted((tmp_path / "cd").rglob("*"), reverse=True):
        if file != path:
            file.rename(file.with_name(file.name.lower() + (".;1" if file.is_file() else "")))
    path = path.rename(path.with_name("dicomdir.;1"))
    np.testing.assert_array_equal(read_one(path).signal, expected())


def test_dicomdir_with_missing_files(tmp_path):
    path = dicomdir(tmp_path / "cd")
    gone = sorted(file for file in (tmp_path / "cd").rglob("*") if file.is_file() and file != path)[0]
    gone.unlink()
    exam = only(path)
    assert [(finding.code, finding.where) for finding in exam.findings] == [("dicomdir_missing", gone.name)]
    assert exam.series[0].readable
    for file in (tmp_path / "cd").rglob("*"):
        if file.is_file() and file != path:
            file.unlink()
    assert refusal(path)[0] == "dicomdir_missing"


@pytest.mark.filterwarnings("ignore:Invalid value for VR")
def test_dicomdir_that_leads_outside_or_is_damaged(tmp_path):
    save(image(0, 0), tmp_path / "secret")
    path = dicomdir(tmp_path / "cd", n_slices=1)
    ds = pydicom.dcmread(path)
    for record in ds.DirectoryRecordSequence:
        if "ReferencedFileID" in record:
            record.ReferencedFileID = ["..", "secret"]
    ds.save_as(path)
    assert refusal(path)[0] == "dicomdir_missing"
    path.write_bytes(path.read_bytes()[:600])
    with pytest.raises(InputError):
        scan(path)


def test_single_files_open(tmp_path):
    path = save(enhanced([(0, 0), (0, 1), (0, 2)]), tmp_path / "notes.txt")
    assert only(path).series[0].readable
    assert read_one(path).signal.shape == (1, 6, 8, 3)
    archive = zipped(series(tmp_path / "a"), tmp_path / "export")  # an archive without an ending
    np.testing.assert_array_equal(read_one(archive).signal, expected())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX pipes")
def test_pipes_and_devices_do_not_hang(tmp_path):
    series(tmp_path / "a")
    os.mkfifo(tmp_path / "a" / "pipe.dcm")
    os.mkfifo(tmp_path / "a" / "pipe.nii")
    (tmp_path / "a" / "zero.dcm").symlink_to("/dev/zero")
    assert only(tmp_path / "a").findings == ()
    for path in (tmp_path / "a" / "pipe.dcm", tmp_path / "a" / "pipe.nii", Path("/dev/zero")):
        with pytest.raises(InputError):
            scan(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX pipes")
def test_a_file_that_turned_into_a_pipe_does_not_hang(tmp_path):
    exam = only(series(tmp_path))
    victim = sorted(tmp_path.iterdir())[0]
    victim.unlink()
    os.mkfifo(victim)
    (train,) = read_examination(exam).series
    assert ("unreadable_file", victim.name) in [(f.code, f.params.get("file")) for f in train.findings]


def test_a_file_that_changed_is_not_mixed_in(tmp_path):
    exam = only(series(tmp_path))
    victim = sorted(tmp_path.iterdir())[0]
    old = victim.stat()
    ds = pydicom.dcmread(victim)
    ds.PatientID = "P2"  # same length: only the time of change tells
    ds.save_as(victim)
    os.utime(victim, ns=(old.st_atime_ns, old.st_mtime_ns + 1_000_000))
    (train,) = read_examination(exam).series
    assert codes(train) == ["file_changed", "missing_echo"]
    assert train.findings[0].params == {"file": victim.name}


def test_vanished_files_and_archives_are_told(tmp_path):
    exam = only(series(tmp_path / "a"))
    victim = sorted((tmp_path / "a").iterdir())[0]
    archive = zipped(tmp_path / "a", tmp_path / "a.zip")
    packed = only(archive)
    victim.unlink()
    archive.unlink()
    (train,) = read_examination(exam).series
    assert train.findings[0].params == {"file": victim.name, "reason": "reason_vanished"}
    result = read_examination(packed)
    assert result.series == ()
    assert codes(result)[0] == "unreadable_file_many"
    assert result.findings[0].params["n_files"] == 8


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="needs /proc")
def test_a_scan_reads_no_pixels(tmp_path):
    """Counted by the system: 240 MB of pixels, a few KB read per file."""
    size = 2048
    for number in range(30):
        path = save(image(0, 0, 1.0 + number, data=np.zeros((2, 2), np.uint16)), tmp_path / f"{number}.dcm")
        ds = path.read_bytes()
        head = ds[: ds.rindex(b"\xe0\x7f\x10\x00OW")]
        head = head.replace(b"US\x02\x00\x02\x00", b"US\x02\x00" + struct.pack("<H", size))
        with path.open("wb") as handle:
            handle.write(head + b"\xe0\x7f\x10\x00OW\0\0" + struct.pack("<L", 2 * size * size))
            handle.truncate(handle.tell() + 2 * size * size)

    def read_so_far() -> int:
        return int(Path("/proc/self/io").read_text().split("rchar: ")[1].split()[0])

    scan(tmp_path)
    before = read_so_far()
    (ref,) = only(tmp_path).series
    assert read_so_far() - before < 30 * 20_000
    assert (ref.shape, len(ref.te_ms)) == ((1, size, size), 30)


def test_cancel_while_the_folder_is_listed(tmp_path):
    series(tmp_path)
    token, steps = CancelToken(), []

    def progress(fraction: float, step: str) -> None:
        steps.append(fraction)
        if len(steps) == 4:
            token.cancel()

    with pytest.raises(CancelledError):
        scan(tmp_path, progress=progress, cancel=token)
    assert len(steps) == 4
    assert steps == sorted(steps)


def test_wrong_transfer_syntax_is_found_out(tmp_path):
    from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLSLossless, RLELossless

    def claim(path: Path, wrong: str) -> None:
        data = path.read_bytes()
        at = data.index(b"\x02\x00\x10\x00UI")
        (length,) = struct.unpack_from("<H", data, at + 6)
        value = wrong.encode() + b"\0" * (len(wrong) % 2)
        changed = data[: at + 6] + struct.pack("<H", len(value)) + value + data[at + 8 + length :]
        (group_length,) = struct.unpack_from("<L", changed, 140)
        new_length = struct.pack("<L", group_length + len(value) - length)
        path.write_bytes(changed[:140] + new_length + changed[144:])

    cases = [
        (ExplicitVRLittleEndian, ImplicitVRLittleEndian),
        (ImplicitVRLittleEndian, ExplicitVRLittleEndian),
        (ExplicitVRLittleEndian, JPEGLSLossless),
    ]
    for number, (real, wrong) in enumerate(cases):
        folder = tmp_path / str(number)
        for echo in range(4):
            claim(save(image(0, echo, syntax=real), folder / f"{echo}.dcm"), wrong)
        np.testing.assert_array_equal(read_one(folder).signal, expected(1))
    for echo in range(4):
        ds = image(0, echo)
        ds.compress(RLELossless)
        claim(save(ds, tmp_path / "rle" / f"{echo}.dcm"), ExplicitVRLittleEndian)
    np.testing.assert_array_equal(read_one(tmp_path / "rle").signal, expected(1))


def test_one_damaged_frame_leaves_the_others(tmp_path):
    from pydicom.uid import RLELossless

    frames = [(slice_, echo) for slice_ in range(3) for echo in range(4)]
    ds = enhanced(frames)
    ds.compress(RLELossless)
    path = save(ds, tmp_path / "e.dcm")
    data = bytearray(path.read_bytes())
    header = struct.pack("<LL", 2, 64)
    at = [index for index in range(len(data)) if data.startswith(header, index)][4]  # slice 1, echo 0
    data[at : at + 4] = struct.pack("<L", 77)
    path.write_bytes(data)
    train = read_one(path)
    assert (train.shape[0], len(train.te_ms)) == (3, 3)  # 9 images of three echoes, 8 of two slices
    assert codes(train) == ["unreadable_file", "missing_echo"]
