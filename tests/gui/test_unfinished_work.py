"""What was not saved is there at the next start, however the program ended."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from ironquant.case import journals, recover
from ironquant.core import Organ
from ironquant.gui import keeper
from ironquant.gui.app import make_window
from ironquant.gui.unfinished_dialog import UnfinishedDialog
from ironquant.iron import profile_names

WAIT_MS = 60_000


def started(qtbot):
    window = make_window()
    qtbot.addWidget(window)
    window.show()
    window.keeper.look()
    return window


def offered(window, qtbot):
    """Return the dialog that offers unfinished work."""
    qtbot.waitUntil(lambda: bool(window.findChildren(UnfinishedDialog)), timeout=WAIT_MS)
    (dialog,) = window.findChildren(UnfinishedDialog)
    return dialog


def worded(window, words, settle):
    window.controller.set_impression(words)
    window.controller.accept(Organ.LIVER)
    settle(window)


def test_work_that_was_not_saved_is_offered_and_taken_up(opened, qtbot, settle, phantom_folder):
    worded(opened, "Kept.", settle)
    history = opened.controller.session.history
    opened.close()
    (entry,) = journals()
    assert Path(entry.origin.source) == phantom_folder
    assert recover(entry).impression == "Kept."
    window = started(qtbot)
    dialog = offered(window, qtbot)
    assert dialog.list.topLevelItemCount() == 1
    assert dialog.list.topLevelItem(0).text(2) == str(phantom_folder)
    dialog.open_button.click()
    session = window.controller.session
    qtbot.waitUntil(lambda: session.examination is not None, timeout=WAIT_MS)
    settle(window)
    assert session.state.reading.impression == "Kept."
    assert session.state.accepted == history.now.accepted == {Organ.LIVER}
    assert "taken up" in window.notice.words.text()
    assert not window.keeper.unfinished
    window.close()
    (entry,) = journals()  # it still is not saved: kept anew, the former journal is gone
    assert recover(entry).impression == "Kept."


def test_it_is_taken_up_under_the_profile_it_was_read_by(opened, qtbot, settle):
    other = next(name for name in profile_names() if name != opened.controller.session.settings.profile)
    opened.results.profile_chosen.emit(other)
    worded(opened, "Kept.", settle)
    session = opened.controller.session
    settings, result = session.settings, session.organs[Organ.LIVER].result
    opened.close()
    window = started(qtbot)
    assert window.controller.session.settings.profile != other
    offered(window, qtbot).open_button.click()
    session = window.controller.session
    qtbot.waitUntil(lambda: session.examination is not None, timeout=WAIT_MS)
    settle(window)
    assert session.settings == settings
    assert window.results.profile_box.currentText() == other
    assert session.organs[Organ.LIVER].result == result
    window.close()


def test_opening_the_same_images_by_hand_takes_it_up_too(opened, qtbot, settle, phantom_folder):
    worded(opened, "Kept.", settle)
    opened.close()
    window = started(qtbot)
    offered(window, qtbot).later_button.click()
    assert window.actions_["unfinished"].isEnabled()
    window.open_path(phantom_folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    assert window.controller.session.state.reading.impression == "Kept."
    window.close()


def test_work_found_after_its_images_were_opened_is_not_lost(opened, qtbot, settle, phantom_folder):
    worded(opened, "Kept.", settle)
    opened.close()
    window = make_window()
    qtbot.addWidget(window)
    window.show()
    window.open_path(phantom_folder)
    session = window.controller.session
    qtbot.waitUntil(lambda: session.examination is not None, timeout=WAIT_MS)
    settle(window)
    assert session.state.reading.impression is None
    window.keeper.look()
    offered(window, qtbot).open_button.click()
    qtbot.waitUntil(lambda: session.state.reading.impression == "Kept.", timeout=WAIT_MS)
    settle(window)
    assert session.state.accepted == {Organ.LIVER}
    assert session.organs[Organ.LIVER].result is not None
    window.controller.undo()
    assert session.state.reading.impression is None
    window.controller.redo()
    settle(window)
    window.close()
    (entry,) = journals()
    assert recover(entry).impression == "Kept."


def test_what_is_discarded_is_gone(opened, qtbot, settle, monkeypatch):
    monkeypatch.setattr(keeper, "INTERVAL_MS", 50)
    worded(opened, "Kept.", settle)
    opened.close()
    window = started(qtbot)
    dialog = offered(window, qtbot)
    dialog.discard_button.click()
    assert dialog.list.topLevelItemCount() == 0
    assert not dialog.open_button.isEnabled()
    dialog.later_button.click()
    qtbot.waitUntil(lambda: not journals(), timeout=WAIT_MS)
    window.close()
    assert not journals()


def test_nothing_is_offered_where_all_is_saved_or_untouched(opened, qtbot, settle, tmp_path):
    worded(opened, "Saved.", settle)
    opened.filing.write_case(tmp_path / "a.iqcase")
    settle(opened)
    opened.close()
    assert journals() == ()
    window = started(qtbot)
    settle(window)
    assert not window.findChildren(UnfinishedDialog)
    window.close()


def test_taking_everything_back_leaves_nothing(opened, settle):
    worded(opened, "Kept.", settle)
    opened.controller.undo()
    opened.controller.undo()
    settle(opened)
    opened.close()
    assert journals() == ()


def test_a_disk_that_cannot_be_written_is_told_once_and_asked_about(
    opened, settle, qtbot, tmp_path, monkeypatch
):
    (tmp_path / "state").mkdir(exist_ok=True)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    told = []
    opened.controller.noticed.connect(lambda finding: told.append(finding.code))
    opened.controller.set_impression("Kept.")
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    qtbot.wait(2 * keeper.INTERVAL_MS + 500)
    assert told == ["output_not_written"]
    asked = []

    def answer(box):
        asked.append(box.text())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: _button(box, "Cancel"))
    assert not opened.close()
    assert asked == ["What is not saved cannot be kept, and would be lost."]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert opened.close()
    assert [recover(entry).impression for entry in journals()] == ["Kept."]


def _button(box, words):
    return next(button for button in box.buttons() if button.text() == words)


def kill_while_reading(tmp_path, phantom_folder, qtbot, settle, moments_s):
    """Kill a window that is worked in, at each moment after it began; see what the next one has."""
    script = Path(__file__).with_name("reading_until_killed.py")
    for number, moment_s in enumerate(moments_s):
        state, log = tmp_path / f"state{number}", tmp_path / f"log{number}"
        own = {
            "XDG_STATE_HOME": str(state),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        process = subprocess.Popen(
            [sys.executable, str(script), str(phantom_folder), str(log)],
            env=os.environ | own,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "begun\n"
        try:
            process.wait(moment_s)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        yield state, [line.split("\t") for line in log.read_text().splitlines() if line.endswith("\tdone")]


@pytest.mark.parametrize("moments_s", [(3.2, 4.7)])
def test_killed_while_reading(tmp_path, phantom_folder, qtbot, settle, moments_s, monkeypatch):
    assert_nothing_is_lost(tmp_path, phantom_folder, qtbot, settle, moments_s, monkeypatch)


@pytest.mark.soak
def test_killed_at_fifty_moments(tmp_path, phantom_folder, qtbot, settle, monkeypatch):
    import random

    dice = random.Random(6)
    moments_s = [dice.uniform(2.2, 9.0) for _ in range(50)]
    assert_nothing_is_lost(tmp_path, phantom_folder, qtbot, settle, moments_s, monkeypatch)


def assert_nothing_is_lost(tmp_path, phantom_folder, qtbot, settle, moments_s, monkeypatch):
    """All is there but what was done in the last interval, in the window as in the journal."""
    for state, done in kill_while_reading(tmp_path, phantom_folder, qtbot, settle, moments_s):
        monkeypatch.setenv("XDG_STATE_HOME", str(state))
        killed_s = float(done[-1][1])
        (entry,) = journals()
        assert Path(entry.origin.source) == phantom_folder
        step = int(recover(entry).impression.split()[-1])
        late = [int(number) for number, when_s, _ in done if float(when_s) <= killed_s - 3.5]
        print(f"{len(done)} steps done, {step} recovered")
        assert step >= max(late, default=0)
        window = started(qtbot)
        offered(window, qtbot).open_button.click()
        session = window.controller.session
        qtbot.waitUntil(lambda s=session: s.examination is not None, timeout=WAIT_MS)
        settle(window)
        assert session.state.reading.impression == f"Step {step}"
        assert session.organs[Organ.HEART].reported is not None
        window.close()
        window.deleteLater()
