"""Several regions of an organ: begun, named, reported, copied, refused, written and read back."""

import datetime as dt
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from scipy.ndimage import distance_transform_edt

from ironquant.analysis import analyze_organ
from ironquant.core import Organ, OrganReading, Region, RegionEvent
from ironquant.export import format_value
from ironquant.gui.regions import merged, recorded, safe_site
from ironquant.phantom import find_case, simulate, write_phantom
from ironquant.resources import message
from ironquant.roi import region_mask
from ironquant.roi.document import read_regions_document

sys.path.insert(0, str(Path(__file__).parent))
from hands import CTRL, LEFT, SHIFT, Hand

LIVER, HEART = Organ.LIVER, Organ.HEART
WAIT_MS = 30_000


@pytest.fixture
def hand(opened, qtbot):
    return Hand(qtbot, opened)


@pytest.fixture
def liver(opened, hand, settle):
    """The liver with its parenchyma alone, without the circles that are proposed beside it."""
    opened.centre.show_tab(1)
    entry = opened.controller.session.entry(LIVER)
    opened.controller.set_entry(replace(entry, regions=tuple(r for r in entry.regions if r.reported)))
    settle(opened)
    return hand


def _rows(window):
    tree = window.regions.tree
    return [
        tuple(tree.topLevelItem(n).text(column) for column in range(3))
        for n in range(tree.topLevelItemCount())
    ]


def _marks(window):
    tree = window.regions.tree
    items = [tree.topLevelItem(n) for n in range(tree.topLevelItemCount())]
    return [item.checkState(0) == Qt.CheckState.Checked for item in items]


def _inside(window, organ):
    region = window.controller.session.active_region(organ)
    mask = region_mask(region, window.centre.panels[organ].view.series)
    _, rows, columns = np.nonzero(mask)
    middle = np.argmin(np.hypot(rows - rows.mean(), columns - columns.mean()))
    return float(columns[middle]), float(rows[middle])


def _deepest(window, organ):
    """Return the place of a region farthest from its outlines: no vessel is near."""
    region = window.controller.session.active_region(organ)
    mask = region_mask(region, window.centre.panels[organ].view.series)[0]
    depth = distance_transform_edt(mask)
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(column), float(row)


def _circle(hand, x, y, area=1.0):
    hand.key(Qt.Key.Key_C)
    hand.window.centre.option_bar.area_box.setValue(area)
    return hand.click(x, y)


def test_a_new_region_gets_a_row_its_own_numbers_and_can_be_reported(opened, liver, settle):
    session, before = opened.controller.session, opened.results.cards[LIVER].number.text()
    x, y = _inside(opened, LIVER)
    liver.key(Qt.Key.Key_N, CTRL)
    assert [row[0] for row in _rows(opened)] == ["parenchyma", "region-2"]
    _circle(liver, x - 4, y)
    settle(opened)
    regions = session.entry(LIVER).regions
    assert [(region.site, region.reported) for region in regions] == [
        ("parenchyma", True),
        ("region-2", False),
    ]
    assert opened.results.cards[LIVER].number.text() == before
    alone = analyze_organ(
        session.examination,
        replace(session.entry(LIVER), regions=(replace(regions[1], reported=True),)),
        session.settings,
    )
    expected = format_value(alone.result.t2star_ms, "t2star_ms")
    assert _rows(opened)[1] == ("region-2", str(alone.regions[0].n_pixels), expected)
    tree = opened.regions.tree
    tree.topLevelItem(1).setCheckState(0, Qt.CheckState.Checked)
    settle(opened)
    assert _marks(opened) == [False, True]
    assert opened.results.cards[LIVER].number.text() == expected
    liver.key(Qt.Key.Key_Z, CTRL)
    assert _marks(opened) == [True, False]


