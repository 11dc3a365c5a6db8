"""Real sets of every vendor: values and places are those of dcm2niix and of pydicom; magnitude and phase."""

from __future__ import annotations

import json
import subprocess
from functools import lru_cache
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from ironquant.core import LPS_TO_RAS
from ironquant.dicom import scan
from ironquant.dicom.geometry import stack_affine
from ironquant.dicom.pixels import read_grid

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"
SETS = {  # volumes that are compared; dcm2niix 2022 splits the phase of the enhanced Philips file too
    "ge-mr750-r2star12": 36,
    "philips-elition-dualecho": 8,
    "siemens-e11-dualecho-classic": 3,
    "siemens-xa30-enh-dualecho": 3,
}
KINDS = {"magnitude": "", "phase": "_ph", "real": "_real", "imaginary": "_imaginary"}

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="shared real data are not here")


def volumes(name):
    """Everything that a scan lists, read in full: (component, TE in ms, frames, values, RAS affine)."""
    (exam,) = scan(REAL / name)
    for ref in exam.series:
        frames = ref.source.grid.frames
        signal, present, findings = read_grid(frames, progress=lambda _: None)
        assert present.all()
        assert findings == ()
        affine = LPS_TO_RAS @ stack_affine([row[0] for row in frames])
        for echo, te in enumerate(ref.te_ms):
            images = [row[echo] for row in frames]
            yield ref.component, te, images, signal[..., echo].transpose(2, 1, 0), affine


@pytest.fixture(scope="module", params=SETS)
def converted(request, tmp_path_factory):
    """The volumes of dcm2niix: (kind, TE in ms, image)."""
    folder = tmp_path_factory.mktemp("nii")
    # Philips as displayed: the scaling that we take where it is the same for all echoes
    command = ["dcm2niix", "-p", "n", "-z", "n", "-f", "%s_%e", "-o", str(folder), str(REAL / request.param)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = []
    for path in sorted(folder.glob("*.nii")):
        side = json.loads(path.with_suffix(".json").read_text())
        kind = next((kind for kind in ("_ph", "_real", "_imaginary") if kind in path.stem), "")
        found.append((kind, 1000 * side["EchoTime"], nibabel.load(path)))
    return request.param, found


@pytest.mark.tool("dcm2niix")
def test_values_and_places_are_those_of_dcm2niix(converted):
    name, theirs = converted
    compared = 0
    for component, te, images, values, affine in volumes(name):
        rivals = [
            image for kind, other, image in theirs if kind == KINDS[component] and abs(other - te) < 2e-3
        ]
        flavour = images[0].file.flavour
        assert rivals, (component, te, flavour)
        assert any(alike(values, affine, rival) for rival in rivals), (component, te, flavour)
        compared += 1
    assert compared == SETS[name]


def alike(values, affine, rival):
    """Every voxel: the same place (0.01 mm), the same value (to the rounding of stored numbers)."""
    data = np.asarray(rival.dataobj, dtype=np.float64)
    to_rival = np.linalg.inv(rival.affine) @ affine
    turned = np.round(to_rival[:3, :3])
    corner = np.round(to_rival[:3, 3])
    reach = np.abs(rival.affine[:3, :3] @ (to_rival[:3, :3] - turned)) @ np.array(values.shape)
    off = np.abs(rival.affine[:3, :3] @ (to_rival[:3, 3] - corner))
    if max(*reach, *off) > 0.05:
        return False
    order = np.argmax(np.abs(turned), axis=0)
    moved = data.transpose(order)
    for axis, row in enumerate(order):
        if turned[row, axis] < 0:
            moved = np.flip(moved, axis)
    if moved.shape != values.shape:
        return False
    return bool(np.allclose(moved, values, rtol=2e-6, atol=1e-5 * np.abs(values).max()))


@lru_cache(maxsize=1)
def stored_by_pydicom(path):
    ds = pydicom.dcmread(path)
    return ds, ds.pixel_array


def rescale(ds, index):
    if "PerFrameFunctionalGroupsSequence" in ds:
        group = ds.PerFrameFunctionalGroupsSequence[index]
        ds = group.PixelValueTransformationSequence[0] if "PixelValueTransformationSequence" in group else ds
    return float(ds.get("RescaleSlope", 1)), float(ds.get("RescaleIntercept", 0))


@pytest.mark.parametrize("name", SETS)
def test_values_are_those_of_pydicom(name):
    for _, te, images, values, _ in volumes(name):
        for slice_, frame in enumerate(images):
            ds, pixels = stored_by_pydicom(frame.file.path)
            stored = pixels if pixels.ndim == 2 else pixels[frame.index]
            if frame.file.flavour == "classic":
                assert float(ds.EchoTime) == pytest.approx(te, abs=0.005)
            slope, intercept = rescale(ds, frame.index)
            shown = stored * slope + intercept
            np.testing.assert_allclose(values[:, :, slice_].T, shown, rtol=1e-6, atol=1e-3)
