"""Write a digital patient: DICOM into one folder, what is true of it into another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from pydicom.dataset import Dataset

from ironquant.core import SettingsError, remove_file, write_atomic
from ironquant.phantom.simulate import Phantom

Layout = Literal["classic", "series-per-echo", "enhanced"]
LAYOUTS: tuple[Layout, ...] = ("classic", "series-per-echo", "enhanced")


def write_phantom(phantom: Phantom, out: Path, layout: Layout = "classic") -> tuple[Path, ...]:
    """Write ``out/DICOM/IM0001`` … and the truth under ``out/truth``.

    An earlier digital patient in `out` is replaced.

    Parameters
    ----------
    layout : {"classic", "series-per-echo", "enhanced"}
        One series per organ with an object per slice and echo; one series per echo; or one Enhanced
        MR object per organ.

    Returns
    -------
    tuple of Path
        The DICOM files.

    Raises
    ------
    SettingsError
        If the layout is unknown.
    OutputError
        If a file cannot be written.
    """
    from ironquant.phantom.truth import write_truth

    images = list(_images(phantom, layout))
    _remove_previous(out)
    # File names of a hospital's export tell nothing, not even the order.
    numbers = np.random.default_rng([phantom.spec.seed, 9]).permutation(len(images)) + 1
    paths = [
        write_atomic(out / "DICOM" / f"IM{number:04d}", partial(_save, image))
        for image, number in zip(images, numbers, strict=True)
    ]
    write_truth(phantom, out / "truth")
    return tuple(sorted(paths))


def _remove_previous(out: Path) -> None:
    """Remove the images of an earlier digital patient, which must not mix with the new ones."""
    if (out / "truth" / "truth.json").is_file():
        for path in (out / "DICOM").glob("IM[0-9][0-9][0-9][0-9]"):
            remove_file(path)
        for path in (out / "truth").glob("*.nii.gz"):
            remove_file(path)


def _images(phantom: Phantom, layout: str) -> Iterator[Dataset]:
    match layout:
        case "classic" | "series-per-echo":
            from ironquant.phantom.classic import classic_images

            return classic_images(phantom, series_per_echo=layout == "series-per-echo")
        case "enhanced":
            from ironquant.phantom.enhanced import enhanced_images

            return enhanced_images(phantom)
    raise SettingsError("option_invalid", option="layout", value=layout, expected=" | ".join(LAYOUTS))


def _save(image: Dataset, path: Path) -> None:
    image.save_as(path, enforce_file_format=True)
