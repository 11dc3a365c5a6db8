"""Benchmark of reading: IronQuant, a plain pydicom loop, SimpleITK and dcm2niix on the same files.

``uv run --with SimpleITK --with dcm2niix benchmarks/reading.py``; what is counted stands in
``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from rich.console import Console
from rich.table import Table
from tables import replace_results
from timing import cpu_name

from ironquant.dicom import read_examination, scan

README = Path(__file__).resolve().parent / "README.md"
TE_MS = tuple(round(1.2 * (echo + 1), 2) for echo in range(12))
REPEATS = 7
MARK = 1.3
"""Most that reading may cost, over pydicom's own loop."""


@dataclass(frozen=True)
class Row:
    """One reader: seconds of every repeat, or why there are none."""

    who: str
    how: str
    seconds: tuple[float, ...] = ()

    @property
    def median(self) -> float:
        """Seconds."""
        return statistics.median(self.seconds) if self.seconds else float("nan")


def write_series(folder: Path, *, n_slices: int, side: int) -> None:
    """Write one classic series: a file for every echo and slice, named without meaning."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(7)
    body = 900 * np.exp(-((np.indices((side, side)) / side - 0.5) ** 2).sum(axis=0) * 8)
    study, series, frame = (generate_uid() for _ in range(3))
    number = 0
    for slice_ in range(n_slices):
        for echo, te in enumerate(TE_MS):
            values = body * np.exp(-te / (3 + slice_)) + rng.normal(0, 8, body.shape)
            number += 1
            _write_image(
                folder / f"IM{rng.integers(1 << 40):011d}",
                np.clip(values, 0, 4095).astype(np.uint16),
                {
                    "StudyInstanceUID": study,
                    "SeriesInstanceUID": series,
                    "FrameOfReferenceUID": frame,
                    "EchoTime": te,
                    "EchoNumbers": echo + 1,
                    "InstanceNumber": number,
                    "ImagePositionPatient": [-190, -190, -80 + 8 * slice_],
                    "SeriesDescription": "t2star_liver_12echo",
                },
            )


def write_others(folder: Path, n_files: int) -> None:
    """Write single-echo series of other sequences, 100 images each."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(8)
    data = rng.integers(0, 900, (128, 128)).astype(np.uint16)
    study, frame = generate_uid(), generate_uid()
    for number in range(n_files):
        series, slice_ = divmod(number, 100)
        _write_image(
            folder / f"{series:03d}" / f"IM{number:06d}.dcm",
            data,
            {
                "StudyInstanceUID": study,
                "SeriesInstanceUID": generate_uid(entropy_srcs=[study, str(series)]),
                "FrameOfReferenceUID": frame,
                "EchoTime": 90.0,
                "InstanceNumber": slice_ + 1,
                "SeriesNumber": 100 + series,
                "ImagePositionPatient": [-190, -190, -300 + 3 * slice_],
                "SeriesDescription": "t2_tse_tra",
            },
        )


def _write_image(path: Path, values: np.ndarray, own: dict[str, object]) -> None:
    ds = FileDataset("", {}, file_meta=FileMetaDataset(), preamble=b"\0" * 128)
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = MRImageStorage
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = generate_uid()
    common = {
        "SpecificCharacterSet": "ISO_IR 100",
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"],
        "StudyDate": "20240601",
        "StudyTime": "101500",
        "AcquisitionTime": "101530.25",
        "Modality": "MR",
        "Manufacturer": "SIEMENS",
        "PatientName": "Bench^Mark",
        "PatientID": "B1",
        "PatientBirthDate": "20000101",
        "PatientSex": "F",
        "ScanningSequence": "GR",
        "SequenceName": "*fl2d12",
        "SliceThickness": 8,
        "RepetitionTime": 200,
        "ImagingFrequency": 63.87,
        "MagneticFieldStrength": 1.5,
        "FlipAngle": 20,
        "SeriesNumber": 5,
        "AcquisitionNumber": 1,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [1.5, 1.5],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": values.shape[0],
        "Columns": values.shape[1],
        "BitsAllocated": 16,
        "BitsStored": 12,
        "HighBit": 11,
        "PixelRepresentation": 0,
    }
    for keyword, value in {**common, **own}.items():
        setattr(ds, keyword, value)
    ds.PixelData = values.tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    pydicom.dcmwrite(path, ds, enforce_file_format=True)


def with_pydicom(folder: Path) -> np.ndarray:
    """Read every file and its pixels, one after the other; nothing is sorted or checked."""
    return np.stack([pydicom.dcmread(path).pixel_array for path in sorted(folder.iterdir())])


def with_ironquant(folder: Path) -> np.ndarray:
    """Find the train, check it, read it as (slice, row, column, echo)."""
    (ref,) = scan(folder)
    (train,) = read_examination(ref).series
    return train.signal


