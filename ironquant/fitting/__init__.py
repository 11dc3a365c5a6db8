"""Signal models, batched solver, truncation, noise: T2* from magnitude decays."""

from ironquant.fitting.arguments import chosen_echoes, require_model
from ironquant.fitting.chi import chi_mean, chi_table
from ironquant.fitting.compiled import warm_up
from ironquant.fitting.engine import fit
from ironquant.fitting.fat import fat_oscillation
from ironquant.fitting.linear import fast_rate
from ironquant.fitting.models import MAGNITUDE_MODELS, MODELS
from ironquant.fitting.noise import Noise, body_mask, estimate_noise, snr_per_echo
from ironquant.fitting.noise_residual import noise_from_residual
from ironquant.fitting.noise_scatter import noise_from_repeats
from ironquant.fitting.pixels import (
    RegionCurve,
    pixel_statistics,
    region_curve,
    tissue_s0,
)
from ironquant.fitting.region import RegionFit, expected_signal, fit_region
from ironquant.fitting.series import compute_maps, series_noise, series_tissue_s0

__all__ = [
    "MAGNITUDE_MODELS",
    "MODELS",
    "Noise",
    "RegionCurve",
    "RegionFit",
    "body_mask",
    "chi_mean",
    "chi_table",
    "chosen_echoes",
    "compute_maps",
    "estimate_noise",
    "expected_signal",
    "fast_rate",
    "fat_oscillation",
    "fit",
    "fit_region",
    "noise_from_repeats",
    "noise_from_residual",
    "pixel_statistics",
    "region_curve",
    "require_model",
    "series_noise",
    "series_tissue_s0",
    "snr_per_echo",
    "tissue_s0",
    "warm_up",
]
