"""The slices of a region one by one: each is what it would be alone, the whole is what is reported."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ironquant import load_settings
from ironquant.analysis import analyze, analyze_organ
from ironquant.cli.study import _slice_lines
from ironquant.core import (
    Acquisition,
    EchoSeries,
    Examination,
    Organ,
    OrganReading,
    Patient,
    Reading,
    ScannerMap,
    Study,
)
from ironquant.export.document import to_document
from ironquant.roi import region_from_mask

TE_MS = (1.3, 3.4, 5.5, 7.6, 9.7, 11.8)
TRUTH = (4.0, 8.0, 16.0)
SETTINGS = load_settings()
MASK = np.zeros((4, 40, 40), dtype=bool)
MASK[0, 10:20, 10:20] = MASK[1, 12:20, 10:25] = MASK[3, 5:9, 5:30] = True
COUNTS = [100, 120, 100]


@pytest.fixture(scope="module")
def series():
    t2star = np.array([TRUTH[0], TRUTH[1], 12.0, TRUTH[2]])[:, None, None, None]
    decay = 800.0 * np.exp(-np.array(TE_MS) / t2star)
    signal = np.broadcast_to(decay, (4, 40, 40, len(TE_MS)))
    noisy = np.abs(signal + np.random.default_rng(3).normal(0.0, 4.0, signal.shape))
    affine = np.diag([1.6, 1.6, 10.0, 1.0])
    return EchoSeries("one", "1.2", "", noisy, TE_MS, affine, acquisition=Acquisition(field_t=1.5))


@pytest.fixture(scope="module")
def examination(series):
    return Examination(Patient(), Study(field_t=1.5), (series,))


def entry_of(series, mask=MASK, **changes):
    region = region_from_mask(mask, series, Organ.LIVER, "parenchyma", source="manual")
    return OrganReading(Organ.LIVER, series.key, (region,), **changes)


def only(index):
    mask = np.zeros_like(MASK)
    mask[index] = MASK[index]
    return mask


@pytest.mark.parametrize("model", ["mono", "truncation", "loglinear"])
def test_a_slice_is_what_it_would_be_alone(series, examination, model):
    whole = analyze_organ(examination, entry_of(series, model=model), SETTINGS)
    *slices, last = whole.reported.slices
    assert [part.slice_index for part in slices] == [0, 1, 3]
    assert [part.n_pixels for part in slices] == COUNTS
    for part, truth in zip(slices, TRUTH, strict=True):
        alone = analyze_organ(examination, entry_of(series, only(part.slice_index), model=model), SETTINGS)
        assert alone.reported.slices == ()
        assert part.t2star_ms == alone.result.t2star_ms
        assert part.r2star_per_s == alone.result.r2star_per_s
        assert part.r_squared == alone.result.r_squared
        assert part.iron == alone.result.iron
        assert part.area_mm2 == pytest.approx(alone.reported.area_mm2)
        assert part.t2star_ms.value == pytest.approx(truth, rel=0.03)
    assert (last.slice_index, last.n_pixels) == (None, sum(COUNTS))
    assert (last.t2star_ms, last.iron) == (whole.result.t2star_ms, whole.result.iron)


def test_echoes_of_the_reader_hold_for_every_slice(series, examination):
    chosen = analyze_organ(examination, entry_of(series, model="mono", echoes=(1, 2, 3)), SETTINGS)
    alone = analyze_organ(examination, entry_of(series, only(3), model="mono", echoes=(1, 2, 3)), SETTINGS)
    assert chosen.reported.slices[2].t2star_ms == alone.result.t2star_ms


def test_excluded_pixels_are_left_out_of_every_slice(series, examination):
    left_out = analyze_organ(examination, entry_of(series, model="mono", exclude_outliers=True), SETTINGS)
    kept = left_out.reported.mask & ~left_out.reported.excluded
    first = series.signal[0][kept[0]].mean(axis=0)
    slope = -np.polyfit(TE_MS, np.log(first), 1)[0]
    assert left_out.reported.slices[0].t2star_ms.value == pytest.approx(1.0 / slope, rel=0.05)


def test_nothing_while_a_region_is_dragged(series, examination):
    assert analyze_organ(examination, entry_of(series), SETTINGS, pixels=False).reported.slices == ()


def test_without_a_calibration_there_is_no_iron(series, examination):
    bare = Examination(Patient(), Study(), (replace(series, acquisition=Acquisition()),))
    parts = analyze_organ(bare, entry_of(series), SETTINGS).reported.slices
    assert len(parts) == 4
    assert all(part.iron is None for part in parts)


def test_a_map_of_the_scanner_slice_by_slice(series):
    values = np.broadcast_to(np.array([4.0, 8.0, 12.0, 16.0])[:, None, None], (4, 40, 40))
    shown = ScannerMap(
        key="map", instance_uid="1.3", description="T2*", quantity="t2star", unit="ms", unit_reason="",
        values=values, affine=series.affine, acquisition=Acquisition(field_t=1.5),
    )  # fmt: skip
    examination = Examination(Patient(), Study(field_t=1.5), (), maps=(shown,))
    analysis = analyze_organ(examination, replace(entry_of(series), series_key="map"), SETTINGS)
    assert [part.t2star_ms.value for part in analysis.reported.slices] == pytest.approx([*TRUTH, 8.0])
    assert analysis.reported.slices[-1].iron == analysis.result.iron


def test_json_and_command_line_tell_them(series, examination):
    analysis = analyze(examination, Reading((entry_of(series, model="mono"),)), SETTINGS, maps=False)
    document = json.loads(to_document(analysis).model_dump_json(by_alias=True))
    told = document["organs"][0]["regions"][0]["slices"]
    assert [entry["slice_index"] for entry in told] == [0, 1, 3, None]
    assert [entry["n_pixels"] for entry in told] == [*COUNTS, sum(COUNTS)]
    assert told[0]["t2star_ms"]["value"] == pytest.approx(TRUTH[0], rel=0.03)
    assert told[-1]["iron_mg_per_g"] == document["organs"][0]["result"]["iron_mg_per_g"]
    lines = _slice_lines(analysis.organs[0], "en")
    assert len(lines) == 4
    assert lines[0].startswith("slice 1: 100 pixels, T2* ")
    assert "LIC" in lines[0]
    assert lines[-1].startswith("whole: 320 pixels, T2* ")
    assert _slice_lines(analysis.organs[0], "zh")[2].startswith("第 4 层")
