"""How compared images follow each other, against geometry worked out otherwise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironquant.core import EchoSeries
from ironquant.gui.compare.linking import (
    Sight,
    matching_echo,
    matching_middle,
    matching_slice,
    matching_window,
    same_frame,
)

SMALL, TE_MS = st.floats(-30, 30), (1.0, 2.0, 3.0)


def series(slices=3, spacing=(1.5, 1.5, 10.0), origin=(0.0, 0.0, 0.0), turn=0.0, frame=""):
    c, s = np.cos(turn), np.sin(turn)
    turned = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    affine = np.eye(4)
    affine[:3, :3] = turned * np.array(spacing)
    affine[:3, 3] = origin
    signal = np.ones((slices, 16, 16, len(TE_MS)))
    return EchoSeries("key", "1.2", "", signal, TE_MS, affine, frame_uid=frame)


def test_the_frame_is_shared_where_the_headers_say_so():
    assert same_frame(series(frame="a"), series(frame="a"), same_examination=False)
    assert not same_frame(series(frame="a"), series(frame="b"), same_examination=True)
    assert not same_frame(series(frame="a"), series(), same_examination=True)
    assert same_frame(series(), series(), same_examination=True)
    assert not same_frame(series(), series(), same_examination=False)


@given(
    column=st.floats(0, 15),
    row=st.floats(0, 15),
    index=st.integers(0, 2),
    x=SMALL,
    y=SMALL,
    turn=st.floats(-1, 1),
)
def test_by_place_the_middle_is_the_same_point_of_the_patient(column, row, index, x, y, turn):
    lead, other = series(), series(spacing=(2.0, 1.1, 10.0), origin=(x, y, 0.0), turn=turn)
    sight = Sight((column, row), (7.0, 7.0), 2.0)
    found = matching_middle(lead, index, sight, other, (7.0, 7.0), by_place=True)
    here = np.array([1.5 * column, 1.5 * row])
    c, s = np.cos(turn), np.sin(turn)
    there = np.array([x, y]) + np.array([[c, -s], [s, c]]) @ (np.array([2.0, 1.1]) * found)
    np.testing.assert_allclose(there, here, atol=1e-9)


def test_otherwise_as_far_from_home_in_millimetres():
    lead, other = series(spacing=(1.0, 2.0, 10.0)), series(spacing=(4.0, 1.0, 10.0))
    sight = Sight((12.0, 5.0), (10.0, 8.0), 2.0)
    assert matching_middle(lead, 0, sight, other, (3.0, 3.0), by_place=False) == (3.5, -3.0)


@pytest.mark.parametrize(
    ("z", "index", "found"), [(0.0, 1, 1), (10.0, 1, 0), (-10.0, 1, 2), (-4.0, 1, 1), (-60.0, 0, 2)]
)
def test_the_nearest_slice_by_place(z, index, found):
    other = series(origin=(0.0, 0.0, z))
    assert matching_slice(series(), index, (5.0, 5.0), other, by_place=True) == found


def test_on_tilted_slices_the_point_that_is_looked_at_decides():
    lead = series(slices=1)
    affine = np.eye(4)
    affine[:3, :3] = np.column_stack([[1.5, 0.0, 0.0], [0.0, 0.0, 1.5], [0.0, 6.0, 0.0]])
    coronal = EchoSeries("c", "1.3", "", np.ones((5, 16, 16, 3)), (1.0, 2.0, 3.0), affine)
    assert matching_slice(lead, 0, (3.0, 4.0), coronal, by_place=True) == 1
    assert matching_slice(lead, 0, (3.0, 12.0), coronal, by_place=True) == 3


@pytest.mark.parametrize(
    ("n_lead", "index", "n_other", "found"),
    [(3, 0, 3, 0), (3, 1, 5, 2), (5, 0, 3, 0), (5, 4, 3, 2), (3, 2, 1, 0), (1, 0, 7, 3)],
)
def test_by_number_from_the_middle_of_the_stack(n_lead, index, n_other, found):
    assert matching_slice(series(n_lead), index, (0, 0), series(n_other), by_place=False) == found


@pytest.mark.parametrize(("te", "echo"), [(1.0, 0), (2.9, 1), (3.1, 1), (4.0, 1), (4.1, 2), (90.0, 3)])
def test_the_nearest_echo_time(te, echo):
    assert matching_echo(te, (1.0, 3.0, 5.0, 7.0)) == echo


@given(low=st.floats(-100, 500), width=st.floats(1, 900), gain=st.floats(0.1, 20), offset=st.floats(-50, 50))
def test_the_window_makes_up_for_the_gain(low, width, gain, offset):
    own, window = (20.0, 800.0), (low, low + width)
    other = tuple(gain * value + offset for value in own)
    np.testing.assert_allclose(
        matching_window(window, own, other), [gain * value + offset for value in window], atol=1e-6
    )
