"""Archives open like folders; what is hostile in them does no harm."""

from __future__ import annotations

import io
import shutil
import struct
import tarfile
import tempfile
import warnings
import zipfile

import numpy as np
import pytest
from dicom_samples import (
    TE_MS,
    codes,
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

from ironquant.dicom import read_examination


def test_zip_is_read_like_the_folder_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    archive = zipped(series(tmp_path / "a" / "deep" / "er"), tmp_path / "study.zip")
    (ref,) = only(archive).series
    assert (ref.n_files, ref.te_ms) == (8, TE_MS)
    train = read_one(archive)
    np.testing.assert_array_equal(train.signal, expected())
    np.testing.assert_array_equal(train.affine, read_one(tmp_path / "a").affine)
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar(tmp_path, mode):
    series(tmp_path / "a")
    target = tmp_path / f"study.tar{mode[1:].replace(':', '.')}"
    with tarfile.open(target, mode) as archive:
        archive.add(tmp_path / "a", "x/y")
        link = tarfile.TarInfo("x/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    exam = only(target)
    assert exam.findings == ()
    np.testing.assert_array_equal(read_examination(exam).series[0].signal, expected())


def test_zip_inside_a_folder_beside_other_images(tmp_path):
    series(tmp_path / "a")
    zipped(tmp_path / "a", tmp_path / "b.zip")
    other = {"SeriesInstanceUID": uid("second"), "SeriesNumber": 6}
    zipped(series(tmp_path / "c", **other), tmp_path / "c.ZIP")
    shutil.rmtree(tmp_path / "c")
    exam = only(tmp_path)
    assert [(ref.number, ref.n_files) for ref in exam.series] == [(5, 8), (6, 8)]
    assert len(read_examination(exam).series) == 2


def test_nifti_and_its_sidecar_inside_a_zip(tmp_path):
    import json

    import nibabel

    (tmp_path / "n").mkdir()
    data = np.arange(2 * 3 * 4 * 4).reshape(2, 3, 4, 4).astype(np.int16)
    for name in ("a.nii.gz", "b.nii"):
        nibabel.Nifti1Image(data, np.diag([2.0, 2, 5, 1])).to_filename(tmp_path / "n" / name)
        side = {"EchoTime": [te / 1000 for te in TE_MS], "SeriesDescription": name}
        (tmp_path / "n" / f"{name[0]}.json").write_text(json.dumps(side))
    inside = {train.description: train for train in read_examination(
        only(zipped(tmp_path / "n", tmp_path / "n.zip"))
    ).series}  # fmt: skip
    outside = {train.description: train for train in read_examination(only(tmp_path / "n")).series}
    assert set(inside) == {"a.nii.gz", "b.nii"}
    for name, train in inside.items():
        np.testing.assert_array_equal(train.signal, outside[name].signal)
        np.testing.assert_array_equal(train.affine, outside[name].affine)


@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
def test_cut_nifti_keeps_the_volumes_before_the_cut(tmp_path, ending):
    import json

    import nibabel

    data = np.random.default_rng(0).integers(0, 999, (40, 30, 4, 6)).astype(np.int16)
    path = tmp_path / f"a.{ending}"
    nibabel.Nifti1Image(data, np.diag([2.0, 2, 5, 1])).to_filename(path)
    (tmp_path / "a.json").write_text(json.dumps({"EchoTime": [0.001 * (echo + 1) for echo in range(6)]}))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * 0.75)])
    train = read_one(tmp_path)
    assert len(train.te_ms) == 4
    assert sorted(codes(train))[-1] == "unreadable_file"
    np.testing.assert_array_equal(np.sort(train.signal.ravel()), np.sort(data[..., :4].ravel()))


def test_names_of_chinese_windows(tmp_path):
    series(tmp_path / "a", n_slices=1)
    target = tmp_path / "gbk.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for number, path in enumerate(sorted((tmp_path / "a").iterdir())):
            archive.writestr(f"PLACE_HOLDER{number}/x.dcm", path.read_bytes()[: 700 if number == 0 else None])
    data = target.read_bytes()
    data = data.replace(b"PLACE_HOLDER", "患者图像肝脏".encode("gbk"))
    target.write_bytes(data)
    exam = only(target)
    assert [finding.where for finding in exam.findings] == ["x.dcm"]
    (ref,) = exam.series
    folders = {frame.file.path.parent.name for row in ref.source.grid.frames for frame in row}
    assert folders == {f"患者图像肝脏{number}" for number in (1, 2, 3)}


