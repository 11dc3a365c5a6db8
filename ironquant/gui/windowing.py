"""Presets of window and level: from the table of the package to the two limits of an image."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ironquant.resources import load_table

AUTO = "auto"


@dataclass(frozen=True)
class WindowPreset:
    """How a window is taken from the images; see ``resources/windows.toml``."""

    name: str
    key: str
    echo: str
    percentiles: tuple[float, float]
    width: float = 1.0

    def limits(self, signal: NDArray[np.floating], shown: int) -> tuple[float, float]:
        """Return what is black and what is white.

        Parameters
        ----------
        signal : ndarray, shape (row, column, echo)
            One slice.
        shown : int
            Index of the echo that is shown.
        """
        echo = {"first": 0, "last": -1, "shown": shown}[self.echo]
        positive = signal[..., echo][signal[..., echo] > 0]
        low, high = (float(v) for v in np.percentile(positive, self.percentiles)) if len(positive) else (0, 1)
        if high <= low:
            high = low + 1.0
        level, half = 0.5 * (low + high), 0.5 * (high - low) * self.width
        return level - half, level + half


@cache
def window_presets() -> dict[str, WindowPreset]:
    """Return the presets by name, in the order of the menu."""
    rows = load_table("windows")["preset"]
    made = (WindowPreset(**{**row, "percentiles": tuple(row["percentiles"])}) for row in rows)
    return {preset.name: preset for preset in made}
