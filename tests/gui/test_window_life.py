"""Opening, refusing, closing, words and sizes of the window."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel

from ironquant.core import Finding, Organ
from ironquant.gui import language
from ironquant.gui.dialogs import KeysDialog
from ironquant.resources import LANGUAGES, message

LEFT = Qt.MouseButton.LeftButton
WAIT_MS = 30_000


def test_a_folder_without_images_is_told_in_words(window, qtbot, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    window.open_path(tmp_path)
    qtbot.waitUntil(window.notice.isVisible, timeout=WAIT_MS)
    assert window.notice.words.text() == message("no_images", {"file": str(tmp_path)}, "en")
    assert window.controller.session.examination is None


def test_a_folder_that_fails_leaves_the_examination_and_its_undo(opened, qtbot, tmp_path, settle):
    session = opened.controller.session
    opened.controller.accept(Organ.HEART)
    before = (session.examination, session.history, dict(session.organs))
    opened.open_path(tmp_path)
    qtbot.waitUntil(opened.notice.isVisible, timeout=WAIT_MS)
    settle(opened)
    assert str(tmp_path) in opened.notice.words.text()
    assert (session.examination, session.history, session.organs) == before
    opened.controller.undo()
    assert session.state.accepted == frozenset()


def test_a_path_that_does_not_exist_is_told_in_words(window, qtbot, tmp_path):
    window.open_path(tmp_path / "absent")
    qtbot.waitUntil(window.notice.isVisible, timeout=WAIT_MS)
    assert "absent" in window.notice.words.text()


def test_a_report_that_cannot_be_written_is_told_in_words(opened, qtbot, tmp_path, settle):
    (tmp_path / "file").write_text("")
    opened.filing.save_report(tmp_path / "file" / "report.pdf", "en")
    settle(opened)
    assert opened.notice.isVisible()
    assert "could not be written" in opened.notice.words.text()


def test_a_dropped_folder_is_opened(window, qtbot, phantom_folder, settle):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(phantom_folder))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), copy, data, LEFT, none))
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)


def test_the_sample_patient_opens_and_can_be_cancelled(window, qtbot):
    qtbot.mouseClick(window.centre.start.sample_button, LEFT)
    assert window.busy.isVisible()
    qtbot.mouseClick(window.busy.cancel, LEFT)
    qtbot.waitUntil(window.notice.isVisible, timeout=WAIT_MS)
    assert window.notice.words.text() == message("cancelled", {}, "en")
    assert not window.busy.isVisible()


def test_closing_while_work_runs_is_clean(window, qtbot, phantom_folder):
    window.open_path(phantom_folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    window.open_sample()
    window.close()
    assert window.controller.tasks.idle or not window.isVisible()
    qtbot.wait(1)


def test_every_action_has_a_key_and_words_in_both_languages(window, qtbot):
    seen = {}
    for lang in ("en", "zh"):
        language.switch(lang)
        qtbot.waitUntil(lambda lang=lang: window.actions_["open"].text().startswith("打") == (lang == "zh"))
        for name, action in window.actions_.by_name.items():
            assert not action.shortcut().isEmpty(), name
            assert action.text(), name
            assert "(" in action.toolTip(), name
            seen.setdefault(name, set()).add(action.text())
            assert not any(word in action.toolTip() for word in ("(Up)", "(Down)", "PgDown")), name
    unchanged = {name for name, words in seen.items() if len(words) < 2}
    assert unchanged == set(LANGUAGES)
    keys = [key.toString() for action in window.actions_.by_name.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_keys_fit_a_small_screen(window, qtbot, lang):
    """1366 x 768 less title bar and task bar; every row is there."""
    language.switch(lang)
    groups = window.actions_.cheat_sheet()
    dialog = KeysDialog(groups, window)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.width() <= 1280
    assert dialog.height() <= 640
    said = {item.text() for item in dialog.findChildren(QLabel)}
    assert {words for _, rows in groups for pair in rows for words in pair} <= said
    keys = {key for _, rows in groups for key, _ in rows}
    assert {"↑", "↓"} <= {part for key in keys for part in key.split(" / ")}
    assert any(key.startswith("上翻页") for key in keys) == (lang == "zh")
    dialog.filter_edit.setText("ctrl+z")
    shown = [item.text() for item in dialog.findChildren(QLabel) if item.isVisible()]
    every = {words for _, rows in groups for pair in rows for words in pair}
    assert len(every & set(shown)) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_of_models_are_not_cut_at_1366_pixels(opened, qtbot, lang):
    language.switch(lang)
    for index, organ in enumerate((Organ.HEART, Organ.LIVER)):
        opened.centre.show_tab(index)
        qtbot.wait(20)
        fit = opened.centre.panels[organ].fit
        assert fit.table.rowCount() >= 3
        for column in range(fit.table.columnCount()):
            needed = fit.table.sizeHintForColumn(column)
            assert fit.table.columnWidth(column) >= needed, (organ, column)
        assert fit.curve.width() >= 240


def test_several_examinations_wait_for_a_choice(window, qtbot, phantom_folder, tmp_path, settle):
    import shutil

    from ironquant.phantom import find_case, simulate, write_phantom

    shutil.copytree(phantom_folder, tmp_path / "one")
    names = [name for name in ("severe", "normal", "guangxi") if _known(name)]
    write_phantom(simulate(find_case(names[0])), tmp_path / "two")
    window.open_path(tmp_path)
    qtbot.waitUntil(lambda: len(window.controller.session.refs) >= 2, timeout=WAIT_MS)
    settle(window)
    assert window.controller.session.examination is None
    assert window.centre.empty.title.text().startswith("Choose")
    index = next(i for i, ref in enumerate(window.controller.session.refs) if ref.readable_series)
    window.browser.examination_chosen.emit(index)
    qtbot.waitUntil(lambda: window.controller.session.current == index, timeout=WAIT_MS)
    settle(window)


def _known(name):
    from ironquant.phantom import load_cases

    return name in load_cases()


def test_findings_are_shown_with_the_gravest_first(opened):
    findings = opened.results.findings
    findings.show_findings(
        (
            Finding("noise_unknown", "info"),
            Finding("cancelled", "error"),
            Finding("lossy_compression", "warning"),
        )
    )
    codes = ("cancelled", "lossy_compression", "noise_unknown")
    assert findings.words() == [message(code, {}, "en") for code in codes]


def test_a_late_result_of_the_former_examination_is_dropped(opened, qtbot, settle):
    """A change made while the examination is read anew holds, and is measured on the new images."""
    session = opened.controller.session
    former = session.examination
    opened.controller.open_examination(0)
    opened.controller.set_model(Organ.HEART, "loglinear")
    settle(opened)
    qtbot.waitUntil(lambda: session.examination is not former, timeout=WAIT_MS)
    settle(opened)
    for organ, analysis in session.organs.items():
        assert any(analysis.series is series for series in session.examination.series)
        assert (session.entry(organ).model == "loglinear") == (organ == Organ.HEART)
        assert (analysis.result.model == "loglinear") == (organ == Organ.HEART)


def test_both_organs_get_the_same_room_side_by_side(opened, qtbot):
    opened.centre.show_tab(2)
    heart, liver = (opened.centre.panels[organ] for organ in (Organ.HEART, Organ.LIVER))
    qtbot.waitUntil(lambda: abs(heart.width() - liver.width()) <= 4, timeout=WAIT_MS)
