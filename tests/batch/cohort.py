"""A made-up cohort on disk: layouts of every kind, two examinations in a folder, one in two, damaged ones."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import zipfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import nibabel
import numpy as np
import pydicom

from ironquant.core import LPS_TO_RAS
from ironquant.phantom import Phantom, find_case, simulate, write_phantom

MATRIX = (112, 112)
FLAVOURS = (
    "classic",
    "enhanced",
    "series-per-echo",
    "zip",
    "two-folders",
    "nifti",
    "truncated",
    "no-image",
    "lost-echoes",
)
FAILING = ("truncated", "no-image", "lost-echoes")


@lru_cache(maxsize=64)
def _phantom(anatomy: int) -> Phantom:
    chance = random.Random(anatomy)
    spec = replace(
        find_case("demo"),
        matrix=MATRIX,
        seed=anatomy,
        heart_t2star_ms=chance.uniform(6.0, 35.0),
        liver_t2star_ms=chance.uniform(1.5, 20.0),
    )
    return simulate(spec)


def make_cohort(root: Path, n: int, seed: int, *, anatomies: int = 6) -> dict[str, str]:
    """Write `n` examinations of mixed flavours.

    Returns
    -------
    dict
        Folder or archive → flavour.
    """
    made = {}
    for number in range(n):
        flavour = FLAVOURS[number % len(FLAVOURS)]
        name = f"case{number:04d}"
        made[name] = flavour
        _write(root / name, flavour, number, _phantom(seed * 1000 + number % anatomies))
    return made


def _write(folder: Path, flavour: str, number: int, phantom: Phantom) -> None:
    if flavour == "nifti":
        return _write_nifti(folder, number, phantom)
    layout = flavour if flavour in ("enhanced", "series-per-echo") else "classic"
    write_phantom(phantom, folder, layout)
    shutil.rmtree(folder / "truth")
    files = sorted((folder / "DICOM").iterdir())
    _become(files, number)
    if flavour == "zip":
        with zipfile.ZipFile(folder.with_suffix(".zip"), "w") as archive:
            for path in files:
                archive.write(path, f"images/{path.name}")
        shutil.rmtree(folder)
    elif flavour == "two-folders":
        (folder / "more").mkdir()
        for path in files:
            if pydicom.dcmread(path, stop_before_pixels=True).SeriesNumber % 2:
                path.rename(folder / "more" / path.name)
    elif flavour == "truncated":
        for path in files:
            path.write_bytes(path.read_bytes()[:1500])
    elif flavour == "no-image":
        for path in files:
            path.write_bytes(random.Random(number).randbytes(500))
            path.rename(path.with_suffix(".dcm"))
    elif flavour == "lost-echoes":
        for path in files:
            if pydicom.dcmread(path, stop_before_pixels=True).EchoNumbers > 2:
                path.unlink()


def _become(files: list[Path], number: int) -> None:
    """Make the images those of another examination: of patient number // 2."""
    day = dt.date(2020, 1, 1) + dt.timedelta(days=3 * number)
    for path in files:
        image = pydicom.dcmread(path)
        for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
            image[name].value = f"{image[name].value}.{number + 1}"[-64:].lstrip(".")
        image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
        image.PatientID, image.PatientName = f"P{number // 2:04d}", f"Made^Up{number // 2}"
        image.StudyDate = day.strftime("%Y%m%d")
        image.save_as(path)


def _write_nifti(folder: Path, number: int, phantom: Phantom) -> None:
    anat = folder / f"sub-{number:04d}" / "anat"
    anat.mkdir(parents=True)
    for organ in phantom.organs:
        for echo, te_ms in enumerate(organ.te_ms, start=1):
            stem = f"sub-{number:04d}_acq-{organ.organ}_echo-{echo}_part-mag_MEGRE"
            volume = np.ascontiguousarray(organ.signal[..., echo - 1].transpose(2, 1, 0))
            image = nibabel.Nifti1Image(volume.astype(np.float32), LPS_TO_RAS @ organ.affine)
            nibabel.save(image, anat / f"{stem}.nii.gz")
            told = {
                "EchoTime": te_ms / 1000,
                "MagneticFieldStrength": 1.5,
                "ImagingFrequency": 63.8655,
                "SeriesDescription": str(organ.organ),
            }
            (anat / f"{stem}.json").write_text(json.dumps(told), encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def outputs(out: Path) -> dict[str, bytes]:
    """Return what a batch made, apart from its own notes (times, states)."""
    return {name: data for name, data in tree(out).items() if not name.startswith("state/")}
