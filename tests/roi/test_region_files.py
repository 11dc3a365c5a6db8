"""Masks from NIfTI files in any storage order; files that do not fit are refused in words."""

import contextlib
import gzip
from itertools import permutations, product

import nibabel as nib
import numpy as np
import pytest

from ironquant.core import EchoSeries, Organ, RegionError
from ironquant.roi import read_region, region_mask

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
SHAPE = (3, 14, 11)


@pytest.fixture
def series():
    rng = np.random.default_rng(4)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    affine = np.eye(4)
    affine[:3, :3] = turn * (1.4, 1.4, 9.0)
    affine[:3, 3] = (-80, 30, 12)
    return EchoSeries("k", "1.2", "", np.zeros((*SHAPE, 3), dtype=np.float32), (1.0, 2.0, 3.0), affine)


@pytest.fixture
def mask():
    mask = np.random.default_rng(5).random(SHAPE) < 0.3
    mask[1] = False
    return mask


def save(mask, series, path, *, order=(0, 1, 2), flips=(1, 1, 1), dtype=np.uint8, shift=0.0):
    """Save as nibabel (column, row, slice), then store the axes permuted and flipped."""
    image = nib.Nifti1Image(mask.transpose(2, 1, 0).astype(dtype), LPS_TO_RAS @ series.affine)
    orientation = np.column_stack([order, flips])
    image = image.as_reoriented(orientation)
    affine = image.affine.copy()
    affine[:3, 3] += shift * affine[:3, 0]
    nib.save(nib.Nifti1Image(np.asarray(image.dataobj), affine), path)
    return path


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
@pytest.mark.parametrize("flips", list(product((1, -1), repeat=3)))
def test_any_storage_order(tmp_path, series, mask, order, flips):
    path = save(mask, series, tmp_path / "mask.nii", order=order, flips=flips)
    region = read_region(path, series, Organ.LIVER)
    np.testing.assert_array_equal(region_mask(region, series), mask)
    assert (region.organ, region.site, region.source) == (Organ.LIVER, "parenchyma", "file")


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_number_types_and_compression(tmp_path, series, mask, dtype):
    for name in ("m.nii", "m.nii.gz"):
        region = read_region(save(mask, series, tmp_path / name, dtype=dtype), series, Organ.HEART)
        np.testing.assert_array_equal(region_mask(region, series), mask)
        assert region.site == "septum"


def test_nan_is_outside(tmp_path, series, mask):
    data = np.where(mask, 1.0, np.nan).transpose(2, 1, 0)
    path = tmp_path / "m.nii"
    nib.save(nib.Nifti1Image(data, LPS_TO_RAS @ series.affine), path)
    np.testing.assert_array_equal(region_mask(read_region(path, series, Organ.LIVER), series), mask)


def test_fourth_axis_of_one(tmp_path, series, mask):
    path = tmp_path / "m.nii"
    nib.save(
        nib.Nifti1Image(mask.transpose(2, 1, 0)[..., None].astype("u1"), LPS_TO_RAS @ series.affine), path
    )
    np.testing.assert_array_equal(region_mask(read_region(path, series, Organ.LIVER), series), mask)


def refused(path, series, code):
    with pytest.raises(RegionError) as caught:
        read_region(path, series, Organ.LIVER)
    assert caught.value.finding.code == code
    if code != "region_empty":
        assert caught.value.finding.params["file"] == str(path)


@pytest.mark.parametrize("shift", [0.5, 1.0, -1.0, 3.0, 500.0])
def test_shifted_file_is_of_another_series(tmp_path, series, mask, shift):
    refused(save(mask, series, tmp_path / "m.nii", shift=shift), series, "region_file_mismatch")


@pytest.mark.parametrize("shift", [0.02, -0.2])
def test_rounding_of_positions_is_forgiven(tmp_path, series, mask, shift):
    region = read_region(save(mask, series, tmp_path / "m.nii", shift=shift), series, Organ.LIVER)
    np.testing.assert_array_equal(region_mask(region, series), mask)


def test_wrong_shape_spacing_or_turn(tmp_path, series, mask):
    path = tmp_path / "m.nii"
    affine = LPS_TO_RAS @ series.affine
    data = mask.transpose(2, 1, 0).astype("u1")
    scaled, turned, sheared = affine.copy(), affine.copy(), affine.copy()
    scaled[:3, 0] *= 1.2
    c, s = np.cos(0.1), np.sin(0.1)
    turned[:3, :2] = affine[:3, :2] @ np.array([[c, -s], [s, c]])
    sheared[:3, 1] += 0.3 * affine[:3, 0]
    for image in (
        nib.Nifti1Image(data[:-1], affine),
        nib.Nifti1Image(data[..., 0], affine),
        nib.Nifti1Image(np.stack([data, data], axis=-1), affine),
        nib.Nifti1Image(data, scaled),
        nib.Nifti1Image(data, turned),
        nib.Nifti1Image(data, sheared),
        nib.Nifti1Image(data, np.diag([1.0, 1, 1, 1])),
    ):
        nib.save(image, path)
        refused(path, series, "region_file_mismatch")


def test_empty_mask(tmp_path, series, mask):
    refused(save(np.zeros_like(mask), series, tmp_path / "m.nii"), series, "region_empty")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b" + b"x" * 50, b"\0" * 400])
@pytest.mark.parametrize("name", ["m.nii", "m.nii.gz", "m.txt"])
def test_garbage(tmp_path, series, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    refused(path, series, "region_file_unreadable")


def test_missing_or_a_folder(tmp_path, series):
    refused(tmp_path / "none.nii", series, "path_missing")
    (tmp_path / "folder.nii").mkdir()
    refused(tmp_path / "folder.nii", series, "region_file_unreadable")


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files_never_end_in_another_error(tmp_path, series, mask, seed):
    """Bytes changed or the end cut off, in the file or inside its compression."""
    rng = np.random.default_rng(seed)
    name = ("m.nii", "m.nii.gz")[seed % 2]
    path = save(mask, series, tmp_path / name)
    content = bytearray(path.read_bytes())
    if seed % 4 == 3:
        content = bytearray(gzip.decompress(bytes(content)))
    if seed % 3 == 0:
        content = content[: rng.integers(1, len(content))]
    for at in rng.integers(0, min(len(content), 352), 8):
        content[at] = rng.integers(0, 256)
    path.write_bytes(gzip.compress(bytes(content)) if seed % 4 == 3 else bytes(content))
    with contextlib.suppress(RegionError):  # a changed origin or an unharmed file is no failure either
        read_region(path, series, Organ.LIVER)
