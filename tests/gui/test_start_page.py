"""The start page: what was opened lately, by mouse and keys; missing files; work that waits."""

import json
import shutil
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QMenu

from ironquant.case import RecentEntry, recent_entries, remember, same_reading
from ironquant.case.recent import recent_file
from ironquant.core import Organ, OutputError
from ironquant.gui import language, style
from ironquant.gui.app import make_window
from ironquant.gui.recent_list import _LINES

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
WAIT_MS = 30_000


def entries(window):
    return [listed.entry for listed in window.start.recent.listed]


def lines(window, row=0):
    return window.start.page.list.item(row).data(_LINES)


@pytest.fixture
def known(qtbot, settle):
    """Wait until the list is what the file says."""

    def wait(window):
        settle(window)
        qtbot.waitUntil(lambda: window.start.recent.known, timeout=WAIT_MS)
        settle(window)

    return wait


@pytest.fixture
def again(qtbot, known):
    """Close a window and open another, as on the next morning."""
    made = []

    def begin(window):
        window.close()
        new = make_window()
        made.append(new)
        new.resize(1366, 768)
        new.show()
        qtbot.waitExposed(new)
        known(new)
        return new

    yield begin
    for window in made:
        window.close()
        window.deleteLater()


def test_the_first_morning_says_what_to_do(window, known):
    known(window)
    page = window.start.page
    assert page.isVisible()
    assert page._nothing.isVisible()
    assert not page.list.isVisible()
    assert not page.forget_button.isVisible()
    assert not page.waiting.isVisible()
    assert page.open_button.hasFocus()
    for widget in (window.browser, window.results, window.regions, window.patient):
        assert not widget.isVisible()
    assert not window.actions_["start"].isEnabled()
    assert not window.actions_["forget_recent"].isEnabled()


def test_an_examination_stands_in_the_list_the_next_morning_and_enter_opens_it(opened, again, qtbot):
    for widget in (opened.browser, opened.results, opened.patient):
        assert widget.isVisible()
    examination = opened.controller.session.examination
    new = again(opened)
    (entry,) = entries(new)
    assert entry.kind == "examination"
    assert entry.state == "opened"
    assert entry.name == examination.patient.name
    assert entry.study_date == examination.study.date
    name, date, place, state, when = lines(new)
    assert name == examination.patient.name
    assert date == examination.study.date.isoformat()
    assert place == entry.path
    assert state == "opened"
    assert when.startswith("today ")
    assert new.start.page.list.hasFocus()
    qtbot.keyClick(new.start.page.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: new.controller.session.examination is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: new.controller.tasks.idle, timeout=WAIT_MS)
    assert new.controller.session.examination.study == examination.study
    assert not new.start.page.isVisible()
    assert len(entries(new)) == 1


def test_work_that_was_not_saved_is_marked_offered_and_taken_up(opened, again, qtbot, settle):
    session = opened.controller.session
    opened.controller.accept(Organ.LIVER)
    settle(opened)
    assert [entry.state for entry in entries(opened)] == ["unsaved"]
    opened.controller.undo()
    settle(opened)
    assert [entry.state for entry in entries(opened)] == ["opened"]
    opened.controller.redo()
    settle(opened)
    work = session.state.reading
    new = again(opened)
    assert not new.start.page.waiting.isVisible()
    new.keeper.look()
    settle(new)
    QApplication.activeModalWidget().reject()
    assert new.start.page.waiting.isVisible()
    assert "One reading" in new.start.page._waiting_words.text()
    assert lines(new)[3] == "not saved"
    qtbot.mouseClick(new.start.page.waiting_button, LEFT)
    dialog = QApplication.activeModalWidget()
    dialog.later_button.click()
    rectangle = new.start.page.list.visualItemRect(new.start.page.list.item(0))
    qtbot.mouseClick(new.start.page.list.viewport(), LEFT, pos=rectangle.center())
    qtbot.waitUntil(lambda: new.controller.session.examination is not None, timeout=WAIT_MS)
    settle(new)
    assert same_reading(new.controller.session.state.reading, work)
    assert new.controller.session.state.accepted == {Organ.LIVER}


