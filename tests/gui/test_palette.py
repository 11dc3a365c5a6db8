"""The palette: every command is found by name, in the language of the window, and runs as by its key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ironquant.gui import language
from ironquant.gui.palette import Palette, found, initials

KEY = Qt.Key


def palette_of(window, qtbot):
    window.actions_["palette"].trigger()
    shown = window.findChildren(Palette)
    qtbot.waitUntil(shown[-1].isVisible)
    return shown[-1]


def names(palette):
    rows = palette.list
    return [rows.topLevelItem(row).text(0) for row in range(rows.topLevelItemCount())]


def test_it_lists_every_action_with_its_key_as_the_cheat_sheet_does(window, qtbot):
    palette = palette_of(window, qtbot)
    sheet = [row for title, rows in window.actions_.cheat_sheet() if title != "Mouse" for row in rows]
    rows = [palette.list.topLevelItem(row) for row in range(palette.list.topLevelItemCount())]
    assert [(row.text(2), row.text(0)) for row in rows] == sheet


def test_typing_and_enter_run_a_command(opened, qtbot):
    assert not opened.actions_["residuals"].isChecked()
    palette = palette_of(opened, qtbot)
    qtbot.keyClicks(palette.edit, "resid")
    assert names(palette)[0] == "Residuals of the fit"
    qtbot.keyClick(palette.edit, KEY.Key_Return)
    qtbot.waitUntil(lambda: opened.actions_["residuals"].isChecked())
    assert not opened.findChildren(Palette)


def test_arrows_choose_and_what_cannot_be_done_is_not_chosen(window, qtbot):
    palette = palette_of(window, qtbot)
    qtbot.keyClicks(palette.edit, "case")
    disabled = [palette.list.topLevelItem(n).isDisabled() for n in range(palette.list.topLevelItemCount())]
    assert any(disabled)
    assert not palette.list.currentItem().isDisabled()
    palette.edit.clear()
    first = palette.list.currentItem().text(0)
    qtbot.keyClick(palette.edit, KEY.Key_Down)
    assert palette.list.currentItem().text(0) != first
    assert not palette.list.currentItem().isDisabled()


def test_what_is_not_there_is_told(window, qtbot):
    palette = palette_of(window, qtbot)
    qtbot.keyClicks(palette.edit, "qqqqqq")
    assert names(palette) == []
    assert palette._nothing.isVisible()
    qtbot.keyClick(palette.edit, KEY.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.edit, KEY.Key_Escape)
    assert not palette.isVisible()


@pytest.mark.parametrize("wanted", ["撤销", "cx"])
def test_chinese_commands_are_found_by_characters_and_by_pinyin(window, qtbot, wanted):
    language.switch("zh")
    QApplication.processEvents()
    palette = palette_of(window, qtbot)
    palette.edit.insert(wanted)
    assert window.actions_["undo"].text() in names(palette)


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("心脏", "xz"),
        ("肝脏", "gz"),
        ("撤销", "cx"),
        ("感兴趣区", "gxqq"),
        ("测量 T2*", "cl t2*"),
        ("打开文件夹", "dkwjj"),
    ],
)
def test_initials_are_those_of_pinyin(words, letters):
    assert initials(words) == letters


@given(wanted=st.text(max_size=12))
def test_any_text_finds_some_of_the_commands_and_never_fails(wanted):
    from ironquant.gui.actions import Command

    class Nothing:
        pass

    commands = [Command("File", words, "Ctrl+S", Nothing()) for words in ("Save case", "另存病例", "Undo")]
    result = found(commands, wanted)
    assert set(map(id, result)) <= set(map(id, commands))
    if not wanted.split():
        assert result == commands
