"""NIfTI as converters and BIDS write it: types, scaling, orientation, and echo times given by hand."""

from __future__ import annotations

import json
import subprocess
import sys

import nibabel
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironquant.core import MOST_ECHOES, echo_times_of
from ironquant.dicom import read_examination, scan

TE_MS = (1.2, 2.4, 3.6, 4.8)
SHAPE = (6, 5, 3)
RAS = np.array([[-2.0, 0, 0, 90], [0, -3.0, 0, 80], [0, 0, 7.0, -20], [0, 0, 0, 1]])


def echo(number, dtype=np.int16):
    return (1000 - 100 * number + np.arange(90).reshape(SHAPE)).astype(dtype)


def codes(item):
    return [finding.code for finding in item.findings]


def only(path, **options):
    (exam,) = scan(path, **options)
    return exam


def at(series, affine, data):
    """Compare every voxel by its place in the patient."""
    columns, rows, slices = np.meshgrid(
        *(np.arange(n) for n in (series.shape[2], series.shape[1], series.shape[0])), indexing="ij"
    )
    points = np.stack([columns, rows, slices, np.ones_like(rows)]).reshape(4, -1)
    voxels = np.linalg.solve(affine, np.diag([-1, -1, 1, 1]) @ series.affine @ points)[:3]
    np.testing.assert_allclose(voxels, np.round(voxels), atol=1e-3)
    i, j, k = np.round(voxels).astype(int)
    seen = series.signal[points[2], points[1], points[0]]
    np.testing.assert_allclose(seen, data[i, j, k], rtol=1e-6)


@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
def test_one_four_dimensional_file_without_sidecar(tmp_path, ending):
    data = np.stack([echo(n) for n in range(4)], axis=-1)
    nibabel.save(nibabel.Nifti1Image(data, RAS), tmp_path / f"megre.{ending}")
    assert codes(only(tmp_path).series[0]) == ["te_missing_sidecar"]
    assert only(tmp_path).series[0].findings[0].params["n_volumes"] == 4
    (series,) = read_examination(only(tmp_path, te_ms=TE_MS)).series
    assert series.te_ms == TE_MS
    assert "te_by_hand" in codes(series)
    at(series, RAS, data)


def test_one_file_per_echo_without_sidecars_in_the_order_of_their_numbers(tmp_path):
    times = tuple(1.0 + 0.5 * n for n in range(11))
    for n in range(11):
        nibabel.save(nibabel.Nifti1Image(echo(n), RAS), tmp_path / f"img_e{n + 1}_a.nii.gz")
    nibabel.save(nibabel.Nifti1Image(np.ones(SHAPE, np.uint8), RAS), tmp_path / "mask.nii.gz")
    (ref,) = only(tmp_path, te_ms=times).readable_series
    (series,) = read_examination(only(tmp_path, te_ms=times)).series
    assert (ref.te_ms, ref.n_files) == (times, 11)
    at(series, RAS, np.stack([echo(n) for n in range(11)], axis=-1))


def test_times_of_another_number_are_not_believed(tmp_path):
    data = np.stack([echo(n) for n in range(4)], axis=-1)
    nibabel.save(nibabel.Nifti1Image(data, RAS), tmp_path / "megre.nii")
    assert not only(tmp_path, te_ms=TE_MS[:3]).readable_series
    assert "te_missing_sidecar" in codes(only(tmp_path, te_ms=TE_MS[:3]).series[0])


def test_times_of_the_sidecar_come_before_those_given(tmp_path):
    data = np.stack([echo(n) for n in range(4)], axis=-1)
    nibabel.save(nibabel.Nifti1Image(data, RAS), tmp_path / "megre.nii")
    (tmp_path / "megre.json").write_text(json.dumps({"EchoTime": [0.002, 0.004, 0.006, 0.008]}))
    (ref,) = only(tmp_path, te_ms=TE_MS).series
    assert ref.te_ms == pytest.approx((2, 4, 6, 8))
    assert codes(ref) == []


