"""Series with defects: duplicates, gaps, impossible values, mixed people; refused or told."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from dicom_samples import (
    COLUMNS,
    ROWS,
    TE_MS,
    codes,
    expected,
    image,
    only,
    pixels,
    private,
    read_one,
    save,
    series,
    uid,
)

from ironquant.core import CancelledError, CancelToken, InputError
from ironquant.dicom import read_examination, scan


def test_duplicate_uses_the_first_by_acquisition_time(tmp_path):
    series(tmp_path)
    save(
        image(1, 2, data=np.full((ROWS, COLUMNS), 5, np.uint16), AcquisitionTime="115959"),
        tmp_path / "000a.dcm",
    )
    train = read_one(tmp_path)
    (finding,) = train.findings
    assert (finding.code, finding.params["te_ms"]) == ("te_duplicate", (4.5,))
    np.testing.assert_array_equal(train.signal, expected())


def test_same_file_copied_twice_is_one_image(tmp_path):
    series(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    (ref,) = only(tmp_path).series
    assert ref.findings == ()
    assert ref.n_files == 8


@pytest.mark.parametrize(
    ("gaps", "shape", "te_ms", "reason"),
    [
        ([(1, 3)], (3, 3), (1.5, 3.0, 4.5), "echo_left_out"),  # 9 images of echoes, 8 of slices
        ([(1, 0), (1, 2)], (2, 4), TE_MS, "slices_left_out"),  # 6 against 8
    ],
)
def test_missing_image(tmp_path, gaps, shape, te_ms, reason):
    for slice_ in range(3):
        for echo in range(4):
            if (slice_, echo) not in gaps:
                save(image(slice_, echo), tmp_path / f"{slice_}{echo}.dcm")
    train = read_one(tmp_path)
    assert (train.signal.shape[0], train.signal.shape[3], train.te_ms) == (*shape, te_ms)
    (finding,) = [finding for finding in train.findings if finding.code == "missing_echo"]
    assert finding.params["reason"] == reason
    assert finding.params["te_ms"] == tuple(TE_MS[echo] for _, echo in gaps)


@pytest.mark.parametrize("broken", [{"EchoTime": None}, {"te_ms": 0}, {"te_ms": -4.6}])
def test_invalid_echo_time(tmp_path, broken):
    series(tmp_path, n_slices=1)
    save(image(0, 3, **broken), tmp_path / "bad.dcm")
    (ref,) = only(tmp_path).series
    assert codes(ref) == ["te_invalid"]
    assert ref.te_ms == TE_MS
    assert ref.readable
    assert (ref.findings[0].params["n_files"], ref.findings[0].params["file"]) == (1, "bad.dcm")


def test_no_echo_time_at_all(tmp_path):
    series(tmp_path, n_slices=1, EchoTime=None)
    exam = only(tmp_path)
    assert not exam.series[0].readable
    assert codes(exam.series[0]) == ["te_invalid"]
    assert read_examination(exam).series == ()


def test_echo_times_in_seconds(tmp_path):
    ref = only(series(tmp_path, te_ms=(0.0015, 0.003, 0.0045))).series[0]
    assert codes(ref) == ["te_seconds"]
    assert ref.te_ms == pytest.approx((1.5, 3.0, 4.5))


def test_two_echoes_are_listed_but_not_read(tmp_path):
    exam = only(series(tmp_path, te_ms=(1.5, 3.0)))
    (ref,) = exam.series
    assert not ref.readable
    assert [(f.code, f.severity, dict(f.params)) for f in ref.findings] == [
        ("few_echoes", "error", {"n_echoes": 2, "needed": 3})
    ]
    assert read_examination(exam).series == ()
    with pytest.raises(InputError) as caught:
        read_examination(exam, series=[ref.key])
    assert caught.value.finding.code == "few_echoes"


@pytest.mark.parametrize(
    ("image_type", "component", "code"),
    [
        (["ORIGINAL", "PRIMARY", "P", "ND"], "phase", "phase_only"),
        (["ORIGINAL", "PRIMARY", "R_FFE", "R", "FFE"], "real", "component_unusable"),
        (["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"], "mosaic", "mosaic"),
        (["DERIVED", "PRIMARY", "M", "T2_STAR MAP"], "map", "vendor_map"),
        (["DERIVED", "PRIMARY", "R2", "STAR MAP"], "map", "vendor_map"),
        (["DERIVED", "PRIMARY", "FAT_FRACTION"], "map", "vendor_map"),
    ],
)
def test_what_is_no_magnitude_train(tmp_path, image_type, component, code):
    exam = only(series(tmp_path, ImageType=image_type))
    (ref,) = exam.series
    assert (ref.component, ref.readable, codes(ref)[0]) == (component, False, code)
    assert read_examination(exam).series == ()


def test_single_image_called_a_map_is_one_but_a_train_is_not(tmp_path):
    series(tmp_path / "map", n_slices=1, te_ms=(1.5,), SeriesDescription="T2* map")
    assert codes(only(tmp_path / "map").series[0]) == ["vendor_map"]
    series(tmp_path / "train", SeriesDescription="T2* map")
    assert only(tmp_path / "train").series[0].readable


def test_normalized_images_are_told(tmp_path):
    (ref,) = only(series(tmp_path, ImageType=["ORIGINAL", "PRIMARY", "M", "ND", "NORM"])).series
    assert codes(ref) == ["filtered_images"]
    assert ref.readable


def test_two_patients_are_two_examinations(tmp_path):
    series(tmp_path / "a")
    series(
        tmp_path / "b",
        PatientID="P2",
        PatientName="Li^Si",
        StudyInstanceUID=uid("study2"),
        SeriesInstanceUID=uid("b"),
        StudyDate="20190101",
    )
    exams = scan(tmp_path)
    assert [exam.patient.id for exam in exams] == ["P2", "P1"]
    assert all(exam.series[0].readable for exam in exams)


def test_two_patients_in_one_study_are_refused(tmp_path):
    series(tmp_path / "a")
    series(tmp_path / "b", PatientID="P2", SeriesInstanceUID=uid("b"))
    exam = only(tmp_path)
    assert codes(exam) == ["two_patients"]
    assert exam.findings[0].params["n_patients"] == 2
    told = exam.findings[0].params
    assert {str(told["file"])[:2], str(told["other"])[:2]} == {"a/", "b/"}
    assert exam.readable_series == ()
    assert len(exam.series) == 2
    assert read_examination(exam).series == ()


def test_unknown_key(tmp_path):
    with pytest.raises(InputError, match="series_unknown"):
        read_examination(only(series(tmp_path)), series=["1.2.3"])


def test_cancel_and_progress(tmp_path):
    series(tmp_path)
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        scan(tmp_path, cancel=token)
    with pytest.raises(CancelledError):
        read_examination(only(tmp_path), cancel=token)
    seen = []
    read_examination(only(tmp_path), progress=lambda fraction, step: seen.append((fraction, step)))
    assert seen[-1] == (1.0, "read")
    assert [f for f, _ in seen] == sorted(f for f, _ in seen)


def test_the_order_of_duplicates_does_not_hang_on_names(tmp_path):
    series(tmp_path, n_slices=1)
    late = image(0, 1, data=np.full((ROWS, COLUMNS), 5, np.uint16), AcquisitionTime="115959")
    late.SOPInstanceUID = "1.0.1"
    save(late, tmp_path / "late.dcm")
    np.testing.assert_array_equal(read_one(tmp_path).signal, expected(1))


def test_parallel_slices_that_are_not_above_each_other_are_two_trains(tmp_path):
    series(tmp_path / "a", n_slices=1)
    for echo in range(4):
        save(image(1, echo, ImagePositionPatient=[-60, -80, 30]), tmp_path / f"{echo}.dcm")
    refs = only(tmp_path).series
    assert [(ref.shape[0], codes(ref)) for ref in refs] == [(1, ["mixed_geometry"])] * 2


def test_uneven_gaps_are_told(tmp_path):
    for slice_, height in enumerate((20, 30, 47)):
        for echo in range(4):
            ds = image(slice_, echo, ImagePositionPatient=[-100, -80, height])
            save(ds, tmp_path / f"{slice_}{echo}.dcm")
    (ref,) = only(tmp_path).series
    assert codes(ref) == ["slices_uneven"]


@pytest.mark.parametrize("missing", ["ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"])
def test_missing_place_is_told(tmp_path, missing):
    train = read_one(series(tmp_path, n_slices=1, **{missing: None}))
    assert codes(train) == ["geometry_missing"]
    assert np.isfinite(train.affine).all()
    assert abs(np.linalg.det(train.affine)) > 0


def test_slice_location_orders_slices_without_positions(tmp_path):
    for slice_ in range(3):
        for echo in range(4):
            ds = image(slice_, echo, ImagePositionPatient=None, SliceLocation=12.5 + 10 * slice_)
            save(ds, tmp_path / f"{2 - slice_}{echo}.dcm")
    np.testing.assert_array_equal(read_one(tmp_path).signal, expected(3))


def test_lossy_compression_is_told(tmp_path):
    assert codes(only(series(tmp_path, LossyImageCompression="01")).series[0]) == ["lossy_compression"]


def test_one_id_for_two_people_is_refused(tmp_path):
    series(tmp_path / "a")
    series(tmp_path / "b", PatientName="Li^Si", PatientBirthDate="19700202", SeriesInstanceUID=uid("b"))
    assert codes(only(tmp_path)) == ["two_patients"]


def test_one_name_written_in_two_ways_is_one_patient(tmp_path):
    series(tmp_path / "a")
    series(tmp_path / "b", PatientName="ZHANG SAN", SeriesInstanceUID=uid("b"))
    exam = only(tmp_path)
    assert exam.findings == ()
    assert len(exam.readable_series) == 2


def test_strongly_compressed_images_are_not_short(tmp_path):
    from pydicom.uid import RLELossless

    for echo in range(4):
        ds = image(0, echo, data=np.full((256, 256), 40 + echo, np.uint16))
        ds.compress(RLELossless)
        save(ds, tmp_path / f"{echo}.dcm")
    assert read_one(tmp_path).signal[0, 9, 9].tolist() == [40, 41, 42, 43]


def test_a_map_without_echo_time_is_a_map(tmp_path):
    series(tmp_path, te_ms=(1.0,), EchoTime=None, ImageType=["DERIVED", "PRIMARY", "M", "T2_STAR MAP"])
    (ref,) = only(tmp_path).series
    assert codes(ref) == ["vendor_map"]
    assert ref.shape == (2, ROWS, COLUMNS)
    assert not ref.readable


def test_filtered_and_unfiltered_images_of_one_series_do_not_mix(tmp_path):
    for echo, te in enumerate(TE_MS):
        # UIDs in an order that would take every other echo from the other kind
        save(image(0, echo, te, SOPInstanceUID=f"1.2.{8 + echo}"), tmp_path / f"a{echo}.dcm")
        kind = ["ORIGINAL", "PRIMARY", "M", "NORM"]
        filtered = image(0, echo, te, data=3 * pixels(0, echo), ImageType=kind)
        filtered.SOPInstanceUID = f"1.2.{18 - 2 * echo}"
        save(filtered, tmp_path / f"b{echo}.dcm")
    trains = read_examination(only(tmp_path)).series
    assert [train.signal[0, 0, 0].tolist() for train in trains] == [
        [1000, 800, 600, 400],
        [3000, 2400, 1800, 1200],
    ]
    assert ["filtered_images" in codes(train) for train in trains] == [False, True]


def test_duplicates_of_two_kinds_are_taken_from_one_kind(tmp_path):
    for echo, te in enumerate(TE_MS):
        for kind, factor, last in (("ND", 1, 8 + echo), ("DIS2D", 3, 18 - 2 * echo)):
            ds = image(
                0, echo, te, data=factor * pixels(0, echo), ImageType=["ORIGINAL", "PRIMARY", "M", kind]
            )
            ds.SOPInstanceUID = f"1.2.{last}"
            save(ds, tmp_path / f"{kind}{echo}.dcm")
    train = read_one(tmp_path)
    assert "te_duplicate" in codes(train)
    assert train.signal[0, 0, 0].tolist() == [3000, 2400, 1800, 1200]


def test_philips_is_known_without_its_name(tmp_path):
    for echo, te in enumerate(TE_MS):
        ds = image(0, echo, te, Manufacturer="", RescaleSlope=float(echo + 1), RescaleIntercept=0.0)
        private(ds, 0x2005, "Philips MR Imaging DD 001", 0x0E, "FL", 0.5)
        save(ds, tmp_path / f"{echo}.dcm")
    assert read_one(tmp_path).signal[0, 0, 0].tolist() == [2000, 1600, 1200, 800]


@pytest.mark.parametrize("effective", [0.0, 99.0])
def test_the_echo_time_of_a_classic_image_comes_before_an_effective_one(tmp_path, effective):
    assert read_one(series(tmp_path, EffectiveEchoTime=effective)).te_ms == TE_MS


def test_echo_times_in_another_unit_are_refused(tmp_path):
    (ref,) = only(series(tmp_path, te_ms=(1500.0, 3000.0, 4500.0))).series
    assert not ref.readable
    assert [(finding.code, finding.severity) for finding in ref.findings] == [("te_implausible", "error")]


@pytest.mark.parametrize("cosines", [[0, 0, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0], [2, 0, 0, 0, 1, 0]])
def test_impossible_directions_are_no_place(tmp_path, cosines):
    train = read_one(series(tmp_path, ImageOrientationPatient=cosines))
    assert "geometry_missing" in codes(train)
    assert abs(np.linalg.det(train.affine)) > 1


def test_a_slice_lost_while_reading_makes_the_gaps_uneven(tmp_path):
    exam = only(series(tmp_path, n_slices=4, te_ms=TE_MS[:3]))
    lost = next(row for row in exam.series[0].source.grid.frames if row[0].position[2] == 30)
    lost[0].file.path.unlink()
    (train,) = read_examination(exam).series
    assert train.shape[0] == 3
    assert "slices_uneven" in codes(train)


def test_studies_without_a_uid_keep_people_apart(tmp_path):
    for person in ("A", "B"):
        changes = {"StudyInstanceUID": None, "PatientID": person, "SeriesInstanceUID": uid(person)}
        series(tmp_path, prefix=person, **changes)
    uids = {exam.study.instance_uid for exam in scan(tmp_path)}
    assert len(uids) == 2
    assert uids == {exam.study.instance_uid for exam in scan(tmp_path)}
