"""Uncaught errors of any thread: in the log without a name, in plain words for the user; diagnostics."""

import logging
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QTimer, QtMsgType, qWarning
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication

import ironquant
from ironquant.core import Organ
from ironquant.core.logs import LogLevel, start_log, stop_log
from ironquant.gui import language
from ironquant.gui.diagnostics import DiagnosticsDialog, diagnostic_text
from ironquant.gui.mishaps import Mishaps, _qt_said
from ironquant.phantom import find_case, simulate, write_phantom

WAIT_MS = 30_000
NAME = "Qzxjvk^Wbfpdm"
ID = "PID-83746251"


@pytest.fixture
def log(tmp_path):
    yield start_log(tmp_path / "log" / "ironquant.log", LogLevel.DEBUG)
    stop_log()


@pytest.fixture
def mishaps(window, log, monkeypatch):
    """Catch as the program does, and pytest-qt does not."""
    monkeypatch.delenv("IRONQUANT_DEBUG", raising=False)
    made = Mishaps(window)
    former = sys.excepthook, threading.excepthook
    made.install()
    made.happened.connect(window.diagnostics.tell)
    yield made
    made.remove()
    assert (sys.excepthook, threading.excepthook) == former


def dialogs(window):
    return [dialog for dialog in window.findChildren(DiagnosticsDialog) if dialog.isVisible()]


def fail():
    raise ValueError(NAME)


def test_an_error_of_the_window_is_logged_and_told_once(mishaps, window, log, qtbot, capfd):
    for _ in range(3):
        QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1, timeout=WAIT_MS)
    qtbot.wait(50)
    (dialog,) = dialogs(window)
    written = log.read_text("utf-8")
    assert written.count("not caught: ValueError at ") == 3
    assert f"{__name__}:" in written
    assert NAME not in written + dialog.text.toPlainText()
    assert "ValueError" in dialog.text.toPlainText()
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()
    assert dialog.copied.text()
    dialog.close_button.click()
    QTimer.singleShot(0, fail)
    qtbot.wait(50)
    assert dialogs(window) == []  # told already
    assert NAME not in "".join(capfd.readouterr())


def test_an_error_of_another_thread_is_told_in_the_window(mishaps, window, log, qtbot):
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(dialogs(window)) == 1, timeout=WAIT_MS)
    assert "not caught: ValueError" in log.read_text("utf-8")
    dialogs(window)[0].reject()


def test_an_error_of_background_work_offers_diagnostics(mishaps, window, log, qtbot):
    def broken(progress, cancel):
        fail()

    window.controller.tasks.start(f"keep:{ID}", broken, print, window.controller.noticed.emit)
    qtbot.waitUntil(window.notice.diagnose.isVisible, timeout=WAIT_MS)
    assert "failed: keep: ValueError at " in log.read_text("utf-8")
    assert ID not in log.read_text("utf-8")
    window.notice.diagnose.click()
    (dialog,) = dialogs(window)
    assert "failed: keep: ValueError" in dialog.text.toPlainText()
    dialog.reject()
    window.notice.show_words("x")
    assert not window.notice.diagnose.isVisible()


def test_messages_of_qt_name_the_class_only(mishaps, log, capfd):
    qWarning(f"QFile::open: {NAME}.pdf is busy")
    qWarning(f"{NAME} is busy")
    qWarning("QIANLI.dcm is busy")
    qWarning("")
    lines = [line.partition("Qt: ")[2] for line in log.read_text("utf-8").splitlines() if "Qt: " in line]
    assert lines == ["QFile", "a message", "a message", "a message"]
    assert NAME not in "".join(capfd.readouterr())


@pytest.mark.parametrize("kind", [kind for kind in QtMsgType if kind.name != "QtSystemMsg"])
def test_every_kind_of_message_of_qt_is_known(log, kind):
    _qt_said(kind, None, "QPainter::begin: fails")
    assert log.read_text("utf-8").endswith("Qt: QPainter\n")


def test_ctrl_c_in_the_terminal_ends_as_ever(mishaps, log, monkeypatch):
    ended = []
    monkeypatch.setattr(sys, "__excepthook__", lambda *told: ended.append(told[0]))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert ended == [KeyboardInterrupt]
    assert "not caught" not in log.read_text("utf-8")


