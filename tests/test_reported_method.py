"""What is reported of a region: by settings the mean signal or the pixels; models it was fitted with."""

from dataclasses import replace

import numpy as np
import pytest

from ironquant import analyze, load_settings, propose
from ironquant.analysis import analyze_organ, organ_maps
from ironquant.core import Acquisition, Examination, Finding, Organ, Patient, SettingsError, Study
from ironquant.fitting import MAGNITUDE_MODELS, compute_maps, fit, fit_region, region_curve, series_noise


def settings(organ=Organ.LIVER, **changes):
    known = load_settings("default")
    return replace(known, organs={**known.organs, organ: replace(known.organs[organ], **changes)})


@pytest.fixture(scope="module")
def demo(phantom_of, examination_of):
    """Examination and proposed reading."""
    examination = examination_of(phantom_of("demo"))
    return examination, propose(examination)


def measured(demo, organ, chosen, **options):
    examination, reading = demo
    return analyze_organ(examination, reading.organ(organ), chosen, **options)


def test_pixel_median_is_the_median_of_the_pixels(demo):
    chosen = settings(method="pixel-median")
    liver = measured(demo, Organ.LIVER, chosen)
    noise = series_noise(liver.series)
    pixels = liver.series.signal[liver.reported.mask]
    rates = fit(
        pixels, liver.series.te_ms, "second-moment", sigma=noise.sigma, n_coils=noise.n_coils
    ).r2star_per_s
    rates = np.sort(rates[np.isfinite(rates)])
    spread = 1.4826 * np.median(np.abs(rates - np.median(rates)))
    kept = rates[np.abs(rates - np.median(rates)) <= 5.0 * spread]
    result = liver.result
    assert result.method == "pixel-median"
    assert result.t2star_ms.value == pytest.approx(1000.0 / np.median(kept))
    assert result.r2star_per_s.value == pytest.approx(np.median(kept))
    low, high = result.t2star_ms.ci95
    assert low < result.t2star_ms.value < high < 1.02 * low
    assert liver.reported.pixels.n_excluded == len(pixels) - len(kept)
    assert liver.reported.pixels.t2star_ms_mean == pytest.approx(1000.0 / kept.mean())
    by_mean = measured(demo, Organ.LIVER, settings()).result
    assert by_mean.method == "roi-mean"
    assert by_mean.t2star_ms != result.t2star_ms
    assert by_mean.r_squared == result.r_squared
    assert by_mean.t2star_ms.value == pytest.approx(2.6, rel=0.02)
    assert result.t2star_ms.value == pytest.approx(2.6, rel=0.02)


def test_iron_and_grade_follow_the_reported_number(demo):
    liver = measured(demo, Organ.LIVER, settings(method="pixel-median")).result
    assert liver.iron.iron_mg_per_g.value == pytest.approx(-0.16 + 26.03 / liver.t2star_ms.value, rel=1e-3)


def test_a_dragged_region_shows_the_pixel_median_too(demo):
    chosen = settings(method="pixel-median")
    live, final = (measured(demo, Organ.LIVER, chosen, pixels=pixels) for pixels in (False, True))
    assert live.result == final.result
    assert (live.reported.live, final.reported.live) == (True, False)
    assert live.reported.recommended == final.reported.recommended
    assert [finding.code for finding in live.findings] == [finding.code for finding in final.findings]


def test_a_bound_is_told_by_the_mean_signal_whatever_the_method(phantom_of, examination_of):
    examination = examination_of(phantom_of("extreme"))
    entry = propose(examination).organ(Organ.LIVER)
    liver = analyze_organ(examination, entry, settings(method="pixel-median"))
    assert (liver.result.method, liver.result.t2star_ms.bound) == ("roi-mean", "upper")
    assert liver.result == analyze_organ(examination, entry, settings()).result


def test_truncation_by_a_target_reaches_region_pixels_and_maps(demo):
    strict = settings(model="truncation", truncation_r_squared=0.995)
    liver = measured(demo, Organ.LIVER, strict)
    plain = measured(demo, Organ.LIVER, settings(model="truncation"))
    assert len(liver.reported.curve.echoes_used) != len(plain.reported.curve.echoes_used)
    pixels = liver.series.signal[liver.reported.mask]
    alone = fit_region(
        region_curve(pixels), liver.series.te_ms, "truncation",
        noise=series_noise(liver.series), r_squared_target=0.995,
    )  # fmt: skip
    assert liver.result.t2star_ms == alone.result.t2star_ms
    assert liver.reported.pixels.t2star_ms_median != plain.reported.pixels.t2star_ms_median
    assert liver.map_key.r_squared_target == 0.995
    assert liver.map_key != plain.map_key
    expected = compute_maps(liver.series, "truncation", r_squared_target=0.995)
    made, other = organ_maps(liver), organ_maps(plain)
    np.testing.assert_array_equal(made.t2star_ms, expected.t2star_ms)
    assert not np.array_equal(made.t2star_ms, other.t2star_ms, equal_nan=True)


