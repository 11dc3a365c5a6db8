"""Headers that claim the absurd: read with 2 GiB at most, within seconds, and told in words."""

from __future__ import annotations

import gzip
import json
import struct
import sys
import zlib
from pathlib import Path

import gdcm
import nibabel
import numpy as np
import pytest
from dicom_samples import IMPLICIT, enhanced, image, save, uid
from fuzz_seeds import smooth, transcode
from pydicom.encaps import encapsulate
from pydicom.uid import RLELossless
from test_fuzz import judge, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of memory are those of POSIX")


def absurd_numbers(folder: Path) -> None:
    for number, claim in enumerate(
        (
            {"Rows": 65535, "Columns": 65535},
            {"Rows": 65535, "Columns": 65535, "NumberOfFrames": 2**31 - 1},
            {"NumberOfFrames": 2**31 - 1},
            {"NumberOfFrames": -5},
            {"BitsAllocated": 65535},
            {"BitsAllocated": 12, "BitsStored": 12},
            {"BitsStored": 0, "HighBit": 65535},
            {"SamplesPerPixel": 65535},
            {"Rows": 0},
        )
    ):
        for echo in range(4):
            save(image(0, echo, **claim, SeriesInstanceUID=uid(str(number))), folder / f"{number}{echo}.dcm")


def large_sound_headers(folder: Path) -> None:
    """300 images of 4096 x 4096 in a few KB each: 20 GB as decoded."""
    ds = image(0, 0, data=np.zeros((4096, 4096), np.uint16))
    ds.compress(RLELossless)
    for slice_ in range(25):
        for echo in range(12):
            ds.SOPInstanceUID = f"1.2.3.{slice_}.{echo}"
            ds.EchoTime, ds.ImagePositionPatient = 1.1 * (echo + 1), [0, 0, 5 * slice_]
            save(ds, folder / f"{slice_}-{echo}.dcm")


def streams_that_become_more(folder: Path) -> None:
    """The DICOM header says 32 x 32, the compressed stream 65500 x 65500."""
    kinds = (
        (gdcm.TransferSyntax.JPEGLosslessProcess14_1, b"\xff\xc3", 5, ">HH"),
        (gdcm.TransferSyntax.JPEGLSLossless, b"\xff\xf7", 5, ">HH"),
        (gdcm.TransferSyntax.JPEG2000Lossless, b"\xff\x4f\xff\x51", 8, ">LL"),
    )
    for number, (syntax, marker, at, form) in enumerate(kinds):
        for echo in range(4):
            ds = image(0, echo, data=smooth(0, echo), SeriesInstanceUID=uid(str(number)))
            path = save(ds, folder / f"{number}{echo}.dcm")
            transcode(path, syntax)
            data = bytearray(path.read_bytes())
            struct.pack_into(form, data, data.index(marker) + at, 65500, 65500)
            path.write_bytes(data)


