"""Every drawing tool by mouse and keys; the pixels are computed apart, from where the mouse was."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from scipy.ndimage import binary_erosion

from ironquant.core import Organ
from ironquant.roi import region_mask, signed_area

sys.path.insert(0, str(Path(__file__).parent))
from hands import ALT, CTRL, SHIFT, Hand, grid, stroke_pixels

HEART = Organ.HEART


@pytest.fixture
def hand(opened, qtbot):
    return Hand(qtbot, opened)


def _region(window, organ=HEART):
    return window.controller.session.active_region(organ)


def _mask(window, organ=HEART):
    region = _region(window, organ)
    return region_mask(region, window.centre.panels[organ].view.series)


def _middle(window):
    _, rows, columns = np.nonzero(_mask(window))
    return float(columns.mean()), float(rows.mean())


def test_a_rectangle_holds_the_pixels_between_its_corners(opened, hand):
    x, y = _middle(opened)
    hand.key(Qt.Key.Key_Q)
    places = hand.drag([(x + 6, y - 9), (x + 15, y), (x + 29, y + 7)])
    (x0, y0), (x1, y1) = places[0], places[-1]
    columns, rows = grid(_mask(opened))
    expected = (columns > x0) & (columns < x1) & (rows > y0) & (rows < y1)
    assert expected.sum() > 250
    assert np.array_equal(_mask(opened)[0], expected)
    region = _region(opened)
    assert (region.source, region.site, region.history[-1].action) == ("manual", "septum", "drawn")
    assert not hand.panel.tool.drawing


def test_an_ellipse_fills_its_frame(opened, hand):
    x, y = _middle(opened)
    hand.key(Qt.Key.Key_I)
    places = hand.drag([(x + 5, y - 10), (x + 20, y), (x + 35, y + 8)])
    (x0, y0), (x1, y1) = places[0], places[-1]
    columns, rows = grid(_mask(opened))
    a, b = abs(x1 - x0) / 2, abs(y1 - y0) / 2
    away = ((columns - (x0 + x1) / 2) / a) ** 2 + ((rows - (y0 + y1) / 2) / b) ** 2
    wrong = _mask(opened)[0] != (away < 1)
    assert np.all(np.abs(away[wrong] - 1) < 0.01)
    assert _mask(opened).sum() == pytest.approx(math.pi * a * b, rel=0.04)


def test_a_circle_has_the_area_asked_for(opened, hand):
    x, y = _middle(opened)
    hand.key(Qt.Key.Key_C)
    field = opened.centre.option_bar.area_box
    assert field.isVisible()
    assert field.value() == 1.0
    field.setValue(3.5)
    centre = hand.click(x + 20, y)
    series = hand.view.series
    columns, rows = grid(_mask(opened))
    away = np.hypot((columns - centre[0]) * series.spacing_mm[2], (rows - centre[1]) * series.spacing_mm[1])
    radius = math.sqrt(350 / math.pi)
    wrong = _mask(opened)[0] != (away < radius)
    assert np.all(np.abs(away[wrong] - radius) < 0.05)
    (outline,) = hand.panel.tool.outlines()
    assert abs(signed_area(outline)) * series.pixel_area_mm2 == pytest.approx(350, rel=1e-6)
    assert not field.isVisible()


def test_freehand_runs_where_the_mouse_ran(opened, hand):
    x, y = _middle(opened)
    hand.key(Qt.Key.Key_L)
    angles = np.linspace(0, 2 * np.pi, 60)
    hand.drag([(x + 20 + 11 * math.cos(a), y + 9 * math.sin(a)) for a in angles])
    columns, rows = grid(_mask(opened))
    inside = ((columns - x - 20) / 11) ** 2 + ((rows - y) / 9) ** 2 < 1
    mask = _mask(opened)[0]
    assert (mask & inside).sum() / (mask | inside).sum() > 0.94
    assert _region(opened).source == "manual"


def test_the_brush_paints_and_the_eraser_wipes(opened, hand):
    before = _mask(opened)[0]
    x, y = _middle(opened)
    spacing = hand.view.series.spacing_mm
    hand.key(Qt.Key.Key_B)
    opened.centre.option_bar.brush_box.setValue(9.0)
    # Along a row of the screen: places between its pixels would bend the line.
    places = hand.drag(hand.line((x, y), (x + 16, y)))
    painted = before | stroke_pixels(before, places[0], places[-1], 4.5, spacing)
    assert painted.sum() > before.sum() + 50
    assert np.array_equal(_mask(opened)[0], painted)
    assert _region(opened).source == "edited"
    assert hand.panel.tool.tool == "brush"
    hand.key(Qt.Key.Key_U)
    places = hand.drag(hand.line((x + 3, y - 8), (x + 3, y + 8)))
    wiped = painted & ~stroke_pixels(before, places[0], places[-1], 4.5, spacing)
    assert np.array_equal(_mask(opened)[0], wiped)
    place = hand.click(x, y, ALT)
    assert np.array_equal(_mask(opened)[0], wiped & ~stroke_pixels(before, place, place, 4.5, spacing))
    hand.key(Qt.Key.Key_Escape)
    assert hand.panel.tool.tool == "edit"


def test_the_size_of_the_brush_follows_brackets_and_wheel(opened, hand):
    options, echo = opened.centre.options, hand.view.echo
    hand.key(Qt.Key.Key_B)
    size = options.brush_mm
    hand.key(Qt.Key.Key_BracketRight)
    assert options.brush_mm == pytest.approx(size * 1.15)
    hand.key(Qt.Key.Key_BracketLeft)
    hand.key(Qt.Key.Key_BracketLeft)
    assert options.brush_mm == pytest.approx(size / 1.15)
    _wheel(hand, 120)
    assert options.brush_mm == pytest.approx(size)
    assert hand.view.echo == echo
    hand.key(Qt.Key.Key_Escape)
    _wheel(hand, -120)
    assert hand.view.echo == echo + 1


def _wheel(hand, delta):
    port, centre = hand.view.viewport(), QPointF(hand.view.viewport().rect().center())
    none = Qt.MouseButton.NoButton
    event = QWheelEvent(
        centre,
        QPointF(port.mapToGlobal(centre)),
        QPoint(),
        QPoint(0, delta),
        none,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(port, event)


def test_shift_adds_alt_cuts_and_a_hole_is_an_inner_outline(opened, hand):
    x, y = _middle(opened)
    columns, rows = grid(_mask(opened))

    def between(places):
        (x0, y0), (x1, y1) = places[0], places[-1]
        return (columns > x0) & (columns < x1) & (rows > y0) & (rows < y1)

    hand.key(Qt.Key.Key_Q)
    expected = between(hand.drag([(x, y - 10), (x + 9, y), (x + 30, y + 10)]))
    hand.key(Qt.Key.Key_Q)
    expected |= between(hand.drag([(x + 20, y - 4), (x + 25, y), (x + 44, y + 3)], SHIFT))
    assert np.array_equal(_mask(opened)[0], expected)
    hand.key(Qt.Key.Key_Q)
    expected &= ~between(hand.drag([(x + 26, y - 12), (x + 30, y), (x + 34, y + 1)], ALT))
    assert np.array_equal(_mask(opened)[0], expected)
    outlines = len(_region(opened).contours)
    hand.key(Qt.Key.Key_H)
    assert opened.actions_["hole"].isChecked()
    hand.key(Qt.Key.Key_Q)
    hole = between(hand.drag([(x + 5, y - 5), (x + 7, y), (x + 13, y + 5)]))
    assert hole.sum() > 40
    assert np.array_equal(_mask(opened)[0], expected & ~hole)
    assert len(_region(opened).contours) == outlines + 1
    assert not opened.actions_["hole"].isChecked()
    assert _region(opened).source == "manual"


def test_numbers_follow_while_a_shape_is_drawn_and_escape_brings_the_old_ones_back(opened, hand, settle):
    before, card = _region(opened), opened.results.cards[HEART]
    shown, past = card.number.text(), len(opened.controller.session.history.past)
    x, y = _middle(opened)
    previews = []
    opened.controller.previewed.connect(previews.append)
    hand.key(Qt.Key.Key_I)
    hand.drag([(x + 5, y - 10), (x + 20, y), (x + 35, y + 8)], release=False)
    settle(opened)
    assert previews
    assert card.number.text() != shown
    hand.key(Qt.Key.Key_Escape)
    settle(opened)
    assert _region(opened) is before
    assert card.number.text() == shown
    assert len(opened.controller.session.history.past) == past


def test_a_region_is_moved_by_drag_and_by_arrows(opened, hand):
    before = _mask(opened)
    inner = np.argwhere(binary_erosion(before[0]))
    row, column = inner[len(inner) // 2]
    places = hand.drag(hand.line((column, row), (column + 6, row - 4)))
    moved = _mask(opened)
    for axis, way in ((2, 0), (1, 1)):
        first, last = (float(np.mean(np.nonzero(mask)[axis])) for mask in (before, moved))
        assert last - first == pytest.approx(places[-1][way] - places[0][way], abs=0.3)
    hand.key(Qt.Key.Key_E)
    assert hand.panel.tool.editing
    echo = hand.view.echo
    for key, modifier, by in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (0, 1)),
        (Qt.Key.Key_Down, SHIFT, (5, 0)),
        (Qt.Key.Key_Left, SHIFT, (0, -5)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (-1, 0)),
    ):
        hand.key(key, modifier)
        moved = np.roll(moved, by, axis=(1, 2))
        assert np.array_equal(_mask(opened), moved)
    assert hand.view.echo == echo
    assert hand.panel.tool.editing
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Down)
    assert hand.view.echo == echo + 1
    assert np.array_equal(_mask(opened), moved)


def test_corners_are_set_by_a_click_on_a_side_and_taken_by_alt_click_and_backspace(opened, hand):
    x, y = _middle(opened)
    hand.key(Qt.Key.Key_Q)
    hand.drag([(x + 2, y - 12), (x + 15, y), (x + 32, y + 12)])
    hand.key(Qt.Key.Key_E)
    tool = hand.panel.tool
    assert len(tool.handles()) == 4
    middle = tool.handles()[:2].mean(axis=0)
    hand.click(*middle)
    assert len(tool.handles()) == 5
    before = _mask(opened).sum()
    corner = tool.handles()[0]
    hand.click(*corner, ALT)
    assert len(tool.handles()) == 4
    assert _mask(opened).sum() < before
    corner = tool.handles()[1]
    hand.move(hand.pixel(*corner), Qt.MouseButton.NoButton)
    hand.key(Qt.Key.Key_Backspace)
    assert len(tool.handles()) == 3
    hand.key(Qt.Key.Key_Backspace)
    assert len(tool.handles()) == 3


def test_grow_shrink_and_smooth(opened, hand):
    before, outlines = _mask(opened)[0], hand.panel.tool.outlines()
    away = _distance(before, outlines)
    hand.key(Qt.Key.Key_Equal)
    larger = _mask(opened)[0]
    wrong = larger != (before | (away <= 1.0))
    assert np.all(np.abs(away[wrong] - 1.0) < 0.01)
    assert larger.sum() > before.sum() + 20
    hand.key(Qt.Key.Key_Minus)
    again = _mask(opened)[0]
    assert (again ^ before).sum() < 0.1 * before.sum()
    hand.key(Qt.Key.Key_T)
    soft = _mask(opened)[0]
    assert soft.sum() == pytest.approx(again.sum(), rel=0.06)
    assert [event.action for event in _region(opened).history][-1] == "edited"


def _distance(mask, outlines):
    """Return how far every pixel centre is from the outlines, in pixels, by points set densely on them."""
    columns, rows = grid(mask)
    away = np.full(mask.shape, np.inf)
    for outline in outlines:
        for start, end in zip(outline, np.roll(outline, -1, axis=0), strict=True):
            for share in np.linspace(0, 1, max(int(np.hypot(*(end - start)) * 40), 2)):
                x, y = start + share * (end - start)
                away = np.minimum(away, np.hypot(columns - x, rows - y))
    return away


def test_every_step_of_two_hundred_is_undone_and_done_again(opened, hand, settle):
    session = opened.controller.session
    before = _mask(opened)
    hand.key(Qt.Key.Key_E)
    masks = [before]
    for step in range(210):
        hand.key(Qt.Key.Key_Right if step % 2 else Qt.Key.Key_Left)
        masks.append(_mask(opened))
    history = _region(opened).history
    assert len(session.history.past) == 210
    assert len(history) < 8
    assert history[-1].when is not None
    for mask in reversed(masks[:-1]):
        hand.key(Qt.Key.Key_Z, CTRL)
        assert np.array_equal(_mask(opened), mask)
    assert not session.history.past
    for mask in masks[1:]:
        hand.key(Qt.Key.Key_Y, CTRL)
        assert np.array_equal(_mask(opened), mask)
    settle(opened)
    assert session.organs[HEART].regions[0].n_pixels == masks[-1].sum()
