"""NIfTI with sidecars: units, order, orientation, identity."""

from __future__ import annotations

import json

import nibabel
import numpy as np
import pytest

from ironquant.core import InputError
from ironquant.dicom import read_examination, scan

SHAPE = (5, 4, 3)  # columns, rows, slices
# LPS habit written as RAS: columns to the left, rows to the back, slices to the head
AFFINE = np.array([[-2.0, 0, 0, 90], [0, -3.0, 0, 80], [0, 0, 7.0, -20], [0, 0, 0, 1]])


def volume(echo):
    return (1000 - 100 * echo + np.arange(60).reshape(SHAPE)).astype(np.int16)


def write(folder, name, data, affine=AFFINE, **sidecar):
    folder.mkdir(parents=True, exist_ok=True)
    nibabel.save(nibabel.Nifti1Image(data, affine), folder / f"{name}.nii.gz")
    if sidecar:
        (folder / f"{name}.json").write_text(json.dumps(sidecar))


def train(folder, n=4, **sidecar):
    told = {
        "SeriesNumber": 3,
        "SeriesDescription": "liver",
        "ImageType": ["ORIGINAL", "PRIMARY", "M"],
        "ImagingFrequency": 63.87,
        "MagneticFieldStrength": 1.5,
        **sidecar,
    }
    for echo in range(n):
        write(folder, f"any{9 - echo}", volume(echo), EchoTime=0.001 * (1 + echo), **told)


def codes(item):
    return [finding.code for finding in item.findings]


def only(path):
    (exam,) = scan(path)
    return exam


def test_one_file_per_echo(tmp_path):
    train(tmp_path)
    exam = only(tmp_path)
    (ref,) = exam.series
    assert ref.te_ms == pytest.approx((1, 2, 3, 4))
    assert ref.shape == (3, 4, 5)
    assert ref.flavour == "nifti"
    (series,) = read_examination(exam).series
    for echo in range(4):
        np.testing.assert_array_equal(series.signal[..., echo], volume(echo).transpose(2, 1, 0))
    assert series.affine.tolist() == [[2, 0, 0, -90], [0, 3, 0, -80], [0, 0, 7, -20], [0, 0, 0, 1]]
    assert exam.study.field_t == pytest.approx(63.87 / 42.577)


@pytest.mark.parametrize("flip", [(0,), (1,), (0, 1)])
def test_every_pixel_stays_in_its_place(tmp_path, flip):
    affine, data = AFFINE.copy(), [volume(echo) for echo in range(3)]
    for axis in flip:  # dcm2niix turns rows over
        affine[:3, 3] += affine[:3, axis] * (SHAPE[axis] - 1)
        affine[:3, axis] *= -1
        data = [np.flip(block, axis) for block in data]
    for echo, block in enumerate(data):
        write(tmp_path, f"e{echo}", block, affine, EchoTime=0.001 * (echo + 1), SeriesNumber=1)
    (series,) = read_examination(only(tmp_path)).series
    np.testing.assert_array_equal(series.signal[..., 1], volume(1).transpose(2, 1, 0))
    for column, row, slice_ in [(0, 0, 0), (4, 1, 2), (2, 3, 1)]:
        ras = np.diag([-1, -1, 1, 1]) @ series.affine @ [column, row, slice_, 1]
        voxel = np.linalg.inv(affine) @ ras
        i, j, k = np.round(voxel[:3]).astype(int)
        np.testing.assert_allclose(voxel[:3], [i, j, k], atol=1e-6)
        assert series.signal[slice_, row, column, 1] == data[1][i, j, k]


def test_four_dimensional_file(tmp_path):
    data = np.stack([volume(echo) for echo in range(4)], axis=-1)
    write(tmp_path, "megre", data, EchoTime=[0.004, 0.001, 0.002, 0.003])
    (series,) = read_examination(only(tmp_path)).series
    assert series.te_ms == pytest.approx((1, 2, 3, 4))
    assert series.signal[0, 0, 0].tolist() == [900, 800, 700, 1000]


