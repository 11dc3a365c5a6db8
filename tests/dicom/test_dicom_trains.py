"""Series → trains: what belongs together."""

from __future__ import annotations

import numpy as np
import pytest
from dicom_samples import (
    COLUMNS,
    IMPLICIT,
    ROWS,
    TE_MS,
    codes,
    enhanced,
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

from ironquant.dicom import read_examination
from ironquant.dicom.stems import description_stem


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
    protocols_differ = "FlipAngle" in change or "RepetitionTime" in change
    twins = [] if protocols_differ else ["twin_passed_over", "twin_preferred"]
    assert all(codes(ref)[0] == "mixed_acquisitions" for ref in exam.series)
    assert sorted(code for ref in exam.series for code in codes(ref)[1:]) == twins
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
