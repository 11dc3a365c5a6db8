"""Real scanner data, against plain pydicom, nibabel and dcm2niix; skipped where the data are absent."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from ironquant.core import Organ
from ironquant.dicom import read_examination, scan
from ironquant.dicom.dicomfile import read_header
from ironquant.dicom.pixels import read_grid

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="shared real data are not here")

GE = REAL / "ge-mr750-r2star12"


def only(name):
    (exam,) = scan(REAL / name)
    return exam


def listed(exam):
    return [
        (
            ref.number,
            ref.flavour,
            ref.component,
            ref.shape[0],
            len(ref.te_ms),
            ref.readable,
            tuple(finding.code for finding in ref.findings),
        )
        for ref in exam.series
    ]


@pytest.fixture(scope="module")
def ge():
    exam = only("ge-mr750-r2star12")
    return exam, read_examination(exam).series


def test_ge_is_listed(ge):
    exam, _ = ge
    assert listed(exam) == [
        (16, "classic", "magnitude", 5, 12, True, ("magnitude_chosen",)),
        (16, "classic", "imaginary", 5, 12, False, ("component_companion",)),
        (16, "classic", "real", 5, 12, False, ("component_companion",)),
    ]
    assert exam.findings == ()
    assert exam.study.field_t == pytest.approx(127.77703 / 42.577)
    assert exam.study.nominal_field_t == 3
    assert exam.series[0].organ_guess not in (Organ.HEART, Organ.LIVER)


def test_ge_pixels_and_places_are_those_of_pydicom(ge):
    _, (train,) = ge
    np.testing.assert_allclose(train.te_ms, 4.6 + 4.612 * np.arange(12), atol=0.01)
    seen = np.zeros((5, 12), dtype=int)
    for path in (GE / "DICOM").glob("*.dcm"):
        ds = pydicom.dcmread(path)
        if ds[0x0043102F].value != 0:
            continue
        echo = int(np.argmin(np.abs(np.array(train.te_ms) - float(ds.EchoTime))))
        corner = np.linalg.solve(train.affine, [*map(float, ds.ImagePositionPatient), 1])
        slice_ = round(corner[2])
        np.testing.assert_allclose(corner[:3], [0, 0, slice_], atol=0.01)
        far = np.array(ds.ImagePositionPatient, float)
        far += 255 * 1.5 * np.array(ds.ImageOrientationPatient[:3], float)
        far += 100 * 1.5 * np.array(ds.ImageOrientationPatient[3:], float)
        np.testing.assert_allclose((train.affine @ [255, 100, slice_, 1])[:3], far, atol=0.02)
        np.testing.assert_array_equal(train.signal[slice_, :, :, echo], ds.pixel_array)
        seen[slice_, echo] += 1
    assert (seen == 1).all()


@pytest.mark.tool("dcm2niix")
def test_ge_agrees_with_dcm2niix(ge, tmp_path):
    _, (train,) = ge
    first = tmp_path / "in"
    first.mkdir()
    for path in (GE / "DICOM").glob("*.dcm"):
        ds = pydicom.dcmread(path, stop_before_pixels=True)
        if ds[0x0043102F].value == 0 and float(ds.EchoTime) == 4.6:
            shutil.copy(path, first)
    command = ["dcm2niix", "-z", "n", "-f", "x", "-o", str(tmp_path), str(first)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    (path,) = tmp_path.glob("*.nii")
    converted = nibabel.load(path)
    data, to_voxel = converted.get_fdata(), np.linalg.inv(converted.affine)
    rng = np.random.default_rng(3)
    for _ in range(200):
        slice_, row, column = (int(rng.integers(0, n)) for n in train.shape)
        ras = np.diag([-1, -1, 1, 1]) @ train.affine @ [column, row, slice_, 1]
        voxel = (to_voxel @ ras)[:3]
        nearest = tuple(np.round(voxel).astype(int))
        np.testing.assert_allclose(voxel, nearest, atol=0.02)
        assert data[nearest] == train.signal[slice_, row, column, 0]


def test_philips_classic_and_enhanced():
    exam = only("philips-elition-dualecho")
    assert sorted(listed(exam), key=str) == sorted(
        [
            (2001, flavour, component, 53, 2, False, (code,))
            for flavour in ("classic", "enhanced")
            for component, code in (("magnitude", "few_echoes"), ("phase", "phase_only"))
        ],
        key=str,
    )
    assert [(f.code, f.severity) for f in exam.findings] == [("no_pixel_data", "info")]
    assert all(ref.organ_guess is None for ref in exam.series)
    grids = {(ref.flavour, ref.component): ref.source.grid.frames for ref in exam.series}
    for component in ("magnitude", "phase"):
        pair = [
            read_grid(grids[flavour, component], progress=lambda _: None)[0]
            for flavour in ("classic", "enhanced")
        ]
        # classic stores floats of the same values with other rounding of slope and intercept
        np.testing.assert_allclose(*pair, atol=0.01)
    last = grids["classic", "phase"][-1][1]
    ds = pydicom.dcmread(last.file.path)
    plain = ds.pixel_array * float(ds.RescaleSlope) + float(ds.RescaleIntercept)
    np.testing.assert_allclose(
        read_grid(grids["classic", "phase"], progress=lambda _: None)[0][-1, :, :, 1], plain, atol=1e-3
    )


def test_siemens_enhanced_one_file_per_echo():
    exam = only("siemens-xa30-enh-dualecho")
    assert listed(exam) == [
        (8, "enhanced", "magnitude", 33, 2, False, ("few_echoes",)),
        (9, "enhanced", "phase", 33, 1, False, ("phase_only",)),
    ]
    assert exam.series[0].te_ms == (10.0, 12.46)
    assert exam.study.field_t == pytest.approx(2.895, abs=1e-3)


def test_siemens_classic_with_repeated_instance_numbers():
    assert listed(only("siemens-e11-dualecho-classic")) == [
        (2, "classic", "magnitude", 10, 2, False, ("few_echoes",)),
        (3, "classic", "phase", 10, 1, False, ("phase_only",)),
    ]


def test_transfer_syntaxes_decode_alike():
    exam = only("siemens-transfer-syntaxes")
    (ref,) = exam.series
    assert ref.component == "mosaic"
    assert not ref.readable
    assert [finding.code for finding in ref.findings][:2] == ["mosaic", "few_echoes"]
    images = []
    for path in sorted((REAL / "siemens-transfer-syntaxes").glob("*.dcm")):
        signal, present, findings = read_grid([read_header(path).frames], progress=lambda _: None)
        assert present.all()
        assert findings == ()
        images.append(signal)
    assert len(images) == 9
    assert images[0].max() == 2362
    assert all(np.array_equal(images[0], other) for other in images)


def test_siemens_nifti():
    exam = only("siemens-r2star12-nifti")
    assert listed(exam) == [
        (24, "nifti", "magnitude", 5, 12, True, ("twin_preferred",)),
        (25, "nifti", "magnitude", 5, 12, True, ("filtered_images", "twin_passed_over")),
        (26, "nifti", "phase", 5, 12, False, ("component_companion",)),
        (27, "nifti", "map", 5, 1, False, ("vendor_map",)),
    ]
    assert [ref.preferred for ref in exam.series] == [True, False, True, True]
    train = read_examination(exam).series[0]
    np.testing.assert_allclose(train.te_ms, 4.61 * np.arange(1, 13), atol=0.01)
    name = "00024__bh3x_r2star_inphase_volume_e7.nii.gz"
    plain = nibabel.load(REAL / "siemens-r2star12-nifti" / name)
    voxel = np.linalg.inv(plain.affine) @ np.diag([-1, -1, 1, 1]) @ train.affine @ [30, 40, 2, 1]
    i, j, k = np.round(voxel[:3]).astype(int)
    np.testing.assert_allclose(voxel[:3], [i, j, k], atol=1e-3)
    assert train.signal[2, 40, 30, 6] == plain.get_fdata()[i, j, k] != plain.get_fdata()[i, j + 1, k]
    assert train.affine[2, 1] < 0  # rows run to the feet, as a coronal slice is shown