def test_missing_echo_time(tmp_path):
    train(tmp_path / "a")
    write(tmp_path / "a", "mask", np.zeros(SHAPE, np.uint8))
    exam = only(tmp_path)
    assert [ref.readable for ref in exam.series] == [True, False]
    assert codes(exam.series[1]) == ["te_missing_sidecar"]
    write(tmp_path / "b", "alone", np.stack([volume(0)] * 4, axis=-1), EchoTime=0.001)
    assert codes(only(tmp_path / "b").series[0]) == ["te_missing_sidecar"]


def test_components_and_maps(tmp_path):
    train(tmp_path)
    for echo in range(4):
        write(
            tmp_path,
            f"p{echo}",
            volume(echo),
            EchoTime=0.001 * (1 + echo),
            SeriesNumber=4,
            ImageType=["ORIGINAL", "PRIMARY", "P"],
        )
    write(tmp_path, "sub-1_T2starmap", volume(0), SeriesNumber=5)
    refs = {ref.component: ref for ref in only(tmp_path).series}
    assert set(refs) == {"magnitude", "phase", "map"}
    assert codes(refs["phase"]) == ["phase_only"]
    assert not refs["phase"].readable
    assert "vendor_map" in codes(refs["map"])
    assert not refs["map"].readable


def test_bids_names_where_the_sidecar_names_no_series(tmp_path):
    for echo in range(3):
        for part in ("mag", "phase"):
            write(
                tmp_path,
                f"sub-07_echo-{echo + 1}_part-{part}_MEGRE",
                volume(echo),
                EchoTime=0.002 * (echo + 1),
            )
    exam = only(tmp_path)
    assert exam.patient.id == "07"
    assert [(ref.component, len(ref.te_ms)) for ref in exam.series] == [("magnitude", 3), ("phase", 3)]


def test_identity_depends_on_content_not_on_place(tmp_path):
    train(tmp_path / "here")
    train(tmp_path / "there" / "deep")
    first, second = only(tmp_path / "here"), only(tmp_path / "there")
    assert first.study.instance_uid == second.study.instance_uid
    assert [ref.key for ref in first.series] == [ref.key for ref in second.series]
    train(tmp_path / "told", StudyInstanceUID="1.2.3")
    assert only(tmp_path / "told").study.instance_uid == "1.2.3"


def test_damaged_nifti(tmp_path):
    train(tmp_path)
    (tmp_path / "empty.nii").write_bytes(b"")
    (tmp_path / "junk.nii.gz").write_bytes(b"\x1f\x8bjunk" * 30)
    exam = only(tmp_path)
    assert codes(exam) == ["unreadable_file", "unreadable_file"]
    path = tmp_path / "any6.nii.gz"
    path.write_bytes(path.read_bytes()[:-60])
    result = read_examination(exam)
    assert result.series[0].te_ms == pytest.approx((1, 2, 3))
    assert codes(result.series[0]) == ["unreadable_file", "missing_echo"]
    with pytest.raises(InputError, match="unreadable_file"):
        scan(tmp_path / "empty.nii")


def test_no_nan_reaches_the_fit(tmp_path):
    for echo in range(3):
        data = volume(echo).astype(np.float32)
        data[0, 0, 0] = np.nan
        write(tmp_path, f"e{echo}", data, EchoTime=0.001 * (echo + 1), SeriesNumber=1)
    (series,) = read_examination(only(tmp_path)).series
    assert np.isfinite(series.signal).all()
    assert "invalid_number" in codes(series)


def test_masks_beside_dicom_are_no_examination(tmp_path):
    from dicom_samples import series

    series(tmp_path)
    write(tmp_path / "truth", "heart_septum", np.ones(SHAPE, np.uint8))
    write(tmp_path / "maps", "heart_t2star", volume(0), Description="a map")
    exam = only(tmp_path)
    assert [ref.flavour for ref in exam.series] == ["classic"]
    train(tmp_path / "second")
    assert len(scan(tmp_path)) == 2
    assert len(scan(tmp_path / "truth")) == 1


