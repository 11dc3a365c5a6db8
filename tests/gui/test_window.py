"""A reading from beginning to end, by mouse and keys, as a radiologist does it."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from scipy.ndimage import binary_erosion

from ironquant.analysis import analyze, analyze_organ, propose
from ironquant.core import Organ
from ironquant.dicom import read_examination, scan
from ironquant.export import format_value
from ironquant.gui import language
from ironquant.gui.session import region_of
from ironquant.iron import load_settings
from ironquant.resources import message, text

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 30_000


def _click(qtbot, window, column, row, double=False):
    view = window.centre.panel.view
    place = view.to_widget(column, row).toPoint()
    qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    if double:
        qtbot.mouseDClick(view.viewport(), LEFT, pos=place)
        qtbot.mouseRelease(view.viewport(), LEFT, pos=place)


def _drag(qtbot, view, start, end, button=LEFT, steps=5):
    port = view.viewport()
    qtbot.mouseMove(port, start)
    qtbot.mousePress(port, button, pos=start)
    for step in range(1, steps + 1):
        place = start + (end - start) * step / steps
        QApplication.sendEvent(port, _move(port, place, button))
        qtbot.wait(12)
    qtbot.mouseRelease(port, button, pos=end)


def _move(port, place, button):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    local, everywhere = QPointF(place), QPointF(port.mapToGlobal(place))
    none = Qt.KeyboardModifier.NoModifier
    return QMouseEvent(QEvent.Type.MouseMove, local, everywhere, Qt.MouseButton.NoButton, button, none)


def _draw_circle(qtbot, window, centre, radius, corners=10):
    qtbot.keyClick(window.centre.panel.view, Qt.Key.Key_D)
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    for angle in angles:
        _click(qtbot, window, centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle))
    qtbot.keyClick(window.centre.panel.view, Qt.Key.Key_Return)


def _middle(window, organ):
    mask = window.controller.session.organs[organ].regions[0].mask
    _, rows, columns = np.nonzero(mask)
    return float(columns.mean()), float(rows.mean())


def _far_from(handles, pixels):
    distance = np.hypot(*(pixels[:, None] - handles[None]).T).min(axis=0)
    return pixels[distance.argmax()].astype(float)


def test_what_is_shown_equals_the_pipeline(opened, phantom_folder):
    examination = read_examination(scan(phantom_folder)[0])
    expected = analyze(examination, propose(examination), load_settings(), maps=False)
    truth = {Organ.HEART: 12.0, Organ.LIVER: 2.6}
    for organ in expected.organs:
        card = opened.results.cards[organ.organ]
        assert card.number.text() == format_value(organ.result.t2star_ms, "t2star_ms")
        assert organ.result.t2star_ms.value == pytest.approx(truth[organ.organ], rel=0.05)
        assert card.grade.text().lower() == text("grades", organ.result.grade.code, "en")
        iron = format_value(organ.result.iron.iron_mg_per_g, "iron_mg_per_g")
        assert iron in card.quantities["iron"][1].text()
        words = [message(finding.code, finding.params, "en") for finding in organ.findings]
        assert sorted(card.findings.words()) == sorted(words)
    assert opened.patient.name.text().startswith("幻影")
    assert opened.browser.tree.topLevelItemCount() == 1
    assert opened.browser.tree.topLevelItem(0).childCount() == 2


def test_a_region_drawn_by_clicks_is_measured_like_the_pipeline_does(opened, qtbot, settle):
    session = opened.controller.session
    before = opened.results.cards[Organ.HEART].number.text()
    x, y = _middle(opened, Organ.HEART)
    _draw_circle(qtbot, opened, (x + 15, y), 6)
    settle(opened)
    entry = session.entry(Organ.HEART)
    region = region_of(entry)
    assert (region.source, region.site, len(region.contours)) == ("manual", "septum", 1)
    expected = analyze_organ(session.examination, entry, session.settings)
    shown = opened.results.cards[Organ.HEART].number.text()
    assert shown == format_value(expected.result.t2star_ms, "t2star_ms") != before
    assert expected.regions[0].area_mm2 == pytest.approx(
        10 / 2 * math.sin(2 * math.pi / 10) * 36 * session.examination.series[0].pixel_area_mm2, rel=0.12
    )
    qtbot.keyClick(opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(opened)
    assert opened.results.cards[Organ.HEART].number.text() == before
    qtbot.keyClick(
        opened, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    settle(opened)
    assert opened.results.cards[Organ.HEART].number.text() == shown


def test_drawing_can_be_corrected_closed_by_double_click_and_given_up(opened, qtbot, settle):
    tool, view = opened.centre.panel.tool, opened.centre.panel.view
    old = region_of(opened.controller.session.entry(Organ.HEART))
    qtbot.keyClick(view, Qt.Key.Key_D)
    x, y = _middle(opened, Organ.HEART)
    _click(qtbot, opened, x, y)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not tool.drawing
    assert region_of(opened.controller.session.entry(Organ.HEART)) is old
    qtbot.keyClick(view, Qt.Key.Key_D)
    for right, down in ((0, 0), (14, 0), (26, 18)):
        _click(qtbot, opened, x + right, y + down)
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    _click(qtbot, opened, x + 14, y + 16)
    _click(qtbot, opened, x, y + 16, double=True)
    settle(opened)
    region = region_of(opened.controller.session.entry(Organ.HEART))
    assert region.source == "manual"
    assert opened.controller.session.organs[Organ.HEART].regions[0].n_pixels == pytest.approx(
        14 * 16, rel=0.1
    )


def test_a_region_follows_the_mouse_and_numbers_follow_at_once(opened, qtbot, settle):
    view, tool = opened.centre.panel.view, opened.centre.panel.tool
    session = opened.controller.session
    previews = []
    opened.controller.previewed.connect(previews.append)
    before = session.organs[Organ.HEART].regions[0]
    qtbot.keyClick(view, Qt.Key.Key_E)
    assert tool.editing
    inner = binary_erosion(before.mask[0], iterations=1)
    x, y = _far_from(tool.handles(), np.argwhere(inner)[:, ::-1])
    start = view.to_widget(x, y).toPoint()
    end = view.to_widget(x + 4, y + 1).toPoint()
    _drag(qtbot, view, start, end)
    settle(opened)
    region = region_of(session.entry(Organ.HEART))
    assert region.source == "edited"
    assert previews
    after = session.organs[Organ.HEART].regions[0]
    shift = [np.mean(np.nonzero(item.mask)[2]) for item in (before, after)]
    assert shift[1] - shift[0] == pytest.approx(4, abs=1.0)
    assert len(session.history.past) == 1
    expected = analyze_organ(session.examination, session.entry(Organ.HEART), session.settings)
    assert opened.results.cards[Organ.HEART].number.text() == format_value(
        expected.result.t2star_ms, "t2star_ms"
    )


def test_an_echo_is_dropped_and_restored_by_a_click(opened, qtbot, settle):
    session, fit = opened.controller.session, opened.centre.panel.fit
    used = session.organs[Organ.HEART].regions[0].curve.echoes_used
    place = fit.curve.point_position(used[-1]).toPoint()
    qtbot.mouseClick(fit.curve.viewport(), LEFT, pos=place)
    settle(opened)
    assert session.entry(Organ.HEART).echoes == used[:-1]
    curve = session.organs[Organ.HEART].regions[0].curve
    assert (curve.echoes_used, curve.echoes_chosen_by) == (used[:-1], "reader")
    assert fit.reset_button.isVisible()
    qtbot.mouseClick(fit.curve.viewport(), LEFT, pos=fit.curve.point_position(used[-1]).toPoint())
    settle(opened)
    assert session.entry(Organ.HEART).echoes == used
    qtbot.mouseClick(fit.reset_button, LEFT)
    settle(opened)
    assert session.entry(Organ.HEART).echoes is None


def test_at_least_three_echoes_stay(opened, qtbot, settle):
    session = opened.controller.session
    total = len(session.organs[Organ.HEART].regions[0].curve.te_ms)
    for echo in range(total, 2, -1):
        opened.controller.toggle_echo(Organ.HEART, echo)
        settle(opened)
    assert len(session.entry(Organ.HEART).echoes) == 3
    words = {lang: message("echoes_must_stay", {"echo": 3, "needed": 3}, lang) for lang in ("en", "zh")}
    assert opened.notice.isVisible()
    assert opened.notice.words.text() == words["en"]
    assert all("3" in said and "{" not in said for said in words.values())


def test_what_was_refused_is_forgotten_with_the_next_action(opened, settle):
    controller = opened.controller
    region = replace(region_of(controller.session.entry(Organ.HEART)), source="manual")
    controller.toggle_echo(Organ.HEART, 8)
    settle(opened)
    three = replace(controller.session.entry(Organ.HEART), echoes=(1, 2, 3))
    for action in (
        lambda: controller.reset_echoes(Organ.HEART),
        lambda: controller.toggle_echo(Organ.HEART, 8),
        lambda: controller.set_region(region),
        lambda: controller.accept(Organ.HEART),
        controller.undo,
        lambda: controller.set_profile("guangxi"),
    ):
        controller._commit(three)
        settle(opened)
        controller.toggle_echo(Organ.HEART, 2)
        assert opened.notice.isVisible()
        action()
        settle(opened)
        assert not opened.notice.isVisible()


def test_echoes_clicked_faster_than_they_are_measured_are_all_dropped(opened, qtbot, settle):
    session = opened.controller.session
    used = session.organs[Organ.HEART].regions[0].curve.echoes_used
    for echo in used[-2:]:
        opened.controller.toggle_echo(Organ.HEART, echo)
    settle(opened)
    assert session.organs[Organ.HEART].regions[0].curve.echoes_used == used[:-2]


def test_a_proposal_that_comes_late_does_not_undo_the_reader(opened, qtbot, settle):
    session = opened.controller.session
    drawn = replace(region_of(session.entry(Organ.HEART)), source="manual", proposer="", confidence=None)
    opened.controller.propose_again(Organ.HEART)
    opened.controller.set_region(drawn)
    settle(opened)
    kept = region_of(session.entry(Organ.HEART))
    assert (kept.source, kept.proposer) == ("manual", "")
    assert kept.history[-1].action == "drawn"
    assert not opened.controller.tasks.busy


def test_model_and_profile_change_the_numbers(opened, qtbot, settle):
    session, box = opened.controller.session, opened.centre.panels[Organ.LIVER].fit.model_box
    opened.centre.show_tab(1)
    index = box.findData("loglinear")
    box.setCurrentIndex(index)
    box.activated.emit(index)
    settle(opened)
    assert session.organs[Organ.LIVER].result.model == "loglinear"
    opened.controller.set_profile("guangxi")
    settle(opened)
    assert session.organs[Organ.LIVER].result.iron.calibration == "xu2023_15"
    assert session.settings.profile == "guangxi"
    opened.controller.set_model(Organ.LIVER, None)
    settle(opened)
    assert session.organs[Organ.LIVER].result.model == "truncation"


def test_the_profile_chosen_in_the_box_measures_both_organs_again(opened, qtbot, settle):
    session, box = opened.controller.session, opened.results.profile_box
    before = dict(session.organs)
    index = box.findText("guangxi")
    box.setCurrentIndex(index)
    box.textActivated.emit(box.itemText(index))
    settle(opened)
    for organ, former in before.items():
        assert session.organs[organ] is not former
        expected = analyze_organ(session.examination, session.entry(organ), load_settings("guangxi"))
        assert session.organs[organ].result == expected.result
    assert session.organs[Organ.LIVER].result.model == "truncation"
    assert session.organs[Organ.LIVER].result.iron.calibration == "xu2023_15"


def test_accept_propose_and_what_a_change_does_to_it(opened, qtbot, settle):
    session, view = opened.controller.session, opened.centre.panel.view
    qtbot.keyClick(view, Qt.Key.Key_A)
    assert session.state.accepted == {Organ.HEART}
    assert opened.centre.tabs.tabText(0).endswith("✓")
    assert not opened.results.cards[Organ.HEART].accept_button.isEnabled()
    number = opened.results.cards[Organ.HEART].number.text()
    x, y = _middle(opened, Organ.HEART)
    _draw_circle(qtbot, opened, (x + 15, y), 6)
    settle(opened)
    assert session.state.accepted == frozenset()
    qtbot.keyClick(view, Qt.Key.Key_P)
    settle(opened)
    assert region_of(session.entry(Organ.HEART)).source == "auto"
    assert opened.results.cards[Organ.HEART].number.text() == number


def test_keys_wheel_window_and_map(opened, qtbot):
    panel = opened.centre.panel
    view = panel.view
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.echo == 1
    assert "2/8" in panel.corners.lines[1]
    low, high = view.low, view.high
    start = view.rect().center()
    _drag(qtbot, view, start, start + QPoint(60, 0), Qt.MouseButton.RightButton)
    assert view.high - view.low > high - low
    x, y = _middle(opened, Organ.HEART)
    _click(qtbot, opened, x + 40, y, double=True)
    assert (view.low, view.high) == pytest.approx((low, high))
    assert not panel.map.bar.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_M)
    assert panel.map.bar.isVisible()
    x, y = round(x), round(y)
    view.hovered.emit(x, y)
    value = opened.controller.session.organ_maps(Organ.HEART).t2star_ms[0, y, x]
    assert f"T2* {value:.2f} ms" in opened.read_out.text()
    assert f"{view.image()[y, x]:.0f}" in opened.read_out.text()


def test_language_switches_everything_at_run_time(opened, qtbot):
    opened.actions_["zh"].trigger()
    qtbot.waitUntil(lambda: opened.centre.tabs.tabText(0) == "心脏", timeout=WAIT_MS)
    assert opened.results.cards[Organ.LIVER].title.text().startswith("肝脏")
    assert opened.actions_["open"].text() == "打开文件夹..."
    assert opened.research.text() == "仅供科研参考，未注册医疗器械"
    assert language.preferred() == "zh"
    opened.actions_["en"].trigger()
    qtbot.waitUntil(lambda: opened.centre.tabs.tabText(0) == "Heart", timeout=WAIT_MS)
    assert opened.results.cards[Organ.LIVER].title.text().startswith("Liver")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_report_is_saved(opened, qtbot, tmp_path, lang, settle):
    target = tmp_path / "report.pdf"
    opened.filing.save_report(target, lang)
    settle(opened)
    assert target.read_bytes().startswith(b"%PDF")
    assert str(target) in opened.notice.words.text() or opened.notice.isVisible()


def test_all_results_are_exported_as_by_the_command_line(opened, phantom_folder, tmp_path, settle):
    import json

    from typer.testing import CliRunner

    from ironquant.cli.main import app

    opened.filing.export_results(tmp_path, "en")
    settle(opened)
    (folder,) = tmp_path.glob("20240612_*")
    document = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    shown = {organ["organ"]: organ["result"]["t2star_ms"]["value"] for organ in document["organs"]}
    session = opened.controller.session
    assert shown == {
        str(organ): pytest.approx(result.result.t2star_ms.value) for organ, result in session.organs.items()
    }
    command_line = tmp_path / "command-line"
    result = CliRunner().invoke(app, ["analyze", str(phantom_folder), "--out", str(command_line)])
    assert result.exit_code == 0
    (other,) = command_line.glob("20240612_*")
    assert document == json.loads((other / "analysis.json").read_text(encoding="utf-8"))
    written = [
        sorted(str(path.relative_to(root)) for path in root.rglob("*.nii.gz")) for root in (folder, other)
    ]
    assert written[0] == written[1]
    assert (folder / "maps" / "heart_t2star.nii.gz").is_file()
    assert (folder / "report.pdf").is_file()
