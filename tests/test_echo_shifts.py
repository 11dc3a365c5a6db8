"""A patient who moves between echoes: images whose echoes are moved by known vectors, and the truth."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.measure import points_in_poly

from ironquant import load_settings
from ironquant.analysis import analyze, analyze_organ
from ironquant.case.document import read_reading, to_json, to_reading_document
from ironquant.core import (
    Acquisition,
    EchoSeries,
    EchoShift,
    Examination,
    Organ,
    OrganReading,
    Patient,
    Reading,
    Region,
    RegionError,
    Study,
)
from ironquant.export.document import to_document
from ironquant.export.wording import method_words
from ironquant.roi import carry_over, contour_to_patient, read_region, region_mask, region_signal
from ironquant.roi.document import to_regions_document

TE_MS = (1.3, 3.4, 5.5, 7.6, 9.7, 11.8, 13.9, 16.0)
DISC, AROUND = 6.0, 30.0
"""T2* (ms) inside the disc that is measured, and around it."""
TURN = np.radians(20.0)
AFFINE = np.array(
    [
        [1.5 * np.cos(TURN), -1.8 * np.sin(TURN), 0.0, -40.0],
        [1.5 * np.sin(TURN), 1.8 * np.cos(TURN), 0.0, 12.0],
        [0.0, 0.0, 8.0, 5.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
)
CENTRE, RADIUS = (30.0, 34.0), 6.0
SETTINGS = load_settings()


def series_moved(moves):
    """Two slices with a disc; `moves` gives (columns, rows) by echo from 1."""
    signal = np.zeros((2, 64, 72, len(TE_MS)))
    rows, columns = np.indices(signal.shape[1:3])
    for echo, te in enumerate(TE_MS):
        across, down = moves.get(echo + 1, (0.0, 0.0))
        inside = np.hypot(columns - CENTRE[0] - across, rows - CENTRE[1] - down) <= RADIUS
        signal[..., echo] = np.where(inside, 900.0 * np.exp(-te / DISC), 700.0 * np.exp(-te / AROUND))
    signal[:, 0, 0, 0] = 2000.0  # the scale of the images reaches further
    return EchoSeries("one", "1.2.3", "liver", signal, TE_MS, AFFINE, acquisition=Acquisition(field_t=1.5))


def patient_mm(across, down):
    return AFFINE[:3, :2] @ np.array([across, down])


def disc_region(radius=RADIUS - 1.2):
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    points = np.column_stack([CENTRE[0] + radius * np.cos(turn), CENTRE[1] + radius * np.sin(turn)])
    contours = tuple(contour_to_patient(points, index, series_moved({})) for index in (0, 1))
    return Region(Organ.LIVER, "parenchyma", contours)


def with_moves(region, moves):
    for echo, move in moves.items():
        region = region.shifted([echo], patient_mm(*move))
    return region


def measured(series, region, **entry):
    examination = Examination(Patient(), Study(field_t=1.5), (series,))
    reading = OrganReading(Organ.LIVER, "one", (region,), **entry)
    return analyze_organ(examination, reading, SETTINGS)


MOVES = {4: (3.0, -2.0), 5: (3.0, -2.0), 6: (5.0, 1.0), 8: (-4.0, 4.0)}


def test_with_the_shifts_the_t2star_is_the_truth_without_it_is_not():
    series, region = series_moved(MOVES), disc_region()
    without = measured(series, region, model="mono").result.t2star_ms.value
    analysis = measured(series, with_moves(region, MOVES), model="mono")
    assert analysis.result.t2star_ms.value == pytest.approx(DISC, rel=1e-5)
    assert abs(without / DISC - 1) > 0.05
    assert [part.t2star_ms.value for part in analysis.reported.slices] == pytest.approx([DISC] * 3, rel=1e-5)


def test_the_fits_of_the_pixels_follow_too():
    moved = with_moves(disc_region(), MOVES)
    analysis = measured(series_moved(MOVES), moved, model="mono")
    assert analysis.reported.pixels.t2star_ms_median == pytest.approx(DISC, rel=1e-5)
    assert analysis.reported.pixels.t2star_ms_iqr == pytest.approx((DISC, DISC), rel=1e-5)
    assert analysis.reported.pixels.n_excluded == 0
    left_out = measured(series_moved(MOVES), moved, model="mono", exclude_outliers=True)
    assert left_out.result.t2star_ms.value == pytest.approx(DISC, rel=1e-5)


def test_less_than_a_pixel_by_the_rule_of_the_mask():
    moves = {3: (0.4, 0.0), 5: (-0.3, 1.6)}
    analysis = measured(series_moved(moves), with_moves(disc_region(), moves), model="mono")
    assert analysis.result.t2star_ms.value == pytest.approx(DISC, rel=1e-5)


@given(
    across=st.integers(-25, 25),
    down=st.integers(-25, 25),
    corners=st.lists(st.tuples(st.integers(5, 60), st.integers(5, 55)), min_size=3, max_size=8),
)
def test_whole_pixels_move_the_mask_unchanged(across, down, corners):
    """Even where outlines run through pixel centres, and over the edge of the image."""
    series = series_moved({})
    contour = contour_to_patient(np.array(corners, dtype=float), 0, series)
    region = Region(Organ.LIVER, "parenchyma", (contour,))
    try:
        mask = region_mask(region, series)
    except RegionError:
        return
    places = np.argwhere(mask) + np.array((0, down, across))
    inside = np.all((places >= 0) & (places < series.shape), axis=1)
    expected = np.zeros_like(mask)
    expected[tuple(places[inside].T)] = True
    moved = region.shifted([2], patient_mm(across, down))
    if expected.any():
        np.testing.assert_array_equal(region_mask(moved, series, 2), expected)
        np.testing.assert_array_equal(region_mask(moved, series, 1), mask)
        read = region_signal(moved, series).pixels[inside, 1]
        np.testing.assert_array_equal(read, series.signal[..., 1][tuple(places[inside].T)])
    else:
        with pytest.raises(RegionError):
            region_mask(moved, series, 2)


@given(across=st.floats(-8, 8), down=st.floats(-8, 8))
def test_a_part_of_a_pixel_moves_the_outline_and_the_centres_decide(across, down):
    series, region = series_moved({}), disc_region(radius=5.13)
    moved = region.shifted([3], patient_mm(across, down))
    turn = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    polygon = np.column_stack(
        [CENTRE[0] + across + 5.13 * np.cos(turn), CENTRE[1] + down + 5.13 * np.sin(turn)]
    )
    rows, columns = np.indices(series.shape[1:])
    centres = np.column_stack([columns.ravel(), rows.ravel()])
    inside = points_in_poly(centres, polygon).reshape(rows.shape)
    nudged = [points_in_poly(centres, polygon + 1e-5 * np.array(by)).reshape(rows.shape)
              for by in ((1, 0), (-1, 0), (0, 1), (0, -1))]  # fmt: skip
    clear = np.all([other == inside for other in nudged], axis=0)
    np.testing.assert_array_equal(region_mask(moved, series, 3)[0][clear], inside[clear])


def test_signal_is_counted_by_echo():
    """The mean of each echo is that of its own mask, however many pixels it has."""
    moves = {2: (0.5, 0.5), 6: (0.31, -0.77)}
    series, region = series_moved(moves), with_moves(disc_region(), moves)
    curve = measured(series, region).reported.curve
    masks = [region_mask(region, series, echo) for echo in range(1, len(TE_MS) + 1)]
    means = [series.signal[..., echo][mask].mean() for echo, mask in enumerate(masks)]
    np.testing.assert_allclose(curve.signal, means, rtol=1e-6)
    assert curve.n == min(mask.sum() for mask in masks)


def test_pixels_that_leave_the_image_have_no_value():
    region = with_moves(disc_region(), {5: (40.0, 0.0)})
    analysis = measured(series_moved({5: (40.0, 0.0)}), region, model="mono")
    columns = np.nonzero(analysis.reported.mask)[2]
    assert analysis.reported.pixels.n_excluded == np.sum(columns + 40 >= 72) > 0
    assert analysis.result.t2star_ms.value == pytest.approx(DISC, rel=1e-5)


def test_an_echo_that_the_series_does_not_have():
    analysis = measured(series_moved({}), disc_region().shifted([9], np.ones(3)))
    assert analysis.result is None
    assert [finding.code for finding in analysis.findings if finding.severity == "error"] == [
        "region_shift_echo"
    ]


def test_shifts_add_up_and_vanish():
    region = (
        disc_region().shifted([4, 5], np.array([1.0, 2.0, 0.0])).shifted([5], np.array([-1.0, -2.0, 0.0]))
    )
    assert region.echo_shifts == (EchoShift(4, (1.0, 2.0, 0.0)),)
    assert region.shifted([4], np.array([-1.0, -2.0, 0.0])).echo_shifts == ()


@pytest.mark.parametrize("shift", [(0, (1.0, 0.0, 0.0)), (1, (float("nan"), 0.0, 0.0))])
def test_impossible_shifts_are_refused(shift):
    with pytest.raises(ValueError, match="shift"):
        EchoShift(*shift)


def test_regions_and_cases_keep_them(tmp_path):
    region = with_moves(disc_region(), MOVES)
    series = series_moved(MOVES)
    file = tmp_path / "regions.json"
    file.write_bytes(to_json(to_regions_document([(region, series.instance_uid)])))
    assert read_region(file, series, Organ.LIVER).echo_shifts == region.echo_shifts
    other = replace(series, instance_uid="9.9.9")
    assert read_region(file, other, Organ.LIVER).echo_shifts == ()
    assert carry_over(region, series).echo_shifts == ()
    reading = Reading((OrganReading(Organ.LIVER, "one", (region,)),))
    kept = read_reading(to_json(to_reading_document(reading)), file=file, member="reading.json")
    assert kept.organs[0].regions[0].echo_shifts == region.echo_shifts


def test_told_in_the_method_line_and_in_analysis_json():
    region = with_moves(disc_region(), MOVES)
    examination = Examination(Patient(), Study(field_t=1.5), (series_moved(MOVES),))
    reading = Reading((OrganReading(Organ.LIVER, "one", (region,), model="mono"),))
    analysis = analyze(examination, reading, SETTINGS, maps=False)
    (organ,) = analysis.organs
    words = method_words(organ, organ.result, organ.reported, "en")
    assert "moved by hand on echoes 4–6, 8" in words
    document = json.loads(to_document(analysis).model_dump_json(by_alias=True))
    (told,) = document["organs"][0]["regions"]
    assert [entry["echo"] for entry in told["echo_shifts"]] == [4, 5, 6, 8]
    assert told["echo_shifts"][0]["shift_mm"] == pytest.approx(patient_mm(*MOVES[4]))
