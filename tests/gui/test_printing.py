"""What is printed is the report that the program writes: same pages, same size, same picture."""

import io
import subprocess

import numpy as np
import pypdf
import pytest
from PIL import Image
from PySide6.QtCore import QSizeF, Qt, QTimer
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo, QPrintPreviewDialog
from PySide6.QtWidgets import QApplication
from scipy.ndimage import uniform_filter

from ironquant.gui import language
from ironquant.gui.printing import paint_report, prepared_printer
from ironquant.resources import message

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
WAIT_MS = 60_000
DPI = 100


def pages_of(pdf, folder, name):
    """Render a PDF by poppler, which neither the program nor Qt uses."""
    command = ["pdftoppm", "-r", str(DPI), "-png", str(pdf), str(folder / name)]
    subprocess.run(command, check=True)
    return [
        np.asarray(Image.open(path).convert("L"), dtype=float) for path in sorted(folder.glob(f"{name}*.png"))
    ]


def printed(report, path, paper=None):
    printer = prepared_printer(report)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    if paper is not None:
        printer.setPageSize(paper)
    assert paint_report(report, printer)
    return path


@pytest.fixture
def report(opened, tmp_path, settle):
    opened.filing.save_report(tmp_path / "report.pdf", "en")
    settle(opened)
    return (tmp_path / "report.pdf").read_bytes()


@pytest.mark.tool("pdftoppm")
def test_the_paper_shows_what_the_file_shows(report, opened, settle, tmp_path):
    path = printed(report, tmp_path / "printed.pdf")
    saved, paper = pypdf.PdfReader(io.BytesIO(report)), pypdf.PdfReader(path)
    assert len(paper.pages) == len(saved.pages)
    for one, other in zip(paper.pages, saved.pages, strict=True):
        for side in ("width", "height"):
            assert float(getattr(one.mediabox, side)) == pytest.approx(
                float(getattr(other.mediabox, side)), abs=1.0
            )
    expected = pages_of(tmp_path / "report.pdf", tmp_path, "expected")
    for shown, wanted in zip(pages_of(path, tmp_path, "shown"), expected, strict=True):
        assert likeness(shown, wanted) > 0.98
    opened.filing.save_report(tmp_path / "other.pdf", "zh")
    settle(opened)
    other = pages_of(tmp_path / "other.pdf", tmp_path, "other")
    assert likeness(other[0], expected[0]) < 0.95  # other words are told apart


def likeness(one, other):
    """Return how two pages correlate at half a millimetre: two renderers smooth letters in their own ways."""
    rows, columns = (min(pair) for pair in zip(one.shape, other.shape, strict=True))
    smooth = [uniform_filter(page[:rows, :columns], 5).ravel() for page in (one, other)]
    return np.corrcoef(*smooth)[0, 1]


def several(report, n):
    writer = pypdf.PdfWriter()
    for _ in range(n):
        writer.append(io.BytesIO(report))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_several_pages_and_some_of_them(report, tmp_path):
    n_pages = len(pypdf.PdfReader(io.BytesIO(report)).pages)
    three = several(report, 3)
    assert len(pypdf.PdfReader(printed(three, tmp_path / "all.pdf")).pages) == 3 * n_pages
    printer = prepared_printer(three)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "some.pdf"))
    printer.setFromTo(2, 3)
    assert paint_report(three, printer)
    assert len(pypdf.PdfReader(tmp_path / "some.pdf").pages) == 2


@pytest.mark.tool("pdftoppm")
def test_on_smaller_paper_the_whole_page_is_there_and_smaller(report, tmp_path):
    path = printed(report, tmp_path / "a5.pdf", QPageSize(QPageSize.PageSizeId.A5))
    small, *_ = pages_of(path, tmp_path, "small")
    large, *_ = pages_of(tmp_path / "report.pdf", tmp_path, "large")
    assert small.shape[0] == pytest.approx(large.shape[0] / 2**0.5, abs=4)
    share = [np.ptp(np.flatnonzero((page < 128).any(axis=1))) for page in (small, large)]
    assert share[0] == pytest.approx(share[1] / 2**0.5, rel=0.03)


def test_a_printer_that_takes_nothing_is_told(report, tmp_path):
    printer = prepared_printer(report)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no folder" / "x.pdf"))
    assert not paint_report(report, printer)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_printer_the_window_says_what_to_do(opened, qtbot, monkeypatch, lang):
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(list))
    language.switch(lang)
    qtbot.keyClick(opened, Qt.Key.Key_P, CONTROL)
    assert opened.notice.isVisible()
    assert opened.notice.words.text() == message("no_printer", {}, lang)
    assert "Ctrl+R" in opened.notice.words.text()


def test_ctrl_p_asks_for_the_printer_and_prints_the_report_of_what_is_shown(
    opened, qtbot, monkeypatch, tmp_path, settle
):
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(lambda: ["office"]))

    def accept(dialog):
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(tmp_path / "out.pdf"))
        return 1

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    qtbot.keyClick(opened, Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil((tmp_path / "out.pdf").exists, timeout=WAIT_MS)
    settle(opened)
    assert len(pypdf.PdfReader(tmp_path / "out.pdf").pages) > 1


def test_the_preview_shows_the_pages(opened, qtbot, settle):
    seen = []

    def look():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QPrintPreviewDialog):
            QTimer.singleShot(50, look)
            return
        seen.append(dialog.printer().pageLayout().pageSize().size(QPageSize.Unit.Point))
        seen.append(dialog.windowTitle())
        image = dialog.grab().toImage()
        colours = {image.pixelColor(x, 300).name() for x in range(0, image.width(), 3)}
        seen.append(len(colours))
        dialog.reject()

    QTimer.singleShot(50, look)
    qtbot.keyClick(opened, Qt.Key.Key_P, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=WAIT_MS)
    settle(opened)
    assert QSizeF(seen[0]).height() == pytest.approx(842, abs=2)
    assert seen[1] == "Print preview"
    assert seen[2] > 3


def test_nothing_is_printed_where_nothing_is_open(window):
    assert not window.actions_["print"].isEnabled()
    assert not window.actions_["preview"].isEnabled()
    window.printing.preview()
    assert window.controller.tasks.idle or not window.controller.tasks.busy