@pytest.mark.parametrize(
    "name",
    [
        "../../escaped.dcm",
        "/escaped.dcm",
        "C:\\Windows\\escaped.dcm",
        "..\\..\\escaped.dcm",
        "a/../../b",
        "..",
        "a\0b",
    ],
)
def test_names_that_lead_outside_are_read_inside(tmp_path, name):
    series(tmp_path / "a", n_slices=1)
    (tmp_path / "in").mkdir()
    target = tmp_path / "in" / "evil.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for number, path in enumerate(sorted((tmp_path / "a").iterdir())):
            archive.writestr(name if number == 0 else f"{number}.dcm", path.read_bytes())
    before = sorted(tmp_path.rglob("*"))
    train = read_one(target)
    np.testing.assert_array_equal(train.signal, expected(1))
    assert sorted(tmp_path.rglob("*")) == before


def test_equal_names_in_a_zip_are_two_files(tmp_path):
    series(tmp_path / "a", n_slices=1)
    target = tmp_path / "same.zip"
    with zipfile.ZipFile(target, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of equal names
        for path in sorted((tmp_path / "a").iterdir()):
            archive.writestr("IM", path.read_bytes())
    np.testing.assert_array_equal(read_one(target).signal, expected(1))


def test_archives_that_are_refused(tmp_path):
    folder = series(tmp_path / "a", n_slices=1)
    good = zipped(folder, tmp_path / "good.zip")
    data = bytearray(good.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # encrypted
    (tmp_path / "locked.zip").write_bytes(data)
    assert refusal(tmp_path / "locked.zip") == ("archive_encrypted", "locked.zip")
    (tmp_path / "cut.zip").write_bytes(good.read_bytes()[:-300])
    assert refusal(tmp_path / "cut.zip") == ("archive_damaged", "cut.zip")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(folder, "a")
    packed = (tmp_path / "a.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(packed[: len(packed) // 2])
    assert refusal(tmp_path / "cut.tar.gz") == ("archive_damaged", "cut.tar.gz")
    (tmp_path / "x.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(100))
    assert refusal(tmp_path / "x.rar") == ("archive_unsupported", "x.rar")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(good, "inner.zip")
    assert refusal(tmp_path / "outer.zip") == ("archive_nested", "inner.zip")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    assert refusal(tmp_path / "empty.zip")[0] == "no_images"
    # In a folder with images each is a finding beside them.
    exam = only(tmp_path)
    assert exam.readable_series
    assert {"archive_encrypted", "archive_nested", "archive_unsupported"} <= set(codes(exam))


def test_bombs_are_refused_by_what_they_claim(tmp_path):
    target = tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.dcm", "w") as member:
        for _ in range(300):
            member.write(bytes(2**20))
    assert refusal(target) == ("archive_too_large", "bomb.zip")
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz", compresslevel=6) as archive:
        info = tarfile.TarInfo("x.dcm")
        info.size = 300 * 2**20
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    assert refusal(tmp_path / "bomb.tar.gz") == ("archive_too_large", "bomb.tar.gz")


def test_a_member_that_lies_about_its_size_gives_no_more(tmp_path):
    series(tmp_path / "a", n_slices=1)
    target = zipped(tmp_path / "a", tmp_path / "lie.zip")
    data = bytearray(target.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 2**31 - 1)  # uncompressed size in the directory
    target.write_bytes(data)
    assert refusal(target) == ("archive_too_large", "lie.zip")


def test_damaged_member_costs_only_itself(tmp_path):
    for slice_ in range(3):
        for echo in range(4):
            save(image(slice_, echo), tmp_path / "a" / f"{slice_}{echo}.dcm")
    target = zipped(tmp_path / "a", tmp_path / "a.zip")
    with zipfile.ZipFile(target) as archive:
        offset = archive.getinfo("11.dcm").header_offset
    data = bytearray(target.read_bytes())
    data[offset + 60 : offset + 70] = bytes(10)
    target.write_bytes(data)
    exam = only(target)
    result = read_examination(exam)
    found = [*exam.findings, *(finding for train in result.series for finding in train.findings)]
    assert "unreadable_file" in [finding.code for finding in found]
    assert len(result.series) == 1
