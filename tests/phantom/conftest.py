from dataclasses import replace

import pytest

from ironquant.phantom import Phantom, PhantomSpec, find_case, simulate


@pytest.fixture(scope="package")
def small_spec() -> PhantomSpec:
    return replace(find_case("demo"), matrix=(144, 176), snr=40.0)


@pytest.fixture(scope="package")
def small_phantom(small_spec: PhantomSpec) -> Phantom:
    return simulate(small_spec)


@pytest.fixture(scope="package")
def stack_phantom(small_spec: PhantomSpec) -> Phantom:
    return simulate(replace(small_spec, heart_slices=2, liver_slices=2, black_blood=True, field_t=2.89))
