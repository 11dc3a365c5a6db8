""" "Show" beside a finding leads to what it is about."""

import pytest
from PySide6.QtWidgets import QMenu, QToolButton

from ironquant.core import Finding, Organ
from ironquant.gui.showlist import to_show
from ironquant.resources import load_table

KINDS = {"residuals", "late", "first", "quality", "map", "excluded", "segments", "region", "method"}


def finding(what, organ=Organ.HEART):
    code = next(code for code, kind in load_table("show")["show"].items() if kind == what)
    return Finding(code, "warning", {}, str(organ))


def test_every_row_is_of_a_finding_that_exists():
    table, texts = load_table("show")["show"], load_table("texts/en")["findings"]
    assert set(table) <= set(texts)
    assert set(table.values()) == KINDS
    assert to_show(Finding("cancelled", "info")) is None


@pytest.fixture
def show(opened):
    def shown(what, organ=Organ.HEART):
        opened.results.show_wanted.emit(organ, finding(what, organ))
        return opened.centre.panels[organ]

    return shown


def test_the_other_organ_comes_to_the_front(opened, show):
    panel = show("residuals", Organ.LIVER)
    assert opened.centre.active == Organ.LIVER
    assert panel.isVisible()
    assert opened.actions_["residuals"].isChecked()
    show("residuals", Organ.LIVER)
    assert opened.actions_["residuals"].isChecked()


def test_echoes_maps_and_pixels(opened, show, settle):
    opened.controller.toggle_echo(Organ.HEART, 6)
    settle(opened)
    assert show("late").view.echo == 5
    assert show("first").view.echo == 0
    assert show("map").map.kind == "t2star"
    assert show("quality").map.kind == "rsquared"
    assert opened.actions_["map"].isChecked()
    opened.actions_["excluded"].trigger()
    assert not opened.actions_["excluded"].isChecked()
    show("excluded")
    assert opened.actions_["excluded"].isChecked()
    show("segments")
    assert opened.actions_["segments"].isChecked()


def test_the_region_comes_into_view(opened, show):
    panel = opened.centre.panels[Organ.HEART]
    home = panel.view.box.viewRect()
    panel.view.whole_image()
    assert panel.view.box.viewRect() != home
    show("region")
    assert panel.view.box.viewRect() == home


def test_methods_are_offered(opened, show):
    show("method")
    (menu,) = (menu for menu in opened.findChildren(QMenu) if menu.isVisible())
    menu.close()


def test_the_button_stands_where_there_is_something_to_show(opened):
    card = opened.results.cards[Organ.HEART]
    told = []
    opened.results.show_wanted.connect(lambda organ, what: told.append((organ, what.code)))
    card.findings.show_findings((finding("late"), Finding("no_series", "error", {"organ": "heart"}, "heart")))
    (button,) = card.findings.findChildren(QToolButton, "showFinding")
    button.click()
    assert told == [(Organ.HEART, finding("late").code)]
