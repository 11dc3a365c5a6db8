"""The curve: the cut behind the last echo dragged, what the fit leaves over."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from ironquant.core import Organ

LEFT = Qt.MouseButton.LeftButton


def heart(window):
    return window.controller.session.organs[Organ.HEART]


def screen(curve, te_ms):
    """Return the pixel of the curve at an echo time, half way up."""
    box = curve.getPlotItem().getViewBox()
    middle = np.mean(box.viewRange()[1])
    return curve.mapFromScene(box.mapViewToScene(QPointF(te_ms, middle)))


def drag(qtbot, curve, start_ms, end_ms):
    port = curve.viewport()
    begin, end = screen(curve, start_ms), screen(curve, end_ms)
    qtbot.mouseMove(port, begin)
    qtbot.mousePress(port, LEFT, pos=begin)
    for part in np.linspace(0.1, 1.0, 8):
        pixel = QPointF(begin) + (QPointF(end) - QPointF(begin)) * float(part)
        qtbot.wait(12)
        qtbot.mouseMove(port, pixel.toPoint())
        QApplication.processEvents()
    qtbot.mouseRelease(port, LEFT, pos=end)


def test_the_cut_is_dragged(opened, qtbot, settle):
    curve = opened.centre.panel.fit.curve
    te = heart(opened).reported.curve.te_ms
    assert heart(opened).reported.curve.echoes_used == tuple(range(1, 9))
    drag(qtbot, curve, curve.cut.value(), 0.5 * (te[4] + te[5]))
    settle(opened)
    assert heart(opened).reported.curve.echoes_used == (1, 2, 3, 4, 5)
    assert heart(opened).reported.curve.echoes_chosen_by == "reader"
    assert te[4] < curve.cut.value() < te[5]
    drag(qtbot, curve, curve.cut.value(), 0.3 * te[0])
    settle(opened)
    assert heart(opened).reported.curve.echoes_used == (1, 2, 3)
    drag(qtbot, curve, curve.cut.value(), te[-1] * 1.02)
    settle(opened)
    assert heart(opened).reported.curve.echoes_used == tuple(range(1, 9))
    opened.controller.undo()
    settle(opened)
    assert heart(opened).reported.curve.echoes_used == (1, 2, 3)


def test_a_cut_put_back_changes_nothing(opened, qtbot, settle):
    curve = opened.centre.panel.fit.curve
    before, place = opened.controller.session.state, curve.cut.value()
    te = heart(opened).reported.curve.te_ms
    drag(qtbot, curve, place, 0.5 * (te[-1] + place))
    settle(opened)
    assert opened.controller.session.state is before
    assert curve.cut.value() == place


def test_residuals_are_signal_less_fit(opened, qtbot, settle):
    panel = opened.centre.panel
    opened.controller.set_model(Organ.HEART, "mono")
    settle(opened)
    qtbot.keyClick(panel.view, Qt.Key.Key_J)
    region = heart(opened).reported
    te, signal = np.array(region.curve.te_ms), np.array(region.curve.signal)
    fit = region.model("mono")
    expected = 100.0 * (signal - fit.s0 * np.exp(-te / fit.t2star_ms.value)) / fit.s0
    x, y = panel.fit.curve._points.getData()
    assert x == pytest.approx(te)
    assert y == pytest.approx(expected, abs=1e-6)
    assert panel.fit.curve.getPlotItem().getAxis("left").labelText == "Residual (% S0)"
    low, high = panel.fit.curve.getPlotItem().getViewBox().viewRange()[1]
    assert low == pytest.approx(-high)
    qtbot.keyClick(panel.view, Qt.Key.Key_J)
    assert panel.fit.curve._points.getData()[1] == pytest.approx(signal)
    assert panel.fit.curve.getPlotItem().getAxis("left").labelText == "Signal"