def test_work_that_was_discarded_is_not_unsaved_any_more(opened, again, settle):
    opened.controller.accept(Organ.LIVER)
    settle(opened)
    new = again(opened)
    new.keeper.look()
    settle(new)
    dialog = QApplication.activeModalWidget()
    dialog.discard_button.click()
    dialog.reject()
    new.start.refresh()
    assert lines(new)[3] == "opened"
    assert not new.start.page.waiting.isVisible()


def test_a_case_takes_the_place_of_its_images_and_becomes_final(opened, again, qtbot, tmp_path, settle):
    case = tmp_path / "heart.iqcase"
    opened.filing.write_case(case)
    settle(opened)
    (entry,) = entries(opened)
    assert (entry.kind, entry.path, entry.state) == ("case", str(case), "saved")
    opened.controller.accept(Organ.HEART)
    settle(opened)
    assert entries(opened)[0].state == "unsaved"
    opened.filing.write_case(case, "final")
    settle(opened)
    new = again(opened)
    assert [entry.state for entry in entries(new)] == ["final"]
    assert lines(new)[3] == "final"
    qtbot.keyClick(new.start.page.list, Qt.Key.Key_Enter)
    qtbot.waitUntil(lambda: new.controller.session.case is not None, timeout=WAIT_MS)
    settle(new)
    assert len(entries(new)) == 1
    assert entries(new)[0].state == "final"


