"""The region follows a patient who moved between echoes: by keys, by mouse, undone, kept and drawn."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ironquant.analysis import analyze_organ
from ironquant.case.document import same_reading
from ironquant.core import Organ
from ironquant.roi import region_mask

sys.path.insert(0, str(Path(__file__).parent))
from hands import CTRL, NONE, SHIFT, Hand

KEY = Qt.Key
HEART = Organ.HEART


@pytest.fixture
def hand(opened, qtbot):
    made = Hand(qtbot, opened)
    made.panel.view.setFocus()
    return made


@pytest.fixture
def session(opened):
    return opened.controller.session


def to_echo(hand, echo):
    hand.panel.echoes.set_value(echo - 1)


def pixels(session, region, echo):
    """Return by how many (columns, rows) a region is moved on an echo."""
    series = session.echo_series(HEART)
    return (np.linalg.inv(series.affine[:3, :3]) @ region.shift_on(echo))[:2]


def outline(hand):
    return np.vstack(hand.panel.tool.outlines())


def test_arrows_move_it_on_this_echo_only(hand, session, opened, settle):
    before = session.active_region(HEART)
    to_echo(hand, 3)
    still = outline(hand)
    hand.key(KEY.Key_V)
    for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Up):
        hand.key(key)
    settle(opened)
    region = session.active_region(HEART)
    assert [entry.echo for entry in region.echo_shifts] == [3]
    np.testing.assert_allclose(pixels(session, region, 3), (2.0, -1.0), atol=1e-9)
    for old, new in zip(before.contours, region.contours, strict=True):
        np.testing.assert_array_equal(old, new)
    np.testing.assert_allclose(outline(hand), np.add(still, (2.0, -1.0)), atol=1e-6)
    assert any("+" in line and "mm" in line for line in hand.panel.corners.lines)
    hand.key(KEY.Key_Period)  # the next echo, without laying the tool down
    assert hand.view.echo == 3
    np.testing.assert_allclose(outline(hand), still, atol=1e-6)


def test_from_this_echo_on(hand, session, opened, settle):
    to_echo(hand, 6)
    hand.key(KEY.Key_V, SHIFT)
    hand.key(KEY.Key_Down, SHIFT)
    settle(opened)
    region, n_echoes = session.active_region(HEART), len(session.echo_series(HEART).te_ms)
    assert [entry.echo for entry in region.echo_shifts] == list(range(6, n_echoes + 1))
    np.testing.assert_allclose(pixels(session, region, n_echoes), (0.0, 5.0), atol=1e-9)


def test_the_mouse_drags_it_and_the_numbers_follow(hand, session, opened, settle):
    to_echo(hand, 2)
    hand.key(KEY.Key_V)
    centre = outline(hand).mean(axis=0)
    places = hand.drag(hand.line(centre, np.add(centre, (4.0, 3.0))))
    settle(opened)
    region = session.active_region(HEART)
    moved = np.subtract(places[-1], places[0])
    np.testing.assert_allclose(pixels(session, region, 2), moved, atol=0.5)
    measured = analyze_organ(session.examination, session.entry(HEART), session.settings)
    assert session.organs[HEART].result == measured.result
    series = session.echo_series(HEART)
    mask = region_mask(region, series, 2)
    assert session.organs[HEART].reported.curve.signal[1] == pytest.approx(
        float(series.signal[..., 1][mask].mean()), rel=1e-5
    )


def test_undo_redo_and_back_to_one_place(hand, session, opened, settle):
    first = session.state.reading
    to_echo(hand, 4)
    hand.key(KEY.Key_V)
    hand.key(KEY.Key_Left)
    moved = session.state.reading
    hand.key(KEY.Key_Escape)
    hand.key(KEY.Key_Z, CTRL)
    assert same_reading(session.state.reading, first)
    hand.key(KEY.Key_Y, CTRL)
    assert session.state.reading is moved
    hand.key(KEY.Key_V, CTRL | SHIFT)
    assert session.active_region(HEART).echo_shifts == ()
    settle(opened)
    assert not opened.actions_["stay"].isEnabled()


def test_editing_on_a_moved_echo_edits_what_is_seen(hand, session, opened, settle):
    to_echo(hand, 5)
    hand.key(KEY.Key_V)
    hand.key(KEY.Key_Right, SHIFT)
    settle(opened)
    moved, seen = session.active_region(HEART), outline(hand)
    hand.key(KEY.Key_E)
    hand.key(KEY.Key_Down, NONE)
    settle(opened)
    region = session.active_region(HEART)
    assert region.echo_shifts == moved.echo_shifts
    np.testing.assert_allclose(outline(hand), np.add(seen, (0.0, 1.0)), atol=1e-6)
    to_echo(hand, 1)
    np.testing.assert_allclose(outline(hand), np.add(seen, (-5.0, 1.0)), atol=1e-6)


def test_arrows_step_echoes_again_when_the_tool_is_laid_down(hand):
    hand.key(KEY.Key_V)
    hand.key(KEY.Key_Escape)
    hand.key(KEY.Key_Down)
    assert hand.view.echo == 1


def test_there_is_nothing_to_move_without_a_region(hand, session, opened, settle):
    hand.key(KEY.Key_A, SHIFT)
    settle(opened)
    assert not opened.actions_["follow_echo"].isEnabled()
    assert not opened.actions_["follow_on"].isEnabled()
