"""Cases in the window: saved, opened again as they were left, read only where they are final or held."""

import json
import zipfile
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from ironquant.case import lock_case, open_case, same_reading, state_of
from ironquant.core import ClinicalData, Organ
from ironquant.gui.app import make_window
from ironquant.gui.session import region_of

WAIT_MS = 60_000
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def worked(opened, settle):
    """The sample patient with an echo dropped, the liver accepted, an impression and clinical data."""
    controller = opened.controller
    used = controller.session.organs[Organ.HEART].reported.curve.echoes_used
    controller.toggle_echo(Organ.HEART, used[-1])
    controller.accept(Organ.LIVER)
    controller.set_impression("No iron in the heart.")
    controller.set_clinical(ClinicalData(ferritin_ng_per_ml=1234.0))
    settle(opened)
    return opened


def saved(window, path, settle, state="draft"):
    window.filing.write_case(path, state)
    settle(window)
    return path


def opened_again(qtbot, path, settle):
    window = make_window()
    qtbot.addWidget(window)
    window.show()
    window.open_path(path)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    return window


def shown(window):
    cards = window.results.cards.values()
    numbers = [(card.number.text(), card.accept_button.text(), card.region_words.text()) for card in cards]
    return numbers, window.results.impression.edit.toPlainText()


def test_another_profile_alone_is_unsaved_work_of_a_case(worked, settle, tmp_path):
    session = worked.controller.session
    path = saved(worked, tmp_path / "a.iqcase", settle)
    assert not worked.isWindowModified()
    former = session.settings.profile
    worked.controller.set_profile("guangxi")
    settle(worked)
    assert worked.isWindowModified()
    assert session.fingerprint in session.unsaved()
    worked.controller.set_profile(former)
    settle(worked)
    assert not worked.isWindowModified()
    worked.controller.set_profile("guangxi")
    settle(worked)
    assert saved(worked, path, settle) == path
    assert not worked.isWindowModified()


def test_a_case_is_as_it_was_left(worked, qtbot, settle, tmp_path):
    session = worked.controller.session
    assert session.unsaved()
    assert worked.isWindowModified()
    path = saved(worked, tmp_path / "名.iqcase", settle)
    assert not session.unsaved()
    assert not worked.isWindowModified()
    assert worked.windowTitle() == "名.iqcase – IronQuant[*]"
    left, reading = shown(worked), session.state.reading
    worked.close()
    again = opened_again(qtbot, path, settle)
    assert shown(again) == left
    assert same_reading(again.controller.session.state.reading, reading)
    assert again.controller.session.state.accepted == {Organ.LIVER}
    assert not again.controller.session.unsaved()
    assert not again.keeper.unfinished
    with zipfile.ZipFile(path) as archive:
        numbers = json.loads(archive.read("analysis.json"))
    told = {organ["organ"]: organ["result"]["t2star_ms"]["value"] for organ in numbers["organs"]}
    for organ, analysis in again.controller.session.organs.items():
        assert told[str(organ)] == pytest.approx(analysis.result.t2star_ms.value, rel=1e-9)
    again.close()


def test_what_is_changed_later_is_saved_into_the_same_file(worked, settle, tmp_path, qtbot):
    path = saved(worked, tmp_path / "a.iqcase", settle)
    worked.controller.set_impression("Changed.")
    assert worked.isWindowModified()
    qtbot.keyClick(worked, Qt.Key.Key_S, CONTROL)
    settle(worked)
    assert open_case(path).reading.impression == "Changed."
    assert not worked.isWindowModified()


def test_a_case_saved_over_itself_keeps_its_images(worked, settle, tmp_path, qtbot):
    path = saved(worked, tmp_path / "a.iqcase", settle)
    worked.close()
    again = opened_again(qtbot, path, settle)
    before = open_case(path)
    again.controller.set_impression("Second.")
    again.filing.save_case()
    settle(again)
    after = open_case(path)
    assert after.reading.impression == "Second."
    assert len(after.examination.series) == len(before.examination.series)
    again.close()


