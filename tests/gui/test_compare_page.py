"""Two examinations, and repeated breath-holds, side by side: linked, measured, chosen."""

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from ironquant.analysis import analyze, propose
from ironquant.case import save_case
from ironquant.core import Organ, Reading
from ironquant.dicom import read_examination, scan
from ironquant.export.course import change_words
from ironquant.gui.compare.comparing import REPEATS
from ironquant.gui.compare.words import value_words
from ironquant.history import earlier_than, organ_trend, record_of
from ironquant.iron import load_settings
from ironquant.phantom import find_case, simulate, write_phantom

sys.path.insert(0, str(Path(__file__).parent))
from hands import CTRL, NONE, SHIFT

WAIT_MS = 60_000
KEY = Qt.Key
HEART, LIVER = Organ.HEART, Organ.LIVER
OTHER_TE_MS = (1.5, 3.0, 4.5, 6.0, 7.5, 9.0, 10.5, 12.0, 13.5, 15.0)
NOW, THEN = dt.date(2024, 6, 12), dt.date(2023, 5, 2)


def write(folder, **changes):
    spec = replace(find_case("demo"), matrix=(144, 144), **changes)
    return write_phantom(simulate(spec), folder)[0].parent


@pytest.fixture(scope="module")
def two_dates(tmp_path_factory):
    """Two dates of one patient with three slices each, and another patient with other echo times."""
    root = tmp_path_factory.mktemp("dates")
    write(root / "now", heart_slices=3)
    write(root / "then", heart_t2star_ms=8.0, seed=11, study_date=THEN, heart_slices=3)
    write(
        root / "other",
        patient_id="IQ-OTHER",
        seed=13,
        study_date=dt.date(2024, 1, 2),
        heart_te_ms=OTHER_TE_MS,
    )
    return root


@pytest.fixture(scope="module")
def breath_holds(tmp_path_factory):
    """One examination with two breath-holds of each organ, the later one noisier."""
    root = tmp_path_factory.mktemp("holds")
    first = next(path for path in sorted(write(root / "first").iterdir()) if path.is_file())
    one = pydicom.dcmread(first)
    for path in sorted(write(root / "second", seed=17, snr=15.0).iterdir()):
        image = pydicom.dcmread(path)
        image.StudyInstanceUID, image.FrameOfReferenceUID = one.StudyInstanceUID, one.FrameOfReferenceUID
        image.SeriesNumber = int(image.SeriesNumber) + 20
        image.save_as(path)
    return root


@pytest.fixture
def comparing(window, qtbot, settle):
    """Call with a folder: opens the newest examination there and compares its heart."""

    def start(folder):
        window.open_path(folder)
        session = window.controller.session
        qtbot.waitUntil(lambda: bool(session.refs), timeout=WAIT_MS)
        settle(window)
        newest = next(n for n, ref in enumerate(session.refs) if ref.study.date == NOW)
        window.controller.open_examination(newest)
        settle(window)
        window.centre.show_tab(0)
        qtbot.keyClick(window.centre.panel.view, KEY.Key_6)
        settle(window)
        return window.centre.compare

    return start


def choose(page, words):
    index = next(n for n in range(page.with_box.count()) if words in page.with_box.itemText(n))
    page.with_box.setCurrentIndex(index)
    page.with_box.activated.emit(index)


def middle_mm(pane):
    """Return where the middle of a pane lies, in mm from its home."""
    sight, spacing = pane.sight(), pane.view.series.spacing_mm
    return np.subtract(sight.middle, sight.home) * (spacing[2], spacing[1])


def test_the_examination_before_stands_beside_with_its_values(comparing, two_dates, window, qtbot):
    page = comparing(two_dates)
    assert [pane.side.examination.study.date for pane in page.panes] == [NOW, THEN]
    qtbot.waitUntil(lambda: all(pane.isVisible() for pane in page.panes))
    for pane in page.panes:
        assert pane.values.words == value_words(pane.side.analysis, "en")
        assert pane._painter._active.path().elementCount() > 10
    assert page.panes[0].side.analysis is window.controller.session.organs[HEART]
    assert not page.panes[0].take_button.isVisible()


def test_the_change_follows_the_rules_of_the_history(comparing, two_dates):
    page, settings = comparing(two_dates), load_settings()
    now, then = (pane.side for pane in page.panes)
    measured, earlier = (
        analyze(side.examination, Reading((side.entry,)), settings, maps=False) for side in (now, then)
    )
    priors, _ = earlier_than(now.examination.patient, now.examination.study, [record_of(earlier)])
    trend = organ_trend(now.examination, measured.organs[0], priors, settings.organs[HEART])
    assert trend.change is not None
    assert change_words(trend, "en") in page.change.text()
    assert page.change.isVisible()


def test_nothing_is_said_of_two_patients(comparing, two_dates, settle, window):
    page = comparing(two_dates)
    choose(page, "2024-01-02")
    settle(window)
    assert page.panes[1].side.examination.patient.id == "IQ-OTHER"
    assert "two patients" in page.change.text()
    assert page.comparing.trend() is None


