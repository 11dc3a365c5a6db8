"""Sound inputs of every kind, and ways to damage them; the same for the same seed."""

from __future__ import annotations

import io
import itertools
import json
import random
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import dicom_samples
import gdcm
import nibabel
import numpy as np
import pydicom
from dicom_samples import TE_MS, enhanced, image, save, series
from pydicom.fileset import FileSet
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
    RLELossless,
    generate_uid,
)

_VRS = ("OB", "OW", "SQ", "UN", "UT", "DS", "IS", "US", "CS", "PN", "FD", "LO", "zz")
_LENGTHS = (0, 1, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)


def make_seeds(root: Path) -> list[Path]:
    """Write one sound input of each kind; a folder, or a folder with an archive or a DICOMDIR."""
    numbers = (str(number) for number in itertools.count())

    def same_each_time(*, entropy_srcs: list[str] | None = None) -> str:
        return generate_uid(entropy_srcs=entropy_srcs or [next(numbers)])

    with mock.patch.object(dicom_samples, "generate_uid", side_effect=same_each_time):
        return _make_seeds(root)


def _make_seeds(root: Path) -> list[Path]:
    kinds = {
        "classic": lambda folder: series(folder),
        "implicit": lambda folder: series(folder, syntax=ImplicitVRLittleEndian),
        "big-endian": lambda folder: _big_endian(folder),
        "deflated": lambda folder: series(folder, syntax=DeflatedExplicitVRLittleEndian),
        "rle": lambda folder: _compressed(folder, None),
        "jpeg-lossless": lambda folder: _compressed(folder, gdcm.TransferSyntax.JPEGLosslessProcess14_1),
        "jpeg-ls": lambda folder: _compressed(folder, gdcm.TransferSyntax.JPEGLSLossless),
        "jpeg-2000": lambda folder: _compressed(folder, gdcm.TransferSyntax.JPEG2000Lossless),
        "enhanced": lambda folder: _enhanced(folder, undefined=False),
        "enhanced-undefined": lambda folder: _enhanced(folder, undefined=True),
        "nifti": _nifti,
        "dicomdir": _dicomdir,
        "zip": _zip,
    }
    made = []
    for name, make in kinds.items():
        make(root / name)
        made.append(root / name)
    return made


def _big_endian(folder: Path) -> None:
    for slice_ in range(2):
        for echo in range(4):
            ds = image(slice_, echo, syntax=ExplicitVRBigEndian)
            ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
            folder.mkdir(parents=True, exist_ok=True)
            ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
            pydicom.dcmwrite(folder / f"{slice_}{echo}.dcm", ds, enforce_file_format=True)


def _compressed(folder: Path, syntax: int | None) -> None:
    for slice_ in range(2):
        for echo in range(4):
            ds = image(slice_, echo, data=smooth(slice_, echo))
            path = folder / f"{slice_}{echo}.dcm"
            if syntax is None:
                ds.compress(RLELossless)
            save(ds, path)
            if syntax is not None:
                transcode(path, syntax)


def smooth(slice_: int, echo: int) -> np.ndarray:
    rows, columns = np.mgrid[:32, :32]
    return (1000 - 150 * echo + 40 * slice_ + 7 * rows + 3 * columns).astype(np.uint16)


def transcode(path: Path, syntax: int) -> None:
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()


def _enhanced(folder: Path, *, undefined: bool) -> None:
    ds = enhanced([(slice_, echo) for echo in range(4) for slice_ in range(2)])
    if undefined:
        for element in ds.iterall():
            if element.VR == "SQ":
                element.is_undefined_length = True
    save(ds, folder / "e.dcm")


def _nifti(folder: Path) -> None:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(3)
    for echo, te in enumerate(TE_MS):
        data = rng.integers(0, 900, (8, 7, 3)).astype(np.int16)
        ending = "nii.gz" if echo % 2 else "nii"
        nibabel.Nifti1Image(data, np.diag([2.0, 2, 6, 1])).to_filename(
            folder / f"s_echo-{echo}_MEGRE.{ending}"
        )
        side = {"EchoTime": te / 1000, "SeriesDescription": "t2star", "MagneticFieldStrength": 1.5}
        (folder / f"s_echo-{echo}_MEGRE.json").write_text(json.dumps(side))