def test_a_target_for_truncation_does_not_disturb_other_models(demo):
    heart = measured(demo, Organ.HEART, settings(Organ.HEART, model="mono", truncation_r_squared=0.99))
    assert heart.map_key.r_squared_target is None
    assert organ_maps(heart).model == "mono"


def test_every_model_stands_in_order_with_its_echoes(demo):
    heart, liver = (measured(demo, organ, settings()).reported for organ in (Organ.HEART, Organ.LIVER))
    assert [model.model for model in liver.models] == list(MAGNITUDE_MODELS)
    assert [model.model for model in heart.models] == [name for name in MAGNITUDE_MODELS if name != "biexp"]
    assert liver.model("mono").n_echoes == 12
    assert liver.model("truncation").n_echoes < 12
    assert liver.model("truncation").aicc is None
    assert (liver.recommended.model, heart.recommended.model) == ("second-moment", "mono")


def test_fat_model_without_a_field_is_refused_and_the_other_organ_measured(phantom_of, examination_of):
    phantom = phantom_of("demo")
    examination = examination_of(phantom)
    nowhere = Examination(
        Patient(),
        Study(),
        tuple(replace(series, acquisition=Acquisition()) for series in examination.series),
    )
    analysis = analyze(nowhere, propose(examination), settings(model="fat-water"), maps=True)
    heart, liver = analysis.organs
    assert heart.result is not None
    assert "fat-water" not in {model.model for model in heart.reported.models}
    assert liver.result is None
    refusal = next(finding for finding in liver.findings if finding.code == "fat_field_missing")
    assert refusal == Finding("fat_field_missing", "error", {"model": "fat-water"}, "liver")


def test_the_field_of_the_study_serves_the_maps_of_a_fat_model(phantom_of, examination_of):
    """Some scanners tell it once, not with every series."""
    examination = examination_of(phantom_of("steatosis", matrix=(96, 96)))
    untold = tuple(replace(series, acquisition=Acquisition()) for series in examination.series)
    entry = propose(examination).organ(Organ.LIVER)
    entries = replace(propose(examination), organs=(entry,))
    liver = analyze(replace(examination, series=untold), entries, settings(model="fat-water")).organs[0]
    assert liver.result.model == "fat-water"
    inside = liver.maps.t2star_ms[liver.reported.mask]
    assert np.nanmedian(inside) == pytest.approx(liver.result.t2star_ms.value, rel=0.05)


@pytest.mark.parametrize("model", ["cse", "magic"])
def test_a_reading_cannot_ask_for_what_magnitude_does_not_allow(demo, model):
    examination, reading = demo
    entry = replace(reading.organ(Organ.LIVER), model=model)
    with pytest.raises(SettingsError) as refused:
        analyze_organ(examination, entry, settings())
    assert refused.value.finding.code == {"cse": "model_complex", "magic": "model_unknown"}[model]


def test_snr_is_that_of_the_tissue_whatever_the_channels_add(phantom_of, examination_of):
    """Eight channels: the ratio of first to last echo is that of the true decay, not of the floor."""
    phantom = phantom_of("low-snr")
    examination = examination_of(phantom)
    heart = analyze_organ(examination, propose(examination).organ(Organ.HEART), settings())
    curve = heart.reported.curve
    assert curve.n_coils > 1
    span = curve.te_ms[-1] - curve.te_ms[0]
    by_snr = span / np.log(curve.snr[0] / curve.snr[-1])
    by_signal = span / np.log(curve.signal[0] / curve.signal[-1])
    truth = phantom.spec.t2star_ms(Organ.HEART)
    assert by_snr == pytest.approx(truth, rel=0.1)
    assert by_signal > 1.15 * truth


@pytest.mark.parametrize(("snr", "told"), [(9.0, True), (14.0, False)])
def test_low_snr_is_told_by_the_signal_of_the_tissue(phantom_of, examination_of, snr, told):
    """A short decay in many channels: the magnitude alone would pass both."""
    phantom = phantom_of("demo", snr=snr, n_coils=16, heart_t2star_ms=25.0, liver_slices=0, seed=5)
    examination = examination_of(phantom)
    reading = propose(
        examination_of(phantom_of("demo", snr=60.0, heart_t2star_ms=25.0, liver_slices=0, seed=5))
    )
    heart = analyze_organ(examination, reading.organ(Organ.HEART), settings())
    curve = heart.reported.curve
    assert curve.signal[0] / curve.sigma > 10.0
    assert ("low_snr" in {finding.code for finding in heart.findings}) == told
