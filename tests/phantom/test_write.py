"""The written files, read back with pydicom and nibabel and checked by dciodvfy."""

import json
import subprocess
from collections import defaultdict
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest

from ironquant.core import Organ, SettingsError
from ironquant.phantom import Phantom, write_phantom

LAYOUTS = ("classic", "series-per-echo", "enhanced")


@pytest.fixture(scope="module", params=LAYOUTS)
def written(request, stack_phantom: Phantom, tmp_path_factory):
    out = tmp_path_factory.mktemp(request.param)
    return request.param, out, write_phantom(stack_phantom, out, layout=request.param)


@pytest.fixture(scope="module")
def classic(stack_phantom: Phantom, tmp_path_factory) -> list[pydicom.Dataset]:
    out = tmp_path_factory.mktemp("plain")
    return [pydicom.dcmread(path) for path in write_phantom(stack_phantom, out)]


def affine_of(first: pydicom.Dataset, second: pydicom.Dataset) -> np.ndarray:
    """Equation C.7.6.2.1-1 of the standard, columns first, from two neighbouring slices."""
    cosines = np.array(first.ImageOrientationPatient, dtype=float)
    row_mm, column_mm = (float(value) for value in first.PixelSpacing)
    affine = np.eye(4)
    affine[:3, 0] = cosines[:3] * column_mm
    affine[:3, 1] = cosines[3:] * row_mm
    here = np.array(first.ImagePositionPatient, dtype=float)
    affine[:3, 2] = np.array(second.ImagePositionPatient, dtype=float) - here
    affine[:3, 3] = here
    return affine


def test_layout_and_validity(written) -> None:
    layout, out, paths = written
    assert len(paths) == (2 if layout == "enhanced" else 2 * 8 + 2 * 12)
    assert {path.parent for path in paths} == {out / "DICOM"}
    assert not list(out.rglob("*.tmp.*"))
    headers = [pydicom.dcmread(path, stop_before_pixels=True) for path in paths]
    assert len({header.SOPInstanceUID for header in headers}) == len(paths)
    assert len({header.StudyInstanceUID for header in headers}) == 1
    n_series = len({header.SeriesInstanceUID for header in headers})
    assert n_series == (8 + 12 if layout == "series-per-echo" else 2)


