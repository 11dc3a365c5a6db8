"""Models in the window: which are offered, how the table shows them, what stands beside the result."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from ironquant.core import Acquisition, Examination, Organ, Recommendation, Study
from ironquant.export.numbers import format_number
from ironquant.fitting import MAGNITUDE_MODELS
from ironquant.gui import app, language, work
from ironquant.gui.model_table import ModelTable
from ironquant.resources import term, text


def offered(window, organ):
    box = window.centre.panels[organ].fit.model_box
    return [box.itemData(row) for row in range(box.count())]


def cells(table, row):
    return [table.item(row, column).text() for column in range(table.columnCount())]


def test_only_models_that_the_series_allows_are_offered(opened):
    assert offered(opened, Organ.LIVER) == [None, *MAGNITUDE_MODELS]
    assert offered(opened, Organ.HEART) == [None, *(name for name in MAGNITUDE_MODELS if name != "biexp")]
    session = opened.controller.session
    nowhere = tuple(replace(series, acquisition=Acquisition()) for series in session.examination.series)
    session.examination = Examination(session.examination.patient, Study(), nowhere)
    opened.centre.panels[Organ.LIVER].fit.refresh()
    assert set(MAGNITUDE_MODELS) - set(offered(opened, Organ.LIVER)) == {"fat-water"}


def test_a_model_chosen_on_another_series_stays_visible_as_chosen(opened, settle):
    opened.controller.set_model(Organ.HEART, "biexp")
    settle(opened)
    box = opened.centre.panels[Organ.HEART].fit.model_box
    assert box.currentData() == "biexp"
    opened.controller.undo()
    settle(opened)
    assert box.currentData() is None
    assert "biexp" not in offered(opened, Organ.HEART)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_shows_every_model_and_ticks_the_recommended_one(opened, qtbot, lang):
    language.switch(lang)
    qtbot.wait(20)
    region = opened.controller.session.organs[Organ.LIVER].reported
    table = opened.centre.panels[Organ.LIVER].fit.table
    assert table.rowCount() == len(region.models) == len(MAGNITUDE_MODELS)
    for row, fit in enumerate(region.models):
        name, t2star, _, _, aicc, echoes = cells(table, row)
        ticked = fit.model == region.recommended.model
        assert name == ("✓ " if ticked else "") + text("models", fit.model, lang)
        assert table.item(row, 0).font().bold() == (fit.model == "second-moment")
        assert (term("reason_noise_floor", lang) in table.item(row, 0).toolTip()) == ticked
        assert term(fit.model, lang) in table.item(row, 0).toolTip()
        assert t2star == format_number(fit.t2star_ms.value, "t2star_ms", lang)
        assert aicc == ("–" if fit.aicc is None else f"{fit.aicc:.0f}".replace("-", "−"))
        assert echoes == str(fit.n_echoes)
    dim = [table.item(row, 1).foreground().color().name() for row in range(table.rowCount())]
    assert [fit.model for fit, colour in zip(region.models, dim, strict=True) if colour != dim[0]] == [
        "loglinear",
        "arlo",
    ]


def test_while_dragging_the_rows_stay_and_those_not_fitted_wait(opened, qtbot):
    region = opened.controller.session.organs[Organ.LIVER].reported
    table = ModelTable()
    qtbot.addWidget(table)
    table.show_models(region, "second-moment")
    live = replace(region, live=True, models=tuple(region.model(name) for name in ("mono", "second-moment")))
    table.show_models(live, "second-moment")
    assert table.rowCount() == len(region.models)
    shown = {cells(table, row)[0]: cells(table, row)[1:] for row in range(table.rowCount())}
    assert shown["Rician"] == ["…"] * 5
    assert shown["mono-exponential"][0] != "…"
    fewer = replace(region, models=live.models)
    table.show_models(fewer, "second-moment")
    assert table.rowCount() == 2
    table.show_models(None, None)
    assert table.rowCount() == 0


def test_nothing_is_ticked_without_a_recommendation(opened, qtbot):
    region = opened.controller.session.organs[Organ.LIVER].reported
    table = ModelTable()
    qtbot.addWidget(table)
    table.show_models(replace(region, recommended=None), "second-moment")
    assert not any(cells(table, row)[0].startswith("✓") for row in range(table.rowCount()))
    table.show_models(replace(region, recommended=Recommendation("mono", "reason_clean_decay")), None)
    assert cells(table, 0)[0].startswith("✓")


def test_the_card_shows_the_fit_that_is_not_reported(opened, settle):
    session, card = opened.controller.session, opened.results.cards[Organ.LIVER]
    region = session.organs[Organ.LIVER].reported
    name, words = card.quantities["other"]
    assert name.text() == "Pixel median"
    median = format_number(region.pixels.t2star_ms_median, "t2star_ms")
    assert words.text() == f"{median} ms   {region.pixels.n_excluded}/{region.n_pixels} excluded"
    own = session.settings.organs
    session.settings = replace(
        session.settings, organs={**own, Organ.LIVER: replace(own[Organ.LIVER], method="pixel-median")}
    )
    opened.controller.set_model(Organ.LIVER, "truncation")
    settle(opened)
    region = session.organs[Organ.LIVER].reported
    assert session.organs[Organ.LIVER].result.method == "pixel-median"
    assert name.text() == "Mean signal"
    mean = format_number(region.model("truncation").t2star_ms.value, "t2star_ms")
    assert words.text().startswith(f"{mean} ms")


@pytest.mark.parametrize("with_path", [False, True])
def test_the_kernels_are_loaded_after_the_window_is_shown(qtbot, monkeypatch, tmp_path, with_path):
    made, done = [], []
    make = app.make_window

    def kept():
        made.append(make())
        qtbot.addWidget(made[0])
        return made[0]

    def stay(*_):
        assert not done
        qtbot.waitUntil(lambda: bool(done) and made[0].controller.tasks.idle, timeout=5000)
        return 0

    monkeypatch.setattr(app, "make_window", kept)
    monkeypatch.setattr(work, "warm_up", lambda progress, cancel: done.append(made[0].isVisible()))
    monkeypatch.setattr(QApplication, "exec", stay)
    assert app.run(tmp_path if with_path else None) == 0
    assert done == [True]


def test_warming_up_asks_for_the_kernels_and_does_not_wait(monkeypatch):
    from ironquant import fitting
    from ironquant.core import CancelToken, no_progress

    asked = []
    monkeypatch.setattr(fitting, "warm_up", lambda patience_s=0.0: asked.append(patience_s) or False)
    work.warm_up(no_progress, CancelToken())
    assert asked == [0.0]
