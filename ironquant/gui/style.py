"""How the window looks: theme, style sheet, fonts, icons; switched at run time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import ClassVar

from PySide6.QtCore import QByteArray, QObject, QRect, QSettings, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontDatabase,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from ironquant.core import Region
from ironquant.resources import LANGUAGES, load_table, resource_path

FONT_FAMILIES = tuple(dict.fromkeys(row.font for row in LANGUAGES.values()))
"""Each is asked for the letters that those before it lack."""
FONT_PIXELS = 13
_KEY = "theme"
_PICTURE = "themed_picture"
"""Property by which pictures are found again when the theme changes."""
_current: str = load_table("themes")["default"]


def themes() -> tuple[str, ...]:
    """Return the names of the themes."""
    return tuple(load_table("themes")["themes"])


def current() -> str:
    """Return the theme of the window."""
    return _current


def preferred() -> str:
    """Return the theme to start with: as last chosen, else the default."""
    stored = QSettings().value(_KEY, "")
    return stored if isinstance(stored, str) and stored in themes() else str(load_table("themes")["default"])


def switch(theme: str, *, remember: bool = False) -> None:
    """Colour the whole application anew; Qt tells every widget by a ``StyleChange`` event."""
    global _current
    _current = theme
    app = QApplication.instance()
    if isinstance(app, QApplication):
        app.setPalette(_qt_palette())
        app.setStyleSheet(style_sheet())
        for window in app.topLevelWidgets():
            _tint_again(window)
    if remember:
        QSettings().setValue(_KEY, theme)


def shade(name: str, theme: str | None = None) -> str:
    """Return a colour of a theme, the one of the window if none is named, as ``#rrggbb``."""
    table = load_table("themes")
    own: dict[str, str] = table["themes"][theme or _current]
    return str(own[name] if name in own else table["over_image"][name])


def region_colour(number: int, region: Region, accepted: bool) -> str:
    """Return the colour of the region at a place of the list, the reported one in that of its state."""
    if region.reported:
        return shade("region_accepted" if accepted else "region")
    further = load_table("tools")["colours"]["further"]
    return str(further[number % len(further)])


def apply(app: QApplication) -> None:
    """Give the application its fonts, colours and style sheet."""
    for path in sorted(resource_path("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
    font = QFont(list(FONT_FAMILIES))
    font.setPixelSize(FONT_PIXELS)
    app.setFont(font)
    app.setStyle("Fusion")
    switch(preferred())


@contextmanager
def undressed() -> Iterator[None]:
    """Take the style sheet off while a window is put together: each step would style its widgets again."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    sheet = app.styleSheet()
    app.setStyleSheet("")
    try:
        yield
    finally:
        app.setStyleSheet(sheet)


def style_sheet() -> str:
    """Return the style sheet with the colours filled in."""
    sheet = resource_path("style.qss").read_text(encoding="utf-8")
    for name, value in load_table("themes")["themes"][_current].items():
        sheet = sheet.replace(f"@{name}@", value)
    sheet = sheet.replace("@theme@", _current)
    return sheet.replace("@icons@", resource_path("icons").as_posix())


def colour(name: str) -> QColor:
    """Return a colour of the theme."""
    return QColor(shade(name))


def icon(name: str) -> QIcon:
    """Return one of our icons; it follows the theme."""
    return QIcon(_Drawn(name))


def icon_pixmap(name: str, tint: str, size: int) -> QPixmap:
    """Return an icon as a picture of `size` pixels in a colour of the theme."""
    return _pixmap(name, shade(tint), size)


def set_icon(target: QAction | QAbstractButton, name: str) -> None:
    """Give an icon that follows the theme; without a name, take it away."""
    target.setIcon(icon(name) if name else QIcon())


def set_picture(target: QLabel, name: str, tint: str, size: int) -> None:
    """Give a label a picture that follows the theme."""
    target.setProperty(_PICTURE, [name, tint, size])
    target.setPixmap(icon_pixmap(name, tint, size))


def _tint_again(window: QObject) -> None:
    for picture in window.findChildren(QLabel):
        if drawn := picture.property(_PICTURE):
            picture.setPixmap(icon_pixmap(*drawn))


class _Drawn(QIconEngine):
    """An icon that is drawn when it is seen, in the dots of the screen and the colours of the theme."""

    _clones: ClassVar[list[QIconEngine]] = []

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Draw at a size in dots."""
        tint = "faint" if mode == QIcon.Mode.Disabled else "ink"
        return _pixmap(self._name, shade(tint), min(size.width(), size.height()))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into a rectangle."""
        painter.drawPixmap(rect, self.pixmap(rect.size() * painter.device().devicePixelRatio(), mode, state))

    def clone(self) -> QIconEngine:
        """Return another of the same; Qt takes it, but Python would throw it away."""
        self._clones.append(copy := _Drawn(self._name))
        return copy


@cache
def _pixmap(name: str, colour: str, size: int) -> QPixmap:
    svg = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace("currentColor", colour)
    svg = svg.replace('width="24" height="24"', f'width="{size}" height="{size}"')
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.loadFromData(QByteArray(svg.encode()), "SVG")
    return pixmap


def _qt_palette() -> QPalette:
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "ink",
        QPalette.ColorRole.Base: "panel",
        QPalette.ColorRole.AlternateBase: "raised",
        QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ButtonText: "ink",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "accent_ink",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "ink",
        QPalette.ColorRole.PlaceholderText: "dim",
        QPalette.ColorRole.Link: "accent",
    }
    palette = QPalette()
    for role, name in roles.items():
        palette.setColor(role, colour(name))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour("faint"))
    return palette
