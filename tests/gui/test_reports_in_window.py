"""Reports as documents from the window: issued in a state, signed by two, verified; driven by keys."""

import json

import pydicom
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog
from signers import PASSPHRASE, key_of

from ironquant.cli.app import app
from ironquant.gui import language
from ironquant.gui.reporting.finish_dialog import FinishDialog
from ironquant.gui.reporting.sign_dialog import KeyDialog, SignDialog
from ironquant.gui.reporting.verify_dialog import VerifyDialog
from ironquant.signing import Role, pin_certificate, verify_pdf

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
FINISH, SIGN, VERIFY = Qt.Key.Key_R, Qt.Key.Key_G, Qt.Key.Key_Y
WAIT_MS = 60_000


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    return {
        "reader": key_of(folder, "李晓明"),
        "reviewer": key_of(folder, "Trần Thị Hồng"),
        "of a reviewer": key_of(folder, "王䶮", role=Role.REVIEWER),
    }


def pressed(window, qtbot, key, kind, modifier=CONTROL | SHIFT):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    qtbot.keyClick(window, key, modifier)
    qtbot.waitUntil(lambda: isinstance(window.filing.reports.dialog, kind), timeout=WAIT_MS)
    return window.filing.reports.dialog


def accepted(window, qtbot, dialog, button):
    """Press the button; wait until it is done, or the dialog says why not."""
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.controller.tasks.idle, timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: window.filing.reports.dialog is None or window.filing.reports.dialog.problem.isVisible(),
        timeout=WAIT_MS,
    )


def fill(dialog, qtbot, folder, reader="李晓明", reviewer="Trần Thị Hồng"):
    for edit, words in (
        (dialog.reader_edit, reader),
        (dialog.reviewer_edit, reviewer),
        (dialog.folder.edit, str(folder)),
    ):
        edit.setText(words)


def sign_with(dialog, key, words=PASSPHRASE):
    dialog.key.key.edit.setText(str(key))
    dialog.key.passphrase.setText(words)


@pytest.fixture
def final(opened, qtbot, tmp_path, keys):
    """A final report that the reader has signed."""
    dialog = pressed(opened, qtbot, FINISH, FinishDialog)
    fill(dialog, qtbot, tmp_path)
    dialog.sign_box.setChecked(True)
    sign_with(dialog, keys["reader"])
    accepted(opened, qtbot, dialog, dialog.accept_button)
    assert opened.filing.reports.dialog is None, dialog.problem.text()
    return next(tmp_path.rglob("report.pdf"))


def test_a_final_report_signed_by_both(opened, qtbot, final, keys, tmp_path):
    assert "李晓明" in opened.notice.words.text()
    assert opened.controller.session.state.reading.reviewer == "Trần Thị Hồng"
    dialog = pressed(opened, qtbot, SIGN, SignDialog)
    dialog.report.edit.setText(str(final))
    qtbot.waitUntil(lambda: dialog.role is not None, timeout=WAIT_MS)
    assert dialog.role == Role.REVIEWER
    assert "李晓明" in dialog.words.text()
    sign_with(dialog, keys["reviewer"])
    accepted(opened, qtbot, dialog, dialog.accept_button)
    assert opened.filing.reports.dialog is None
    found = verify_pdf(final.read_bytes())
    assert [(one.role, one.certificate.name) for one in found.signatures] == [
        (Role.READER, "李晓明"),
        (Role.REVIEWER, "Trần Thị Hồng"),
    ]
    assert found.changes == ()
    verified = pydicom.dcmread(final.parent / "dicom" / "measurements_verified.dcm")
    assert verified.VerificationFlag == "VERIFIED"
    assert len(verified.VerifyingObserverSequence) == 2
    # The same bytes inside the report and beside it.
    from ironquant.export.sealing import read_seal

    seal = read_seal(final.read_bytes())
    assert seal.analysis_json == (final.parent / "analysis.json").read_bytes()
    assert seal.state == "final"
    # Both have signed: nobody else can.
    dialog = pressed(opened, qtbot, SIGN, SignDialog)
    dialog.report.edit.setText(str(final))
    qtbot.waitUntil(lambda: "Both have signed" in dialog.words.text(), timeout=WAIT_MS)
    sign_with(dialog, keys["of a reviewer"])
    assert not dialog.accept_button.isEnabled()
    dialog.reject()


