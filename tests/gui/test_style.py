"""Contrast, icons, fonts."""

import pytest
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo

from ironquant.gui import style
from ironquant.gui.app import application
from ironquant.resources import resource_path

ICONS = sorted(path.stem for path in resource_path("icons").glob("*.svg"))


def _luminance(colour):
    parts = [part / 255 for part in QColor(colour).getRgb()[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["ground", "panel", "raised", "hover"])
@pytest.mark.parametrize("ink", ["ink", "dim", "info", "warning", "error", "good"])
def test_text_is_readable_on_every_ground(ink, ground):
    assert _contrast(style.PALETTE[ink], style.PALETTE[ground]) >= 4.5


def test_words_on_the_accent_are_readable():
    assert _contrast(style.PALETTE["accent_ink"], style.PALETTE["accent"]) >= 4.5


def test_the_style_sheet_has_no_unknown_names(qapp):
    application()
    assert "@" not in style.style_sheet()


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something_in_its_colour(qapp, name):
    image = style.icon_pixmap(name, "error", 32).toImage()
    painted = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha()]
    assert len(painted) > 20
    if name not in ("chevron", "checked"):  # those of the style sheet bring their colour
        solid = [colour for colour in painted if colour.alpha() == 255]
        assert solid
        assert solid[0].name() == style.PALETTE["error"]


def test_chinese_is_shown_with_our_font(qapp):
    app = application()
    assert style.FONT_FAMILY in QFontDatabase.families()
    assert QFontInfo(app.font()).family() == style.FONT_FAMILY
    assert QFontDatabase.writingSystems(style.FONT_FAMILY)
