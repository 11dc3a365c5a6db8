"""Earlier examinations in the window: found, drawn, typed in by keys, kept when work is saved."""

import datetime as dt
import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QApplication

from ironquant.core import Organ
from ironquant.gui import language
from ironquant.gui.prior_dialog import PriorDialog
from ironquant.history import record_of
from ironquant.library import local_file, open_library

SHIFT = Qt.KeyboardModifier.ShiftModifier
ID = "IQ-DEMO"


def decayed(record, ratio, **changes):
    """The record as if every T2* had been `ratio` times what it is: its curve is a decay by the formula.

    With a scatter of 0.1 %: no measurement is without.
    """
    organs, scatter = [], (1.001, 0.999, 0.9993, 1.0004)
    for organ in record.organs:
        t2star_ms = organ.t2star_ms.value * ratio
        signal = tuple(
            500.0 * math.exp(-te / t2star_ms) * scatter[k % 4] for k, te in enumerate(organ.curve.te_ms)
        )
        curve = replace(organ.curve, signal=signal, signal_sd=(5.0,) * len(signal), sigma=1.0, n_coils=1)
        organs.append(replace(organ, curve=curve, **changes))
    return tuple(organs)


@pytest.fixture
def earlier(opened, settle):
    """Call with date, ratio of T2* and changes: puts an earlier examination into the library."""
    record = record_of(opened.controller.session.analysis)

    def put(date, ratio, **changes):
        organs = decayed(record, ratio, **changes)
        open_library().add(
            replace(record, uid=f"1.2.{date}", date=dt.date.fromisoformat(date), organs=organs)
        )
        opened.history.follower.look()
        settle(opened)

    return put


def trend(window, organ=Organ.HEART):
    return window.controller.session.organs[organ].trend


def panel(window, organ=Organ.HEART):
    return window.centre.panels[organ].fit.history


def rows(window, organ=Organ.HEART):
    table = panel(window, organ).table
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_nothing_known_is_said_in_words(opened, qtbot):
    shown = panel(opened)
    assert not shown.isVisible()
    qtbot.keyClick(opened, Qt.Key.Key_Y)
    assert shown.isVisible()
    assert "No earlier examination" in shown.empty.text()
    assert not opened.centre.panel.fit.table.isVisible()
    assert shown.add_button.isEnabled()
    assert not shown.edit_button.isEnabled()
    qtbot.keyClick(opened, Qt.Key.Key_Y)
    assert not shown.isVisible()
    assert opened.centre.panel.fit.table.isVisible()


def test_nothing_open_offers_nothing(window):
    assert not window.actions_["add_prior"].isEnabled()


def test_an_earlier_examination_is_drawn_and_worded(opened, earlier, qtbot):
    earlier("2022-01-15", 0.7)
    qtbot.keyClick(opened, Qt.Key.Key_Y)
    now = opened.controller.session.organs[Organ.HEART].result.t2star_ms.value
    points = trend(opened).points
    assert [point.date.isoformat() for point in points] == ["2022-01-15", "2024-06-12"]
    assert points[0].value.value == pytest.approx(0.7 * now, rel=0.01)
    assert trend(opened).change.verdict == "increased"
    assert trend(opened, Organ.LIVER).change.verdict == "decreased"
    assert "improved" in panel(opened).note.text()
    assert [row[0] for row in rows(opened)] == ["2024-06-12", "2022-01-15"]
    assert "this examination" in rows(opened)[0][-1]
    impression = opened.results.impression.edit.toPlainText()
    assert impression.count("Compared with 2022-01-15") == 2
    language.switch("zh")
    qtbot.waitUntil(lambda: "好转" in panel(opened).note.text())
    assert "与前次（2022-01-15）比较" in opened.results.impression.edit.toPlainText()


def test_points_lie_where_their_numbers_are(opened, earlier, qtbot):
    earlier("2022-01-15", 0.7)
    earlier("2023-01-15", 0.9)
    qtbot.keyClick(opened, Qt.Key.Key_Y)
    view = panel(opened).plot
    places = [view.point_position(number) for number in range(3)]
    assert places[0].x() < places[1].x() < places[2].x()
    assert places[0].y() > places[1].y() > places[2].y()
    days = [point.date.toordinal() for point in trend(opened).points]
    share = (days[1] - days[0]) / (days[2] - days[0])
    shown = (places[1].x() - places[0].x()) / (places[2].x() - places[0].x())
    assert shown == pytest.approx(share, abs=1e-3)


def test_a_break_is_a_gap_with_its_reason(opened, earlier, qtbot):
    earlier("2022-01-15", 0.7, field_t=3.0)
    qtbot.keyClick(opened, Qt.Key.Key_Y)
    assert trend(opened).change is None
    (line,) = panel(opened).plot.breaks
    assert "other field strength" in line.toolTip()
    assert "other field strength" in rows(opened)[0][-1]
    assert "other field strength" in panel(opened).note.text()
    assert "improved" not in opened.results.impression.edit.toPlainText()


