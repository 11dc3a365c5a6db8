"""The names of the fit models, known before any solver is loaded."""

from __future__ import annotations

from ironquant.core.errors import SettingsError

MAGNITUDE_MODELS = (
    *("mono", "truncation", "second-moment", "rician", "offset"),
    *("loglinear", "arlo", "biexp", "fat-water"),
)
"""Models that a series of magnitude images can be fitted with."""
MODEL_NAMES = (*MAGNITUDE_MODELS, "cse")


def require_model_name(name: str) -> None:
    """Refuse what is no model.

    Raises
    ------
    SettingsError
        ``model_unknown``.
    """
    if name not in MODEL_NAMES:
        raise SettingsError("model_unknown", name=str(name), known=", ".join(MODEL_NAMES))


def require_magnitude_name(name: str) -> None:
    """Refuse what is no model for magnitude images.

    Raises
    ------
    SettingsError
        ``model_unknown``, ``model_complex``.
    """
    require_model_name(name)
    if name not in MAGNITUDE_MODELS:
        raise SettingsError("model_complex", name=name, known=", ".join(MAGNITUDE_MODELS))
