"""Words of follow-up: verdicts by the direction of the organ, breaks, bounds; the same in every output."""

import datetime as dt
from dataclasses import replace
from itertools import product

import pytest
from synthetic import SETTINGS, analysis, liver, organ_analysis

from ironquant.core import Change, Organ, Trend, TrendPoint, Value
from ironquant.export import to_document, write_report
from ironquant.export.course import change_words, limit_words, point_row, short_change, signed
from ironquant.export.impression import impression_words
from ironquant.export.ristext import report_text
from ironquant.resources import LANGUAGES


def point(year, number, bound="none", **changes):
    made = TrendPoint(
        f"1.{year}",
        dt.date(year, 5, 17),
        Value(number, bound),
        None,
        "truncation",
        "roi-mean",
        None,
        1.494,
        "SIEMENS Avanto",
        "library",
    )
    return replace(made, **changes)


def course(verdict, organ=Organ.HEART, breaks=(), before=("none", 10.0), now=("none", 12.3)):
    quantity = "iron_mg_per_g" if organ == Organ.LIVER else "t2star_ms"
    points = (point(2024, before[1], before[0]), point(2026, now[1], now[0], breaks=breaks))
    exact = before[0] == now[0] == "none"
    change = Change(points[0].date, 2.3 if exact else None, 20.6 if exact else None, verdict)
    return Trend(organ, quantity, points, 20.0, None if breaks else change)


@pytest.mark.parametrize(
    ("organ", "verdict", "words"),
    [
        (Organ.HEART, "increased", "improved"),
        (Organ.HEART, "decreased", "progressed"),
        (Organ.LIVER, "increased", "progressed"),
        (Organ.LIVER, "decreased", "improved"),
        (Organ.SPLEEN, "increased", "higher"),
        (Organ.SPLEEN, "decreased", "lower"),
        (Organ.HEART, "within", "within measurement error"),
        (Organ.LIVER, "open", "open"),
    ],
)
def test_less_iron_is_an_improvement(organ, verdict, words):
    trend = course(verdict, organ)
    assert words in change_words(trend, "en")
    assert words in short_change(trend, "en")
    claims = {"improved", "progressed", "higher", "lower"} - {words}
    assert not any(claim in change_words(trend, "en") for claim in claims)


def test_the_numbers_stand_in_the_sentence():
    assert change_words(course("increased"), "en") == (
        "Compared with 2024-05-17: T2* 10.0 → 12.3 ms (+21 % of their mean): improved beyond "
        "measurement error (limit 20 %)"
    )
    bounded = change_words(course("decreased", now=("upper", 2.0)), "en")
    assert "10.0 → < 2 ms: progressed" in bounded


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "reason",
    ["field", "field_unknown", "sequence", "blood", "method", "calibration", "region", "typed"],
)
def test_no_change_is_claimed_across_a_break(reason, lang):
    trend = course("increased", breaks=(reason,))
    claims = {
        "en": ("improved", "progressed", "stable", "%"),
        "zh": ("好转", "进展", "稳定", "%"),
        "vi": ("cải thiện", "tiến triển", "ổn định", "%"),
        "th": ("ดีขึ้น", "แย่ลง", "คงที่", "%"),
    }[lang]
    moved = short_change(course("increased"), lang) + short_change(course("within"), lang)
    assert any(claim in moved for claim in claims[:3])
    for words in (change_words(trend, lang), short_change(trend, lang)):
        assert "2024-05-17" in words
        assert not any(claim in words for claim in claims)
        assert f"break_{reason}" not in words


def test_no_trend_no_words():
    assert change_words(None, "en") == ""
    assert limit_words(replace(course("within"), limit_percent=None), "en") == ""
    assert "± 14 %" in limit_words(course("within"), "en")


def test_signs():
    assert [signed(value) for value in (12.4, -12.4, 3.21, -3.21)] == ["+12", "−12", "+3.2", "−3.2"]


def test_a_row_of_a_typed_value_tells_its_method():
    typed = point(2020, 5.2, model="", source="typed", told_method="CMRtools", remark="Nanning", field_t=None)
    row = point_row(typed, course("within"), "en")
    assert row == ("2020-05-17", "5.20", "–", "–", "typed in: CMRtools", "Nanning")


@pytest.mark.parametrize(("lang", "verdict"), list(product(LANGUAGES, ("increased", "within"))))
def test_every_output_says_the_same(lang, verdict, tmp_path):
    heart = replace(organ_analysis(), trend=course(verdict))
    whole = analysis(heart, liver())
    words = change_words(heart.trend, lang)
    assert words in impression_words(whole, lang)
    assert report_text(whole, lang).count(words) == 2  # among the findings, and in the impression
    document = to_document(whole, lang)
    assert words in document.impression.proposed
    assert document.organs[0].follow_up.change.verdict == verdict
    assert document.organs[1].follow_up is None
    write_report(whole, tmp_path / "r.pdf", lang=lang, settings=SETTINGS)


def test_the_report_has_the_change_even_under_the_readers_own_impression(tmp_path):
    pypdf = pytest.importorskip("pypdf")
    heart = replace(organ_analysis(), trend=course("increased"))
    whole = analysis(heart, liver(), impression="My own words.")
    write_report(whole, tmp_path / "r.pdf", lang="en", settings=SETTINGS)
    pages = pypdf.PdfReader(tmp_path / "r.pdf").pages
    first, *others = (" ".join(page.extract_text().split()) for page in pages)
    assert "Since 2024-05-17" in first
    assert "Compared with 2024-05-17" in " ".join(others)
    assert "improved beyond measurement error" in " ".join(others)
