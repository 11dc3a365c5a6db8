"""The impression in the window: proposed, worded, taken back, with follow-up; clinical data; the copy."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ironquant.core import ClinicalData, Organ
from ironquant.export.impression import follow_up_words, impression_words
from ironquant.gui.clinical_dialog import ClinicalDialog


@pytest.fixture
def card(opened):
    return opened.results.impression


def reading(window):
    return window.controller.session.state.reading


def written(window, qtbot, words):
    """Type words into the emptied field and leave it."""
    card = window.results.impression
    window.actions_["impression"].trigger()
    card.edit.selectAll()
    qtbot.keyClick(card.edit, Qt.Key.Key_Delete)
    qtbot.keyClicks(card.edit, words)
    card.take()


def test_the_proposal_follows_the_measurement(opened, card, settle):
    assert card.edit.toPlainText() == impression_words(opened.controller.session.analysis, "en")
    opened.controller.set_model(Organ.HEART, "offset")
    settle(opened)
    assert card.edit.toPlainText() == impression_words(opened.controller.session.analysis, "en")
    assert reading(opened).impression is None


def test_letters_are_typed_and_are_no_shortcuts(opened, card, qtbot):
    written(opened, qtbot, "pdeaxrmo 123 heart stable")
    assert reading(opened).impression == "pdeaxrmo 123 heart stable"
    assert opened.controller.session.entry(Organ.HEART).regions
    assert not opened.centre.panel.tool.drawing
    assert card.proposed_button.isVisible()


def test_own_words_stay_when_the_measurement_changes_and_can_be_taken_back(opened, card, qtbot, settle):
    written(opened, qtbot, "own words")
    opened.controller.set_model(Organ.HEART, "offset")
    settle(opened)
    assert card.edit.toPlainText() == "own words"
    opened.controller.undo()
    opened.controller.undo()
    settle(opened)
    assert reading(opened).impression is None
    assert card.edit.toPlainText() == impression_words(opened.controller.session.analysis, "en")
    opened.controller.redo()
    assert card.edit.toPlainText() == "own words"
    card.proposed_button.click()
    assert reading(opened).impression is None


def test_follow_up_is_added_once(opened, card):
    offered = follow_up_words(opened.controller.session.analysis, "en")
    assert offered
    card.follow_up_button.click()
    assert reading(opened).impression.split("\n")[1:] == offered
    assert not card.follow_up_button.isEnabled()


def test_clinical_data_change_what_is_offered(opened, card, qtbot):
    opened.actions_["clinical"].trigger()
    dialog = opened.findChild(ClinicalDialog)
    dialog.diagnosis_box.setCurrentIndex(dialog.diagnosis_box.findData("hb-h"))
    dialog.numbers["ferritin_ng_per_ml"].setText("1500")
    dialog.chelator_boxes["deferasirox"].setChecked(True)
    dialog.take_button.click()
    told = ClinicalData(diagnosis="hb-h", ferritin_ng_per_ml=1500.0, chelators=("deferasirox",))
    assert reading(opened).clinical == told
    assert "5 mg/g" in follow_up_words(opened.controller.session.analysis, "en")[-1]
    again = ClinicalDialog(reading(opened).clinical)
    qtbot.addWidget(again)
    assert again.clinical == told
    opened.controller.undo()
    assert not reading(opened).clinical.told


def test_nothing_told_is_nothing_known(window, qtbot):
    dialog = ClinicalDialog(ClinicalData(), window)
    qtbot.addWidget(dialog)
    assert dialog.clinical == ClinicalData()


def test_a_number_in_another_unit_is_not_taken(window, qtbot):
    dialog = ClinicalDialog(ClinicalData(), window)
    qtbot.addWidget(dialog)
    for name, words in (("haemoglobin_g_per_l", "9.5"), ("lvef_percent", "0.6")):
        dialog.numbers[name].setText(words)
        assert not dialog.take_button.isEnabled()
        assert dialog.numbers[name].property("wrong")
        dialog.numbers[name].setText("")
    assert dialog.take_button.isEnabled()
    dialog.numbers["haemoglobin_g_per_l"].setText("95")
    assert dialog.clinical == ClinicalData(haemoglobin_g_per_l=95.0)


def test_one_key_copies_findings_and_impression(opened, card, qtbot):
    written(opened, qtbot, "Follow-up of known iron.")
    opened.actions_["copy_text"].trigger()
    words = QGuiApplication.clipboard().text()
    session = opened.controller.session
    assert "Follow-up of known iron." in words
    for organ in (Organ.HEART, Organ.LIVER):
        value = session.organs[organ].result.t2star_ms.value
        assert f"{value:.1f} ms" in words or f"{value:.2f} ms" in words
    assert "not a certified medical device" in words
    patient = session.examination.patient
    assert patient.name not in words
    assert patient.id not in words


def test_an_empty_window_has_no_impression(window):
    card = window.results.impression
    assert not card.isEnabled()
    assert card.edit.toPlainText() == ""
    for name in ("clinical", "impression", "copy_text"):
        assert not window.actions_[name].isEnabled()
