"""What the reader tells and takes along in words: clinical data, the text for the hospital's system."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ironquant.export.ristext import report_text
from ironquant.gui import language
from ironquant.gui.clinical_dialog import ClinicalDialog
from ironquant.gui.controller import Controller


def ask_clinical(controller: Controller, parent: QWidget) -> None:
    """Ask for clinical data of the examination that is shown."""
    dialog = ClinicalDialog(controller.session.state.reading.clinical, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: controller.set_clinical(dialog.clinical))
    dialog.open()


def copy_text(controller: Controller) -> None:
    """Put findings and impression on the clipboard."""
    analysis = controller.session.analysis
    if analysis is not None:
        QGuiApplication.clipboard().setText(report_text(analysis, language.current()))
