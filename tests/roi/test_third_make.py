"""Septum and liver on phantoms of a third make (``thirdmake``), counted as in ``benchmarks``."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from thirdmake.short_axis import heart
from thirdmake.transverse import abdomen
from thirdmake.wrong import KINDS, wrong

from ironquant.core import Organ
from ironquant.roi import propose_region
from ironquant.roi.ventricle import find_ventricles


@pytest.fixture(scope="module")
def judge():
    """The benchmark's rule for one case."""
    folder = str(Path(__file__).resolve().parents[2] / "benchmarks")
    sys.path.insert(0, folder)
    yield importlib.import_module("proposal_cases").third_case
    sys.path.remove(folder)


def hearts(judge, seeds: Iterable[int], slices: int | None = None) -> list:
    cases = (heart(seed, slices) for seed in seeds)
    return [judge(case, Organ.HEART) for case in cases if case.readable]


def livers(judge, seeds: Iterable[int], slices: int | None = None) -> list:
    return [judge(abdomen(seed, slices), Organ.LIVER) for seed in seeds]


def made_of(found: list) -> list:
    return [item for item in found if not item.reason]


def refused(organ: Organ, seeds: Iterable[int]) -> float:
    return float(
        np.mean([propose_region(wrong(seed, str(organ)).series, organ).region is None for seed in seeds])
    )


def test_the_core_of_the_septum_holds_no_blood():
    """The phantom itself: black blood, so that ringing of bright blood does not count."""
    case = heart(41)
    core = case.masks["core"]
    curve = case.clean[core].astype(float).mean(axis=0)
    rate = -np.polyfit(case.series.te_ms, np.log(curve), 1, w=curve)[0]
    assert 1 / rate == pytest.approx(case.t2star_ms["septum"], rel=0.03)
    assert not (core & ~case.masks["myocardium"]).any()


@pytest.mark.parametrize("seed", [5063, 91063, 91031, 5104])
def test_a_stack_shows_whether_its_blood_is_nulled(seed):
    """What is found where nothing tells is what is found where the images tell."""
    case = heart(seed, 3)
    plain = replace(case.series, acquisition=replace(case.series.acquisition, black_blood=None))
    told = replace(plain, acquisition=replace(plain.acquisition, black_blood="black blood" in case.about))
    ventricles = [find_ventricles(series) for series in (plain, told)]
    assert len(ventricles[0]) == len(ventricles[1]) > 0
    for own, other in zip(*ventricles, strict=True):
        assert own.rays.bright == other.rays.bright
        assert own.centre == other.centre


def test_septum(judge):
    """The marks that sixteen hearts can tell; the soak holds them all."""
    found = hearts(judge, range(6000, 6016), slices=1)
    made = made_of(found)
    assert len(found) == 16
    assert len(made) >= 0.9 * len(found)
    assert np.median([item.dice for item in made]) >= 0.80
    assert np.mean([1 - item.inside for item in made]) <= 0.03


def test_liver(judge):
    found = livers(judge, range(6000, 6020), slices=1)
    made = made_of(found)
    assert len(made) >= 0.95 * len(found)
    assert np.mean([item.inside for item in made]) >= 0.98
    assert np.mean([item.vessel for item in made]) <= 0.01
    assert np.mean([item.right for item in made]) >= 0.95


@pytest.mark.parametrize("organ", [Organ.HEART, Organ.LIVER])
def test_each_kind_of_something_else_is_refused(organ):
    assert refused(organ, range(6000, 6000 + len(KINDS))) == 1.0


@pytest.mark.soak
def test_septum_of_two_hundred(judge):
    found = hearts(judge, range(5000, 5200))
    made = made_of(found)
    assert len(made) >= 0.95 * len(found)
    assert np.median([item.dice for item in made]) >= 0.80
    assert np.mean([1 - item.inside for item in made]) <= 0.03
    assert np.mean([item.right for item in made]) >= 0.90


@pytest.mark.soak
def test_liver_of_two_hundred(judge):
    found = livers(judge, range(5000, 5200))
    made = made_of(found)
    assert len(made) >= 0.98 * len(found)
    assert np.mean([item.inside for item in made]) >= 0.98
    assert np.mean([item.vessel for item in made]) <= 0.01
    assert np.mean([item.right for item in made]) >= 0.95


@pytest.mark.soak
@pytest.mark.parametrize("organ", [Organ.HEART, Organ.LIVER])
def test_two_hundred_images_of_something_else_are_refused(organ):
    assert refused(organ, range(5000, 5200)) >= 0.99
