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


def test_segments_follow_a_moved_septum_on_its_slice_only_and_come_back_by_undo(stack, settle):
    session = stack.controller.session
    before, affine = session.entry(Organ.HEART), session.echo_series(Organ.HEART).affine
    by = affine[:3, :2] @ (3.0, -2.0)
    septum = session.active_region(Organ.HEART)

    def slice_of(contour):
        return round((np.linalg.inv(affine) @ (*contour[0], 1.0))[2])

    (level,) = {slice_of(contour) for contour in septum.contours}
    moved = tuple(contour + by for contour in septum.contours)
    stack.controller.set_region(replace(septum, contours=moved))
    settle(stack)
    after = {region.site: region for region in session.entry(Organ.HEART).regions}
    along = 0
    for old in before.regions:
        if not old.site.startswith("aha-"):
            continue
        new = after[old.site]
        here = [slice_of(contour) == level for contour in old.contours]
        along += any(here)
        for follows, former, contour in zip(here, old.contours, new.contours, strict=True):
            assert contour == pytest.approx(former + (by if follows else 0.0), abs=1e-6)
        assert new.source == ("edited" if any(here) else old.source)
        assert (new.history == old.history) is not any(here)
    assert 4 <= along < 16
    measured = {item.region.site: item.region for item in session.organs[Organ.HEART].regions}
    assert all(measured[site] == region for site, region in after.items())
    stack.controller.undo()
    settle(stack)
    assert session.entry(Organ.HEART) == before


def test_segments_stay_where_the_septum_is_reshaped(stack, settle):
    session = stack.controller.session
    septum = session.active_region(Organ.HEART)
    first = septum.contours[0].copy()
    first[0] += (3.0, 0.0, 0.0)
    stack.controller.set_region(replace(septum, contours=(first, *septum.contours[1:])))
    settle(stack)
    assert all(
        region.source == "auto"
        for region in session.entry(Organ.HEART).regions
        if region.site.startswith("aha-")
    )