def test_diagnostics_tell_the_installation(window, log, monkeypatch):
    logging.getLogger("ironquant.testing").warning("the last line")
    text = diagnostic_text(window.controller.session.settings)
    for told in (
        ironquant.__version__ if hasattr(ironquant, "__version__") else "IronQuant",
        sys.version.split()[0],
        "pyside6-essentials ",
        "numpy ",
        "Screen ",
        "scale ",
        window.controller.session.settings.sha256,
        "profile default",
        "the last line",
        "offscreen",
    ):
        assert told.casefold() in text.casefold()
    assert "missing" not in text.split("Log, last lines")[0]
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    window.actions_["log_folder"].trigger()
    assert shown == [str(log.parent)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_diagnostics_are_shown_before_they_are_copied(window, qtbot, lang):
    language.switch(lang)
    QGuiApplication.clipboard().setText("before")
    window.actions_["diagnostics"].trigger()
    (dialog,) = dialogs(window)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.copy_button, timeout=WAIT_MS)
    assert QGuiApplication.clipboard().text() == "before"
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text().startswith("IronQuant")
    dialog.reject()


@pytest.fixture(scope="module")
def named_patient(tmp_path_factory):
    """A patient whose name and number stand in the headers and in the folder."""
    from dataclasses import replace

    import pydicom

    folder = tmp_path_factory.mktemp("data") / f"{NAME.replace('^', '_')}_{ID}"
    for path in write_phantom(simulate(replace(find_case("demo"), matrix=(144, 144))), folder):
        data = pydicom.dcmread(path)
        data.PatientName, data.PatientID, data.PatientBirthDate = NAME, ID, "19870605"
        data.save_as(path)
    return folder


def test_a_whole_reading_and_its_errors_leave_no_trace_of_the_patient(
    mishaps, window, log, qtbot, named_patient, settle, tmp_path, monkeypatch
):
    window.open_path(named_patient)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    session = window.controller.session
    patient, study = session.examination.patient, session.examination.study
    assert patient.id == ID
    secrets = [*NAME.split("^"), ID, "83746251", "19870605", "1987-06-05", named_patient.name]
    secrets += [study.instance_uid, session.fingerprint, *(s.key for s in session.examination.series)]
    window.controller.accept(Organ.LIVER)
    window.controller.accept(Organ.HEART)
    settle(window)
    window.filing.write_case(tmp_path / f"{NAME}.iqcase")
    settle(window)
    window.filing.save_report(tmp_path / f"{NAME}.pdf", "en")
    settle(window)
    window.filing.export_results(tmp_path / "out", "zh")
    settle(window)
    (tmp_path / "file").write_text("")
    window.filing.save_report(tmp_path / "file" / f"{NAME}.pdf", "en")
    settle(window)
    window.open_path(tmp_path / f"{NAME}.nowhere")
    settle(window)
    (tmp_path / f"{NAME}.dcm").write_bytes(b"no DICOM at all")
    window.open_path(tmp_path / f"{NAME}.dcm")
    settle(window)

    def broken(*args, **kwargs):
        raise RuntimeError(f"{patient} in {named_patient} of {study.instance_uid}")

    monkeypatch.setattr("ironquant.gui.work.find", broken)
    window.open_path(named_patient)
    settle(window)
    QTimer.singleShot(0, broken)
    qtbot.waitUntil(lambda: bool(dialogs(window)), timeout=WAIT_MS)
    shown = dialogs(window)[0].text.toPlainText()
    dialogs(window)[0].reject()
    written = b"".join(path.read_bytes() for path in log.parent.iterdir()) + shown.encode()
    assert b"RuntimeError" in written
    assert b"output_not_written (error)" in written
    for secret in secrets:
        assert secret.encode() not in written


def test_the_command_line_leaves_none_either(named_patient, tmp_path):
    log = tmp_path / "cli.log"
    code = "import sys; from ironquant.cli.main import main; sys.argv[0] = 'ironquant'; main()"
    begin = [sys.executable, "-c", code, "--log", str(log), "--log-level", "debug"]
    out = tmp_path / "out"
    done = subprocess.run([*begin, "analyze", str(named_patient), "--out", str(out)], check=False)
    assert done.returncode == 0
    done = subprocess.run([*begin, "analyze", str(tmp_path / NAME), "--out", str(out)], check=False)
    assert done.returncode == 3
    written = log.read_bytes()
    assert b"ends with exit code 0" in written
    assert b"ends with exit code 3" in written
    for secret in (*NAME.split("^"), ID, "19870605", named_patient.name):
        assert secret.encode() not in written
