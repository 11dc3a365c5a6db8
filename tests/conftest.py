"""Digital patients as examinations, simulated once per session."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from answers import DEFAULT
from hypothesis import settings

from ironquant import analyze, propose
from ironquant.core import Acquisition, EchoSeries, Examination, Organ, Patient, Study
from ironquant.phantom import Phantom, PhantomSpec, find_case, simulate

# What lands is judged by the same examples each time; elsewhere every run searches anew.
settings.register_profile("same", derandomize=True)
if os.environ.get("IRONQUANT_REQUIRE_SERVERS"):
    settings.load_profile("same")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip long runs unless asked for (``-m soak``), and a test whose ``tool`` is not installed.

    In CI, which installs the tools, that is a failure.
    """
    if item.get_closest_marker("soak") and "soak" not in item.config.option.markexpr:
        pytest.skip("long: run it by -m soak")
    missing = [name for mark in item.iter_markers("tool") for name in mark.args if shutil.which(name) is None]
    if missing and os.environ.get("IRONQUANT_REQUIRE_SERVERS"):
        pytest.fail(f"not installed: {', '.join(missing)}", pytrace=False)
    elif missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@lru_cache(maxsize=64)
def _simulated(spec: PhantomSpec) -> Phantom:
    return simulate(spec)


def _series(phantom: Phantom, organ: Organ) -> EchoSeries:
    images = phantom.organ(organ)
    return EchoSeries(
        key=str(organ),
        instance_uid=f"1.2.3.{1 + list(Organ).index(organ)}",
        description=str(organ),
        signal=images.signal,
        te_ms=images.te_ms,
        affine=images.affine,
        acquisition=Acquisition(
            field_t=phantom.spec.field_t,
            nominal_field_t=phantom.spec.nominal_field_t,
            black_blood=phantom.spec.black_blood if organ == Organ.HEART else None,
        ),
        organ_guess=organ,
    )


@pytest.fixture(scope="session")
def phantom_of():
    """Call with the name of a case and changes to its spec; matrix 192 × 192 unless told."""

    def make(name: str = "demo", **changes) -> Phantom:
        return _simulated(replace(find_case(name), **{"matrix": (192, 192), **changes}))

    return make


@pytest.fixture(scope="session")
def series_of():
    """Call with a phantom and an organ."""
    return _series


@pytest.fixture(scope="session")
def examination_of():
    """Call with a phantom."""

    def make(phantom: Phantom) -> Examination:
        series = tuple(_series(phantom, images.organ) for images in phantom.organs)
        study = Study(
            instance_uid="1.2.3", field_t=phantom.spec.field_t, nominal_field_t=phantom.spec.nominal_field_t
        )
        return Examination(Patient(id="P1"), study, series)

    return make


@pytest.fixture(scope="session")
def echo_series():
    """Call with an array (slice, row, column, echo) and echo times; transverse, 2 mm pixels."""

    def make(signal, te_ms, affine=None, **fields) -> EchoSeries:
        if affine is None:
            affine = np.diag([2.0, 2.0, 8.0, 1.0])
        named = {"key": "s", "instance_uid": "1.2.3.4", "description": "", **fields}
        return EchoSeries(signal=np.asarray(signal), te_ms=tuple(te_ms), affine=affine, **named)

    return make


@pytest.fixture(scope="module")
def answer_of(phantom_of, examination_of):
    """Call with a case: phantom, examination, reading, analysis by the default profile."""
    found = {}

    def make(name):
        if name not in found:
            phantom = phantom_of(name)
            examination = examination_of(phantom)
            reading = propose(examination)
            found[name] = phantom, examination, reading, analyze(examination, reading, DEFAULT, maps=False)
        return found[name]

    return make