def test_echoes_go_by_time_and_slices_by_number_where_the_patient_is_another(
    comparing, two_dates, qtbot, settle, window
):
    page = comparing(two_dates)
    choose(page, "2024-01-02")
    settle(window)
    one, other = page.panes
    one.view.setFocus()
    for _ in range(4):
        qtbot.keyClick(one.view, KEY.Key_Down)
        te = one.view.series.te_ms[one.view.echo]
        nearest = min(OTHER_TE_MS, key=lambda wanted: abs(wanted - te))
        assert other.view.series.te_ms[other.view.echo] == nearest
    assert one.view.echo == 4
    assert other.view.slice_index == 0


def test_keys_move_both(comparing, two_dates, qtbot):
    page = comparing(two_dates)
    one, other = page.panes
    one.view.setFocus()
    start = one.view.slice_index
    qtbot.keyClick(one.view, KEY.Key_Down)
    qtbot.keyClick(one.view, KEY.Key_Down)
    assert (one.view.echo, other.view.echo) == (2, 2)
    step = KEY.Key_PageUp if start else KEY.Key_PageDown
    qtbot.keyClick(one.view, step)
    assert one.view.slice_index == other.view.slice_index != start
    one.view.box.scaleBy((0.5, 0.5))
    one.view.box.translateBy(x=6.0, y=-4.0)
    np.testing.assert_allclose(middle_mm(other), middle_mm(one), atol=1e-6)
    assert other.view.pixels_per_mm() == pytest.approx(one.view.pixels_per_mm(), rel=1e-6)
    one.view.set_window(100.0, 400.0)
    own, its = one.view.own_window(), other.view.own_window()
    share = (np.array([100.0, 400.0]) - own[0]) / (own[1] - own[0])
    np.testing.assert_allclose([other.view.low, other.view.high], its[0] + share * (its[1] - its[0]))


def test_a_key_lets_each_go_alone_and_together_again(comparing, two_dates, qtbot, window):
    page = comparing(two_dates)
    one, other = page.panes
    qtbot.keyClick(one.view, KEY.Key_Z)
    assert not page.link_button.isChecked()
    assert not window.actions_["link"].isChecked()
    other.view.setFocus()
    assert page.pane is other
    qtbot.keyClick(other.view, KEY.Key_Down)
    assert (one.view.echo, other.view.echo) == (0, 1)
    qtbot.keyClick(other.view, KEY.Key_Z)
    assert (one.view.echo, other.view.echo) == (1, 1)
    page.link_button.click()
    assert not window.actions_["link"].isChecked()


def test_numbers_follow_the_reader(comparing, two_dates, qtbot, settle, window):
    page = comparing(two_dates)
    before = page.panes[0].values.words
    window.controller.set_echoes(HEART, (1, 2, 3))
    settle(window)
    analysis = window.controller.session.organs[HEART]
    assert page.panes[0].values.words == value_words(analysis, "en") != before


def test_another_organ_and_the_words_of_the_window(comparing, two_dates, qtbot, settle, window):
    page = comparing(two_dates)
    page.organ_box.setCurrentIndex(1)
    page.organ_box.activated.emit(1)
    settle(window)
    assert window.centre.active == LIVER
    assert [pane.side.entry.organ for pane in page.panes] == [LIVER, LIVER]
    assert "LIC" in page.panes[1].values.words
    for widget in (page.organ_box, page.with_box, page.link_button, *(pane.view for pane in page.panes)):
        assert widget.accessibleName()
    qtbot.keyClick(page.panes[0].view, KEY.Key_C, CTRL | SHIFT)
    qtbot.waitUntil(lambda: page.panes[1].values.words == value_words(page.panes[1].side.analysis, "zh"))


def test_an_organ_that_is_not_read_is_shown_on_the_images_of_the_liver(comparing, two_dates, settle, window):
    page = comparing(two_dates)
    page.organ_box.setCurrentIndex(2)
    page.organ_box.activated.emit(2)
    settle(window)
    for pane in page.panes:
        assert pane.view.series.organ_guess == LIVER
        assert pane.values.words == "No region yet."
    assert not page.change.isVisible()


def test_drawing_keys_do_nothing_here(comparing, two_dates, qtbot, window):
    page, reading = comparing(two_dates), window.controller.session.state.reading
    for key, held in ((KEY.Key_D, NONE), (KEY.Key_Delete, NONE), (KEY.Key_X, NONE), (KEY.Key_V, NONE)):
        qtbot.keyClick(page.panes[0].view, key, held)
    assert window.controller.session.state.reading is reading
    assert not window.centre.panel.tool.drawing
    assert not window.actions_["refuse"].isEnabled()
    qtbot.keyClick(page.panes[0].view, KEY.Key_1)
    assert window.actions_["refuse"].isEnabled()
    assert window.centre.panel.isVisible()
    assert not page.isVisible()


def test_breath_holds_stand_side_by_side_each_with_its_own_proposal(comparing, breath_holds, window):
    page, session = comparing(breath_holds), window.controller.session
    assert page.comparing.choice == REPEATS
    series = session.examination.repeats_of(session.entry(HEART).series_key)
    assert [pane.side.entry.series_key for pane in page.panes] == [item.key for item in series]
    assert len(series) == 2
    texts = [pane.values.words for pane in page.panes]
    assert all(text.startswith("T2*") for text in texts)
    assert texts[0] != texts[1]
    assert [pane.take_button.isEnabled() for pane in page.panes].count(True) == 1
    assert not page.change.isVisible()


