"""Prints the report that the program writes: the pages of its PDF, painted as they are."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMarginsF, QObject, QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPaintEngine, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo, QPrintPreviewDialog
from PySide6.QtWidgets import QWidget

from ironquant.core import CancelToken, Finding, Progress
from ironquant.gui import language, saving
from ironquant.gui.filing import Filing

_POINTS_PER_INCH = 72.0
_MOST_DPI = 300
"""An A4 page is 35 MB then; finer than a reader sees."""
_SCREEN_DPI = 150
"""For the preview, which is made smaller without smoothing over more than two pixels."""
_SIZE = (820, 900)


class Printing(QObject):
    """Makes the report in the background, then shows it or asks for a printer."""

    def __init__(self, filing: Filing, window: QWidget) -> None:
        super().__init__(window)
        self._filing, self._window = filing, window

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by name."""
        return {"print": self.print, "preview": self.preview}

    def print(self) -> None:
        """Ask for the printer, and print."""
        if not QPrinterInfo.availablePrinterNames():
            self._filing.tell(Finding("no_printer", "warning"))
        else:
            self._make(self._ask_printer)

    def preview(self) -> None:
        """Show the pages as they will be printed."""
        self._make(self._show)

    def _make(self, then: Callable[[bytes], None]) -> None:
        order = self._filing.order()
        if order is not None:
            job = partial(_report, order, language.current())
            self._filing.start("print", job, partial(self._made, then))

    def _made(self, then: Callable[[bytes], None], made: tuple[bytes, tuple[Finding, ...]]) -> None:
        report, findings = made
        if findings:
            self._filing.tell(findings[0])
        then(report)

    def _ask_printer(self, report: bytes) -> None:
        printer = prepared_printer(report)
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self.tr("Print report"))
        if dialog.exec():
            self._paint(report, printer)
        dialog.deleteLater()

    def _show(self, report: bytes) -> None:
        printer = prepared_printer(report)
        dialog = QPrintPreviewDialog(printer, self._window)
        dialog.setWindowTitle(self.tr("Print preview"))
        dialog.paintRequested.connect(partial(self._paint, report))
        dialog.resize(*_SIZE)
        dialog.exec()
        dialog.deleteLater()

    def _paint(self, report: bytes, printer: QPrinter) -> None:
        if not paint_report(report, printer):
            self._filing.tell(Finding("not_printed", "error"))


def prepared_printer(report: bytes) -> QPrinter:
    """Return the default printer, with the paper of the report and without margins of its own."""
    import pypdfium2

    document = pypdfium2.PdfDocument(report)
    width, height = document[0].get_size()
    document.close()
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    size = QPageSize(
        QSizeF(width, height), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyOrientationMatch
    )
    printer.setResolution(_MOST_DPI)
    printer.setPageSize(size)
    printer.setFullPage(True)
    printer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
    return printer


def paint_report(report: bytes, printer: QPrinter) -> bool:
    """Paint the pages of a PDF at their size, or smaller where the paper is; return whether it went.

    Parameters
    ----------
    report : bytes
        A PDF.
    """
    import pypdfium2

    painter = QPainter()
    if not painter.begin(printer):
        return False
    document = pypdfium2.PdfDocument(report)
    first = max(printer.fromPage(), 1)
    last = min(printer.toPage() or len(document), len(document))
    try:
        for number in range(first - 1, last):
            if number >= first and not printer.newPage():
                return False
            _paint_page(document[number], painter, printer)
    finally:
        document.close()
        painter.end()
    return True


def _paint_page(page: object, painter: QPainter, printer: QPrinter) -> None:
    import pypdfium2

    assert isinstance(page, pypdfium2.PdfPage)
    dots = printer.resolution()
    previewed = painter.paintEngine().type() == QPaintEngine.Type.Picture
    fineness = min(dots, _SCREEN_DPI if previewed else _MOST_DPI)
    bitmap = page.render(scale=fineness / _POINTS_PER_INCH, prefer_bgrx=True)
    image = QImage(
        bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32
    ).copy()
    width, height = (side * dots / _POINTS_PER_INCH for side in page.get_size())
    paper = printer.paperRect(QPrinter.Unit.DevicePixel)
    share = min(1.0, paper.width() / width, paper.height() / height)
    size = QSizeF(width * share, height * share)
    corner = QPointF((paper.width() - size.width()) / 2, (paper.height() - size.height()) / 2)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QRectF(corner, size), image)


def _report(
    order: saving.Order, lang: str, progress: Progress, cancel: CancelToken
) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the report as it would be saved, and what there is to say."""
    with tempfile.TemporaryDirectory(prefix="ironquant-", ignore_cleanup_errors=True) as folder:
        saved = saving.save_report(order, Path(folder) / "report.pdf", lang, progress, cancel)
        return saved.path.read_bytes(), saved.findings
