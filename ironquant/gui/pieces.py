"""Small parts with the name by which the style sheet knows them."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

_W = TypeVar("_W", bound=QWidget)


def named(widget: _W, name: str) -> _W:
    """Return the widget with this object name."""
    widget.setObjectName(name)
    return widget


def label(name: str = "", words: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label."""
    made = named(QLabel(words), name)
    made.setWordWrap(wrap)
    return made


def accept_or_cancel(dialog: QDialog, accept: str, cancel: str) -> tuple[QDialogButtonBox, QPushButton]:
    """Return the two buttons of a dialog, connected, and the one that accepts."""
    buttons = QDialogButtonBox()
    accepting = named(buttons.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole), "primary")
    buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons, accepting


def form_row(form: QFormLayout, title: str, fields: QLayout, field: QWidget) -> None:
    """Add a row of several widgets to a form; the title is the name of `field`."""
    caption = QLabel(title)
    caption.setBuddy(field)
    form.addRow(caption, fields)


def slider(maximum: int = 0) -> QSlider:
    """Return a horizontal slider from 0 to `maximum`."""
    made = QSlider(Qt.Orientation.Horizontal)
    made.setRange(0, maximum)
    made.setPageStep(1 if not maximum else 10)
    return made


def column(widget: QWidget) -> QVBoxLayout:
    """Give a widget a column without margins."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


def row(*items: QWidget | tuple[QWidget, int]) -> QHBoxLayout:
    """Return a row of widgets, each with its stretch."""
    layout = QHBoxLayout()
    layout.setContentsMargins(10, 4, 10, 4)
    layout.setSpacing(8)
    for item in items:
        widget, stretch = item if isinstance(item, tuple) else (item, 0)
        layout.addWidget(widget, stretch)
    return layout
