"""What a reader chose is what is analyzed: regions, echoes, model, calibration, scheme."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from answers import DEFAULT, codes, organ_of

from ironquant import analyze, load_settings
from ironquant.analysis import analyze_organ
from ironquant.core import (
    FitArgumentError,
    InputError,
    Organ,
    OrganReading,
    Reading,
    SettingsError,
)
from ironquant.fitting import compute_maps
from ironquant.phantom import REPORTED_MASK
from ironquant.roi import read_region, region_from_mask


def with_liver(reading, **changes):
    return reading.with_organ(replace(reading.organ(Organ.LIVER), **changes))


def test_echoes_by_hand_are_recorded(answer_of):
    _, examination, reading, _ = answer_of("demo")
    analysis = analyze(examination, with_liver(reading, echoes=(1, 2, 3, 4)), DEFAULT, maps=False)
    curve = organ_of(analysis, Organ.LIVER).regions[0].curve
    assert (curve.echoes_used, curve.echoes_chosen_by) == ((1, 2, 3, 4), "reader")
    assert organ_of(analysis, Organ.HEART).regions[0].curve.echoes_chosen_by == "auto"
    assert organ_of(analysis, Organ.LIVER).result.t2star_ms.value == pytest.approx(2.6, rel=0.05)


def test_model_calibration_and_scheme_by_hand(answer_of):
    _, examination, reading, _ = answer_of("demo")
    changed = with_liver(reading, model="truncation", calibration="garbowski2014", scheme="esgar-sar-2023")
    result = organ_of(analyze(examination, changed, DEFAULT, maps=False), Organ.LIVER).result
    assert (result.model, result.iron.calibration, result.grade.scheme) == (
        "truncation",
        "garbowski2014",
        "esgar-sar-2023",
    )


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"model": "nothing"}, SettingsError, "model_unknown"),
        ({"calibration": "nothing"}, SettingsError, "calibration_unknown"),
        ({"scheme": "nothing"}, SettingsError, "scheme_unknown"),
        ({"echoes": (1, 99, 3)}, FitArgumentError, "echoes_invalid"),
        ({"series_key": "nothing"}, InputError, "series_unknown"),
    ],
)
def test_unknown_choices(answer_of, changes, error, code):
    _, examination, reading, _ = answer_of("demo")
    with pytest.raises(error) as caught:
        analyze(examination, with_liver(reading, **changes), DEFAULT, maps=False)
    assert caught.value.finding.code == code


def test_region_from_a_file(answer_of, tmp_path):
    phantom, examination, reading, _ = answer_of("demo")
    series = examination.series_by_key("liver")
    mask = phantom.organ(Organ.LIVER).masks[REPORTED_MASK[Organ.LIVER]]
    path = tmp_path / "liver.nii.gz"
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ series.affine
    nib.save(nib.Nifti1Image(mask.transpose(2, 1, 0).astype("u1"), affine), path)
    region = read_region(path, series, Organ.LIVER)
    liver = organ_of(
        analyze(examination, with_liver(reading, regions=(region,)), DEFAULT, maps=False), Organ.LIVER
    )
    assert liver.regions[0].n_pixels == mask.sum()
    assert liver.regions[0].region.source == "file"
    assert liver.result.t2star_ms.value == pytest.approx(2.6, rel=0.02)


def test_region_outside_is_told(answer_of):
    _, examination, reading, _ = answer_of("demo")
    region = reading.organ(Organ.LIVER).regions[0]
    away = replace(region, contours=tuple(contour + 5000.0 for contour in region.contours))
    liver = organ_of(
        analyze(examination, with_liver(reading, regions=(away,)), DEFAULT, maps=False), Organ.LIVER
    )
    assert liver.result is None
    assert "region_empty" in codes(liver)


def test_second_region_is_measured_but_not_reported(answer_of):
    phantom, examination, reading, plain = answer_of("demo")
    images = phantom.organ(Organ.LIVER)
    spleen = region_from_mask(
        images.masks["spleen"], examination.series_by_key("liver"), Organ.LIVER, "circle-1", source="manual"
    )
    extra = replace(spleen, reported=False)
    regions = (extra, *reading.organ(Organ.LIVER).regions)
    liver = organ_of(
        analyze(examination, with_liver(reading, regions=regions), DEFAULT, maps=False), Organ.LIVER
    )
    assert len(liver.regions) == 5  # this one, the parenchyma and the three circles proposed
    assert liver.result == organ_of(plain, Organ.LIVER).result


def test_maps_follow_the_echoes_that_the_reader_chose(answer_of):
    """A map of the first echoes only is not the map of all; known maps are not computed again."""
    _, examination, reading, _ = answer_of("demo")
    entry = replace(reading.organ(Organ.LIVER), echoes=(1, 2, 3, 4))
    chosen = analyze(examination, Reading((entry,)), load_settings("default")).organs[0]
    series = chosen.series
    expected = compute_maps(series, chosen.result.model, echoes=(1, 2, 3, 4))
    np.testing.assert_array_equal(chosen.maps.t2star_ms, expected.t2star_ms)
    automatic = compute_maps(series, chosen.result.model)
    assert not np.array_equal(chosen.maps.t2star_ms, automatic.t2star_ms, equal_nan=True)
    assert chosen.map_key == (series.key, chosen.result.model, (1, 2, 3, 4), None)
    known = {chosen.map_key: automatic}
    again = analyze(examination, Reading((entry,)), load_settings("default"), known_maps=known).organs[0]
    assert again.maps is automatic


def test_empty_reading(answer_of):
    _, examination, _, _ = answer_of("demo")
    analysis = analyze(examination, Reading(), DEFAULT)
    assert analysis.organs == ()
    assert not analysis.measured


def test_organ_without_region(answer_of):
    _, examination, _, _ = answer_of("demo")
    spleen = analyze_organ(examination, OrganReading(Organ.SPLEEN, "liver"), DEFAULT)
    assert spleen.result is None
    assert spleen.regions == ()
