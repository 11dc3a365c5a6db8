from dataclasses import replace

import pytest

from ironquant.core import Organ, SettingsError
from ironquant.phantom import PhantomSpec, case_descriptions, find_case, load_cases
from ironquant.phantom.geometry import slice_levels_mm
from ironquant.phantom.tissues import Tissue
from ironquant.resources import LANGUAGES
from ironquant.resources.loader import load_table


def test_cases_hold_what_they_say() -> None:
    cases = load_cases()
    assert {"demo", "normal", "severe", "extreme", "guangxi", "child", "field-289"} <= set(cases)
    assert (cases["demo"].heart_t2star_ms, cases["demo"].liver_t2star_ms) == (12.0, 2.6)
    assert cases["extreme"].liver_te_ms[0] == 1.3
    assert cases["extreme"].liver_t2star_ms == 0.8
    assert cases["guangxi"].liver_te_ms == (
        1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6,
    )  # fmt: skip
    assert cases["field-289"].nominal_field_t == 3.0
    assert len({spec.patient_id for spec in cases.values()}) == len(cases)


def test_every_case_is_described_in_every_language() -> None:
    for lang in LANGUAGES:
        descriptions = case_descriptions(lang)
        assert set(descriptions) == set(load_cases())
        assert all(descriptions.values())
    assert len({case_descriptions(lang)["demo"] for lang in LANGUAGES}) == len(LANGUAGES)


def test_every_tissue_has_a_row() -> None:
    assert set(load_table("phantoms")["tissues"]) == {tissue.name.lower() for tissue in Tissue}


@pytest.mark.parametrize(
    "change",
    [
        {"heart_t2star_ms": 0.0},
        {"liver_t2star_ms": float("nan")},
        {"field_t": 0.0},
        {"snr": -1.0},
        {"n_coils": 0},
        {"matrix": (32, 256)},
        {"heart_slices": 0, "liver_slices": 0},
        {"liver_fat_fraction": 0.5},
        {"seed": -1},
        {"heart_te_ms": ()},
        {"heart_te_ms": (2.0, 2.0)},
        {"liver_te_ms": (-1.0, 2.0)},
    ],
)
def test_impossible_patients_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(SettingsError) as caught:
        replace(PhantomSpec(), **change)
    assert caught.value.finding.code == "option_invalid"
    assert caught.value.finding.params["option"] in change


def test_unknown_case_names_the_known() -> None:
    with pytest.raises(SettingsError) as caught:
        find_case("moon")
    assert caught.value.finding.code == "case_unknown"
    assert "demo" in caught.value.finding.params["known"]


def test_levels_step_by_thickness_and_gap() -> None:
    spec = PhantomSpec(heart_slices=3)
    assert slice_levels_mm(spec, Organ.HEART) == (12.0, 0.0, -12.0)
    assert slice_levels_mm(spec, Organ.LIVER) == (0.0,)
