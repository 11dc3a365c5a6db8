"""The slices of a region in the window: shown where there are several, and the way to each."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from ironquant.core import Organ
from ironquant.export.slicewords import slice_rows
from ironquant.phantom import find_case, simulate, write_phantom

sys.path.insert(0, str(Path(__file__).parent))
from hands import CTRL, SHIFT, Hand

WAIT_MS = 30_000
LIVER = Organ.LIVER


@pytest.fixture(scope="module")
def stack_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stack")
    spec = replace(find_case("demo"), matrix=(160, 160), liver_slices=3)
    return write_phantom(simulate(spec), folder)[0].parent


@pytest.fixture
def liver(window, qtbot, stack_folder, settle):
    window.open_path(stack_folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    hand = Hand(qtbot, window)
    hand.key(Qt.Key.Key_2)
    window.centre.panel.view.setFocus()
    return hand


def table_of(window):
    return window.results.cards[LIVER].slices


def shown(table):
    return [
        [table.item(row, column).text() for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_slices_stand_on_the_card_as_soon_as_there_are_two(liver, window, settle):
    table = table_of(window)
    assert not table.isVisibleTo(window)
    liver.key(Qt.Key.Key_PageDown, CTRL)
    settle(window)
    region = window.controller.session.organs[LIVER].reported
    assert len(region.slices) == 3
    assert table.isVisibleTo(window)
    assert shown(table) == [list(row) for row in slice_rows(region, "en")]
    assert "liver" in table.accessibleName()
    liver.key(Qt.Key.Key_C, CTRL | SHIFT)
    liver.bot.waitUntil(lambda: table.item(2, 0).text() == "整体", timeout=WAIT_MS)
    assert shown(table) == [list(row) for row in slice_rows(region, "zh")]


def test_enter_goes_to_the_slice(liver, window, settle, qtbot):
    liver.key(Qt.Key.Key_PageDown, CTRL)
    settle(window)
    table, panel = table_of(window), window.centre.panels[LIVER]
    first = window.controller.session.organs[LIVER].reported.slice_indices[0]
    assert panel.slice_slider.value() != first
    table.setFocus()
    table.setCurrentCell(0, 0)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert panel.slice_slider.value() == first


def test_numbers_wait_while_the_region_is_dragged(liver, window, settle):
    liver.key(Qt.Key.Key_PageDown, CTRL)
    settle(window)
    table, session = table_of(window), window.controller.session
    before = shown(table)
    window.controller.preview_region(session.active_region(LIVER))
    settle(window)
    assert [row[0] for row in shown(table)] == [row[0] for row in before]
    assert {words for row in shown(table) for words in row[1:]} == {"…"}
    window.controller.end_preview(LIVER)
    settle(window)
    assert shown(table) == before


def test_undo_takes_them_away(liver, window, settle):
    liver.key(Qt.Key.Key_PageDown, CTRL)
    settle(window)
    liver.key(Qt.Key.Key_Z, CTRL)
    settle(window)
    assert not table_of(window).isVisibleTo(window)
