"""Signal models, batched solver, truncation, noise: T2* from magnitude decays."""

from ironquant.core import MAGNITUDE_MODELS
from ironquant.fitting.arguments import chosen_echoes, require_model
from ironquant.fitting.bipolar import remove_alternation
from ironquant.fitting.chi import chi_mean, chi_table
from ironquant.fitting.comparison import (
    COMPARISON_ONLY,
    REASON_FLOOR,
    Residual,
    fat_seen,
    models_to_fit,
    recommend,
    runs_test,
)
from ironquant.fitting.compiled import on_disk as kernels_on_disk
from ironquant.fitting.compiled import using_kernels, warm_up
from ironquant.fitting.engine import fit
from ironquant.fitting.fat import fat_oscillation
from ironquant.fitting.linear import fast_rate
from ironquant.fitting.mapvalues import MapValues, decay_of, map_values, quartiles
from ironquant.fitting.models import MODELS
from ironquant.fitting.noise import Noise, body_mask, estimate_noise, snr_per_echo, walled_mask
from ironquant.fitting.noise_residual import noise_from_residual
from ironquant.fitting.noise_scatter import noise_from_repeats
from ironquant.fitting.noisechoice import NoiseMethod, measure_noise
from ironquant.fitting.pixels import (
    PixelFits,
    RegionCurve,
    echo_curve,
    fit_pixels,
    region_curve,
    tissue_s0,
)
from ironquant.fitting.region import (
    RegionFit,
    RegionProblem,
    expected_signal,
    fit_region,
    require_magnitude_model,
)
from ironquant.fitting.regionmodels import RegionModels, fit_models
from ironquant.fitting.series import (
    background_noise,
    compute_maps,
    fit_series,
    forget_series,
    series_body,
    series_noise,
    series_tissue_s0,
)

__all__ = [
    "COMPARISON_ONLY",
    "MAGNITUDE_MODELS",
    "MODELS",
    "REASON_FLOOR",
    "MapValues",
    "Noise",
    "NoiseMethod",
    "PixelFits",
    "RegionCurve",
    "RegionFit",
    "RegionModels",
    "RegionProblem",
    "Residual",
    "background_noise",
    "body_mask",
    "chi_mean",
    "chi_table",
    "chosen_echoes",
    "compute_maps",
    "decay_of",
    "echo_curve",
    "estimate_noise",
    "expected_signal",
    "fast_rate",
    "fat_oscillation",
    "fat_seen",
    "fit",
    "fit_models",
    "fit_pixels",
    "fit_region",
    "fit_series",
    "forget_series",
    "kernels_on_disk",
    "map_values",
    "measure_noise",
    "models_to_fit",
    "noise_from_repeats",
    "noise_from_residual",
    "quartiles",
    "recommend",
    "region_curve",
    "remove_alternation",
    "require_magnitude_model",
    "require_model",
    "runs_test",
    "series_body",
    "series_noise",
    "series_tissue_s0",
    "snr_per_echo",
    "tissue_s0",
    "using_kernels",
    "walled_mask",
    "warm_up",
]