def test_only_the_region_in_hand_is_measured_while_it_is_dragged(opened, liver, settle):
    session = opened.controller.session
    x, y = _inside(opened, LIVER)
    liver.key(Qt.Key.Key_N, CTRL)
    _circle(liver, x - 4, y)
    settle(opened)
    parenchyma = session.organs[LIVER].regions[0]
    result = session.organs[LIVER].result
    liver.drag(liver.line((x - 4, y), (x + 8, y)), release=False)
    settle(opened)
    assert session.organs[LIVER].regions[0] is parenchyma
    assert session.organs[LIVER].result is result
    assert session.organs[LIVER].regions[1].live


def test_rows_are_chosen_renamed_and_deleted_by_keys(opened, liver, qtbot, settle):
    session, tree = opened.controller.session, opened.regions.tree
    x, y = _inside(opened, LIVER)
    liver.key(Qt.Key.Key_N, CTRL)
    _circle(liver, x - 4, y)
    settle(opened)
    assert session.active_site(LIVER) == "region-2"
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Up)
    assert session.active_site(LIVER) == "parenchyma"
    liver.key(Qt.Key.Key_G)
    assert session.active_site(LIVER) == "region-2"
    qtbot.keyClick(tree, Qt.Key.Key_F2)
    field = tree.findChild(QLineEdit)
    field.setText("Left Lobe / 2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _rows(opened)[1][0] == "left-lobe-2", timeout=WAIT_MS)
    assert session.active_site(LIVER) == "left-lobe-2"
    settle(opened)
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert [row[0] for row in _rows(opened)] == ["parenchyma"]
    liver.key(Qt.Key.Key_Z, CTRL)
    assert [row[0] for row in _rows(opened)] == ["parenchyma", "left-lobe-2"]


def test_a_click_on_another_region_takes_it_in_hand(opened, liver, settle):
    session = opened.controller.session
    x, y = _inside(opened, LIVER)
    liver.key(Qt.Key.Key_N, CTRL)
    _circle(liver, x + 60, y)
    assert session.active_site(LIVER) == "region-2"
    liver.click(x, y)
    assert session.active_site(LIVER) == "parenchyma"
    assert liver.panel.tool.editing


def test_what_was_begun_and_given_up_leaves_nothing(opened, liver):
    session, entry = opened.controller.session, opened.controller.session.entry(LIVER)
    liver.key(Qt.Key.Key_N, CTRL)
    liver.key(Qt.Key.Key_Delete)
    assert session.entry(LIVER) is entry
    assert len(_rows(opened)) == 1
    assert session.active_site(LIVER) == "parenchyma"


def test_accepting_is_an_event_with_name_and_time(opened, hand, settle):
    controller = opened.controller
    reading = replace(controller.session.state.reading, reader="Dr. Li")
    controller.session.history = replace(
        controller.session.history, now=replace(controller.session.state, reading=reading)
    )
    before = dt.datetime.now(dt.UTC)
    hand.key(Qt.Key.Key_A)
    settle(opened)
    event = controller.session.entry(HEART).regions[0].history[-1]
    assert (event.action, event.who) == ("accepted", "Dr. Li")
    assert before <= event.when <= dt.datetime.now(dt.UTC)
    assert controller.session.organs[HEART].proposal.outcome == "accepted"


def test_a_refused_organ_is_not_assessed_until_it_is_drawn(opened, hand, settle):
    session, card = opened.controller.session, opened.results.cards[HEART]
    x, y = _inside(opened, HEART)
    hand.key(Qt.Key.Key_A, SHIFT)
    settle(opened)
    assert session.entry(HEART).regions == ()
    assert session.organs[HEART].result is None
    for lang in ("en", "zh"):
        assert "{" not in message("region_refused", {"organ": "heart"}, lang)
    assert message("region_refused", {"organ": "heart"}, "en") in card.findings.words()
    assert card.reason.isVisible()
    _circle(hand, x, y, 0.6)
    settle(opened)
    assert session.organs[HEART].result is not None
    assert session.entry(HEART).findings == ()
    assert session.entry(HEART).regions[0].site == "septum"


def test_a_new_proposal_leaves_the_regions_of_the_reader(opened, liver, settle):
    session = opened.controller.session
    x, y = _inside(opened, LIVER)
    liver.key(Qt.Key.Key_N, CTRL)
    _circle(liver, x - 4, y)
    liver.key(Qt.Key.Key_P)
    settle(opened)
    sites = [region.site for region in session.entry(LIVER).regions]
    assert (sites[0], sites[-1], sites.count("region-2")) == ("parenchyma", "region-2", 1)


@pytest.mark.parametrize(("tab", "organ"), [(3, Organ.SPLEEN), (4, Organ.PANCREAS)])
def test_spleen_and_pancreas_are_drawn_on_the_series_of_the_liver(opened, hand, settle, tmp_path, tab, organ):
    session = opened.controller.session
    opened.centre.show_tab(tab)
    assert hand.view.series.key == session.entry(LIVER).series_key
    assert session.state.reading.organ(organ) is None
    assert not opened.results.cards[organ].quantities["iron"][0].isVisible()
    x, y = _deepest(opened, LIVER)
    _circle(hand, x, y, 1.5)
    settle(opened)
    result = session.organs[organ].result
    assert result.t2star_ms.value == pytest.approx(2.6, rel=0.1)
    card = opened.results.cards[organ]
    assert card.number.text() == format_value(result.t2star_ms, "t2star_ms")
    assert not card.quantities["iron"][0].isVisible()
    opened.filing.export_results(tmp_path, "en")
    settle(opened)
    (folder,) = tmp_path.glob("20240612_*")
    document = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    (written,) = [entry for entry in document["organs"] if entry["organ"] == str(organ)]
    assert written["result"]["t2star_ms"]["value"] == pytest.approx(result.t2star_ms.value)
    assert written["result"]["iron_mg_per_g"] is None


def test_regions_written_are_read_back_with_holes_and_history(opened, liver, settle, tmp_path):
    session = opened.controller.session
    x, y = _inside(opened, LIVER)
    _circle(liver, x, y, 6.0)
    liver.key(Qt.Key.Key_H)
    _circle(liver, x, y, 1.0)
    liver.key(Qt.Key.Key_N, CTRL)
    _circle(liver, x + 40, y, 1.0)
    settle(opened)
    opened.filing.export_results(tmp_path, "en")
    settle(opened)
    (path,) = tmp_path.glob("*/regions/regions.json")
    read = [region for region in read_regions_document(path, path.read_bytes()) if region.organ == LIVER]
    series = liver.view.series
    for region, again in zip(session.entry(LIVER).regions, read, strict=True):
        assert np.array_equal(region_mask(region, series), region_mask(again, series))
        assert (region.site, region.reported, region.source) == (again.site, again.reported, again.source)
        assert region.history == again.history
    assert len(read[0].contours) == 2
    ring = region_mask(read[0], series).sum() * series.pixel_area_mm2
    assert ring == pytest.approx(500, rel=0.06)


@pytest.fixture
def stack(window, qtbot, settle, tmp_path_factory):
    """A liver of three slices."""
    spec = replace(find_case("demo"), matrix=(120, 120), heart_slices=0, liver_slices=3)
    folder = write_phantom(simulate(spec), tmp_path_factory.mktemp("stack"))[0].parent
    window.open_path(folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    window.centre.show_tab(1)
    return Hand(qtbot, window)


def test_a_region_is_copied_to_the_next_slice_and_replaced_there_alone(window, stack, settle):
    session, panel = window.controller.session, stack.panel
    series = stack.view.series
    panel.slice_slider.setValue(0)
    _circle(stack, 40, 55, 4.0)
    assert {
        index for index in range(3) if region_mask(session.active_region(LIVER), series)[index].any()
    } == {0}
    stack.key(Qt.Key.Key_PageDown, CTRL)
    mask = region_mask(session.active_region(LIVER), series)
    assert stack.view.slice_index == 1
    assert np.array_equal(mask[0], mask[1])
    assert not mask[2].any()
    stack.key(Qt.Key.Key_Q)
    stack.drag([(30, 40), (34, 44), (44, 52)])
    again = region_mask(session.active_region(LIVER), series)
    assert np.array_equal(again[0], mask[0])
    assert not np.array_equal(again[1], mask[1])
    stack.key(Qt.Key.Key_PageDown)
    _circle(stack, 40, 55, 2.0)
    alone = region_mask(session.active_region(LIVER), series)
    assert [bool(alone[index].any()) for index in range(3)] == [False, False, True]
    settle(window)
    assert session.organs[LIVER].regions[0].slice_indices == (2,)


def test_a_region_is_pasted_onto_another_organ_of_the_same_images(opened, liver, settle):
    session = opened.controller.session
    x, y = _inside(opened, LIVER)
    _circle(liver, x, y, 2.0)
    liver.key(Qt.Key.Key_C, CTRL)
    opened.centre.show_tab(3)
    liver.key(Qt.Key.Key_V, CTRL)
    settle(opened)
    pasted, source = session.active_region(Organ.SPLEEN), session.active_region(LIVER)
    series = liver.view.series
    assert np.array_equal(region_mask(pasted, series), region_mask(source, series))
    assert pasted.history[-1].action == "carried-over"
    assert session.organs[Organ.SPLEEN].result is not None


def test_a_region_without_a_pixel_left_is_taken_away(opened, hand, settle):
    session = opened.controller.session
    x, y = _inside(opened, HEART)
    hand.key(Qt.Key.Key_U)
    opened.centre.option_bar.brush_box.setValue(80.0)
    hand.click(x, y)
    settle(opened)
    assert session.entry(HEART).regions == ()
    hand.key(Qt.Key.Key_Z, CTRL)
    assert len(session.entry(HEART).regions) == 1


def test_the_tool_is_marked_and_every_button_tells_its_key(opened, hand, qtbot):
    strip = opened.centre.strip
    for name in ("draw", "freehand", "ellipse", "rectangle", "circle", "brush", "eraser"):
        action = opened.actions_[name]
        button = strip.widgetForAction(action)
        assert button.isVisible()
        assert min(button.width(), button.height()) >= 32
        assert action.shortcut().toString() in action.toolTip()
        assert not action.icon().isNull()
        qtbot.mouseClick(button, LEFT)
        assert hand.panel.tool.tool == name
        assert action.isChecked()
        assert not hand.view.cursor().pixmap().isNull()
    hand.key(Qt.Key.Key_Escape)
    assert opened.actions_["edit"].isChecked()
    keys = [key.toString() for action in opened.actions_.by_name.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_names_are_safe_for_files():
    assert safe_site("Left Lobe / 2") == "left-lobe-2"
    assert safe_site("../../etc") == "etc"
    assert safe_site("左叶") == ""
    assert len(safe_site("a" * 99)) <= 32


def test_many_small_changes_within_a_minute_are_two_events():
    region = Region(HEART, "septum", (np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]),))
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for second in range(0, 200, 2):
        region = recorded(region, "edited", "r", start + dt.timedelta(seconds=second))
    times = [(event.when - start).total_seconds() for event in region.history]
    assert times[0] == 0
    assert times[-1] == 198
    assert len(times) <= 8
    assert max(np.diff(times)) <= 60
    other = recorded(region, "edited", "another", start + dt.timedelta(seconds=199))
    assert len(other.history) == len(times) + 1
    assert other.history[-1] == RegionEvent("edited", "another", start + dt.timedelta(seconds=199))


def test_a_proposal_on_another_series_brings_no_regions_of_the_former():
    drawn = Region(LIVER, "region-2", (np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]),), reported=False)
    proposed = replace(drawn, site="parenchyma", source="auto", reported=True)
    entry = OrganReading(LIVER, "a", (drawn,), echoes=(1, 2, 3), model="mono")
    same = merged(entry, OrganReading(LIVER, "a", (proposed,)))
    assert (same.regions, same.echoes, same.model) == ((proposed, drawn), (1, 2, 3), "mono")
    other = merged(entry, OrganReading(LIVER, "b", (proposed,)))
    assert (other.regions, other.echoes, other.model) == ((proposed,), None, "mono")
