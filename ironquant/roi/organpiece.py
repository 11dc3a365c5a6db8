"""The piece of one tissue that looks most like an organ, over the slices of a transverse series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ironquant.core import EchoSeries, Organ
from ironquant.fitting import estimate_noise
from ironquant.resources import load_table
from ironquant.roi.abdomen import AbdomenSlice, Turn, find_abdomen, is_transverse
from ironquant.roi.tissues import Piece, describe, tissue_pieces

CLIPPED = 3.0
MIN_SIDE = 48


@dataclass(frozen=True, eq=False)
class Found:
    """A piece on its slice with its score (see ``resources/organ_pieces.toml``)."""

    index: int
    image: AbdomenSlice
    piece: Piece
    score: float


@dataclass(frozen=True, eq=False)
class Abdomen:
    """The pieces of all tissues on the slices of a series, and how the slices are turned."""

    turn: Turn
    pieces: tuple[tuple[int, AbdomenSlice, Piece, dict[str, float]], ...]

    def best(self, organ: Organ) -> list[Found]:
        """Return the likeliest piece of every slice, the likeliest slice first."""
        slices: dict[int, Found] = {}
        for index, image, piece, description in self.pieces:
            score = _score(organ, description)
            if index not in slices or score > slices[index].score:
                slices[index] = Found(index, image, piece, score)
        return sorted(slices.values(), key=lambda found: -found.score)


def look_into(series: EchoSeries) -> Abdomen | str:
    """Return the tissues of a transverse series, or the term code of why there are none."""
    if min(series.shape[1:]) < MIN_SIDE:
        return "image_too_small"
    if not is_transverse(series):
        return "not_transverse"
    turn = Turn.of(series)
    noise = estimate_noise(series.signal)
    slices = [(index, find_abdomen(series, index, turn, noise)) for index in range(series.shape[0])]
    if all(image is None for _, image in slices):
        return "no_body"
    return Abdomen(
        turn,
        tuple(
            (index, image, piece, describe(piece, image))
            for index, image in slices
            if image is not None
            for piece in tissue_pieces(image)
        ),
    )


def _score(organ: Organ, description: dict[str, float]) -> float:
    """Return the logistic sum of a description for an organ."""
    table = load_table("organ_pieces")
    total = float(table[str(organ)]["constant"])
    for name, value in description.items():
        scale, weight = table["description"][name], table[str(organ)][name]
        z = float(np.clip((value - scale["mean"]) / scale["sd"], -CLIPPED, CLIPPED))
        total += weight["line"] * z + weight["square"] * z * z
    return total
