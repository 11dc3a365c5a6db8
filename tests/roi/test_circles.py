"""The three circles: round, apart, in the parenchyma, each in its part of the liver."""

from __future__ import annotations

import numpy as np
import pytest

from ironquant import analysis
from ironquant.core import Organ
from ironquant.iron import load_settings
from ironquant.resources import load_table
from ironquant.roi import propose_region, region_mask
from ironquant.roi.circles import place_circles

SITES = ("circle-1", "circle-2", "circle-3")


@pytest.mark.parametrize("name", ["demo", "severe", "child"])
def test_in_the_proposed_parenchyma(phantom_of, series_of, name):
    series = series_of(phantom_of(name), Organ.LIVER)
    proposal = propose_region(series, Organ.LIVER)
    whole = region_mask(proposal.region, series)
    assert tuple(region.site for region in proposal.further) == SITES
    assert not any(region.reported for region in proposal.further)
    masks = [region_mask(region, series) for region in proposal.further]
    assert all((mask & whole).sum() == mask.sum() > 10 for mask in masks)
    assert np.sum(masks, axis=0).max() == 1
    middles = []
    for region in proposal.further:
        points = region.contours[0]
        middles.append(points.mean(axis=0))
        radii = np.linalg.norm(points - middles[-1], axis=1)
        np.testing.assert_allclose(radii, radii[0], rtol=1e-6)
        assert 2 * radii[0] <= load_table("organs")["circles"]["diameter_mm"] + 0.1
    left, back = np.array(middles)[:, 0], np.array(middles)[:, 1]
    assert back[0] > back[1]  # LPS: y grows to the back, x to the left
    assert left[2] == left.max()


def test_a_small_region_gets_small_circles_and_none_where_there_is_no_room(echo_series):
    series = echo_series(np.ones((1, 96, 96, 4)), (1.0, 2.0, 3.0, 4.0))
    small = np.zeros((96, 96), dtype=bool)
    small[40:52, 40:60] = True  # 24 × 40 mm
    circles = place_circles(small, 0, series)
    assert len(circles) == 3
    assert len({radius for _, radius in circles}) == 1
    assert circles[0][1] < 0.5 * load_table("organs")["circles"]["diameter_mm"]
    thread = np.zeros((96, 96), dtype=bool)
    thread[40:42, 10:80] = True
    assert place_circles(thread, 0, series) == []


def test_they_are_measured_and_change_no_reported_number(phantom_of, examination_of, tmp_path):
    examination = examination_of(phantom_of("demo"))
    file = tmp_path / "settings.toml"
    file.write_text("[organs.liver]\ncircles = false\n")
    results = {}
    for wanted, settings in ((True, load_settings()), (False, load_settings(file=file))):
        reading = analysis.propose(examination, organs=(Organ.LIVER,), settings=settings)
        (organ,) = analysis.analyze(examination, reading, settings, maps=False).organs
        results[wanted] = organ
    assert [item.region.site for item in results[True].regions] == ["parenchyma", *SITES]
    assert [item.region.site for item in results[False].regions] == ["parenchyma"]
    assert results[True].result == results[False].result
    assert results[True].findings == results[False].findings
    truth = phantom_of("demo").spec.t2star_ms(Organ.LIVER)
    for circle in results[True].regions[1:]:
        fitted = circle.model(results[True].result.model)
        assert fitted.t2star_ms.value == pytest.approx(truth, rel=0.1)
