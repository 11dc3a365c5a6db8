"""Signal models, batched solver, truncation, noise: T2* from magnitude decays."""

from ironquant.fitting.chi import chi_mean, chi_table
from ironquant.fitting.engine import chosen_echoes, fit, require_model
from ironquant.fitting.fat import fat_oscillation
from ironquant.fitting.models import MODELS
from ironquant.fitting.noise import Noise, body_mask, estimate_noise
from ironquant.fitting.region import (
    RegionCurve,
    RegionFit,
    expected_signal,
    fit_region,
    pixel_statistics,
    region_curve,
    tissue_s0,
)
from ironquant.fitting.series import compute_maps, series_noise, series_tissue_s0

__all__ = [
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
    "fat_oscillation",
    "fit",
    "fit_region",
    "pixel_statistics",
    "region_curve",
    "require_model",
    "series_noise",
    "series_tissue_s0",
    "tissue_s0",
]
