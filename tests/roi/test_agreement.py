"""Overlap and surface distance against closed forms and scipy's Hausdorff distance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.ndimage import binary_erosion
from scipy.spatial.distance import cdist, directed_hausdorff

from ironquant.core import Organ, Region, RegionError, Value
from ironquant.export.nifti import write_volume
from ironquant.roi import (
    agreement_of_files,
    agreement_of_regions,
    contour_to_patient,
    region_agreement,
    region_mask,
    t2star_difference,
)

ROW_MM, COLUMN_MM, SLICE_MM = 2.0, 1.25, 10.0


def tilted() -> np.ndarray:
    """An affine with unequal pixel sides, turned about two axes."""
    a, b = 0.4, -0.7
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = about_x @ about_z @ np.diag([COLUMN_MM, ROW_MM, SLICE_MM])
    affine[:3, 3] = -100.0, 55.0, 7.0
    return affine


def box(rows: slice, columns: slice, slices: slice = slice(1, 2)) -> np.ndarray:
    mask = np.zeros((4, 40, 50), dtype=bool)
    mask[slices, rows, columns] = True
    return mask


def surface(mask: np.ndarray) -> np.ndarray:
    """Surface pixels by another way: what erosion in the plane takes away, in mm."""
    cross = np.zeros((3, 3, 3), dtype=bool)
    cross[1] = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    at = np.argwhere(mask & ~binary_erosion(mask, cross))
    return (np.column_stack([at[:, ::-1], np.ones(len(at))]) @ tilted().T)[:, :3]


def test_shifted_box_in_closed_form():
    one, other = box(slice(10, 20), slice(10, 30)), box(slice(13, 23), slice(10, 30))
    found = region_agreement(one, other, tilted())
    assert found.dice == pytest.approx(2 * 140 / 400)
    assert found.hausdorff_mm == pytest.approx(3 * ROW_MM)  # rows are 2 mm apart
    assert found.n_pixels == (200, 200)
    sideways = region_agreement(one, box(slice(10, 20), slice(14, 34)), tilted())
    assert sideways.hausdorff_mm == pytest.approx(4 * COLUMN_MM)  # columns 1.25 mm


def test_regions_apart_have_the_distance_between_them():
    found = region_agreement(box(slice(5, 6), slice(5, 6)), box(slice(5, 6), slice(15, 16)), tilted())
    assert (found.dice, found.hausdorff_mm) == (0, pytest.approx(10 * COLUMN_MM))
    assert found.mean_surface_mm == pytest.approx(10 * COLUMN_MM)
    other_slice = region_agreement(
        box(slice(5, 9), slice(5, 9)), box(slice(5, 9), slice(5, 9), slice(2, 3)), tilted()
    )
    assert other_slice.hausdorff_mm == pytest.approx(SLICE_MM)


masks = arrays.arrays(bool, (2, 7, 8), elements=st.booleans()).filter(np.any)


@settings(max_examples=60)
@given(masks, masks)
def test_any_masks_against_scipy(one, other):
    found = region_agreement(one, other, tilted())
    a, b = surface(one), surface(other)
    directed = directed_hausdorff(a, b)[0], directed_hausdorff(b, a)[0]
    assert found.hausdorff_mm == pytest.approx(max(directed), abs=1e-9)
    between = cdist(a, b)
    nearest = np.concatenate([between.min(axis=1), between.min(axis=0)])
    assert found.mean_surface_mm == pytest.approx(nearest.mean(), abs=1e-9)
    swapped = region_agreement(other, one, tilted())
    assert (swapped.dice, swapped.hausdorff_mm) == (found.dice, pytest.approx(found.hausdorff_mm))
    assert 0 <= found.dice <= 1
    itself = region_agreement(one, one, tilted())
    assert (itself.dice, itself.hausdorff_mm, itself.mean_surface_mm) == (1, 0, 0)


class Grid:
    shape = (4, 40, 50)
    affine = tilted()


def square(left: float, top: float, side: float) -> Region:
    corners = np.array([[left, top], [left + side, top], [left + side, top + side], [left, top + side]])
    return Region(Organ.LIVER, "parenchyma", (contour_to_patient(corners, 2, Grid()),), "manual")


def test_regions_are_compared_as_their_masks():
    one, other = square(9.6, 9.6, 10.0), square(12.6, 9.6, 10.0)
    found = agreement_of_regions(one, other, Grid())
    assert found == region_agreement(region_mask(one, Grid()), region_mask(other, Grid()), tilted())
    assert found.dice == pytest.approx(0.7)


def test_stored_masks_of_the_same_series(tmp_path):
    one, other = box(slice(10, 20), slice(10, 30)), box(slice(13, 23), slice(12, 30))
    for name, mask in (("a", one), ("b", other)):
        write_volume(tmp_path / f"{name}.nii.gz", mask.astype(np.uint8), tilted(), "")
    paths = tmp_path / "a.nii.gz", tmp_path / "b.nii.gz"
    found = agreement_of_files(paths[0], one.shape, paths[1], other.shape)
    truth = region_agreement(one, other, tilted())
    assert found.dice == truth.dice
    assert found.hausdorff_mm == pytest.approx(truth.hausdorff_mm, rel=1e-5)  # NIfTI holds float32
    with pytest.raises(RegionError) as caught:
        agreement_of_files(paths[0], (4, 40, 51), paths[1], other.shape)
    assert caught.value.finding.code == "region_file_mismatch"
    moved = tilted()
    moved[0, 3] += 1.0
    write_volume(paths[1], other.astype(np.uint8), moved, "")
    with pytest.raises(RegionError) as caught:
        agreement_of_files(paths[0], one.shape, paths[1], other.shape)
    assert caught.value.finding.code == "regions_differ_in_grid"


def test_what_cannot_be_compared_is_refused():
    one = box(slice(10, 20), slice(10, 30))
    with pytest.raises(RegionError) as caught:
        region_agreement(one, one[:2], tilted())
    assert caught.value.finding.code == "regions_differ_in_grid"
    with pytest.raises(RegionError) as caught:
        region_agreement(one, np.zeros_like(one), tilted())
    assert caught.value.finding.code == "region_empty"


def test_difference_of_t2star():
    found = t2star_difference(Value(22.0), Value(18.0))
    assert (found.ms, found.percent) == (4.0, pytest.approx(20.0))
    assert t2star_difference(Value(0.9, "upper"), Value(1.1)) is None
    assert t2star_difference(Value(), Value(1.1)) is None