def _dicomdir(folder: Path) -> None:
    fileset = FileSet()
    for slice_ in range(2):
        for echo in range(4):
            ds = image(slice_, echo, StudyID="1", InstanceNumber=echo + 1, StudyDescription="s")
            ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
            fileset.add(ds)
    fileset.write(folder)


def _zip(folder: Path) -> None:
    series(folder / "images")
    with zipfile.ZipFile(folder / "images.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((folder / "images").iterdir()):
            archive.write(path, path.name)
    shutil.rmtree(folder / "images")


# --- damage ---------------------------------------------------------------------------------------
Change = Callable[[bytearray, random.Random, bytes], bytearray]


def flip(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    for _ in range(rng.choice((1, 3, 30))):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return data


def flip_head(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    for _ in range(rng.choice((1, 3, 10))):
        data[rng.randrange(min(len(data), 1400))] = rng.choice((0, 0xFF, 0x7F, rng.randrange(256)))
    return data


def cut(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    return data[: rng.randrange(len(data))]


def delete(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.choice((1, 2, 8, 100)) :]


def repeat(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    start = rng.randrange(len(data))
    piece = data[start : start + rng.choice((2, 8, 60, 400))]
    return data[:start] + piece * rng.choice((2, 5, 200)) + data[start:]


def splice(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def giant_length(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    start = _element(data, rng)
    struct.pack_into("<L", data, start + rng.choice((4, 8)), rng.choice(_LENGTHS))
    return data


def swap_vr(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    start = _element(data, rng)
    data[start + 4 : start + 6] = rng.choice(_VRS).encode()
    return data


def swap_tags(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    one, two = _element(data, rng), _element(data, rng)
    data[one : one + 4], data[two : two + 4] = data[two : two + 4], data[one : one + 4]
    return data


def giant_number(data: bytearray, rng: random.Random, other: bytes) -> bytearray:
    """Rows, columns, bits, number of frames and the like: the claims that ask for memory."""
    for _ in range(rng.choice((1, 4))):
        tag = rng.choice(
            (b"\x28\0\x10\0", b"\x28\0\x11\0", b"\x28\0\0\x01", b"\x28\0\x01\x01", b"\x28\0\x08\0")
        )
        start = data.find(tag, 132)
        if start >= 0 and start + 12 <= len(data):
            data[start + 8 : start + 10] = rng.choice((b"\xff\xff", b"\0\0", b"\x01\0", b"99", b"\0\x20"))
    return data


CHANGES: tuple[Change, ...] = (
    flip,
    flip_head,
    cut,
    delete,
    repeat,
    splice,
    giant_length,
    swap_vr,
    swap_tags,
    giant_number,
)


def _element(data: bytearray, rng: random.Random) -> int:
    """Return where an element (or what looks like one) begins."""
    starts = []
    stream = io.BytesIO(data)
    try:
        ds = pydicom.dcmread(stream, force=True)
        starts = [
            item.value_tell - (8 if item.VR not in ("OB", "OW", "SQ", "UN", "UT") else 12)
            for tag in ds
            if (item := ds.get_item(tag)) is not None and getattr(item, "value_tell", None)
        ]
    except Exception:
        starts = []
    starts = [start for start in starts if 0 <= start < len(data) - 12]
    return rng.choice(starts) if starts else rng.randrange(max(1, len(data) - 12))


def damaged(seed: Path, target: Path, rng: random.Random) -> str:
    """Copy a seed to `target` with one to all of its files damaged; returns what was done."""
    shutil.copytree(seed, target)
    files = sorted(path for path in target.rglob("*") if path.is_file())
    victims = rng.sample(files, min(len(files), rng.choice((1, 1, 2, len(files)))))
    done = []
    for path in victims:
        other = rng.choice(files).read_bytes() or b"\0"
        change = rng.choice(CHANGES)
        if path.suffix == ".zip" and rng.random() < 0.6:
            _damage_members(path, change, rng)
        else:
            data = bytearray(path.read_bytes())
            if len(data) > 16:
                path.write_bytes(change(data, rng, other))
        done.append(change.__name__)
    return ",".join(dict.fromkeys(done))


def _damage_members(path: Path, change: Change, rng: random.Random) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    victim = rng.choice(sorted(members))
    members[victim] = bytes(change(bytearray(members[victim]), rng, members[victim]))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
