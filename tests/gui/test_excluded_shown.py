"""Excluded pixels: marked on the image, left out and kept by key, box and undo."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ironquant.core import Organ
from ironquant.roi import contour_to_patient


@pytest.fixture
def mixed(opened, settle):
    """A heart region that a part of the ventricle's blood was drawn into."""
    session = opened.controller.session
    region = session.organs[Organ.HEART].reported
    rows, columns = np.nonzero(region.mask[region.slice_indices[0]])
    series = session.organs[Organ.HEART].series
    low, high = rows.min() - 0.4, rows.max() + 0.4
    left, right = columns.min() - 0.4, columns.max() + 6.0
    box = np.array([[left, low], [right, low], [right, high], [left, high]])
    contour = contour_to_patient(box, region.slice_indices[0], series)
    opened.controller.set_region(replace(region.region, contours=(contour,), source="edited"))
    settle(opened)
    opened.centre.show_tab(0)
    return opened


def measured(window):
    return window.controller.session.organs[Organ.HEART].reported


def tinted(window):
    """Pixels tinted in the picture of the item itself, shape (row, column)."""
    image = window.centre.panels[Organ.HEART].excluded._tint.image
    return None if image is None else image[..., 3] > 0


def assert_tinted(window):
    region = measured(window)
    np.testing.assert_array_equal(tinted(window), region.excluded[region.slice_indices[0]])


def test_the_key_leaves_them_out_and_undo_takes_them_back(mixed, qtbot, settle):
    region = measured(mixed)
    assert region.pixels.n_excluded > 0
    assert_tinted(mixed)
    before = mixed.controller.session.organs[Organ.HEART].result.t2star_ms.value
    qtbot.keyClick(mixed.centre.panel.view, Qt.Key.Key_O)
    settle(mixed)
    region = measured(mixed)
    assert region.excluded_left_out
    assert region.curve.n == region.n_pixels - region.pixels.n_excluded
    assert mixed.controller.session.organs[Organ.HEART].result.t2star_ms.value != before
    assert_tinted(mixed)
    qtbot.keyClick(mixed.centre.panel.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(mixed)
    assert not measured(mixed).excluded_left_out
    assert mixed.controller.session.organs[Organ.HEART].result.t2star_ms.value == before


def test_the_box_says_how_many_and_switches(mixed, qtbot, settle):
    box = mixed.results.cards[Organ.HEART].leave_out_box
    assert box.isVisible()
    assert box.text() == f"Leave out {measured(mixed).pixels.n_excluded} excluded pixels"
    for wanted in (True, False):
        box.click()
        settle(mixed)
        assert measured(mixed).excluded_left_out == wanted
        assert box.isChecked() == mixed.actions_["leave_out"].isChecked() == wanted


def test_the_marks_can_be_hidden(mixed, qtbot):
    view = mixed.centre.panel.view
    qtbot.keyClick(view, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert tinted(mixed) is None
    qtbot.keyClick(view, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert_tinted(mixed)


def test_an_empty_window_offers_nothing(window):
    assert not window.results.cards[Organ.HEART].leave_out_box.isVisible()
    assert not window.actions_["leave_out"].isEnabled()
