"""Segments in the window: outlines and bull's-eye, switched by a key, kept while the septum is dragged."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ironquant.core import Organ
from ironquant.phantom import find_case, simulate, write_phantom

WAIT_MS = 60_000


@pytest.fixture(scope="module")
def stack_folder(tmp_path_factory):
    spec = replace(find_case("stack"), matrix=(176, 176), liver_slices=0)
    return write_phantom(simulate(spec), tmp_path_factory.mktemp("stack"))[0].parent


@pytest.fixture
def stack(window, qtbot, stack_folder, settle):
    window.open_path(stack_folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    window.centre.show_tab(0)
    return window


def test_the_key_hides_and_shows_them(stack, qtbot):
    panel = stack.centre.panel
    assert panel.segments.shown
    assert panel.fit.bullseye.isVisible()
    assert not panel.fit.table.isVisible()
    qtbot.keyClick(panel.view, Qt.Key.Key_S)
    assert not panel.segments.shown
    assert not panel.fit.bullseye.isVisible()
    assert panel.fit.table.isVisible()
    qtbot.keyClick(panel.view, Qt.Key.Key_S)
    assert panel.segments.shown
    assert panel.fit.bullseye.isVisible()


def test_a_heart_of_one_slice_has_none(opened):
    panel = opened.centre.panel
    assert not panel.segments.shown
    assert not panel.fit.bullseye.isVisible()
    assert panel.fit.table.isVisible()


def test_while_the_septum_is_dragged_the_segments_stay_and_are_not_fitted(stack, settle):
    session = stack.controller.session
    before = session.organs[Organ.HEART]
    region = before.reported.region
    by = np.array([1.5, 0.0, 0.0])
    moved = replace(region, contours=tuple(contour + by for contour in region.contours))
    stack.controller.preview_region(moved)
    settle(stack)
    during = session.organs[Organ.HEART]
    assert during.reported.live
    assert during.reported.region is moved
    assert during.segmental is before.segmental
    kept = [item for item in during.regions if item.region.site.startswith("aha-")]
    assert len(kept) == 16
    assert all(any(item is old for old in before.regions) for item in kept)


def test_every_segment_is_told_under_the_mouse(stack, qtbot):
    view = stack.centre.panel.fit.bullseye
    view.grab()
    centre, radius = view._place()
    x, y = centre[0], centre[1] - 0.86 * radius  # the top of the outer ring
    assert view.words_at(x, y).startswith("Basal anterior (segment 1)")
    value = next(
        item.models[0].t2star_ms.value
        for item in stack.controller.session.organs[Organ.HEART].regions
        if item.region.site == "aha-1"
    )
    assert f"T2* {value:.1f} ms" in view.words_at(x, y)
    stack.set_language("zh")
    qtbot.waitUntil(lambda: "基底段" in view.words_at(x, y))
    assert view.words_at(x, y).startswith("基底段前壁")


def test_the_rings_are_painted_in_the_colours_of_the_grades(stack):
    view = stack.centre.panel.fit.bullseye
    image = view.grab().toImage()
    centre, radius = view._place()
    angle = np.radians(75.0)  # beside the words of segment 1
    x, y = centre[0] + 0.95 * radius * np.cos(angle), centre[1] - 0.95 * radius * np.sin(angle)
    ratio = image.devicePixelRatio()
    colour = image.pixelColor(round(x * ratio), round(y * ratio)).name()
    from ironquant.export.bullseye import bullseye

    cells = bullseye(stack.controller.session.organs[Organ.HEART], "en").cells
    assert colour == cells[0].fill