def run_length_bomb(folder: Path) -> None:
    """20 MB of run-length code that become 1.3 GB, in a header of 32 x 32."""
    segment = b"\x81\x00" * 10_000_000
    fragment = struct.pack("<16L", 2, 64, 64 + len(segment) // 2, *([0] * 13)) + segment
    ds = image(0, 0, data=smooth(0, 0), syntax=RLELossless)
    ds.PixelData = encapsulate([fragment])
    ds["PixelData"].VR = "OB"
    save(ds, folder / "a.dcm")
    for echo in range(1, 4):
        save(image(0, echo, data=smooth(0, echo)), folder / f"{echo}.dcm")


def deflated_bomb(folder: Path) -> None:
    path = save(image(0, 0, syntax="1.2.840.10008.1.2.1.99"), folder / "a.dcm")
    data = path.read_bytes()
    begin = 144 + struct.unpack_from("<L", data, 140)[0]
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = zlib.decompress(data[begin:], -15)
    packed = engine.compress(plain + b"\x09\x00\x10\x10UN\0\0" + struct.pack("<L", 3 * 2**30))
    for _ in range(3 * 1024):
        packed += engine.compress(bytes(2**20))
    path.write_bytes(data[:begin] + packed + engine.flush())


def deep_nesting(folder: Path) -> None:
    head = save(image(0, 0), folder / "explicit.dcm").read_bytes()
    at = head.index(b"\x08\x00\x60\x00CS")
    opened = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 200_000
    (folder / "explicit.dcm").write_bytes(head[:at] + opened + head[at:])
    head = save(image(0, 1, syntax=IMPLICIT), folder / "implicit.dcm").read_bytes()
    at = head.index(b"\x08\x00\x60\x00")
    opened = b"\x08\x00\x40\x11\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 200_000
    (folder / "implicit.dcm").write_bytes(head[:at] + opened + head[at:])
    value = b""
    for _ in range(3000):
        item = b"\xfe\xff\x00\xe0" + struct.pack("<L", len(value)) + value
        value = b"\x08\x00\x18\x22SQ\0\0" + struct.pack("<L", len(item)) + item
    head = save(image(0, 2), folder / "defined.dcm").read_bytes()
    at = head.index(b"\x10\x00\x10\x00PN")
    (folder / "defined.dcm").write_bytes(head[:at] + value + head[at:])


def very_many_items(folder: Path) -> None:
    """Millions of empty items would become gigabytes of objects."""
    items = b"\xfe\xff\x00\xe0\0\0\0\0" * 4_000_000
    head = save(image(0, 0), folder / "a.dcm").read_bytes()
    at = head.index(b"\x08\x00\x60\x00CS")
    undefined = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + items + b"\xfe\xff\xdd\xe0\0\0\0\0"
    (folder / "undefined.dcm").write_bytes(head[:at] + undefined + head[at:])
    group = b"\x00\x52\x30\x92SQ\0\0" + struct.pack("<L", len(items)) + items
    at = head.rindex(b"\xe0\x7f\x10\x00OW")
    (folder / "defined.dcm").write_bytes(head[:at] + group + head[at:])


def sparse_giants(folder: Path) -> None:
    """Files that really are 3 GB, nearly all of it one element."""
    head = save(image(0, 0), folder / "value.dcm").read_bytes()
    at = head.index(b"\x28\x00\x02\x00US")
    giant = struct.pack("<L", 3 * 2**30)
    with (folder / "value.dcm").open("wb") as handle:
        handle.write(head[:at] + b"\x20\x00\x00\x40UT\0\0" + giant)
        handle.seek(3 * 2**30, 1)
        handle.write(head[at:])
    at = head.index(b"\x10\x00\x10\x00PN")
    with (folder / "name.dcm").open("wb") as handle:
        handle.write(head[:at] + b"\x10\x00\x10\x00UT\0\0" + giant)
        handle.seek(3 * 2**30, 1)
        handle.write(head[at:])
    at = head.rindex(b"\xe0\x7f\x10\x00OW")
    with (folder / "pixels.dcm").open("wb") as handle:
        handle.write(head[:at] + b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0" + giant)
        handle.truncate(3 * 2**30)


def many_stacks(folder: Path) -> None:
    """One enhanced file whose frames all lie in planes of their own."""
    ds = enhanced([(0, 0)] * 1500)
    rng = np.random.default_rng(5)
    for group in ds.PerFrameFunctionalGroupsSequence:
        group.PlanePositionSequence[0].ImagePositionPatient = [round(v, 3) for v in rng.uniform(-99, 99, 3)]
    save(ds, folder / "a.dcm")


def nifti_claims(folder: Path) -> None:
    for name, shape in (("a", (32767, 32767, 32767)), ("b", (3000, 3000, 60, 4)), ("c", (4, 4, 4, 32767))):
        header = nibabel.Nifti1Header()
        header.set_data_dtype(np.int16)
        header["dim"][: len(shape) + 1] = [len(shape), *shape]
        header["pixdim"][:4] = header["vox_offset"] = 1
        header["vox_offset"] = 352
        header["magic"] = b"n+1"
        data = header.binaryblock + bytes(4) + bytes(5000)
        (folder / f"{name}.nii").write_bytes(data)
        with gzip.open(folder / f"z{name}.nii.gz", "wb") as handle:
            handle.write(data + bytes(2**24))
        for stem in (name, f"z{name}"):
            times = [0.001 * (echo + 1) for echo in range(shape[3] if len(shape) > 3 else 1)]
            (folder / f"{stem}.json").write_text(json.dumps({"EchoTime": times}))
    header["vox_offset"] = 2.0**31
    with gzip.open(folder / "offset.nii.gz", "wb") as handle:
        handle.write(header.binaryblock + struct.pack("<4Bll", 1, 0, 0, 0, 2**31 - 16, 0) + bytes(2**24))
    (folder / "offset.json").write_text("[" * 200_000)


CASES = (
    absurd_numbers,
    large_sound_headers,
    streams_that_become_more,
    run_length_bomb,
    deflated_bomb,
    deep_nesting,
    very_many_items,
    sparse_giants,
    many_stacks,
    nifti_claims,
)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    root = tmp_path_factory.mktemp("claims")
    for make in CASES:
        (root / "cases" / make.__name__).mkdir(parents=True)
        make(root / "cases" / make.__name__)
    return {result["case"]: result for result in run(root / "cases", root / "report")}


def test_nothing_raises_hangs_or_takes_the_memory(results):
    judge(list(results.values()))
    assert set(results) == {make.__name__ for make in CASES}


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (absurd_numbers, "unreadable_file_many"),
        (large_sound_headers, "too_large"),
        (streams_that_become_more, "unreadable_file_many"),
        (run_length_bomb, "unreadable_file"),
        (deflated_bomb, "unreadable_file"),
        (very_many_items, "unreadable_file"),
        (many_stacks, "mixed_geometry"),
        (nifti_claims, "unreadable_file"),
    ],
)
def test_each_is_told(results, case, code):
    assert code in results[case.__name__]["codes"]
