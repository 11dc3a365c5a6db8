"""A whole reading by mouse and key; its numbers are those of the command line; a normal case is quick."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hands import CTRL, LEFT, Hand
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog
from typer.testing import CliRunner

from ironquant.cli.main import app
from ironquant.core import Organ
from ironquant.gui.dialogs import ReportDialog
from ironquant.phantom import find_case, simulate, write_phantom
from ironquant.roi import region_mask

WAIT_MS = 60_000
WORDS = "Read by hand."


@pytest.fixture(scope="module")
def unseen(tmp_path_factory):
    """An examination that no other test looks at."""
    spec = replace(
        find_case("mild"),
        heart_t2star_ms=13.7,
        liver_t2star_ms=4.4,
        matrix=(160, 160),
        snr=45.0,
        body_scale=0.9,
        seed=7731,
    )
    folder = tmp_path_factory.mktemp("unseen")
    write_phantom(simulate(spec), folder)
    return folder / "DICOM"


@pytest.fixture
def asked(monkeypatch, unseen, tmp_path):
    """Answer the dialogs of the system, which no test can: images, folder of the results."""
    monkeypatch.setattr(
        QFileDialog,
        "getExistingDirectory",
        lambda parent, title, *more: str(tmp_path / "results" if "results" in title else unseen),
    )
    (tmp_path / "results").mkdir()
    return tmp_path


def report_saved(hand, path):
    """Press the key for the report and, in its dialog, write where to and press Enter."""

    def answer():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, ReportDialog):
            return
        timer.stop()
        dialog.file_edit.selectAll()
        hand.bot.keyClicks(dialog.file_edit, str(path))
        hand.bot.keyClick(dialog.file_edit, Qt.Key.Key_Return)

    timer = QTimer(interval=20)
    timer.timeout.connect(answer)
    timer.start()
    hand.key(Qt.Key.Key_R, CTRL)
    timer.stop()
    hand.window.activateWindow()
    hand.bot.waitUntil(hand.window.isActiveWindow)


def opened_by_key(window, qtbot, settle):
    qtbot.keyClick(window, Qt.Key.Key_O, CTRL)
    session = window.controller.session
    qtbot.waitUntil(lambda: set(session.organs) >= {Organ.HEART, Organ.LIVER}, timeout=WAIT_MS)
    settle(window)
    return session


def document_in(folder: Path):
    (path,) = folder.glob("*/analysis.json")
    return json.loads(path.read_text(encoding="utf-8")), path.parent


def numbers(document):
    """Return what was measured of each organ, and the curve of its main region."""
    return {organ["organ"]: (organ["result"], organ["regions"][0]["curve"]) for organ in document["organs"]}


def test_a_whole_reading_equals_the_command_line(window, qtbot, settle, unseen, asked):
    session = opened_by_key(window, qtbot, settle)
    hand = Hand(qtbot, window)
    for key in (Qt.Key.Key_2, Qt.Key.Key_P, Qt.Key.Key_1, Qt.Key.Key_P):
        hand.key(key)
        settle(window)
    proposed = session.active_region(Organ.HEART)
    for organ, truth_ms in ((Organ.HEART, 13.7), (Organ.LIVER, 4.4)):
        assert session.organs[organ].result.t2star_ms.value == pytest.approx(truth_ms, rel=0.05)

    # The septum is moved by the mouse …
    mask = region_mask(proposed, hand.view.series)[hand.view.slice_index]
    rows, columns = mask.nonzero()
    middle = len(rows) // 2
    start = float(columns[middle]), float(rows[middle])
    hand.drag(hand.line(start, (start[0] + 1.0, start[1] + 1.0)))
    settle(window)
    corrected = session.active_region(Organ.HEART)
    assert not (region_mask(corrected, hand.view.series) == region_mask(proposed, hand.view.series)).all()

    # … and its last echo dropped by key.
    n_echoes = len(hand.view.series.te_ms)
    for _ in range(n_echoes - 1):
        hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_X)
    settle(window)
    assert session.entry(Organ.HEART).echoes == tuple(range(1, n_echoes))

    qtbot.keyClick(window, Qt.Key.Key_I, CTRL)
    edit = window.results.impression.edit
    edit.selectAll()
    qtbot.keyClicks(edit, WORDS)
    hand.view.setFocus()
    report_saved(hand, asked / "report.pdf")
    settle(window)
    hand.key(Qt.Key.Key_E, CTRL)
    settle(window)

    assert (asked / "report.pdf").read_bytes().startswith(b"%PDF")
    document, folder = document_in(asked / "results")
    assert WORDS in document["impression"].values()
    sites = {"heart": "septum", "liver": "parenchyma"}
    masks = {organ: folder / "regions" / f"{organ}_{site}.nii.gz" for organ, site in sites.items()}
    given = [f"--region={organ}={path}" for organ, path in masks.items()]
    told = CliRunner().invoke(
        app,
        ["analyze", str(unseen), "--out", str(asked / "cli"), f"--echoes=heart=1-{n_echoes - 1}", *given],
    )
    assert told.exit_code == 0, told.output
    other, _ = document_in(asked / "cli")
    assert numbers(document) == numbers(other)


def test_a_normal_case_takes_six_actions(window, qtbot, settle, asked):
    """Open, take over both proposals, report: keys and clicks of the reader, system dialogs apart."""
    session = opened_by_key(window, qtbot, settle)
    actions = 1
    for organ in (Organ.HEART, Organ.LIVER):
        qtbot.mouseClick(window.results.cards[organ].accept_button, LEFT)
        actions += 1
    settle(window)
    assert session.state.accepted == {Organ.HEART, Organ.LIVER}
    report_saved(Hand(qtbot, window), asked / "report.pdf")
    actions += 2  # the key, and Enter in its dialog
    settle(window)
    assert (asked / "report.pdf").read_bytes().startswith(b"%PDF")
    assert actions <= 6