def test_another_breath_hold_is_taken_as_it_is_seen(comparing, breath_holds, window, qtbot, settle):
    page, session = comparing(breath_holds), window.controller.session
    pane = next(pane for pane in page.panes if not pane.side.own)
    words, key, steps = pane.values.words, pane.side.entry.series_key, len(session.history.past)
    pane.view.setFocus()
    qtbot.keyClick(pane.view, KEY.Key_Return, CTRL)
    settle(window)
    assert session.entry(HEART).series_key == key
    assert len(session.history.past) == steps + 1
    assert value_words(session.organs[HEART], "en") == words
    assert next(p for p in page.panes if p.side.own).values.words == words
    window.controller.undo()
    settle(window)
    assert session.entry(HEART).series_key != key


def test_what_the_reader_drew_goes_along(comparing, breath_holds, window, settle):
    page, session = comparing(breath_holds), window.controller.session
    drawn = replace(session.active_region(HEART), source="edited", confidence=None)
    window.controller.set_region(drawn)
    settle(window)
    other = next(pane for pane in page.panes if not pane.side.own)
    other.take_button.click()
    settle(window)
    region = session.active_region(HEART)
    assert session.entry(HEART).series_key == other.side.entry.series_key
    assert region.source == "edited"
    np.testing.assert_allclose(np.vstack(region.contours), np.vstack(drawn.contours), atol=1e-6)


def test_a_case_from_elsewhere(comparing, breath_holds, two_dates, tmp_path, window, settle, monkeypatch):
    ref = next(ref for ref in scan(two_dates) if ref.study.date == THEN)
    examination, settings = read_examination(ref), load_settings()
    reading = propose(examination, settings=settings)
    file = tmp_path / "earlier.iqcase"
    save_case(file, ref, examination, reading, settings)
    page = comparing(breath_holds)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    choose(page, "Case")
    settle(window)
    assert [pane.side.examination.study.date for pane in page.panes] == [NOW, THEN]
    assert page.panes[1].values.words.startswith("T2*")
    assert not list(tmp_path.glob("*.lock"))  # it is only looked at


def test_a_folder_from_elsewhere_and_one_with_nothing(
    comparing, breath_holds, two_dates, tmp_path, window, settle, monkeypatch
):
    page = comparing(breath_holds)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(two_dates / "then"))
    choose(page, "Folder")
    settle(window)
    assert page.panes[1].side.examination.study.date == THEN
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    choose(page, "Folder")
    settle(window)
    assert window.notice.isVisible()
    assert page.panes[1].side.examination.study.date == THEN


def test_a_single_breath_hold_and_no_other_examination(window, qtbot, phantom_folder, settle):
    window.open_path(phantom_folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    qtbot.keyClick(window.centre.panel.view, KEY.Key_6)
    settle(window)
    page = window.centre.compare
    assert len(page.panes) == 1
    assert page.empty.isVisible()


def test_the_echo_strip_shows_and_chooses_the_echo_of_the_active_image(comparing, two_dates, qtbot, settle):
    page = comparing(two_dates)
    strip, (first, second) = page.echoes, page.panes
    assert strip.isVisible()
    assert strip.value == first.view.echo == 0
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.cell(4).center().toPoint())
    assert (strip.value, first.view.echo, second.view.echo) == (4, 4, 4)
    first.view.setFocus()
    qtbot.keyClick(first.view, KEY.Key_Down)
    assert strip.value == first.view.echo == 5
    page.set_linked(False)
    second.activated.emit()
    second.step_echo(-3)
    assert (strip.value, first.view.echo) == (2, 5)


def test_a_double_click_drops_an_echo_of_what_is_read_and_not_of_what_it_is_compared_with(
    comparing, two_dates, qtbot, settle, window
):
    page = comparing(two_dates)
    session, place = window.controller.session, page.echoes.cell(6).center().toPoint()
    used = session.organs[HEART].reported.curve.echoes_used
    page.panes[1].activated.emit()
    qtbot.mouseDClick(page.echoes, Qt.MouseButton.LeftButton, pos=place)
    settle(window)
    assert session.organs[HEART].reported.curve.echoes_used == used
    page.panes[0].activated.emit()
    qtbot.mouseDClick(page.echoes, Qt.MouseButton.LeftButton, pos=place)
    settle(window)
    assert set(session.organs[HEART].reported.curve.echoes_used) == set(used) ^ {7}


def test_a_card_of_results_chooses_what_is_compared(comparing, two_dates, qtbot, settle, window):
    page = comparing(two_dates)
    qtbot.mouseClick(window.results.cards[LIVER].title, Qt.MouseButton.LeftButton)
    settle(window)
    assert window.centre.comparing
    assert page.comparing.organ == window.centre.active == LIVER
    assert all(pane.side.entry.organ == LIVER for pane in page.panes)
