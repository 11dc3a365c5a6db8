"""How the window looks: palette, style sheet, fonts, icons."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from ironquant.resources import resource_path

FONT_FAMILY = "IronQuant Sans"
FONT_PIXELS = 13
PALETTE = MappingProxyType(
    {
        "image": "#000000",
        "ground": "#12171c",
        "panel": "#1a2027",
        "raised": "#252d36",
        "hover": "#2f3944",
        "line": "#3a4652",
        "ink": "#e8edf2",
        "dim": "#a5b3c0",
        "accent": "#56b8dd",
        "accent_ink": "#08161d",
        "region": "#ffd54a",
        "region_accepted": "#6fd6a4",
        "info": "#8cc4e8",
        "warning": "#f2bd52",
        "error": "#ff9087",
        "good": "#6fd6a4",
    }
)
_ICON_SIZES = (16, 20, 32, 40)


def apply(app: QApplication) -> None:
    """Give the application its fonts, colours and style sheet."""
    for path in sorted(resource_path("fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))
    font = QFont(FONT_FAMILY)
    font.setPixelSize(FONT_PIXELS)
    app.setFont(font)
    app.setStyle("Fusion")
    app.setPalette(_qt_palette())
    app.setStyleSheet(style_sheet())


def style_sheet() -> str:
    """Return the style sheet with the colours filled in."""
    sheet = resource_path("style.qss").read_text(encoding="utf-8")
    for name, value in PALETTE.items():
        sheet = sheet.replace(f"@{name}@", value)
    return sheet.replace("@icons@", resource_path("icons").as_posix())


def colour(name: str) -> QColor:
    """Return a colour of the palette."""
    return QColor(PALETTE[name])


@cache
def icon(name: str) -> QIcon:
    """Return one of our icons in the colours of the palette."""
    result = QIcon()
    modes = ((QIcon.Mode.Normal, "ink"), (QIcon.Mode.Disabled, "line"), (QIcon.Mode.Active, "ink"))
    for mode, tint in modes:
        for size in _ICON_SIZES:
            result.addPixmap(icon_pixmap(name, tint, size), mode)
    return result


@cache
def icon_pixmap(name: str, tint: str, size: int) -> QPixmap:
    """Return an icon as a picture of `size` pixels in a colour of the palette."""
    svg = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace("currentColor", PALETTE[tint])
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
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#6d7b88"))
    return palette