def test_another_model_measures_the_past_again(opened, earlier, settle):
    earlier("2022-01-15", 0.7)
    opened.controller.set_model(Organ.HEART, "offset")
    settle(opened)
    assert {point.model for point in trend(opened).points} == {"offset"}
    opened.controller.undo()
    settle(opened)
    assert {point.model for point in trend(opened).points} == {"truncation"}


def test_what_is_measured_while_the_library_is_asked_is_followed_too(opened, earlier, settle):
    earlier("2022-01-15", 0.7)
    opened.history.follower.look()
    opened.controller.set_model(Organ.HEART, "mono")
    settle(opened)
    assert len(trend(opened).points) == 2
    earlier("2021-01-15", 0.8)
    opened.controller.set_model(Organ.HEART, "offset")
    opened.history.follower.look()
    settle(opened)
    assert len(trend(opened).points) == 3


def dialog_of():
    (found,) = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, PriorDialog))
    return found


def typed(qtbot, opened, settle, heart="5.2", lic="> 25", date=(2020, 3, 4)):
    qtbot.keyClick(opened, Qt.Key.Key_Y, SHIFT)
    dialog = dialog_of()
    dialog.date_edit.setDate(QDate(*date))
    qtbot.keyClicks(dialog.heart_edit, heart)
    qtbot.keyClicks(dialog.lic_edit, lic)
    qtbot.keyClicks(dialog.method_edit, "CMRtools")
    qtbot.keyClick(dialog.method_edit, Qt.Key.Key_Return)
    settle(opened)


def test_values_of_an_old_report_are_typed_in(opened, qtbot, settle):
    typed(qtbot, opened, settle)
    (record,) = open_library().priors(ID)
    assert record.date == dt.date(2020, 3, 4)
    assert record.told_method == "CMRtools"
    assert record.patient.name == ""
    assert trend(opened).points[0].value.value == 5.2
    assert trend(opened).points[1].breaks == ("typed",)
    liver = trend(opened, Organ.LIVER).points[0].value
    assert (liver.value, liver.bound) == (25.0, "lower")
    assert panel(opened).isVisible()
    assert trend(opened).change is None


def test_what_cannot_be_read_is_told_and_nothing_kept(opened, qtbot, settle):
    typed(qtbot, opened, settle, heart="many", lic="")
    dialog = dialog_of()
    assert "many" in dialog.problem.text()
    dialog.heart_edit.clear()
    qtbot.keyClick(dialog.heart_edit, Qt.Key.Key_Return)
    assert "at least one value" in dialog.problem.text()
    dialog.reject()
    assert open_library().priors(ID) == ()


def test_what_was_typed_in_is_changed_and_removed(opened, earlier, qtbot, settle):
    typed(qtbot, opened, settle)
    earlier("2022-01-15", 0.7)
    shown = panel(opened)
    shown.table.selectRow(1)  # measured here
    assert not shown.edit_button.isEnabled()
    shown.table.selectRow(2)
    assert shown.edit_button.isEnabled()
    shown.edit_button.click()
    dialog = dialog_of()
    assert (dialog.heart_edit.text(), dialog.lic_edit.text()) == ("5.2", "> 25")
    assert dialog.method_edit.text() == "CMRtools"
    dialog.heart_edit.setText("< 6")
    dialog.keep_button.click()
    settle(opened)
    assert len(open_library().priors(ID)) == 2
    value = trend(opened).points[0].value
    assert (value.value, value.bound) == (6.0, "upper")
    shown.table.selectRow(2)
    shown.remove_button.click()
    settle(opened)
    assert [record.date.year for record in open_library().priors(ID)] == [2022]
    assert len(trend(opened).points) == 2


@pytest.mark.parametrize("how", ["report", "results", "case", "done"])
def test_work_that_is_finished_enters_the_library(opened, settle, tmp_path, how):
    assert not local_file().exists()
    filing = opened.filing
    {
        "report": lambda: filing.save_report(tmp_path / "r.pdf", "en"),
        "results": lambda: filing.export_results(tmp_path, "en"),
        "case": lambda: filing.write_case(tmp_path / "a.iqcase"),
        "done": opened.controller.done_and_next,
    }[how]()
    settle(opened)
    (record,) = open_library().priors(ID)
    assert {organ.organ for organ in record.organs} == {Organ.HEART, Organ.LIVER}
    assert (
        record.organ(Organ.HEART).t2star_ms == opened.controller.session.organs[Organ.HEART].result.t2star_ms
    )
    opened.history.follower.look()
    settle(opened)
    assert opened.controller.session.priors == ()


def test_looking_only_keeps_nothing(opened, settle):
    opened.controller.accept(Organ.HEART)
    settle(opened)
    assert not local_file().exists()


def test_a_damaged_library_is_told_and_stops_nothing(opened, settle, tmp_path):
    local_file().parent.mkdir(parents=True)
    local_file().write_bytes(b"no database, but long enough to be looked at by SQLite " * 99)
    opened.history.follower.look()
    settle(opened)
    assert "damaged" in opened.notice.words.text()
    assert len(list(local_file().parent.glob("library-damaged-*"))) == 1
    opened.filing.save_report(tmp_path / "r.pdf", "en")
    settle(opened)
    assert len(open_library().priors(ID)) == 1
