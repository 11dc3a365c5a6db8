"""Contrast, themes, icons, fonts."""

import re

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from ironquant.gui import style
from ironquant.gui.app import application
from ironquant.gui.curve_view import CurveView
from ironquant.gui.organ_card import OrganCard
from ironquant.resources import load_table, resource_path

ICONS = sorted(path.stem for path in resource_path("icons").glob("*.svg"))


def _luminance(colour):
    parts = [part / 255 for part in QColor(colour).getRgb()[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one, other):
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


THEMES = style.themes()
GROUNDS = ("ground", "panel", "raised", "hover")


@pytest.fixture
def themed(qapp):
    """Switch themes, and leave the one that was found."""
    application()
    found = style.current()
    yield style.switch
    style.switch(found)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "dim", "info", "warning", "error", "good"])
def test_text_is_readable_on_every_ground(ink, ground, theme):
    assert _contrast(style.shade(ink, theme), style.shade(ground, theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("accent", ["accent", "accent_hover"])
def test_words_on_the_accent_are_readable(theme, accent):
    assert _contrast(style.shade("accent_ink", theme), style.shade(accent, theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("graphic", ["accent", "mark", "dim"])
def test_graphics_stand_out_on_every_ground(graphic, ground, theme):
    assert _contrast(style.shade(graphic, theme), style.shade(ground, theme)) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_arrow_of_the_choices_stands_out_in_every_theme(ground, theme):
    arrow = re.search(r'stroke="(#[0-9a-f]{6})"', resource_path("icons", "chevron.svg").read_text()).group(1)
    assert _contrast(arrow, style.shade(ground, theme)) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
def test_the_tick_stands_out_on_its_box(theme):
    svg = resource_path("icons", f"checked_{theme}.svg").read_text()
    tick = re.search(r'stroke="(#[0-9a-f]{6})"', svg).group(1)
    assert _contrast(tick, style.shade("accent", theme)) >= 3.0


@pytest.mark.parametrize(
    "name", ["image_ink", "image_accent", "image_info", "image_error", "region", "region_accepted"]
)
def test_what_lies_over_the_image_is_the_same_in_every_theme_and_stands_out(name):
    assert len({style.shade(name, theme) for theme in THEMES}) == 1
    assert style.shade("image") == "#000000"
    assert _contrast(style.shade(name), style.shade("image")) >= 4.5


def test_no_colour_stands_outside_the_table():
    gui = resource_path().parent / "gui"
    places = [*gui.rglob("*.py"), resource_path("style.qss")]
    assert not [path.name for path in places if re.search(r"#[0-9a-fA-F]{6}\b", path.read_text("utf-8"))]


def test_themes_name_the_same_colours():
    table = load_table("themes")["themes"]
    assert len({frozenset(colours) for colours in table.values()}) == 1
    assert {frozenset(colours) for colours in table.values()}.pop().isdisjoint(
        load_table("themes")["over_image"]
    )


def test_icons_and_pictures_follow_the_theme(themed, qtbot):
    themed("dark")
    window, button, picture = QWidget(), QToolButton(), QLabel()
    for part in (button, picture):
        part.setParent(window)
    qtbot.addWidget(window)
    style.set_icon(button, "save")
    style.set_picture(picture, "save", "dim", 32)
    for theme in ("light", "dark"):
        themed(theme)
        for pixmap, tint in ((button.icon().pixmap(32, 32), "ink"), (picture.pixmap(), "dim")):
            image = pixmap.toImage()
            places = [(x, y) for x in range(image.width()) for y in range(image.height())]
            solid = {image.pixelColor(*at).name() for at in places if image.pixelColor(*at).alpha() == 255}
            assert style.shade(tint, theme) in solid


def test_the_curve_takes_the_colours_of_another_theme(themed, qtbot):
    themed("dark")
    view = CurveView()
    qtbot.addWidget(view)
    view.show()
    view.set_titles("Echo time (ms)", "Signal", "Residual")
    for theme in ("light", "dark"):
        themed(theme)
        corner = view.grab().toImage().pixelColor(2, 2).name()
        assert corner == style.shade("panel", theme)
        assert view.getPlotItem().getAxis("left").textPen().color().name() == style.shade("dim", theme)


def test_a_theme_is_chosen_in_the_window_and_remembered(themed, window):
    themed("dark")
    window.actions_["light"].setChecked(False)
    window.actions_["light"].trigger()
    assert style.current() == style.preferred() == "light"
    assert window.grab().toImage().pixelColor(2, 60).name() != style.shade("panel", "dark")
    assert window.actions_["light"].isChecked()
    window.actions_["light"].trigger()
    assert style.current() == style.preferred() == "dark"
    assert not window.actions_["light"].isChecked()


def test_the_tick_of_the_accept_button_follows_the_theme(themed, opened):
    themed("dark")
    button = opened.results.findChildren(OrganCard)[0].accept_button
    for theme in ("light", "dark"):
        themed(theme)
        image = button.icon().pixmap(32, 32).toImage()
        places = [(x, y) for x in range(image.width()) for y in range(image.height())]
        solid = {image.pixelColor(*at).name() for at in places if image.pixelColor(*at).alpha() == 255}
        assert style.shade("ink", theme) in solid


def test_a_theme_that_no_longer_exists_is_not_taken(themed, window):
    QSettings().setValue("theme", "sepia")
    assert style.preferred() == "dark"


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_has_no_unknown_names(themed, theme):
    themed(theme)
    assert "@" not in style.style_sheet()


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something_in_its_colour(qapp, name):
    image = style.icon_pixmap(name, "error", 32).toImage()
    painted = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha()]
    assert len(painted) > 20
    if not name.startswith(("chevron", "checked")):  # those of the style sheet bring their colour
        solid = [colour for colour in painted if colour.alpha() == 255]
        assert solid
        assert solid[0].name() == style.shade("error")


def test_every_language_is_shown_with_our_fonts(qapp):
    app = application()
    assert set(style.FONT_FAMILIES) <= set(QFontDatabase.families())
    assert QFontInfo(app.font()).family() == style.FONT_FAMILIES[0]
    assert app.font().families() == list(style.FONT_FAMILIES)
    assert all(QFontDatabase.writingSystems(family) for family in style.FONT_FAMILIES)
