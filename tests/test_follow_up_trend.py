"""The trend of an organ: curves of known T2*, changes at the limit, breaks, bounds, patients."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironquant.core import (
    IronValue,
    Organ,
    OrganRecord,
    OrganSettings,
    Patient,
    PriorExamination,
    StoredCurve,
    Study,
    Value,
)
from ironquant.history import earlier_than, recomputed, trend_of

TE = tuple(1.5 + 1.6 * k for k in range(10))
HEART = OrganSettings("mono", {}, ("carpenter2011",), (), repeatability_percent=20.0)
LIVER = OrganSettings("mono", {}, ("hernando2023_15", "hernando2023_289", "hernando2023_30"), (), 15.0)


def curve(t2star_ms, te_ms=TE, s0=400.0):
    """A decay by its formula, with a scatter of 0.1 %: no measurement is without."""
    scatter = (1.001, 0.999, 0.9993, 1.0004)
    signal = tuple(s0 * math.exp(-te / t2star_ms) * scatter[k % 4] for k, te in enumerate(te_ms))
    return StoredCurve(tuple(te_ms), signal, (0.0,) * len(te_ms), 50)


def heart(t2star_ms, bound="none", **changes):
    told = {"curve": None if bound != "none" else curve(t2star_ms), "black_blood": True}
    value = Value(t2star_ms, bound)
    return replace(
        OrganRecord(Organ.HEART, "septum", "mono", "roi-mean", value, None, 1.494), **told | changes
    )


def liver(t2star_ms, iron=None, **changes):
    """LIC by the published line (Hernando 2023, 1.5 T), unless told."""
    lic = IronValue("hernando2023_15", iron or Value(-0.16 + 0.02603 * 1000.0 / t2star_ms), True)
    made = OrganRecord(Organ.LIVER, "parenchyma", "mono", "roi-mean", Value(t2star_ms), lic, 1.5)
    return replace(made, **{"curve": curve(t2star_ms), **changes})


def examined(year, *organs, uid=None, **changes):
    patient = changes.pop("patient", Patient(id="P1", sex="F", birth_date=dt.date(2010, 5, 5)))
    told = {"manufacturer": "SIEMENS", "scanner": "Avanto", **changes}
    return PriorExamination(uid or f"1.2.{year}", patient, dt.date(year, 6, 1), tuple(organs), **told)


def heart_trend(*organs):
    return trend_of(Organ.HEART, [examined(2020 + k, organ) for k, organ in enumerate(organs)], HEART)


@given(st.floats(4.0, 40.0), st.sampled_from(["mono", "truncation", "loglinear"]))
def test_a_prior_is_measured_again_from_its_curve(t2star_ms, model):
    """Stored with a wrong number, by another model: the curve decides."""
    kept = heart(99.0, curve=curve(t2star_ms), model="arlo")
    again = recomputed(kept, heart(10.0, model=model), ())
    assert (again.model, again.method) == (model, "roi-mean")
    assert again.t2star_ms.bound == "none"
    assert again.t2star_ms.value == pytest.approx(t2star_ms, rel=0.01)


def test_noise_is_taken_out_of_a_stored_curve_again():
    """Mean square signal of a channel pair: A² + 2σ²; mean and SD of the pixels give it back."""
    rng, sigma, t2star_ms = np.random.default_rng(7), 12.0, 3.0
    clean = 300.0 * np.exp(-np.array(TE) / t2star_ms)
    noise = rng.normal(0.0, sigma, (2, 20_000, len(TE)))
    pixels = np.hypot(clean + noise[0], noise[1])
    mean, sd = pixels.mean(axis=0), pixels.std(axis=0, ddof=1)
    stored = StoredCurve(TE, tuple(mean), tuple(sd), len(pixels), sigma, 1)
    again = recomputed(liver(9.0, curve=stored), liver(3.0, model="second-moment"), LIVER.calibrations)
    assert again.t2star_ms.value == pytest.approx(t2star_ms, rel=0.01)
    assert again.iron.iron_mg_per_g.value == pytest.approx(-0.16 + 0.02603 * 1000.0 / t2star_ms, rel=0.01)


def test_the_calibration_is_that_of_now_at_the_field_of_then():
    then = liver(4.0, field_t=1.5, iron=Value(99.0))
    now = replace(liver(4.0), iron=IronValue("garbowski2014", Value(0.029 * 250.0**1.014), True))
    same_field = recomputed(then, now, LIVER.calibrations)
    assert same_field.iron.calibration == "garbowski2014"
    assert same_field.iron.iron_mg_per_g.value == pytest.approx(31.94 * 4.0**-1.014, rel=0.01)
    at_3t = recomputed(replace(then, field_t=3.0), now, LIVER.calibrations)
    assert at_3t.iron.calibration == "hernando2023_30"
    assert at_3t.iron.iron_mg_per_g.value == pytest.approx(-0.03 + 0.01349 * 250.0, rel=0.01)


@pytest.mark.parametrize(
    ("now_ms", "verdict"),
    [
        (11.0 / 9.0 * 10.0, "within"),  # exactly 20 % of the mean of both
        (11.0 / 9.0 * 10.0 + 0.001, "increased"),
        (9.0 / 11.0 * 10.0, "within"),
        (9.0 / 11.0 * 10.0 - 0.001, "decreased"),
        (10.0, "within"),
    ],
)
def test_a_change_is_one_only_beyond_the_limit(now_ms, verdict):
    """Without curves, so that the numbers are exact."""
    then = heart(10.0, curve=None)
    trend = trend_of(Organ.HEART, [examined(2020, then), examined(2021, heart(now_ms, curve=None))], HEART)
    assert trend.change.verdict == verdict
    assert trend.change.since == dt.date(2020, 6, 1)
    assert trend.change.difference == pytest.approx(now_ms - 10.0)
    assert trend.change.percent == pytest.approx(100.0 * (now_ms - 10.0) / ((now_ms + 10.0) / 2.0))


@given(st.floats(1.0, 40.0), st.floats(1.0, 40.0))
def test_looking_back_turns_the_verdict_round(first, second):
    turned = {"increased": "decreased", "decreased": "increased", "within": "within"}
    there = heart_trend(heart(first, curve=None), heart(second, curve=None)).change
    back = heart_trend(heart(second, curve=None), heart(first, curve=None)).change
    assert back.verdict == turned[there.verdict]
    assert back.percent == pytest.approx(-there.percent, abs=1e-9)


def test_the_interval_is_that_of_one_measurement():
    """The limit is 1.96·√2·CoV, so one value is good to 1.96·CoV = 20 % / √2 = 14.14 %."""
    point = heart_trend(heart(10.0), heart(10.0)).points[-1]
    assert point.interval == pytest.approx((10.0 - 1.41421356, 10.0 + 1.41421356))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"field_t": 3.0}, "field"),
        ({"field_t": None}, "field_unknown"),
        ({"curve": curve(10.0, [1.5 + 1.6 * k for k in range(8)])}, "sequence"),
        ({"curve": curve(10.0, [te + 0.3 for te in TE])}, "sequence"),
        ({"black_blood": False}, "blood"),
        ({"curve": None, "model": "truncation"}, "sequence"),
        ({"site": "aha-8"}, "region"),
        ({"curve": None, "model": ""}, "typed"),
    ],
)
def test_the_line_breaks_and_no_change_is_claimed(changes, reason):
    """Twice as much T2* on either side of the break, which would be a change anywhere else."""
    changed = replace(heart(10.0), **changes)
    for organs in ((changed, heart(20.0)), (heart(20.0), changed)):
        trend = heart_trend(*organs)
        assert reason in trend.points[-1].breaks
        assert trend.change is None
        assert [len(segment) for segment in trend.segments] == [1, 1]


def test_a_value_whose_pixels_are_not_kept_breaks_by_method():
    now = heart(20.0, method="pixel-median")
    trend = heart_trend(heart(10.0), now)
    assert trend.points[0].value.value == 10.0
    assert trend.points[1].breaks == ("method",)
    alike = heart_trend(heart(10.0, method="pixel-median"), now)
    assert alike.points[1].breaks == ()
    assert alike.change.verdict == "increased"


def test_nothing_is_compared_over_a_break_in_the_middle():
    trend = heart_trend(heart(10.0), heart(5.0, field_t=2.89), heart(20.0))
    assert [point.breaks for point in trend.points] == [(), ("field",), ("field",)]
    assert trend.change is None


def test_rounded_echo_times_and_imaging_frequencies_are_the_same_sequence():
    then = heart(10.0, field_t=1.5, curve=curve(10.0, [round(te, 1) for te in TE]))
    trend = heart_trend(then, heart(20.0, field_t=1.494))
    assert trend.points[-1].breaks == ()
    assert trend.change.verdict == "increased"


def test_another_scanner_is_told_but_no_break():
    trend = trend_of(
        Organ.HEART, [examined(2020, heart(10.0)), examined(2021, heart(20.0), scanner="Aera")], HEART
    )
    assert trend.points[-1].scanner_changed
    assert trend.points[-1].breaks == ()
    assert trend.change.verdict == "increased"


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        ((12.0, "none"), (2.0, "upper"), "decreased"),
        ((2.0, "upper"), (12.0, "none"), "increased"),
        ((2.0, "upper"), (1.0, "upper"), "open"),
        ((2.0, "upper"), (2.2, "none"), "open"),
        ((2.0, "upper"), (2.45, "none"), "increased"),  # 20.2 % above 2.0 in percent of the mean
        ((40.0, "lower"), (60.0, "lower"), "open"),
        ((40.0, "lower"), (30.0, "none"), "decreased"),
        ((40.0, "lower"), (39.0, "none"), "open"),
        ((30.0, "none"), (40.0, "lower"), "increased"),
    ],
)
def test_a_bound_claims_only_what_it_decides(then, now, verdict):
    records = [heart(*value, curve=None) for value in (then, now)]
    change = heart_trend(*records).change
    assert change.verdict == verdict
    assert change.percent is None
    assert change.difference is None


def test_lic_of_the_liver_is_followed():
    trend = trend_of(Organ.LIVER, [examined(2020, liver(2.0)), examined(2021, liver(3.0))], LIVER)
    assert trend.quantity == "iron_mg_per_g"
    lic = [-0.16 + 26.03 / t2star_ms for t2star_ms in (2.0, 3.0)]
    assert [point.value.value for point in trend.points] == pytest.approx(lic, rel=0.01)
    assert trend.change.verdict == "decreased"
    assert trend.limit_percent == 15.0


def test_typed_t2star_of_the_liver_becomes_lic_and_stays_apart():
    typed = OrganRecord(Organ.LIVER, "", "", "roi-mean", Value(4.0), None, 1.5)
    trend = trend_of(Organ.LIVER, [examined(2020, typed, source="typed"), examined(2021, liver(8.0))], LIVER)
    assert trend.points[0].value.value == pytest.approx(-0.16 + 26.03 / 4.0)
    assert trend.points[1].breaks == ("typed",)
    assert trend.change is None


def test_typed_lic_stands():
    typed = OrganRecord(Organ.LIVER, "", "", "roi-mean", Value(), IronValue("", Value(7.5), True), 1.5)
    trend = trend_of(Organ.LIVER, [examined(2020, typed, source="typed"), examined(2021, liver(8.0))], LIVER)
    assert trend.points[0].value.value == 7.5


def test_one_examination_is_no_trend():
    assert heart_trend(heart(10.0)) is None
    assert heart_trend() is None
    assert trend_of(Organ.LIVER, [examined(2020, heart(10.0))], LIVER) is None


def test_organs_without_published_repeatability_claim_no_change():
    own = OrganSettings("mono", {}, (), ())
    organs = [replace(heart(value), organ=Organ.SPLEEN, black_blood=None) for value in (10.0, 30.0)]
    trend = trend_of(Organ.SPLEEN, [examined(2020 + k, organ) for k, organ in enumerate(organs)], own)
    assert len(trend.points) == 2
    assert trend.change is None
    assert trend.points[0].interval is None


# --- whose examinations ---------------------------------------------------------------------------
PATIENT = Patient(id="P1", sex="F", birth_date=dt.date(2010, 5, 5))
STUDY = Study(instance_uid="1.2.3", date=dt.date(2022, 1, 1), time="120000")


def test_only_earlier_examinations_of_the_patient_in_order():
    records = [examined(year, heart(10.0)) for year in (2023, 2021, 2019)]
    found, findings = earlier_than(PATIENT, STUDY, records)
    assert [record.date.year for record in found] == [2019, 2021]
    assert findings == ()


def test_the_examination_itself_is_not_its_own_past():
    assert earlier_than(PATIENT, STUDY, [examined(2020, heart(10.0), uid="1.2.3")]) == ((), ())


def test_of_two_on_one_day_the_time_decides():
    records = [
        replace(examined(2020, heart(10.0), uid=time), date=STUDY.date, time=time)
        for time in ("115959", "120001")
    ]
    assert [record.uid for record in earlier_than(PATIENT, STUDY, records)[0]] == ["115959"]


@pytest.mark.parametrize(
    "other",
    [replace(PATIENT, sex="M"), replace(PATIENT, birth_date=dt.date(2010, 5, 6))],
)
def test_contradicting_patients_are_refused_and_told(other):
    found, (finding,) = earlier_than(PATIENT, STUDY, [examined(2020, heart(10.0), patient=other)])
    assert found == ()
    assert finding.code == "history_contradicts"
    assert dict(finding.params) == {"n": 1}


@pytest.mark.parametrize("other", [replace(PATIENT, sex="", birth_date=None), replace(PATIENT, sex="O")])
def test_what_is_not_told_contradicts_nothing(other):
    assert len(earlier_than(PATIENT, STUDY, [examined(2020, heart(10.0), patient=other)])[0]) == 1


def test_an_empty_id_is_nobody():
    nobody = replace(PATIENT, id=" ")
    assert earlier_than(nobody, STUDY, [examined(2020, heart(10.0), patient=nobody)])[0] == ()


def test_without_a_date_nothing_is_earlier():
    assert earlier_than(PATIENT, replace(STUDY, date=None), [examined(2020, heart(10.0))])[0] == ()