def with_simpleitk(folder: Path) -> np.ndarray:
    """Read the files of the series in the order that GDCM makes of them."""
    import SimpleITK

    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(folder)))
    return np.asarray(SimpleITK.GetArrayFromImage(reader.Execute()))


def with_dcm2niix(folder: Path) -> None:
    """Convert to uncompressed NIfTI, one file per echo, with sidecars."""
    out = Path(tempfile.mkdtemp())
    try:
        command = [_dcm2niix(), "-z", "n", "-f", "x", "-o", str(out), str(folder)]
        subprocess.run(command, check=True, capture_output=True)
    finally:
        shutil.rmtree(out)


def _dcm2niix() -> str:
    beside = Path(sys.executable).with_name("dcm2niix")
    found = shutil.which(str(beside)) or shutil.which("dcm2niix")
    if found is None:
        raise ImportError("dcm2niix")
    return found


READERS: tuple[tuple[str, str, Callable[[Path], object]], ...] = (
    ("pydicom", "`dcmread` and `pixel_array` in a loop, files in any order", with_pydicom),
    ("IronQuant", "`scan` and `read_examination`", with_ironquant),
    ("SimpleITK", "`ImageSeriesReader`: one stack of all files, echoes mixed", with_simpleitk),
    ("dcm2niix", "process and NIfTI files included", with_dcm2niix),
)


def measure(folder: Path, repeats: int) -> list[Row]:
    """Time every reader on the same warm files, by turns, so that all see the same machine."""
    seconds: dict[str, list[float]] = {who: [] for who, _, _ in READERS}
    missing: dict[str, str] = {}
    for turn in range(repeats + 1):
        for who, _, read in READERS:
            if who in missing:
                continue
            start = time.perf_counter()
            try:
                read(folder)
            except ImportError:
                missing[who] = "not installed"
                continue
            if turn:  # the first turn warms files and imports
                seconds[who].append(time.perf_counter() - start)
    return [Row(who, missing.get(who, how), tuple(seconds[who])) for who, how, _ in READERS]


def scan_time(folder: Path) -> tuple[float, int, int, int]:
    """Return seconds of a warm scan, files, bytes of the files, and bytes that the scan read."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    scan(folder)
    before, start = _bytes_read(), time.perf_counter()
    scan(folder)
    seconds = time.perf_counter() - start
    return seconds, len(files), sum(path.stat().st_size for path in files), _bytes_read() - before


def _bytes_read() -> int:
    """Return bytes that this process asked the system for (Linux)."""
    text = Path("/proc/self/io").read_text(encoding="ascii")
    return int(dict(line.split(": ") for line in text.splitlines())["rchar"])


def as_markdown(rows: list[Row], scanned: tuple[float, int, int, int]) -> str:
    """Return the tables of the read-me."""
    base = rows[0].median
    lines = ["| reader | how | ms | × pydicom |", "| --- | --- | ---: | ---: |"]
    for row in rows:
        told = f"{1000 * row.median:.0f} | {row.median / base:.2f}" if row.seconds else "– | –"
        lines.append(f"| {row.who} | {row.how} | {told} |")
    seconds, n_files, size, asked = scanned
    lines += [
        "",
        f"Scan of a folder of {n_files:,} files ({size / 2**20:.0f} MiB): {seconds:.1f} s, "
        f"{1e6 * seconds / n_files:.0f} µs a file, {asked / n_files / 1024:.1f} KiB read of each.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and if asked put the tables into the read-me."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=20)
    parser.add_argument("--matrix", type=int, default=256)
    parser.add_argument("--files", type=int, default=10_000, help="of the folder that is scanned")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--write-readme", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        train, study = Path(folder) / "train", Path(folder) / "study"
        write_series(train, n_slices=arguments.slices, side=arguments.matrix)
        rows = measure(train, arguments.repeats)
        n_train = min(len(TE_MS) * 4, arguments.files)
        write_others(study / "others", arguments.files - n_train)
        write_series(study / "train", n_slices=4, side=64)
        scanned = scan_time(study)
    console = Console()
    table = Table("reader", "how", "ms", "x pydicom")
    for row in rows:
        table.add_row(row.who, row.how, f"{1000 * row.median:.0f}", f"{row.median / rows[0].median:.2f}")
    console.print(table)
    text = as_markdown(rows, scanned)
    console.print(text.splitlines()[-1])
    ours = rows[1].median / rows[0].median
    console.print(f"mark: at most {MARK} x pydicom; {'met' if ours <= MARK else 'not met'} ({ours:.2f})")
    if arguments.write_readme:
        replace_results(README, "reading", f"{cpu_name()}, {os.cpu_count()} cores.\n\n{text}\n")


if __name__ == "__main__":
    main()