def test_a_folder_with_several_stands_in_the_list_with_their_number(
    window, qtbot, phantom_folder, tmp_path, known, settle
):
    from ironquant.phantom import find_case, simulate, write_phantom

    root = tmp_path / "ward"
    shutil.copytree(phantom_folder, root / "one")
    write_phantom(simulate(replace(find_case("severe"), matrix=(144, 144))), root / "two")
    window.open_path(root)
    qtbot.waitUntil(lambda: len(window.controller.session.refs) == 2, timeout=WAIT_MS)
    settle(window)
    assert window.browser.isVisible()
    (entry,) = entries(window)
    assert (entry.kind, entry.path, entry.n) == ("folder", str(root), 2)
    window.controller.open_examination(1)
    qtbot.waitUntil(lambda: window.controller.session.current == 1, timeout=WAIT_MS)
    settle(window)
    assert [entry.kind for entry in entries(window)] == ["examination", "folder"]
    chosen = entries(window)[0].study_uid
    qtbot.keyClick(window, Qt.Key.Key_W, CONTROL)
    assert window.start.page.isVisible()
    assert window.controller.session.refs == ()
    known(window)
    assert lines(window, 1)[1:4] == ("2 examinations", str(root), "")
    window.start.page.list.setCurrentRow(0)
    qtbot.keyClick(window.start.page.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    assert window.controller.session.examination.study.instance_uid == chosen


def test_the_sample_patient_is_not_listed(window, qtbot, known):
    known(window)
    qtbot.mouseClick(window.start.page.sample_button, LEFT)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    known(window)
    assert entries(window) == []
    assert not recent_file().exists()


def _fill(tmp_path, now):
    there = tmp_path / "there"
    there.mkdir()
    for path, name in ((there, "A"), (tmp_path / "gone", "B"), (tmp_path / "drive" / "gone", "C")):
        remember(RecentEntry("examination", str(path), now, name))


def test_what_is_missing_is_dimmed_with_the_reason_and_comes_back(window, again, tmp_path, qtbot, known):
    import datetime as dt

    now = dt.datetime.now(dt.UTC)
    _fill(tmp_path, now)
    new = again(window)
    assert [lines(new, row)[0] for row in range(3)] == ["C", "B", "A"]
    assert "cannot be reached" in lines(new, 0)[2]
    assert "No longer there" in lines(new, 1)[2]
    assert lines(new, 2)[2] == str(tmp_path / "there")
    new.start.page.list.setCurrentRow(2)
    shown = new.start.page.list.viewport().grab().toImage()
    boxes = [new.start.page.list.visualItemRect(new.start.page.list.item(row)) for row in (1, 2)]
    strong = [_colours(shown, box) for box in boxes]
    assert style.shade("warning") in strong[0]
    assert style.shade("warning") not in strong[1]
    new.start.page.list.setCurrentRow(1)
    qtbot.keyClick(new.start.page.list, Qt.Key.Key_Return)
    known(new)
    assert new.notice.isVisible()
    assert "gone" in new.notice.words.text()
    assert new.start.page.isVisible()
    (tmp_path / "gone").mkdir()
    new.start.recent.look()
    known(new)
    assert lines(new, 1)[2] == str(tmp_path / "gone")


def _colours(image, box):
    return {
        image.pixelColor(x, y).name()
        for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    }


def test_delete_takes_one_out_and_forget_all_the_rest(window, again, tmp_path, qtbot, known):
    import datetime as dt

    _fill(tmp_path, dt.datetime.now(dt.UTC))
    new = again(window)
    page = new.start.page
    assert page.list.currentRow() == 0
    qtbot.keyClick(page.list, Qt.Key.Key_Down)
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    known(new)
    assert [lines(new, row)[0] for row in range(page.list.count())] == ["C", "A"]
    assert page.list.currentRow() == 1
    assert [entry.name for entry in recent_entries()] == ["C", "A"]
    qtbot.mouseClick(page.forget_button, LEFT)
    known(new)
    assert page._nothing.isVisible()
    assert not recent_file().exists()
    assert not new.actions_["forget_recent"].isEnabled()


def test_the_mouse_can_take_one_out(window, again, tmp_path, qtbot, known):
    import datetime as dt

    _fill(tmp_path, dt.datetime.now(dt.UTC))
    new = again(window)
    listed = new.start.page.list
    listed.customContextMenuRequested.emit(listed.visualItemRect(listed.item(1)).center())
    (menu,) = listed.findChildren(QMenu)
    remove = menu.actions()[1]
    assert "Remove" in remove.text()
    remove.trigger()
    menu.close()
    known(new)
    assert [entry.name for entry in recent_entries()] == ["C", "A"]
    listed.customContextMenuRequested.emit(QPoint(5, 2000))  # on no entry: nothing


def test_what_is_not_written_yet_is_written_when_the_window_closes(opened):
    opened.controller.accept(Organ.HEART)
    opened.close()
    assert [entry.state for entry in recent_entries()] == ["unsaved"]


def test_the_list_holds_no_more_than_is_needed(opened, settle):
    settle(opened)
    (entry,) = json.loads(recent_file().read_bytes())["entries"]
    patient = opened.controller.session.examination.patient
    assert entry["name"] == patient.name
    assert patient.id not in json.dumps(entry | {"path": "", "name": ""})


def test_a_place_to_drop_shows_itself(window, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(5, 5), copy, data, LEFT, none))
    assert window.start.page.drop.property("over")
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not window.start.page.drop.property("over")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("size", [(1024, 640), (1366, 768), (1920, 1080)])
def test_nothing_is_cut_at_any_size(window, again, tmp_path, lang, size):
    import datetime as dt

    _fill(tmp_path, dt.datetime.now(dt.UTC))
    new = again(window)
    language.switch(lang)
    new.resize(*size)
    page = new.start.page
    page.show_waiting(3)
    for _ in range(5):
        QApplication.processEvents()
    for button in (page.open_button, page.file_button, page.sample_button):
        room = button.fontMetrics().horizontalAdvance(button.text()) + button._key.width() + 70
        assert room <= button.width()
    for part in (page.open_button, page.drop, page.list, page.waiting, page._hint):
        place = part.mapTo(new, QPointF(0, 0))
        assert place.x() >= 0
        assert place.x() + part.width() <= new.width()
        assert place.y() + part.height() <= new.height()
    assert page.list.height() > 3 * 58


def test_the_language_is_switched_at_once(window, again, tmp_path):
    import datetime as dt

    _fill(tmp_path, dt.datetime.now(dt.UTC))
    new = again(window)
    language.switch("zh")
    QApplication.processEvents()
    page = new.start.page
    said = [page.open_button.text(), page.forget_button.text(), page._hint.text(), *lines(new, 0)[2:]]
    assert all(any("一" <= sign <= "鿿" for sign in words) for words in said)


def test_a_list_that_cannot_be_written_is_told_only_where_somebody_asked(
    opened, settle, tmp_path, monkeypatch
):
    told = []
    opened.controller.noticed.connect(lambda finding: told.append(finding.code))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    opened.start.recent._note()
    settle(opened)
    assert told == []
    monkeypatch.setattr("ironquant.case.recent.remove_file", _refuse)
    opened.start.recent.forget_all()
    settle(opened)
    assert told == ["output_not_written"]


def _refuse(path):
    raise OutputError("output_not_written", file=str(path), reason="x")