def test_a_final_case_is_not_changed(worked, settle, tmp_path, qtbot, monkeypatch):
    path = saved(worked, tmp_path / "a.iqcase", settle)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: 0)
    monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: box.buttons()[0])
    qtbot.keyClick(worked, Qt.Key.Key_F, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    settle(worked)
    assert state_of(path) == "final"
    reading, bytes_before = worked.controller.session.state.reading, path.read_bytes()
    worked.controller.set_impression("Another.")
    worked.controller.accept(Organ.HEART)
    heart = region_of(worked.controller.session.entry(Organ.HEART))
    worked.controller.set_region(replace(heart, contours=(heart.contours[0] + 5.0,)))
    settle(worked)
    assert worked.controller.session.state.reading == reading
    assert "final" in worked.notice.words.text()
    assert not worked.actions_["finish"].isEnabled()
    assert path.read_bytes() == bytes_before
    worked.close()
    again = opened_again(qtbot, path, settle)
    again.controller.reset_echoes(Organ.HEART)
    settle(again)
    assert same_reading(again.controller.session.state.reading, reading)
    again.close()


def test_a_case_that_is_open_elsewhere_can_be_read(worked, settle, tmp_path, qtbot):
    path = saved(worked, tmp_path / "a.iqcase", settle)
    worked.close()
    with lock_case(path):
        again = opened_again(qtbot, path, settle)
        assert again.controller.session.refusal.code == "case_open_elsewhere"
        assert "open elsewhere" in again.notice.words.text()
        again.controller.set_impression("Another.")
        assert again.controller.session.state.reading.impression == "No iron in the heart."
        again.close()
    assert not list(tmp_path.glob(".a.iqcase*"))


def test_a_case_that_is_left_is_free_again(worked, settle, tmp_path, phantom_folder, qtbot):
    path = saved(worked, tmp_path / "a.iqcase", settle)
    lock = worked.controller.session.case.lock
    assert lock.held
    worked.open_path(phantom_folder)
    qtbot.waitUntil(lambda: worked.controller.session.case is None, timeout=WAIT_MS)
    settle(worked)
    assert not lock.held
    with lock_case(path):
        pass


def test_the_settings_of_a_case_hold_for_it_alone(worked, settle, tmp_path, phantom_folder, qtbot):
    session = worked.controller.session
    worked.controller.set_profile("guangxi")
    settle(worked)
    path = saved(worked, tmp_path / "a.iqcase", settle)
    worked.close()
    again = opened_again(qtbot, path, settle)
    session = again.controller.session
    assert session.settings.profile == "guangxi"
    assert again.results.profile_box.currentText() == "guangxi"
    again.open_path(phantom_folder)
    qtbot.waitUntil(lambda: session.case is None and session.examination is not None, timeout=WAIT_MS)
    settle(again)
    assert session.settings.profile != "guangxi"
    again.close()


def test_a_case_opened_again_in_the_same_window_needs_no_saving(
    worked, settle, tmp_path, phantom_folder, qtbot
):
    session = worked.controller.session
    path = saved(worked, tmp_path / "a.iqcase", settle)
    worked.open_path(phantom_folder)
    qtbot.waitUntil(lambda: session.case is None and session.examination is not None, timeout=WAIT_MS)
    settle(worked)
    assert session.state.reading.impression == "No iron in the heart."
    worked.open_path(path)
    qtbot.waitUntil(lambda: session.case is not None, timeout=WAIT_MS)
    settle(worked)
    assert not session.unsaved()
    assert session.history.past


def test_a_damaged_case_is_told_and_nothing_is_lost(worked, settle, tmp_path):
    path = saved(worked, tmp_path / "a.iqcase", settle)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "b.iqcase").write_bytes(data)
    examination = worked.controller.session.examination
    worked.open_path(tmp_path / "b.iqcase")
    settle(worked)
    assert "damaged" in worked.notice.words.text()
    assert worked.controller.session.examination is examination