def test_two_people_in_one_folder_are_two_examinations(tmp_path):
    for person in ("01", "02"):
        for echo in range(3):
            write(tmp_path, f"sub-{person}_echo-{echo + 1}_MEGRE", volume(echo), EchoTime=0.002 * (echo + 1))
    exams = scan(tmp_path)
    assert sorted(exam.patient.id for exam in exams) == ["01", "02"]
    assert [len(exam.series) for exam in exams] == [1, 1]
    assert exams[0].study.instance_uid != exams[1].study.instance_uid


def test_one_study_of_two_people_is_refused(tmp_path):
    train(tmp_path / "a", StudyInstanceUID="1.2.3", PatientID="A")
    train(tmp_path / "b", StudyInstanceUID="1.2.3", PatientID="B", SeriesNumber=4)
    exam = only(tmp_path)
    assert codes(exam) == ["two_patients"]
    assert not exam.readable_series


def test_echo_times_in_ms_are_refused_not_measured_a_thousand_times_too_long(tmp_path):
    for echo in range(4):
        write(tmp_path, f"e{echo}", volume(echo), EchoTime=1.2 * (echo + 1), SeriesNumber=1)
    (ref,) = only(tmp_path).series
    assert not ref.readable
    assert [(finding.code, finding.severity) for finding in ref.findings] == [("te_implausible", "error")]


def test_complex_images_are_read_by_their_magnitude(tmp_path):
    for echo in range(3):
        data = (volume(echo) * np.exp(1j * (echo + 1))).astype(np.complex64)
        write(tmp_path, f"e{echo}", data, EchoTime=0.001 * (echo + 1), SeriesNumber=1)
    (series,) = read_examination(only(tmp_path)).series
    np.testing.assert_allclose(series.signal[..., 2], volume(2).transpose(2, 1, 0), rtol=1e-5)


def test_a_file_without_a_place_is_told_and_one_with_an_impossible_place_refused(tmp_path):
    for echo in range(3):
        write(tmp_path, f"e{echo}", volume(echo), affine=None, EchoTime=0.001 * (echo + 1), SeriesNumber=1)
    assert "geometry_missing" in codes(only(tmp_path).series[0])
    flat = nibabel.Nifti1Image(volume(0), AFFINE)
    flat.header["srow_x"] = 0
    flat.header["sform_code"], flat.header["qform_code"] = 1, 0
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "a.nii").write_bytes(flat.header.binaryblock + b"\0" * 4 + volume(0).tobytes("F"))
    with pytest.raises(InputError, match="reason_matrix"):
        scan(tmp_path / "flat")


def test_one_study_as_dicom_and_as_nifti_is_one_examination(tmp_path):
    from dicom_samples import series, uid

    series(tmp_path / "dicom")
    told = {"StudyInstanceUID": uid("study"), "SeriesInstanceUID": uid("series")}
    train(tmp_path / "nifti", **told)
    exam = only(tmp_path)
    assert sorted(ref.flavour for ref in exam.readable_series) == ["classic", "nifti"]
    assert len({ref.key for ref in exam.series}) == 2
    assert len(read_examination(exam).series) == 2
    train(tmp_path / "nifti", **told, PatientID="someone else")
    assert codes(only(tmp_path)) == ["two_patients"]
    assert not only(tmp_path).readable_series


def test_a_train_that_lacks_echo_times_is_refused_with_an_error(tmp_path):
    train(tmp_path, n=4)
    for name in ("any6", "any7"):
        side = json.loads((tmp_path / f"{name}.json").read_text())
        del side["EchoTime"]
        (tmp_path / f"{name}.json").write_text(json.dumps(side))
    (ref,) = only(tmp_path).series
    assert not ref.readable
    assert [(finding.code, finding.severity) for finding in ref.findings] == [("te_missing_sidecar", "error")]


def test_filtered_nifti_images_do_not_mix_with_unfiltered_ones(tmp_path):
    for kind in ("ND", "NORM"):
        for echo in range(3):
            write(
                tmp_path,
                f"{kind}{echo}",
                volume(echo),
                EchoTime=0.001 * (echo + 1),
                SeriesNumber=3,
                ImageType=["ORIGINAL", "PRIMARY", "M", kind],
            )
    refs = only(tmp_path).series
    assert [(len(ref.te_ms), "filtered_images" in codes(ref)) for ref in refs] == [(3, False), (3, True)]
