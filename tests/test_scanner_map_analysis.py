"""A scanner's map in the pipeline: measured without a fit, or told beside our value."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ironquant.analysis import analyze, propose
from ironquant.core import (
    Acquisition,
    EchoSeries,
    Examination,
    InputError,
    Organ,
    OrganReading,
    Patient,
    Reading,
    Region,
    ScannerMap,
    Study,
)
from ironquant.dicom import read_examination, scan
from ironquant.fitting import compute_maps
from ironquant.iron import load_settings
from ironquant.phantom import find_case, simulate, write_phantom

AFFINE = np.diag([10.0, 10.0, 10.0, 1.0])
SIDE, RATE = 40, 200.0
SQUARE = np.array([[95.0, 95, 0], [305, 95, 0], [305, 305, 0], [95, 305, 0]])  # 21 x 21 pixels
REGION = Region(Organ.LIVER, "parenchyma", (SQUARE,))
STUDY = Study("1.2", field_t=1.5, nominal_field_t=1.5)


def scanner_map(values: np.ndarray, quantity: str = "r2star", **changes: object) -> ScannerMap:
    made = ScannerMap("map", "1.2.3", "R2*", quantity, values, AFFINE, "1/s", "unit_rescale_type", number=27)
    return replace(made, **changes)


def uniform(rate: float = RATE) -> np.ndarray:
    return np.full((1, SIDE, SIDE), rate)


def measured(made: ScannerMap, profile: str | None = None):
    examination = Examination(Patient(), STUDY, (), maps=(made,))
    reading = Reading((OrganReading(Organ.LIVER, made.key, (REGION,)),))
    (organ,) = analyze(examination, reading, load_settings(profile)).organs
    return organ


def codes(organ) -> set[str]:
    return {finding.code for finding in organ.findings}


def test_median_quartiles_iron_and_grade_without_a_fit() -> None:
    values = uniform()
    inside = values[0, 10:31, 10:31]
    inside[:] = np.repeat([100.0, 200.0, 400.0], 147).reshape(21, 21)
    organ = measured(scanner_map(values, model="cse"))
    assert organ.series is None
    assert (organ.result.model, organ.result.method) == ("vendor-map", "pixel-median")
    assert organ.result.r2star_per_s.value == pytest.approx(200.0)
    assert organ.result.t2star_ms.ci95 is None
    assert organ.reported.n_pixels == 441
    assert organ.reported.pixels.t2star_ms_iqr == pytest.approx((2.5, 10.0))
    # LIC = -0.16 + 0.02603 R2* at 1.5 T (Hernando 2023): the product's complex fit suits the line.
    assert organ.result.iron.iron_mg_per_g.value == pytest.approx(-0.16 + 0.02603 * 200.0)
    assert organ.result.grade.code == "mild"
    assert "calibration_model_mismatch" not in codes(organ)
    assert "vendor_map_measured" in codes(organ)


def test_t2star_map_gives_the_same_as_r2star_map() -> None:
    organ = measured(scanner_map(1000.0 / uniform(), "t2star"))
    assert organ.result.t2star_ms.value == pytest.approx(5.0, rel=1e-6)


def test_a_product_of_unknown_model_does_not_suit_the_calibration() -> None:
    assert "calibration_model_mismatch" in codes(measured(scanner_map(uniform())))


@pytest.mark.parametrize(
    ("quantity", "bound", "t2star_ms"), [("r2star", "upper", 1.0), ("t2star", "lower", 100.0)]
)
def test_a_region_at_the_limit_is_a_bound(quantity: str, bound: str, t2star_ms: float) -> None:
    cap = 1000.0 if quantity == "r2star" else 100.0
    organ = measured(scanner_map(uniform(cap), quantity, cap=cap))
    assert (organ.result.t2star_ms.bound, organ.result.t2star_ms.value) == (bound, pytest.approx(t2star_ms))
    (capped,) = (finding for finding in organ.findings if finding.code == "map_capped")
    assert capped.params["percent"] == pytest.approx(100.0)
    if quantity == "r2star":
        assert organ.result.grade.code == "severe"


def test_some_pixels_at_the_limit_and_gaps_are_told() -> None:
    values = uniform()
    values[0, 10, 10:31] = 1000.0
    values[0, 11:13, 10:31] = np.nan
    organ = measured(scanner_map(values, cap=1000.0))
    assert organ.result.t2star_ms.bound == "none"
    assert {"map_capped", "map_gaps"} <= codes(organ)
    assert organ.reported.pixels.n_excluded == 42


def test_no_value_at_all_is_no_result() -> None:
    organ = measured(scanner_map(np.where(np.arange(SIDE) < 5, uniform(), np.nan)))
    assert organ.result is None
    assert "not_measurable" in codes(organ)


def test_fat_fraction_gives_no_iron() -> None:
    organ = measured(scanner_map(uniform(5.0), "fat_fraction"))
    assert organ.result is None


def train(rate: float) -> EchoSeries:
    te = tuple(1.0 + 1.2 * np.arange(10))
    signal = 1000.0 * np.exp(-uniform(rate)[..., None] * np.asarray(te) / 1000.0)
    signal += np.random.default_rng(3).normal(0.0, 1.0, signal.shape)
    return EchoSeries("train", "1.2.4", "liver", signal, te, AFFINE, acquisition=Acquisition(field_t=1.5),
                      organ_guess=Organ.LIVER)  # fmt: skip


@pytest.mark.parametrize(("theirs", "severity"), [(205.0, "info"), (300.0, "warning")])
def test_the_scanners_value_stands_beside_ours(theirs: float, severity: str) -> None:
    fat = scanner_map(uniform(7.0), "fat_fraction", key="fat")
    examination = Examination(Patient(), STUDY, (train(RATE),), maps=(scanner_map(uniform(theirs)), fat))
    reading = Reading((OrganReading(Organ.LIVER, "train", (REGION,)),))
    (organ,) = analyze(examination, reading, load_settings(), maps=False).organs
    assert organ.result.t2star_ms.value == pytest.approx(5.0, rel=0.01)
    (told,) = (finding for finding in organ.findings if finding.code == "scanner_value")
    assert told.severity == severity
    assert told.params["t2star_ms"] == pytest.approx(1000.0 / theirs)
    assert told.params["percent"] == pytest.approx(
        100.0 * (1000.0 / theirs / organ.result.t2star_ms.value - 1.0)
    )
    (fat_told,) = (finding for finding in organ.findings if finding.code == "scanner_fat_fraction")
    assert fat_told.params["median"] == pytest.approx(7.0)


def test_an_echo_train_comes_before_a_map() -> None:
    examination = Examination(Patient(), STUDY, (train(RATE),), maps=(scanner_map(uniform()),))
    assert propose(examination, organs=(Organ.LIVER,)).organs[0].series_key == "train"


def test_the_reader_chooses_a_map_or_train() -> None:
    examination = Examination(Patient(), STUDY, (train(RATE),), maps=(scanner_map(uniform()),))
    (entry,) = propose(examination, organs=(Organ.LIVER,), series={Organ.LIVER: "map"}).organs
    assert entry.series_key == "map"
    with pytest.raises(InputError):
        propose(examination, organs=(Organ.LIVER,), series={Organ.LIVER: "none"})


def test_a_heart_is_not_sought_in_a_map_alone() -> None:
    made = scanner_map(uniform(), organ_guess=Organ.HEART)
    (entry,) = propose(Examination(Patient(), STUDY, (), maps=(made,)), organs=(Organ.HEART,)).organs
    (finding,) = entry.findings
    assert (finding.code, finding.params["reason"]) == ("region_not_found", "map_needs_region")


@pytest.mark.parametrize("case", ["demo"])
def test_a_liver_is_found_in_a_masked_map(case: str, tmp_path: Path) -> None:
    """The map of the digital patient by our own fit, as if the scanner had made it."""
    phantom = simulate(find_case(case))
    (ref,) = scan(write_phantom(phantom, tmp_path)[0].parent)
    examination = read_examination(ref)
    (liver,) = (series for series in examination.series if series.organ_guess == Organ.LIVER)
    (true,) = (organ for organ in phantom.organs if organ.organ == Organ.LIVER)
    rate = compute_maps(liver, "mono").r2star_per_s
    made = scanner_map(np.asarray(rate), affine=liver.affine, acquisition=liver.acquisition)
    alone = replace(examination, series=(), maps=(made,))
    (organ,) = analyze(alone, propose(alone, organs=(Organ.LIVER,)), load_settings()).organs
    assert organ.result is not None, organ.findings
    assert organ.result.t2star_ms.value == pytest.approx(
        float(np.median(true.t2star_ms[true.masks["parenchyma"]])), rel=0.05
    )
