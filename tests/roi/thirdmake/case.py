"""What every phantom hands over: the series as the program sees it, and the truth beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Acquisition, EchoSeries, Organ
from thirdmake.imaging import Protocol, Tissue


@dataclass(frozen=True, eq=False)
class Case:
    """One phantom.

    Attributes
    ----------
    kind : str
        ``heart``, ``abdomen`` or what else it shows.
    about : str
        A few words for lists of failures.
    plan : object
        All that was drawn.
    clean : ndarray
        The images without noise.
    masks : mapping of str to ndarray
        Truth per tissue, (slice, row, column).
    tissues : mapping of str to Tissue
    """

    kind: str
    about: str
    seed: int
    plan: object
    series: EchoSeries
    clean: NDArray[np.float32]
    masks: Mapping[str, NDArray[np.bool_]]
    tissues: Mapping[str, Tissue]

    @property
    def t2star_ms(self) -> dict[str, float]:
        """T2* per tissue."""
        return {name: tissue.t2star_ms for name, tissue in self.tissues.items()}

    @property
    def field_t(self) -> float:
        """Field of the scanner."""
        return float(self.series.acquisition.field_t or 0.0)

    @property
    def readable(self) -> bool:
        """Whether a reader could outline a septum: a dozen voxels of it on one slice."""
        return bool(self.masks["core"].sum(axis=(1, 2)).max(initial=0) >= 12)


def series_of(
    signal: NDArray[np.float32],
    protocol: Protocol,
    plane: NDArray[np.float64],
    axis: NDArray[np.float64],
    middle: NDArray[np.float64],
    guess: str | None,
    black: bool | None,
    rng: np.random.Generator,
) -> EchoSeries:
    """Return the echo series of images whose columns and rows run along `plane`, slices along `axis`."""
    affine = np.eye(4)
    affine[:3, 0] = plane[:, 0] * protocol.pixel_mm
    affine[:3, 1] = plane[:, 1] * protocol.pixel_mm
    affine[:3, 2] = axis * protocol.step_mm
    half = np.array([protocol.matrix / 2, protocol.matrix / 2, (len(signal) - 1) / 2])
    affine[:3, 3] = middle - affine[:3, :3] @ half
    return EchoSeries(
        "third",
        "1.2.3",
        "",
        signal,
        protocol.te_ms,
        affine,
        acquisition=Acquisition(
            field_t=protocol.field_t,
            slice_thickness_mm=protocol.slice_mm,
            black_blood=black if rng.random() < 0.6 else None,
        ),
        organ_guess=Organ(guess) if guess else None,
    )
