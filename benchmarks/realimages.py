"""Real images that show no short axis of a heart: what the table of the hearts learns to refuse.

Heads, test objects and abdomens of ``../shared/data/real``; of each series every second slice, since
``tests/roi/test_refusals.py`` looks at the others.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from scipy.io import loadmat

import ironquant as iq
from ironquant.core import EchoSeries

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "real"
TWO_ECHOES = ("philips-elition-dualecho/classic", "siemens-e11-dualecho-classic/2_gre_field_magph")
FRAMES = "siemens-xa30-enh-dualecho/8_gre_field_mapping"
TRAINS = ("ge-mr750-r2star12/DICOM", "siemens-r2star12-nifti")
Image = tuple[NDArray[np.float64], float]
"""First echo, size of a pixel in mm."""


def unlike_a_heart(seed: int) -> EchoSeries:
    """Return a real image with a decay of six echoes, turned, scaled and noisy, planned as a short axis."""
    rng = np.random.default_rng([seed, 3])
    of_set = _images()[int(rng.integers(len(_images())))]
    image, pixel_mm = of_set[int(rng.integers(len(of_set)))]
    image = np.rot90(image, int(rng.integers(4)))[:: int(rng.choice([-1, 1]))]
    pixel_mm *= float(rng.uniform(0.7, 1.5))
    te_ms = np.linspace(1.2, float(rng.uniform(9.0, 18.0)), 6)
    level = float(np.percentile(image, 99))
    t2star_ms = np.full(image.shape, np.exp(rng.uniform(np.log(2.0), np.log(40.0))))
    if rng.random() < 0.5:  # what is bright decays slowly, as fluid does
        t2star_ms *= 0.5 + np.clip(image / level, 0.0, 1.0)
    clean = image[..., None] * np.exp(-te_ms / t2star_ms[..., None])
    parts = rng.normal(0.0, level / rng.uniform(30.0, 150.0), (2, *clean.shape))
    row, column = np.array([0.643, 0.766, 0.0]), np.array([-0.397, 0.333, -0.855])
    affine = np.eye(4)
    affine[:3, :3] = np.column_stack([pixel_mm * row, pixel_mm * column, 8.0 * np.cross(row, column)])
    affine[:3, 3] = -affine[:3, :3] @ [(image.shape[1] - 1) / 2, (image.shape[0] - 1) / 2, 0.0]
    signal = np.hypot(clean + parts[0], parts[1])[None].astype(np.float32)
    return EchoSeries("k", "1", "", signal, tuple(te_ms), affine)


@cache
def _images() -> list[list[Image]]:
    """Return the images by series."""
    found = [_slices(REAL / folder)[1::2] for folder in TWO_ECHOES]
    frames = pydicom.dcmread(min((REAL / FRAMES).iterdir()))
    measures = frames.PerFrameFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    pixels = frames.pixel_array[1::2].astype(np.float64)
    found.append([(image, float(measures.PixelSpacing[0])) for image in pixels])
    for folder in TRAINS:
        (ref,) = iq.scan(REAL / folder)
        series = iq.read_examination(ref).series[0]
        pixels = series.signal[1::2, :, :, 0].astype(np.float64)
        found.append([(image, float(series.spacing_mm[1])) for image in pixels])
    bottles = loadmat(REAL / "mat-phantom-16echo" / "phantom_16echo_bipolar.mat", squeeze_me=True)["data"]
    return [*found, [(np.abs(bottles[..., 0]).astype(np.float64), 2.0)]]


def _slices(folder: Path) -> list[Image]:
    """Return the magnitude images of the first echo of a series of single images, from foot to head."""
    headers = [pydicom.dcmread(path) for path in sorted(folder.rglob("*")) if path.is_file()]
    headers = [header for header in headers if "P" not in list(header.ImageType)[2:4]]
    first = min(float(header.EchoTime) for header in headers)
    headers = [header for header in headers if float(header.EchoTime) == first]
    headers.sort(key=lambda header: float(header.ImagePositionPatient[2]))
    return [(header.pixel_array.astype(np.float64), float(header.PixelSpacing[0])) for header in headers]
