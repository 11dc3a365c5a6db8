"""Images that lack something: what cannot be measured is told, not guessed."""

from dataclasses import replace

import numpy as np
from answers import DEFAULT, codes, organ_of

from ironquant import analyze, load_settings, propose
from ironquant.analysis import analyze_organ
from ironquant.core import (
    EchoSeries,
    Examination,
    Organ,
    Patient,
    Study,
)
from ironquant.roi import region_mask


def test_organ_that_is_absent(answer_of):
    _, examination, _, _ = answer_of("demo")
    heart_only = Examination(examination.patient, examination.study, examination.series[:1])
    assert [entry.organ for entry in propose(heart_only).organs] == [Organ.HEART]
    asked = propose(heart_only, organs=(Organ.LIVER,))
    assert [finding.code for finding in asked.organ(Organ.LIVER).findings] == ["no_series"]
    analysis = analyze(heart_only, asked, DEFAULT)
    assert not analysis.measured
    assert codes(organ_of(analysis, Organ.LIVER)) == {"no_series"}


def test_no_field_no_iron(answer_of):
    _, examination, reading, _ = answer_of("demo")
    series = tuple(
        replace(entry, acquisition=replace(entry.acquisition, field_t=None)) for entry in examination.series
    )
    bare = Examination(examination.patient, replace(examination.study, field_t=None), series)
    for organ in analyze(bare, reading, DEFAULT, maps=False).organs:
        assert organ.result.t2star_ms.value is not None
        assert organ.result.iron is None
        assert organ.result.grade is None
        assert "field_missing" in codes(organ)


def test_filtered_images_have_no_known_noise(answer_of):
    from ironquant.core import Finding

    _, examination, reading, _ = answer_of("demo")
    filtered = Finding("filtered_images", "info", {"filters": "NORM"}, "liver")
    series = tuple(replace(entry, findings=(filtered,)) for entry in examination.series)
    liver = organ_of(analyze(replace(examination, series=series), reading, DEFAULT, maps=False), Organ.LIVER)
    assert liver.result.model == "truncation"
    assert liver.regions[0].curve.sigma is None
    assert {"noise_unknown", "filtered_images", "calibration_model_mismatch"} <= codes(liver)


def test_pixels_without_numbers(answer_of):
    _, examination, reading, _ = answer_of("demo")
    series = examination.series_by_key("liver")
    mask = region_mask(reading.organ(Organ.LIVER).regions[0], series)
    signal = series.signal.copy()
    signal[mask] = np.nan
    bad = replace(series, signal=signal)
    liver = analyze_organ(replace(examination, series=(bad,)), reading.organ(Organ.LIVER), DEFAULT)
    assert liver.result is None
    assert "not_measurable" in codes(liver)
    assert all(np.isfinite(liver.regions[0].curve.signal))


def test_a_grade_that_another_noise_model_changes_is_told(phantom_of):
    """Eight coils at SNR 25: truncation grades 9.5 ms one class too mild, and the reader is told."""
    phantom = phantom_of("demo", heart_t2star_ms=9.5, snr=25.0, n_coils=8, liver_slices=0, seed=33)
    examination = Examination(Patient(), Study(field_t=1.5), (_heart_series(phantom),))
    heart = analyze(examination, propose(examination), load_settings("default"), maps=False).organs[0]
    assert heart.result.grade.code == "moderate"
    doubt = next(finding for finding in heart.findings if finding.code == "grade_depends_on_model")
    assert doubt.severity == "warning"
    assert dict(doubt.params) == {"grade": "moderate", "other": "severe", "model": "second-moment"}


def test_a_saturated_region_gives_no_number(phantom_of):
    phantom = phantom_of("demo")
    series = _heart_series(phantom)
    clipped = replace(series, signal=np.minimum(series.signal, 300.0))
    examination = Examination(Patient(), Study(field_t=1.5), (clipped,))
    region = propose(Examination(Patient(), Study(field_t=1.5), (series,)))
    heart = analyze(examination, region, load_settings("default"), maps=False).organs[0]
    assert heart.result is None
    assert {finding.severity for finding in heart.findings if finding.code == "saturation"} == {"error"}


def _heart_series(phantom):
    images = phantom.organ(Organ.HEART)
    return EchoSeries(
        "heart", "1.2.3", "heart", images.signal, images.te_ms, images.affine, organ_guess=Organ.HEART
    )