def test_given_times_out_of_order_sort_the_echoes(tmp_path):
    data = np.stack([echo(n) for n in range(4)], axis=-1)
    nibabel.save(nibabel.Nifti1Image(data, RAS), tmp_path / "megre.nii")
    (series,) = read_examination(only(tmp_path, te_ms=TE_MS[::-1])).series
    assert series.te_ms == TE_MS
    at(series, RAS, data[..., ::-1])


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("scaled", [False, True])
def test_types_and_scaling(tmp_path, dtype, scaled):
    for n in range(4):
        image = nibabel.Nifti1Image((echo(n) % 250).astype(dtype), RAS)
        if scaled:
            image.header.set_slope_inter(0.5 + n, 3.0)
        nibabel.save(image, tmp_path / f"sub-1_echo-{n + 1}_MEGRE.nii.gz")
        side = {"EchoTime": TE_MS[n] / 1000, "MagneticFieldStrength": 1.5}
        (tmp_path / f"sub-1_echo-{n + 1}_MEGRE.json").write_text(json.dumps(side))
    (series,) = read_examination(only(tmp_path)).series
    written = [nibabel.load(tmp_path / f"sub-1_echo-{n + 1}_MEGRE.nii.gz").get_fdata() for n in range(4)]
    at(series, RAS, np.stack(written, axis=-1))
    if scaled and dtype is np.int16:
        np.testing.assert_allclose(written[2], (echo(2) % 250) * 2.5 + 3.0)


def turned(degrees, flips):
    """An oblique affine, with axes flipped."""
    angle = np.deg2rad(degrees)
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]]
    ) @ np.array([[1, 0, 0], [0, np.cos(0.3), -np.sin(0.3)], [0, np.sin(0.3), np.cos(0.3)]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag(np.array([2.0, 3.0, 7.0]) * flips)
    affine[:3, 3] = [12, -30, 41]
    return affine


@pytest.mark.parametrize("form", ["sform", "qform"])
@pytest.mark.parametrize("flips", [(1, 1, 1), (-1, 1, 1), (1, -1, 1), (-1, -1, -1)])
@pytest.mark.parametrize("degrees", [0, 35, 90])
def test_orientations(tmp_path, form, flips, degrees):
    affine = turned(degrees, flips)
    for n in range(3):
        image = nibabel.Nifti1Image(echo(n), None)
        getattr(image, f"set_{form}")(affine, code=1)
        other = {"sform": "qform", "qform": "sform"}[form]
        getattr(image, f"set_{other}")(None, code=0)
        nibabel.save(image, tmp_path / f"e{n}.nii")
        side = {"EchoTime": TE_MS[n] / 1000, "SeriesNumber": 3}
        (tmp_path / f"e{n}.json").write_text(json.dumps(side))
    (series,) = read_examination(only(tmp_path)).series
    at(series, affine, np.stack([echo(n) for n in range(3)], axis=-1))


@given(st.text(max_size=60))
def test_no_text_is_taken_for_times_that_are_none(text):
    times = echo_times_of(text)
    assert times is None or (0 < len(times) <= MOST_ECHOES and all(te > 0 for te in times))


@given(st.lists(st.floats(0.01, 200), min_size=1, max_size=20), st.sampled_from([",", ", ", " ", ";", "，"]))
def test_times_come_back_as_written(times, separator):
    assert echo_times_of(separator.join(map(repr, times))) == tuple(times)


def test_first_step_number():
    assert echo_times_of("1.2:1.1:3") == (1.2, 2.3, 3.4)
    assert [echo_times_of(text) for text in ("", "0,1", "-1,2", "1:0", "a", "nan", "1:1:99999999")] == [
        None
    ] * 7


def test_on_the_command_line(tmp_path):
    data = np.stack([echo(n) for n in range(4)], axis=-1)
    nibabel.save(nibabel.Nifti1Image(data, RAS), tmp_path / "megre.nii")
    start = "from ironquant.cli.main import main; main()"
    run = [sys.executable, "-c", start, "info", str(tmp_path), "--json"]
    told = subprocess.run([*run, "--te", "1.2:1.2:4"], capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    (exam,) = json.loads(told.stdout)["examinations"]
    assert exam["series"][0]["te_ms"] == list(TE_MS)
    assert subprocess.run(run, capture_output=True, timeout=120).returncode == 3
    assert subprocess.run([*run, "--te", "0,1"], capture_output=True, timeout=120).returncode == 2
