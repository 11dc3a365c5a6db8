"""Maps over the image, the strip of echoes, the cine: what is shown is what was measured."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from scipy.optimize import brentq

from ironquant.core import Organ
from ironquant.export.pictures import colours
from ironquant.gui import echostrip
from ironquant.gui.mapkinds import MAP_KINDS, scale_of
from ironquant.iron import calibration, calibrations, grade_cuts_ms

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def mapped(opened, qtbot):
    qtbot.keyClick(opened.centre.panel.view, Qt.Key.Key_M)
    assert opened.centre.panel.map.bar.isVisible()
    return opened


def overlay_colour(window, x, y):
    return window.centre.panel.view._overlay.image[y, x]


def middle(window, organ):
    mask = window.controller.session.organs[organ].reported.mask
    _, rows, columns = np.nonzero(mask)
    return int(np.median(columns)), int(np.median(rows))


def test_every_map_has_the_colours_of_its_values(mapped, qtbot):
    panel, maps = mapped.centre.panel, mapped.controller.session.organ_maps(Organ.HEART)
    x, y = middle(mapped, Organ.HEART)
    values = {
        "t2star": maps.t2star_ms[0, y, x],
        "r2star": 1000.0 / maps.t2star_ms[0, y, x],
        "rsquared": maps.r_squared[0, y, x],
    }
    for kind, value in values.items():
        assert panel.map.kind == kind
        scale = panel.map.bar.scale
        expected = np.round(colours(np.array((value - scale.low) / (scale.high - scale.low))))
        assert overlay_colour(mapped, x, y) == pytest.approx([*expected, 255], abs=1)
        assert scale.low <= value <= scale.high
        qtbot.keyClick(panel.view, Qt.Key.Key_M, SHIFT)
    assert panel.map.kind == "t2star"
    air = maps.t2star_ms[0, 2, 2]
    assert np.isnan(air) == (overlay_colour(mapped, 2, 2)[3] == 0)


def test_shift_m_shows_the_map_first(opened, qtbot):
    qtbot.keyClick(opened.centre.panel.view, Qt.Key.Key_M, SHIFT)
    assert opened.actions_["map"].isChecked()
    assert opened.centre.panel.map.kind == "t2star"


def test_the_bar_tells_where_the_grade_changes(opened):
    heart, liver = (opened.controller.session.organs[organ].result for organ in (Organ.HEART, Organ.LIVER))
    assert grade_cuts_ms(heart) == (10.0, 15.0, 20.0)
    assert scale_of("r2star", heart).cuts == pytest.approx((100.0, 1000.0 / 15.0, 50.0))
    assert scale_of("rsquared", heart).cuts == ()
    line = calibration(liver.iron.calibration)
    cuts = [
        brentq(lambda t2star_ms, lic=lic: line.iron_mg_per_g(t2star_ms) - lic, 0.1, 200.0)
        for lic in (15.0, 7.0, 3.0, 1.8)
    ]
    assert grade_cuts_ms(liver) == pytest.approx(cuts)


@pytest.mark.parametrize("name", sorted(calibrations()))
def test_a_calibration_is_turned_around(name):
    line = calibration(name)
    for t2star_ms in (0.4, 1.0, 3.0, 12.0, 35.0):
        assert line.t2star_ms(line.iron_mg_per_g(t2star_ms)) == pytest.approx(t2star_ms, rel=1e-9)
    assert line.t2star_ms(1e9) is None


def test_maps_without_a_result_have_a_scale():
    for kind in MAP_KINDS:
        scale = scale_of(kind, None)
        assert scale.low < scale.high
        assert scale.cuts == ()


def test_opacity_is_that_of_the_slider(mapped):
    panel = mapped.centre.panel
    panel.map.opacity_slider.setValue(35)
    assert panel.view._overlay.opacity() == pytest.approx(0.35)


def test_a_click_on_the_strip_shows_an_echo_and_a_double_click_drops_it(opened, qtbot, settle):
    panel = opened.centre.panel
    strip = panel.echoes
    qtbot.mouseClick(strip, LEFT, pos=strip.cell(4).center().toPoint())
    assert panel.view.echo == 4
    assert "5/8" in panel.corners.lines[1]
    qtbot.mouseDClick(strip, LEFT, pos=strip.cell(7).center().toPoint())
    settle(opened)
    assert opened.controller.session.organs[Organ.HEART].reported.curve.echoes_used == tuple(range(1, 8))
    assert strip._used == set(range(1, 8))
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert panel.view.echo == 6
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    settle(opened)
    assert opened.controller.session.organs[Organ.HEART].reported.curve.echoes_used == tuple(range(1, 9))


def test_the_pictures_of_the_strip_are_the_echoes(opened):
    panel = opened.centre.panel
    series = panel.view.series
    assert len(panel.echoes._pictures) == len(series.te_ms)
    for echo, picture in enumerate(panel.echoes._pictures):
        assert np.isin(picture, series.signal[0, :, :, echo]).all()
        assert min(picture.shape) > 20
    opened.resize(1600, 900)
    shown = panel.echoes.grab().toImage()
    cells = [panel.echoes.cell(echo).center().toPoint() for echo in range(8)]
    assert all(shown.rect().contains(cell) for cell in cells)


def test_the_cine_runs_through_the_echoes_and_stops(opened, qtbot, monkeypatch):
    panel = opened.centre.panel
    seen = []
    panel.echoes.value_changed.connect(seen.append)
    panel.echoes._timer.setInterval(5)
    assert echostrip.CINE_MS < 300
    qtbot.keyClick(panel.view, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: len(seen) >= 10, timeout=5000)
    qtbot.keyClick(panel.view, Qt.Key.Key_K)
    assert not panel.echoes.playing
    assert seen[:10] == [1, 2, 3, 4, 5, 6, 7, 0, 1, 2]
    qtbot.keyClick(panel.view, Qt.Key.Key_K)
    opened.centre.show_tab(1)
    assert not panel.echoes.playing


def test_a_late_echo_has_a_window_of_its_own(opened, qtbot):
    view = opened.centre.panel.view
    opened.centre.panel.step_echo(7)
    first = view.high
    qtbot.keyClick(view, Qt.Key.Key_W, SHIFT)
    late = view.series.signal[view.slice_index, :, :, 7]
    assert view.high == pytest.approx(np.percentile(late[late > 0], 99.5), rel=1e-6)
    assert view.high < first
    qtbot.keyClick(view, Qt.Key.Key_W)
    assert view.high == first


def test_the_read_out_tells_every_echo(opened):
    panel = opened.centre.panel
    x, y = middle(opened, Organ.HEART)
    panel.view.hovered.emit(x, y)
    words = opened.read_out.text()
    decay = panel.view.series.signal[0, y, x]
    assert " · ".join(f"{level:.0f}" for level in decay) in words
    quality = float(opened.controller.session.organ_maps(Organ.HEART).r_squared[0, y, x])
    assert f"R² {quality:.4f}" in words