def test_the_passphrase_is_not_kept_and_the_key_file_is(opened, qtbot, final, keys):
    settings = QSettings()
    kept = {name: str(settings.value(name)) for name in settings.allKeys()}
    assert str(keys["reader"]) in kept.values()
    assert not any(PASSPHRASE in value for value in kept.values())
    dialog = pressed(opened, qtbot, SIGN, SignDialog)
    assert dialog.key.key.edit.text() == str(keys["reader"])
    assert dialog.key.passphrase.text() == ""
    dialog.reject()


@pytest.mark.parametrize(
    ("key", "words", "said"),
    [
        ("reader", "wrong", "passphrase is wrong"),
        ("of a reviewer", PASSPHRASE, "only for the reviewer"),
        (None, PASSPHRASE, "cannot be opened"),
    ],
)
def test_a_key_that_does_not_fit_is_told_before_anything_is_written(
    opened, qtbot, tmp_path, keys, key, words, said
):
    dialog = pressed(opened, qtbot, FINISH, FinishDialog)
    fill(dialog, qtbot, tmp_path / "out")
    dialog.sign_box.setChecked(True)
    sign_with(dialog, keys[key] if key else tmp_path / "none.p12", words)
    accepted(opened, qtbot, dialog, dialog.accept_button)
    assert said in dialog.problem.text()
    assert dialog.isVisible()
    assert not (tmp_path / "out").exists()
    dialog.reject()


def test_a_final_report_is_amended_with_a_reason_and_stays(opened, qtbot, final, tmp_path):
    before = final.read_bytes()
    dialog = pressed(opened, qtbot, FINISH, FinishDialog)
    fill(dialog, qtbot, tmp_path)
    accepted(opened, qtbot, dialog, dialog.accept_button)
    assert "is final and stays" in dialog.problem.text()
    assert final.read_bytes() == before
    dialog.state_box.setCurrentIndex(dialog.state_box.findData("amended"))
    assert not dialog.accept_button.isEnabled()
    qtbot.keyClicks(dialog.reason_edit, "Septum drawn anew")
    accepted(opened, qtbot, dialog, dialog.accept_button)
    assert opened.filing.reports.dialog is None
    assert (final.parent / "report_1.pdf").read_bytes() == before
    assert final.read_bytes() != before


def test_the_same_as_from_the_command_line(opened, qtbot, final, phantom_folder, tmp_path, capsys):
    """Settings and rules are those of `ironquant analyze`; only the clock of the reader's work is not."""
    named = ("--reader", "李晓明", "--reviewer", "Trần Thị Hồng", "--state", "final", "--lang", "en")
    arguments = ["analyze", str(phantom_folder), "--out", str(tmp_path / "cli"), *named]
    assert not app(arguments, standalone_mode=False)
    window, terminal = (
        json.loads((folder / final.parent.name / "analysis.json").read_text(encoding="utf-8"))
        for folder in (tmp_path, tmp_path / "cli")
    )
    assert window["software"] == terminal["software"]
    for one, other in zip(window["organs"], terminal["organs"], strict=True):
        assert one["result"] == other["result"]


