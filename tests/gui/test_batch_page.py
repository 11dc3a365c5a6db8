"""The batch page: started by its key, counts while it runs, cancelled, and went on with."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ironquant.gui import language

WAIT_MS = 120_000


@pytest.fixture
def page(window, qtbot, phantom_folder, tmp_path):
    """The page with a folder of two examinations: one good, one damaged."""
    shutil.copytree(phantom_folder, tmp_path / "in" / "good")
    (tmp_path / "in" / "bad").mkdir()
    (tmp_path / "in" / "bad" / "IM1.dcm").write_bytes(b"no image at all" * 20)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    qtbot.keyClick(
        window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    page = window.filing.batch
    qtbot.waitUntil(page.isVisible)
    qtbot.keyClicks(page.root_edit, str(tmp_path / "in"))
    assert not page.start_button.isEnabled()
    qtbot.keyClicks(page.out_edit, str(tmp_path / "out"))
    return page


def test_a_cohort_is_measured(page, qtbot, tmp_path):
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    assert page.running
    assert page.cancel_button.isEnabled()
    assert not page.start_button.isEnabled()
    qtbot.waitUntil(lambda: not page.running, timeout=WAIT_MS)
    assert (tmp_path / "out" / "results.tsv").is_file()
    assert "2 examinations: 1 done" in page.words.text()
    assert page.failures.count() == 1
    assert page.failures.isVisible()
    assert "IM1.dcm" in page.failures.item(0).text()
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.running, timeout=WAIT_MS)
    assert "2 done before" in page.words.text()


def test_cancel_ends_it_and_it_goes_on(page, qtbot, tmp_path):
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.running, timeout=WAIT_MS)
    assert "ancelled" in page.words.text()
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.running, timeout=WAIT_MS)
    assert "2 examinations" in page.words.text()


def test_a_missing_folder_is_said(page, qtbot, tmp_path):
    page.root_edit.setText(str(tmp_path / "nowhere"))
    qtbot.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.running, timeout=WAIT_MS)
    assert "does not exist" in page.words.text()


def test_an_idle_page_speaks_the_language_chosen(window, qtbot):
    language.switch("zh")
    window.filing.show_batch()
    assert window.filing.batch.start_button.text() == "开始或继续"
