"""Calibration and scheme, chosen for one examination."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from ironquant.analysis import analyze
from ironquant.core import Organ
from ironquant.iron import calibration, calibrations, scheme, schemes


def choose(window, organ, name):
    """Choose in the menu the row that begins with a name; None: the first of both, by the profile."""
    menu = window.methods.menu(organ)
    rows = [action for action in menu.actions() if action.isCheckable()]
    (row,) = (action for action in rows if action.text().startswith(name + " "))
    row.trigger()


def offered(window, organ):
    menu = window.methods.menu(organ)
    return [action.text().split("  –  ")[0] for action in menu.actions() if action.isCheckable()]


def test_only_what_holds_at_the_field_is_offered(opened):
    rows = {row.id for row in (*calibrations().values(), *schemes().values())}
    for organ in (Organ.HEART, Organ.LIVER):
        names = set(offered(opened, organ)) & rows
        assert names
        for name in names:
            row = calibrations().get(name) or scheme(name)
            assert row.organ == organ
            assert row.covers(1.5)
    assert not [action for action in opened.methods.menu(Organ.SPLEEN).actions() if "–" in action.text()]


def test_another_calibration_and_scheme_change_iron_and_grade(opened, settle):
    session = opened.controller.session
    before = session.organs[Organ.LIVER].result
    other = next(
        name
        for name in offered(opened, Organ.LIVER)
        if name in calibrations() and name != before.iron.calibration
    )
    choose(opened, Organ.LIVER, other)
    settle(opened)
    after = session.organs[Organ.LIVER].result
    assert after.t2star_ms == before.t2star_ms
    assert after.iron.calibration == other
    assert after.iron.iron_mg_per_g.value == pytest.approx(
        calibration(other).iron_mg_per_g(after.t2star_ms.value)
    )
    choose(opened, Organ.HEART, "t2star-20-10")
    settle(opened)
    grade = session.organs[Organ.HEART].result.grade
    assert grade.scheme == "t2star-20-10"
    again = analyze(session.examination, session.state.reading, session.settings, maps=False)
    (liver,) = (analysis for analysis in again.organs if analysis.organ == Organ.LIVER)
    assert liver.result == after
    opened.controller.undo()
    opened.controller.undo()
    settle(opened)
    assert session.organs[Organ.LIVER].result == before


def test_the_choice_is_marked_and_taken_back_by_the_first_row(opened, settle):
    opened.controller.set_scheme(Organ.HEART, "t2star-20-10")
    settle(opened)
    rows = [action for action in opened.methods.menu(Organ.HEART).actions() if action.isChecked()]
    assert [row.text().split("  ")[0] for row in rows] == ["as the profile says", "t2star-20-10"]
    profile = [
        row for row in opened.methods.menu(Organ.HEART).actions() if row.text() == "as the profile says"
    ]
    profile[1].trigger()
    settle(opened)
    assert opened.controller.session.entry(Organ.HEART).scheme is None


def test_a_key_and_the_button_open_it(opened, qtbot):
    for trigger in (
        lambda: qtbot.keyClick(opened, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier),
        opened.results.cards[Organ.LIVER].method_button.click,
    ):
        trigger()
        (menu,) = (menu for menu in opened.findChildren(QMenu) if menu.isVisible())
        assert menu.actions()[1].text() == "as the profile says"
        menu.close()
        menu.deleteLater()
        qtbot.wait(20)


def test_at_another_field_nothing_is_offered_that_does_not_hold(opened):
    session = opened.controller.session
    series = tuple(
        replace(series, acquisition=replace(series.acquisition, field_t=2.89))
        for series in session.examination.series
    )
    session.examination = replace(session.examination, series=series)
    for name in offered(opened, Organ.LIVER):
        if name in calibrations():
            assert calibration(name).covers(2.89)
