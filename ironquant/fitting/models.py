"""The fit models by the name that users give, and what each needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ironquant.core import MODEL_NAMES
from ironquant.fitting.biexp import biexp
from ironquant.fitting.cse import cse
from ironquant.fitting.fatwater import fat_water
from ironquant.fitting.leastsquares import mono, offset, truncation
from ironquant.fitting.linear import arlo, loglinear
from ironquant.fitting.modelfit import Solve
from ironquant.fitting.rician import rician
from ironquant.fitting.secondmoment import second_moment


@dataclass(frozen=True)
class Model:
    """One fit model.

    Attributes
    ----------
    solve : Solve
    n_parameters : int
        Of the decay, noise apart.
    least_echoes : int
    region_signal : {"mean", "rms"}
        What of a region's pixels it is fitted to; models of S² take the root mean square.
    corrects_noise : bool
        Whether signal below the noise floor still counts.
    weighted : bool
        Whether the caller may give weights.
    plain : bool
        Whether it fits, or begins with, a decay alone: models on one curve share these.
    kernels : tuple of str
        Of `compiled.KERNELS`, those that it uses.
    kernels_pay : bool
        Whether a volume is fitted sooner when compiled kernels are loaded first than by NumPy alone.
    needs_field, complex_signal : bool
    extras : tuple of str
        Further parameters, by the names of `Fit.extra`.
    estimates : tuple of str
        What it tells of noise, by the names of `Fit.estimated`; ``sigma`` where none is given.
    """

    solve: Solve
    n_parameters: int = 2
    least_echoes: int = 3
    region_signal: Literal["mean", "rms"] = "mean"
    corrects_noise: bool = False
    weighted: bool = False
    plain: bool = False
    kernels: tuple[str, ...] = ()
    kernels_pay: bool = False
    needs_field: bool = False
    complex_signal: bool = False
    extras: tuple[str, ...] = ()
    estimates: tuple[Literal["offset", "sigma"], ...] = ()


_MODELS = {
    "mono": Model(mono, weighted=True, plain=True, kernels=("fit_clear", "solve_decay")),
    "truncation": Model(
        truncation,
        weighted=True,
        plain=True,
        kernels=("fit_clear", "test_term", "solve_decay"),
        kernels_pay=True,
    ),
    "second-moment": Model(
        second_moment,
        region_signal="rms",
        corrects_noise=True,
        kernels=("solve_squares", "solve_free_term", "solve_decay"),
        kernels_pay=True,
        estimates=("sigma",),
    ),
    "rician": Model(
        rician,
        corrects_noise=True,
        kernels=("solve_free_term", "solve_rician", "solve_decay"),
        kernels_pay=True,
        estimates=("sigma",),
    ),
    "offset": Model(
        offset,
        3,
        weighted=True,
        plain=True,
        kernels=("fit_clear_offset", "solve_decay"),
        kernels_pay=True,
        estimates=("offset",),
    ),
    "loglinear": Model(loglinear, weighted=True),
    "arlo": Model(arlo),
    "biexp": Model(
        biexp,
        4,
        least_echoes=5,
        weighted=True,
        plain=True,
        kernels=("refine_two", "solve_decay"),
        kernels_pay=True,
        extras=("fraction_second", "t2star_second_ms"),
    ),
    "fat-water": Model(
        fat_water,
        3,
        least_echoes=4,
        region_signal="rms",
        corrects_noise=True,
        weighted=True,
        kernels=("refine_fat",),
        kernels_pay=True,
        needs_field=True,
        extras=("fat_fraction", "fat_fraction_se"),
    ),
    "cse": Model(
        cse,
        6,
        least_echoes=4,
        needs_field=True,
        complex_signal=True,
        extras=(
            "fat_fraction",
            "fat_fraction_se",
            "field_map_hz",
            "field_map_se_hz",
            "initial_phase_rad",
        ),
    ),
}
MODELS: Mapping[str, Model] = MappingProxyType({name: _MODELS[name] for name in MODEL_NAMES})
