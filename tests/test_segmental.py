"""Segments in the pipeline: when they are measured, what they say together, and that the septum stays."""

from dataclasses import replace

import numpy as np
import pytest

from ironquant import load_settings
from ironquant.analysis import analyze_organ, propose
from ironquant.core import Grade, Organ, Value
from ironquant.segmental import summarize

SETTINGS = load_settings()


def asked(segments):
    return load_settings(segments=segments)


@pytest.fixture(scope="module")
def stack(phantom_of, examination_of):
    return examination_of(phantom_of("stack", liver_slices=0))


@pytest.fixture(scope="module")
def single(phantom_of, examination_of):
    return examination_of(phantom_of("demo", liver_slices=0))


@pytest.fixture(scope="module")
def heart(stack):
    (entry,) = propose(stack, organs=[Organ.HEART], settings=SETTINGS).organs
    return entry


@pytest.fixture(scope="module")
def measured(stack, heart):
    return analyze_organ(stack, heart, SETTINGS)


def sites(examination, segments):
    (entry,) = propose(examination, organs=[Organ.HEART], settings=asked(segments)).organs
    return [region.site for region in entry.regions]


def test_automatic_means_from_three_slices_on(stack, single):
    every = ["septum", *(f"aha-{n}" for n in range(1, 17))]
    assert sites(stack, "auto") == sites(stack, "on") == every
    assert sites(stack, "off") == sites(single, "auto") == sites(single, "off") == ["septum"]
    assert sites(single, "on") == ["septum", *(f"aha-{n}" for n in range(7, 13))]


def test_the_septum_has_the_same_numbers_with_and_without_segments(stack, heart, measured):
    alone = analyze_organ(stack, replace(heart, regions=heart.regions[:1]), SETTINGS)
    assert alone.segmental is None
    assert measured.result == alone.result
    assert measured.regions[0].models == alone.regions[0].models
    assert measured.regions[0].pixels == alone.regions[0].pixels
    assert measured.reported.region.site == "septum"


def test_segments_are_fitted_by_the_reported_model_alone(measured):
    assert len(measured.regions) == 17
    assert len(measured.regions[0].models) > 1
    for region in measured.regions[1:]:
        assert [fit.model for fit in region.models] == [measured.result.model]


def test_septal_segments_have_the_true_t2star(phantom_of, measured):
    truth = phantom_of("stack", liver_slices=0).spec.heart_t2star_ms
    values = {item.region.site: item.models[0].t2star_ms.value for item in measured.regions}
    for n in (2, 3, 8, 9, 14):
        assert values[f"aha-{n}"] == pytest.approx(truth, rel=0.03)


def test_global_value_and_pattern(measured):
    values = [item.models[0].t2star_ms.value for item in measured.regions[1:]]
    summary = measured.segmental
    assert summary.global_t2star_ms.value == pytest.approx(np.mean(values))
    assert (summary.n_segments, summary.cut_ms) == (16, 20.0)
    assert summary.n_abnormal == sum(value < 20.0 for value in values)
    assert summary.pattern == ("homogeneous" if summary.n_abnormal == 16 else "heterogeneous")
    (told,) = (finding for finding in measured.findings if finding.code == "segments_artefacts")
    assert not {2, 3, 8, 9, 14} & set(told.params["segments"])


def with_values(measured, values):
    """The regions with these T2* in the segments 1, 2, …"""
    made = []
    for item, value in zip(measured.regions[1:], values, strict=False):
        fit = replace(item.models[0], t2star_ms=value)
        made.append(replace(item, models=(fit,)))
    return made


@pytest.mark.parametrize(
    ("numbers", "bounds", "expected"),
    [
        ((25.0, 30.0, 20.0), ("none",) * 3, (25.0, "none", 0, "none")),
        ((12.0, 18.0, 19.99), ("none",) * 3, (16.663, "none", 3, "homogeneous")),
        ((12.0, 30.0, 33.0), ("none",) * 3, (25.0, "none", 1, "heterogeneous")),
        ((1.5, 6.0, 4.5), ("upper", "none", "none"), (4.0, "upper", 3, "homogeneous")),
        ((90.0, 30.0, 30.0), ("lower", "none", "none"), (50.0, "lower", 0, "none")),
        ((90.0, 1.0, 30.0), ("lower", "upper", "none"), (None, "none", 1, "heterogeneous")),
    ],
)
def test_summaries(measured, numbers, bounds, expected):
    values = [Value(number, bound) for number, bound in zip(numbers, bounds, strict=True)]
    result = measured.result
    summary, _ = summarize(with_values(measured, values), result.model, result, Organ.HEART)
    mean, bound, n_abnormal, pattern = expected
    assert summary.global_t2star_ms.value == (None if mean is None else pytest.approx(mean, abs=0.01))
    assert summary.global_t2star_ms.bound == bound
    assert (summary.n_segments, summary.n_abnormal, summary.pattern) == (3, n_abnormal, pattern)


def test_another_field_has_another_cut_or_none(measured):
    values = [Value(13.0)] * 16
    regions = with_values(measured, values)
    at_3t = replace(measured.result, grade=Grade("t2star-3t-storey", "normal", True))
    summary, _ = summarize(regions, at_3t.model, at_3t, Organ.HEART)
    assert (summary.cut_ms, summary.n_abnormal, summary.pattern) == (12.6, 0, "none")
    ungraded = replace(measured.result, grade=None)
    summary, _ = summarize(regions, ungraded.model, ungraded, Organ.HEART)
    assert (summary.cut_ms, summary.n_abnormal, summary.pattern, summary.n_segments) == (None, None, None, 16)


def test_one_level_and_unsure_borders_are_told(single):
    (entry,) = propose(single, organs=[Organ.HEART], settings=asked("on")).organs
    doubted = tuple(
        replace(region, confidence=0.2) if region.site == "aha-10" else replace(region, confidence=0.9)
        for region in entry.regions
    )
    found = analyze_organ(single, replace(entry, regions=doubted), SETTINGS)
    told = {finding.code: finding for finding in found.findings}
    assert told["segments_levels"].params["site"] == ("level_mid",)
    assert told["segments_unsure"].params["segments"] == (10,)
    assert found.segmental.unsure == (10,)


def test_a_dragged_septum_leaves_the_segments_out(stack, heart):
    live = analyze_organ(stack, heart, SETTINGS, pixels=False)
    assert [item.region.site for item in live.regions] == ["septum"]
    assert live.segmental is None