def test_verify_says_who_signed_and_what_was_changed(opened, qtbot, final, keys, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(final), ""))
    dialog = pressed(opened, qtbot, VERIFY, VerifyDialog)
    words = "\n".join(line.text() for line in dialog.lines)
    assert "reader: 李晓明" in words
    assert "Final report" in words
    assert "NOT verified" in dialog.verdict.text()  # the certificate is not trusted here
    monkeypatch.setattr(opened.filing.reports, "_agreed", lambda *_: True)
    opened.filing.reports.trust(keys["reader"].with_suffix(".pem"), dialog, final)
    qtbot.waitUntil(
        lambda: (
            isinstance(opened.filing.reports.dialog, VerifyDialog)
            and opened.filing.reports.dialog is not dialog
        ),
        timeout=WAIT_MS,
    )
    assert opened.filing.reports.dialog.verdict.text().startswith("Verified")
    opened.filing.reports.dialog.reject()
    content = bytearray(final.read_bytes())
    content[len(content) // 3] ^= 0x10
    final.write_bytes(content)
    dialog = pressed(opened, qtbot, VERIFY, VerifyDialog)
    assert "NOT verified" in dialog.verdict.text()
    assert any("has been changed" in line.text() for line in dialog.lines)
    dialog.reject()


def test_a_dialog_closed_early_leaves_nothing_behind(opened, qtbot, final):
    dialog = pressed(opened, qtbot, SIGN, SignDialog)
    dialog.report.edit.setText(str(final))
    dialog.reject()  # before the report is looked at
    qtbot.waitUntil(lambda: opened.controller.tasks.idle, timeout=WAIT_MS)
    assert opened.filing.reports.dialog is None


def test_a_dialog_stays_while_it_writes(opened, qtbot, tmp_path):
    dialog = pressed(opened, qtbot, FINISH, FinishDialog)
    fill(dialog, qtbot, tmp_path)
    dialog.accept()
    dialog.reject()
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: opened.filing.reports.dialog is None, timeout=WAIT_MS)
    assert list(tmp_path.rglob("report.pdf"))


def test_a_draft_cannot_be_signed(opened, qtbot, tmp_path, keys):
    opened.filing.save_report(tmp_path / "r.pdf", "en")
    qtbot.waitUntil(lambda: opened.controller.tasks.idle, timeout=WAIT_MS)
    dialog = pressed(opened, qtbot, SIGN, SignDialog)
    dialog.report.edit.setText(str(tmp_path / "r.pdf"))
    qtbot.waitUntil(lambda: dialog.role is not None, timeout=WAIT_MS)
    sign_with(dialog, keys["reader"])
    accepted(opened, qtbot, dialog, dialog.accept_button)
    assert "A draft is not signed" in dialog.problem.text()
    dialog.reject()
    dialog = pressed(opened, qtbot, FINISH, FinishDialog)
    dialog.state_box.setCurrentIndex(dialog.state_box.findData("draft"))
    assert not dialog.sign_box.isEnabled()
    dialog.reject()


def test_a_key_is_made_and_trusted(window, qtbot, tmp_path):
    dialog = pressed(window, qtbot, Qt.Key.Key_K, KeyDialog, CONTROL | ALT)
    dialog.name_edit.setText("李㛃")
    dialog.file_edit.setText(str(tmp_path / "mine"))
    dialog.first.setText("one")
    dialog.second.setText("two")
    assert not dialog.accept_button.isEnabled()
    dialog.second.setText("one")
    accepted(window, qtbot, dialog, dialog.accept_button)
    assert (tmp_path / "mine.p12").stat().st_mode & 0o077 == 0
    assert pin_certificate(tmp_path / "mine.pem").name == "李㛃"
    assert "Fingerprint" in window.notice.words.text()


@pytest.mark.parametrize("lang", ["zh", "vi", "th"])
def test_every_dialog_in_every_language(opened, qtbot, lang):
    from clipping import faults

    language.switch(lang)
    for key, kind in ((FINISH, FinishDialog), (SIGN, SignDialog)):
        dialog = pressed(opened, qtbot, key, kind)
        if kind is FinishDialog:
            dialog.sign_box.setChecked(True)
        assert faults(dialog) == []
        assert dialog.accept_button.text() not in ("Write report", "Sign")
        dialog.reject()
