"""De-identifying from the window: the dialog, the work in the background, what is said afterwards."""

import pydicom
import pytest
from PySide6.QtWidgets import QDialog, QFileDialog

from ironquant.gui import language
from ironquant.gui.deidentify_dialog import DeidentifyDialog


def filled(dialog, tmp_path):
    dialog.out_edit.setText(str(tmp_path / "copies"))
    dialog.key_edit.setText(str(tmp_path / "key.json"))
    return dialog


def test_menu_entry_writes_copies_and_key(opened, phantom_folder, tmp_path, settle, monkeypatch):
    def accept(dialog):
        filled(dialog, tmp_path)
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(DeidentifyDialog, "exec", accept)
    opened.actions_["deidentify"].trigger()
    settle(opened)
    copies = list((tmp_path / "copies").rglob("*.dcm"))
    assert len(copies) == len(list(phantom_folder.rglob("IM*")))
    assert pydicom.dcmread(copies[0]).PatientIdentityRemoved == "YES"
    assert (tmp_path / "key.json").is_file()
    assert "de-identified" in opened.notice.words.text()
    assert str(tmp_path / "key.json") in opened.notice.words.text()
    assert opened.notice.action.isVisible()


def test_a_refusal_is_said(opened, tmp_path, settle, qtbot):
    dialog = filled(DeidentifyDialog(opened.controller.session.refs[0].root, opened), tmp_path)
    dialog.key_edit.setText(str(tmp_path / "copies" / "key.json"))
    opened.filing.deidentify(dialog.wish)
    settle(opened)
    assert "would lie inside" in opened.notice.words.text()
    assert not (tmp_path / "copies").exists()


def test_dialog_needs_all_three_places(window, tmp_path, qtbot, monkeypatch):
    dialog = DeidentifyDialog(None, window)
    qtbot.addWidget(dialog)
    assert not dialog.start_button.isEnabled()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(tmp_path / "k.json"), ""))
    dialog._browse_source()
    assert not dialog.start_button.isEnabled()
    dialog._browse_out()
    dialog._browse_key()
    assert dialog.start_button.isEnabled()
    dialog.burnt_in_box.setChecked(True)
    wish = dialog.wish
    assert (wish.source, wish.out, wish.key) == (tmp_path, tmp_path, tmp_path / "k.json")
    assert wish.options.include_burnt_in
    assert not wish.options.keep_descriptions


@pytest.mark.parametrize(("lang", "words"), [("en", "De-identify images..."), ("zh", "图像去标识化...")])
def test_menu_in_both_languages(window, qtbot, lang, words):
    language.switch(lang)
    qtbot.waitUntil(lambda: window.actions_["deidentify"].text() == words)