@pytest.mark.tool("dciodvfy")
def test_dciodvfy_finds_no_error(written) -> None:
    _, _, paths = written
    for path in paths[:: max(1, len(paths) // 6)]:
        told = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
        errors = [line for line in (told.stdout + told.stderr).splitlines() if line.startswith("Error")]
        assert errors == [], path.name


def test_classic_headers(stack_phantom: Phantom, classic: list[pydicom.Dataset]) -> None:
    for image in classic:
        assert str(image.PatientName) == "Phantom^Demo=幻影^演示"
        assert image.Modality == "MR"
        assert list(image.ImageType)[:3] == ["ORIGINAL", "PRIMARY", "M"]
        assert float(image.MagneticFieldStrength) == 3.0
        assert float(image.ImagingFrequency) / 42.577 == pytest.approx(2.89)
        assert int(image.EchoTrainLength) in (8, 12)
    hearts = [image for image in classic if image.BodyPartExamined == "HEART"]
    assert {image.SeriesDescription for image in hearts} == {"T2star_heart_SA_8echo"}
    assert {image.BloodSignalNulling for image in hearts} == {"YES"}
    assert sorted(int(image.InstanceNumber) for image in hearts) == list(range(1, 17))


def test_classic_pixels_and_place(stack_phantom: Phantom, classic: list[pydicom.Dataset]) -> None:
    for organ, part in ((Organ.HEART, "HEART"), (Organ.LIVER, "LIVER")):
        truth = stack_phantom.organ(organ)
        by_place = defaultdict(dict)
        for image in classic:
            if image.BodyPartExamined == part:
                by_place[tuple(image.ImagePositionPatient)][float(image.EchoTime)] = image
        normal = np.cross(truth.affine[:3, 0], truth.affine[:3, 1])
        places = sorted(by_place, key=lambda place: float(normal @ np.array(place, dtype=float)))
        assert len(places) == 2
        for index, place in enumerate(places):
            train = by_place[place]
            assert tuple(sorted(train)) == truth.te_ms
            pixels = np.stack([train[te].pixel_array for te in truth.te_ms], axis=-1)
            np.testing.assert_allclose(pixels, truth.signal[index], atol=0.5001)
        first, second = (by_place[place][truth.te_ms[0]] for place in places)
        np.testing.assert_allclose(affine_of(first, second), truth.affine, atol=1e-5)
        spacing = np.linalg.norm(truth.affine[:3, 2])
        assert float(first.SpacingBetweenSlices) == pytest.approx(spacing)
        assert float(second.SliceLocation) - float(first.SliceLocation) == pytest.approx(spacing)


def test_axes_are_right_handed_and_point_where_they_should(stack_phantom: Phantom) -> None:
    heart, liver = (stack_phantom.organ(organ).affine[:3, :3] for organ in (Organ.HEART, Organ.LIVER))
    for axes in (heart, liver):
        unit = axes / np.linalg.norm(axes, axis=0)
        np.testing.assert_allclose(unit.T @ unit, np.eye(3), atol=1e-12)
        assert np.linalg.det(unit) == pytest.approx(1.0)
    np.testing.assert_allclose(np.diag(liver) > 0, True)
    # Short axis: columns run to left and back, rows to the feet, the normal to the base (right, back, up).
    assert heart[0, 0] > 0
    assert heart[1, 0] > 0
    assert heart[2, 1] < 0
    assert heart[0, 2] < 0
    assert heart[1, 2] > 0
    assert heart[2, 2] > 0


def test_enhanced_frames(stack_phantom: Phantom, tmp_path: Path) -> None:
    for path in write_phantom(stack_phantom, tmp_path, layout="enhanced"):
        image = pydicom.dcmread(path)
        organ = Organ.HEART if image.BodyPartExamined == "HEART" else Organ.LIVER
        truth = stack_phantom.organ(organ)
        assert image.NumberOfFrames == 2 * len(truth.te_ms)
        for number, frame in enumerate(image.PerFrameFunctionalGroupsSequence):
            slice_index, echo = divmod(number, len(truth.te_ms))
            assert frame.MREchoSequence[0].EffectiveEchoTime == truth.te_ms[echo]
            assert list(frame.FrameContentSequence[0].DimensionIndexValues) == [slice_index + 1, echo + 1]
            place = np.array(frame.PlanePositionSequence[0].ImagePositionPatient, dtype=float)
            expected = (truth.affine @ [0, 0, slice_index, 1])[:3]
            np.testing.assert_allclose(place, expected, atol=1e-5)
            np.testing.assert_allclose(
                image.pixel_array[number], truth.signal[slice_index, :, :, echo], atol=0.5001
            )


def test_uids_follow_the_spec(small_phantom: Phantom, stack_phantom: Phantom, tmp_path: Path) -> None:
    def uids(phantom: Phantom, name: str) -> set[str]:
        paths = write_phantom(phantom, tmp_path / name)
        return {pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID for path in paths}

    first, again = uids(small_phantom, "a"), uids(small_phantom, "b")
    assert first == again
    assert not first & uids(stack_phantom, "c")
    ones, others = sorted((tmp_path / "a/DICOM").iterdir()), sorted((tmp_path / "b/DICOM").iterdir())
    assert [path.read_bytes() for path in ones] == [path.read_bytes() for path in others]


def test_truth_stands_beside(small_phantom: Phantom, tmp_path: Path) -> None:
    write_phantom(small_phantom, tmp_path)
    document = json.loads((tmp_path / "truth/truth.json").read_text(encoding="utf-8"))
    assert document["spec"]["seed"] == small_phantom.spec.seed
    by_organ = {entry["organ"]: entry for entry in document["organs"]}
    assert by_organ["heart"]["t2star_ms"] == 12.0
    assert by_organ["liver"]["r2star_per_s"] == pytest.approx(1000 / 2.6)
    assert by_organ["liver"]["masks"]["parenchyma"]["t2star_ms_percentiles"]["5"] == pytest.approx(2.6)
    heart = small_phantom.organ(Organ.HEART)
    image = nibabel.load(tmp_path / "truth/heart_septum.nii.gz")
    mask = np.asarray(image.dataobj).astype(bool)
    assert mask.sum() == heart.masks["septum"].sum()
    column, row, slice_ = np.argwhere(mask)[0]
    assert heart.masks["septum"][slice_, row, column]
    in_ras = (image.affine @ [column, row, slice_, 1])[:3]
    in_lps = (heart.affine @ [column, row, slice_, 1])[:3]
    np.testing.assert_allclose(in_ras * [-1, -1, 1], in_lps, atol=1e-4)


def test_a_second_patient_replaces_the_first(
    small_phantom: Phantom, stack_phantom: Phantom, tmp_path: Path
) -> None:
    write_phantom(stack_phantom, tmp_path)
    (tmp_path / "DICOM/README").write_text("not ours")
    paths = write_phantom(small_phantom, tmp_path)
    assert sorted(path.name for path in (tmp_path / "DICOM").iterdir()) == [
        *sorted(path.name for path in paths),
        "README",
    ]


def test_unknown_layout_is_refused(small_phantom: Phantom, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        write_phantom(small_phantom, tmp_path, layout="mosaic")
    assert caught.value.finding.params["option"] == "layout"
