"""The frozen vocabulary: what it refuses, what it copies, what it turns round."""

import copy
import pickle
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironquant.core import (
    CancelledError,
    CancelToken,
    EchoSeries,
    Examination,
    Finding,
    InputError,
    IronQuantError,
    Organ,
    OrganReading,
    Patient,
    Reading,
    Region,
    Study,
    Value,
    no_progress,
)

TRIANGLE = np.array([(0.0, 0.0, 0.0), (5.0, 0.0, 0.0), (0.0, 5.0, 0.0)])


def series(signal, te_ms=(1.0, 2.0, 3.0), affine=None):
    return EchoSeries("k", "1.2", "", signal, te_ms, np.eye(4) if affine is None else affine)


def test_pixels_cannot_be_changed():
    source = np.ones((1, 4, 5, 3), dtype=np.float32)
    images = series(source)
    with pytest.raises(ValueError, match="read-only"):
        images.signal[0, 0, 0, 0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        images.affine[0, 0] = 2.0
    assert source.flags.writeable
    assert images.signal.dtype == np.float32
    assert series(np.ones((1, 4, 5, 3), dtype=np.uint16)).signal.dtype == np.float32


@pytest.mark.parametrize(
    ("signal", "affine"),
    [
        (np.ones((4, 5, 3)), np.eye(4)),
        (np.ones((1, 4, 5, 2)), np.eye(4)),
        (np.ones((1, 4, 5, 3)), np.eye(3)),
    ],
)
def test_series_that_contradict_themselves(signal, affine):
    with pytest.raises(ValueError, match="must be"):
        series(signal, affine=affine)


def test_spacing_and_area_come_from_the_affine():
    rng = np.random.default_rng(0)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    affine = np.eye(4)
    affine[:3, :3] = turn * (1.2, 1.5, 8.0)  # along columns, along rows, across slices
    images = series(np.ones((2, 4, 5, 3)), affine=affine)
    assert images.shape == (2, 4, 5)
    assert images.spacing_mm == pytest.approx((8.0, 1.5, 1.2))
    assert images.pixel_area_mm2 == pytest.approx(1.8)


def test_examination_finds_series_by_key():
    images = series(np.ones((1, 4, 5, 3)))
    examination = Examination(Patient(), Study(), (images,))
    assert examination.series_by_key("k") is images
    with pytest.raises(KeyError):
        examination.series_by_key("other")


@given(st.floats(1e-3, 1e4), st.sampled_from(["none", "lower", "upper"]))
def test_reciprocal_twice_is_the_same(value, bound):
    one = Value(value, bound, (value * 0.9, value * 1.2))
    rate = one.reciprocal(1000.0)
    assert rate.value == pytest.approx(1000.0 / value)
    assert rate.ci95 == pytest.approx((1000.0 / (value * 1.2), 1000.0 / (value * 0.9)))
    assert rate.bound == {"none": "none", "lower": "upper", "upper": "lower"}[bound]
    back = rate.reciprocal(1000.0)
    assert back.value == pytest.approx(value)
    assert back.bound == bound


def test_values_are_finite_or_missing():
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match="finite"):
            Value(bad)
    assert Value().reciprocal(1000.0) == Value()
    assert Value(0.0).reciprocal(1000.0) == Value()


def test_findings_are_values():
    one = Finding("few_echoes", "error", {"n_echoes": 2, "needed": 3}, "liver")
    same = Finding("few_echoes", "error", {"needed": 3, "n_echoes": 2}, "liver")
    assert one == same
    assert hash(one) == hash(same)
    assert len({one, same, Finding("few_echoes", "error", {"n_echoes": 1})}) == 2
    with pytest.raises(TypeError):
        one.params["n_echoes"] = 5
    for again in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        assert again == one
    assert str(one) == "few_echoes: n_echoes=2, needed=3"


def test_params_are_copied():
    params = {"n": 1}
    finding = Finding("x", "info", params)
    params["n"] = 2
    assert finding.params["n"] == 1


def test_errors_carry_their_finding():
    error = InputError("unreadable_file", file="a.dcm", reason="reason_empty")
    assert isinstance(error, IronQuantError)
    assert error.finding == Finding("unreadable_file", "error", {"file": "a.dcm", "reason": "reason_empty"})
    assert "unreadable_file" in str(error)


@pytest.mark.parametrize("error", [InputError("no_images", file="x"), CancelledError()])
def test_errors_travel_between_processes(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert again.finding == error.finding
    assert str(again) == str(error)


@pytest.mark.parametrize("contour", [TRIANGLE[:2], TRIANGLE[:, :2], TRIANGLE.ravel()])
def test_contours_need_three_points_in_space(contour):
    with pytest.raises(ValueError, match="three"):
        Region(Organ.HEART, "septum", (contour,))


def test_contours_are_copied_and_frozen():
    points = TRIANGLE.copy()
    region = Region(Organ.HEART, "septum", (points,))
    points[0, 0] = 99.0
    assert region.contours[0][0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        region.contours[0][0, 0] = 1.0


def test_reading_replaces_one_organ():
    heart, liver = OrganReading(Organ.HEART, "a"), OrganReading(Organ.LIVER, "b")
    reading = Reading(reader="R").with_organ(heart).with_organ(liver)
    changed = reading.with_organ(OrganReading(Organ.HEART, "c"))
    assert [entry.series_key for entry in changed.organs] == ["c", "b"]
    assert [entry.series_key for entry in reading.organs] == ["a", "b"]
    assert changed.reader == "R"
    assert changed.organ(Organ.SPLEEN) is None


def test_cancel_from_another_thread():
    token = CancelToken()
    token.check()
    assert not token.cancelled
    thread = threading.Thread(target=token.cancel)
    thread.start()
    thread.join()
    assert token.cancelled
    with pytest.raises(CancelledError):
        token.check()
    no_progress(0.5, "fit")
