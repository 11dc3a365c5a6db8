"""Series → trains: what belongs together, what is refused, what is told."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from dicom_samples import COLUMNS, IMPLICIT, ROWS, TE_MS, enhanced, image, pixels, private, save, series, uid

from ironquant.core import CancelledError, CancelToken, InputError
from ironquant.dicom import read_examination, scan
from ironquant.dicom.trains import description_stem


def codes(item):
    return [finding.code for finding in item.findings]


def only(path):
    (exam,) = scan(path)
    return exam


def expected(n_slices=2, n_echoes=4):
    return np.stack(
        [np.stack([pixels(s, e) for e in range(n_echoes)], axis=-1) for s in range(n_slices)]
    ).astype(np.float32)


def read_one(path):
    (train,) = read_examination(only(path)).series
    return train


def test_classic_series(tmp_path):
    exam = only(series(tmp_path))
    (ref,) = exam.series
    assert (ref.te_ms, ref.shape, ref.flavour, ref.component, ref.readable) == (
        TE_MS,
        (2, ROWS, COLUMNS),
        "classic",
        "magnitude",
        True,
    )
    assert ref.findings == ()
    assert ref.n_files == 8
    assert ref.number == 5
    train = read_examination(exam).series_by_key(ref.key)
    np.testing.assert_array_equal(train.signal, expected())
    assert train.affine.tolist() == [[1.5, 0, 0, -100], [0, 2, 0, -80], [0, 0, 10, 20], [0, 0, 0, 1]]
    assert exam.study.field_t == pytest.approx(63.87 / 42.577)
    assert len(train.sop_instance_uids) == 8
    assert train.acquisition.repetition_time_ms == 200


def test_slices_rise_along_the_normal_of_an_oblique_stack(tmp_path):
    turn = np.deg2rad(40)
    row, column = np.array([np.cos(turn), np.sin(turn), 0]), np.array([0, 0, -1.0])
    along = np.cross(row, column)
    for slice_ in (2, 0, 1):
        for echo in range(4):
            place = (np.array([5, -7, 30]) + 6.5 * slice_ * along).round(6).tolist()
            ds = image(
                slice_,
                echo,
                ImagePositionPatient=place,
                ImageOrientationPatient=[*row.round(7).tolist(), *column.tolist()],
            )
            save(ds, tmp_path / f"{slice_}{echo}.dcm")
    train = read_one(tmp_path)
    np.testing.assert_array_equal(train.signal, expected(3))
    np.testing.assert_allclose(train.affine[:3, 2], 6.5 * along, atol=1e-5)
    np.testing.assert_allclose(
        train.affine @ [3, 4, 1, 1],
        [*(np.array([5, -7, 30]) + 6.5 * along + 4.5 * row + 8 * column), 1],
        atol=1e-4,
    )


def test_single_slice_step_is_the_spacing_between_slices(tmp_path):
    train = read_one(series(tmp_path, n_slices=1, SpacingBetweenSlices=9))
    assert train.affine[:3, 2].tolist() == [0, 0, 9]


def test_one_series_per_echo(tmp_path):
    for echo, te in enumerate(TE_MS):
        series(
            tmp_path / f"s{echo}",
            te_ms=(te,),
            data=pixels(0, echo),
            SeriesInstanceUID=uid(f"s{echo}"),
            SeriesNumber=20 + echo,
            SeriesDescription=f"T2* liver TE={te}ms",
        )
    exam = only(tmp_path)
    (ref,) = exam.series
    assert (ref.flavour, ref.te_ms, ref.shape[0], ref.readable) == ("series-per-echo", TE_MS, 2, True)
    assert ref.key == "+".join(uid(f"s{echo}") for echo in range(4))
    signal = read_examination(exam).series[0].signal
    assert signal[0, 0, 0].tolist() == [1000, 800, 600, 400]


def test_series_per_echo_exported_twice_makes_two_trains(tmp_path):
    for run in range(2):
        for echo, te in enumerate(TE_MS):
            series(
                tmp_path / f"{run}{echo}",
                te_ms=(te,),
                SeriesInstanceUID=uid(f"{run}{echo}"),
                SeriesNumber=20 + 10 * run + echo,
            )
    refs = only(tmp_path).readable_series
    assert [ref.te_ms for ref in refs] == [TE_MS, TE_MS]


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("FrameOfReferenceUID", uid("other")),
        ("SeriesDescription", "t1_fl2d"),
        ("FlipAngle", 70),
        ("ImagePositionPatient", [-100, -80, 500]),
    ],
)
def test_single_echoes_of_different_kinds_are_not_joined(tmp_path, change, value):
    for echo, te in enumerate(TE_MS):
        changes = {change: value} if echo == 3 else {}
        series(tmp_path / f"s{echo}", n_slices=1, te_ms=(te,), SeriesInstanceUID=uid(f"s{echo}"), **changes)
    assert sorted(len(ref.te_ms) for ref in only(tmp_path).series) == [1, 3]


def test_description_stem_drops_only_the_echo():
    assert description_stem("T2* liver TE=4.6ms") == description_stem("t2* liver te 12.3 ms") == "t2* liver"
    assert description_stem("gre_e2") == description_stem("GRE echo 11") == "gre"
    assert description_stem("heart_t2star") != description_stem("liver_t2star")


def test_enhanced_with_shuffled_frames(tmp_path):
    order = [(1, 2), (0, 0), (1, 3), (0, 3), (1, 0), (0, 1), (0, 2), (1, 1)]
    save(enhanced(order), tmp_path / "IM_0001")
    exam = only(tmp_path)
    (ref,) = exam.series
    assert (ref.flavour, ref.te_ms, ref.shape, ref.n_files) == ("enhanced", TE_MS, (2, ROWS, COLUMNS), 1)
    train = read_examination(exam).series[0]
    np.testing.assert_array_equal(train.signal, expected() * np.array([1, 2, 3, 4]) - 3)
    assert train.affine[:3, 3].tolist() == [-100, -80, 20]
    assert train.acquisition.black_blood is True
    assert exam.study.field_t == pytest.approx(63.87 / 42.577)


def test_enhanced_with_one_file_per_echo(tmp_path):
    for echo in range(4):
        save(enhanced([(1, echo), (0, echo)], InstanceNumber=1), tmp_path / f"{echo}.dcm")
    train = read_one(tmp_path)
    np.testing.assert_array_equal(train.signal, expected() * np.array([1, 2, 3, 4]) - 3)


def test_magnitude_is_picked_and_the_rest_listed(tmp_path):
    series(tmp_path)
    for echo in range(4):
        save(image(0, echo, ImageType=["ORIGINAL", "PRIMARY", "P", "ND"]), tmp_path / f"p{echo}.dcm")
    exam = only(tmp_path)
    magnitude, phase = exam.series
    assert magnitude.readable
    assert codes(magnitude) == ["magnitude_chosen"]
    assert phase.component == "phase"
    assert not phase.readable
    assert codes(phase) == ["component_companion"]
    assert magnitude.key != phase.key
    np.testing.assert_array_equal(read_examination(exam).series[0].signal, expected())


@pytest.mark.parametrize("syntax", [None, IMPLICIT])
def test_ge_private_image_type(tmp_path, syntax):
    for echo in range(4):
        for kind in range(4):
            extra = {} if syntax is None else {"syntax": syntax}
            data = pixels(0, echo).astype(np.int16) - 2000 * kind
            ds = image(
                0,
                echo,
                ImageType=["ORIGINAL", "PRIMARY", "OTHER"],
                data=data,
                Manufacturer="GE MEDICAL SYSTEMS",
                **extra,
            )
            private(ds, 0x0043, "GEMS_PARM_01", 0x2F, "SS", kind)
            save(ds, tmp_path / f"{echo}{kind}.dcm")
    exam = only(tmp_path)
    assert sorted(ref.component for ref in exam.series) == ["imaginary", "magnitude", "phase", "real"]
    (train,) = read_examination(exam).series
    np.testing.assert_array_equal(train.signal, expected(1))


def test_philips_echoes_of_different_scaling_are_comparable(tmp_path):
    truth = np.linspace(100, 900, ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    slopes, scales = [1.3, 0.7, 0.4, 0.21], [0.5, 0.9, 1.7, 3.1]
    for echo, (rescale, scale) in enumerate(zip(slopes, scales, strict=True)):
        stored = np.round(truth * 0.8**echo * scale).astype(np.uint16)
        ds = image(
            0,
            echo,
            data=stored,
            Manufacturer="Philips Medical Systems",
            RescaleSlope=rescale,
            RescaleIntercept=0,
            ImageType=["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"],
        )
        private(ds, 0x2005, "Philips MR Imaging DD 001", 0x0E, "FL", scale)
        save(ds, tmp_path / f"{echo}.dcm")
    signal = read_one(tmp_path).signal[0]
    # floating point value (PV * RS + RI) / (RS * SS): one pixel decays by 0.8 per echo
    np.testing.assert_allclose(signal[..., 1:] / signal[..., :-1], 0.8, rtol=0.02)


def test_philips_without_scale_slope_says_so(tmp_path):
    for echo in range(4):
        save(
            image(0, echo, Manufacturer="Philips", RescaleSlope=1 + echo, RescaleIntercept=0),
            tmp_path / f"{echo}.dcm",
        )
    train = read_one(tmp_path)
    assert "scaling_unresolved" in codes(train)
    np.testing.assert_array_equal(train.signal, expected(1) * np.array([1, 2, 3, 4]))


def test_rescale_signed_and_spare_bits(tmp_path):
    for echo in range(4):
        stored = (np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS) - 20) % 4096  # 12 bits, two's complement
        stored = (stored | 0xF000 * (echo % 2)).astype(np.uint16)  # junk above BitsStored in odd echoes
        save(
            image(
                0,
                echo,
                data=stored.view(np.int16),
                BitsStored=12,
                HighBit=11,
                RescaleSlope=2,
                RescaleIntercept=50,
            ),
            tmp_path / f"{echo}.dcm",
        )
    signal = read_one(tmp_path).signal
    for echo in range(4):
        np.testing.assert_array_equal(signal[0, :, :, echo].ravel(), 2 * (np.arange(48) - 20) + 50)


def test_mixed_matrices_are_two_trains(tmp_path):
    series(tmp_path / "a")
    series(tmp_path / "b", n_slices=1, data=np.full((10, 12), 9, np.uint16))
    exam = only(tmp_path)
    assert sorted(ref.shape for ref in exam.series) == [(1, 10, 12), (2, ROWS, COLUMNS)]
    assert all("mixed_matrix" in codes(ref) and ref.readable for ref in exam.series)
    assert len({ref.key for ref in exam.series}) == 2
    assert {train.signal.shape for train in read_examination(exam).series} == {(1, 10, 12, 4), (2, 6, 8, 4)}


def test_mixed_orientations_are_two_trains(tmp_path):
    series(tmp_path / "a")
    series(tmp_path / "b", ImageOrientationPatient=[1, 0, 0, 0, 0, -1], n_slices=1)
    refs = only(tmp_path).series
    assert sorted(ref.shape[0] for ref in refs) == [1, 2]
    assert all(codes(ref) == ["mixed_geometry"] for ref in refs)


@pytest.mark.parametrize(
    "change",
    [{"FlipAngle": 60}, {"RepetitionTime": 900}, {"AcquisitionNumber": 2}, {"TemporalPositionIdentifier": 2}],
)
def test_two_acquisitions_in_one_series_are_not_merged(tmp_path, change):
    base = {"TemporalPositionIdentifier": 1} if "TemporalPositionIdentifier" in change else {}
    series(tmp_path / "a", **base)
    series(tmp_path / "b", data=np.full((ROWS, COLUMNS), 7, np.uint16), **change)
    exam = only(tmp_path)
    assert [ref.te_ms for ref in exam.series] == [TE_MS, TE_MS]
    assert all(codes(ref) == ["mixed_acquisitions"] for ref in exam.series)
    first, second = read_examination(exam).series
    assert {first.signal.max(), second.signal.max()} == {expected().max(), 7}


def test_slices_with_other_echo_times_are_another_train(tmp_path):
    series(tmp_path / "a", n_slices=1)
    for echo, te in enumerate((2.1, 5.2, 7.7, 9.9)):
        save(image(3, echo, te), tmp_path / f"b{echo}.dcm")
    assert sorted(ref.te_ms[0] for ref in only(tmp_path).readable_series) == [1.5, 2.1]


def test_one_acquisition_number_per_slice_is_one_train(tmp_path):
    for slice_ in range(3):
        for echo in range(4):
            save(image(slice_, echo, AcquisitionNumber=slice_ + 1), tmp_path / f"{slice_}{echo}.dcm")
    (ref,) = only(tmp_path).series
    assert ref.shape[0] == 3
    assert ref.findings == ()


def test_gated_repetition_time_may_vary(tmp_path):
    for slice_ in range(2):
        for echo in range(4):
            save(
                image(slice_, echo, RepetitionTime=700 + 90 * slice_, TriggerTime=5 + slice_),
                tmp_path / f"{slice_}{echo}.dcm",
            )
    train = read_one(tmp_path)
    assert train.shape[0] == 2
    assert train.acquisition.ecg_gated is True


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
