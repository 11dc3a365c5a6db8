"""The piece of one tissue that looks most like an organ, over the slices of a transverse series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from ironquant.core import EchoSeries, Organ
from ironquant.fitting import Noise, background_noise, estimate_noise
from ironquant.resources import load_table
from ironquant.roi.abdomen import AbdomenSlice, Array, Turn, find_abdomen, is_transverse
from ironquant.roi.description import describe
from ironquant.roi.tissues import Lighting, Piece, Tissues, lit_by_slopes, lit_by_tissues

CLIPPED = 3.0
"""Entries of a description count as far as so many SDs from the mean."""
MIN_SIDE = 48
FINE_PIXELS, ROUGH_PIXELS = 90, 40
"""The body is this many pixels wide where tissues are told apart, and where slices are chosen."""
ROUGH_SCALES = (1.0,)
"""Slices are chosen by tissues as narrow as their modes."""
LEAST_SHARE = {Organ.LIVER: 0.015, Organ.SPLEEN: 0.006}
"""The least share of the body that a piece fills: a slice of a spleen may be a hundredth of a stout one."""
MOST_SLICES, MOST_LOOKED_AT = 2, 4
LOOKS: tuple[tuple[Lighting, float], ...] = ((lit_by_tissues, 0.0), (lit_by_slopes, 1.0))
"""How shading is taken out, the second where the first shows no organ; what that takes off the scores."""
AS_LIKELY, SURE = 1.0, 3.0
"""Scores (logits) that differ by less, or that are all as high, are taken for equal."""
AS_LARGE = 0.5
"""Slices that show so much of what the fullest does are taken for equal: none lies at the organ's end."""
REFINED = 5
"""So many of the likeliest rough pieces of a slice are drawn in full."""


@dataclass(frozen=True, eq=False)
class Found:
    """A piece on its slice with its score (see ``resources/organ_pieces.toml``)."""

    index: int
    image: AbdomenSlice
    piece: Piece
    score: float


@dataclass(frozen=True, eq=False)
class Abdomen:
    """The slices of a series that are looked at, the place of its middle, and how the slices are turned."""

    turn: Turn
    slices: tuple[tuple[int, AbdomenSlice], ...]
    middle: float

    def best(self, organ: Organ) -> Iterator[Found]:
        """Yield the likeliest piece of every slice, the likeliest slice first; then those of another look."""
        for lit, less in LOOKS:
            pieces = [_likeliest(organ, index, image, lit, less) for index, image in self.slices]
            yield from _ordered([piece for piece in pieces if piece is not None], self.middle)


def _ordered(found: list[Found], middle: float) -> list[Found]:
    """Return the likeliest first; of those about as likely, and not far less full, the one amidst."""
    least = _least_of([own.score for own in found])
    areas = [int(own.piece.mask.sum()) for own in found]
    full = AS_LARGE * max(
        (area for own, area in zip(found, areas, strict=True) if own.score >= least), default=0
    )
    order = sorted(
        (-min(own.score, least), -min(area, full), abs(own.index - middle), at)
        for at, (own, area) in enumerate(zip(found, areas, strict=True))
    )
    return [found[at] for *_, at in order]


def _least_of(scores: Sequence[float]) -> float:
    """Return the score from which on scores are as good as the best."""
    return min(max(scores, default=-np.inf) - AS_LIKELY, SURE)


@dataclass(frozen=True, eq=False)
class Scale:
    """Names, means and SDs of the entries of a description."""

    names: tuple[str, ...]
    mean: Array
    sd: Array

    def standard(self, description: dict[str, float]) -> Array:
        """Return the entries in SDs from the mean."""
        values = np.array([description[name] for name in self.names])
        return np.clip((values - self.mean) / self.sd, -CLIPPED, CLIPPED)


@dataclass(frozen=True, eq=False)
class Net:
    """Network of one hidden layer, shapes (unit, entry), (unit,), (unit,) and a number."""

    hidden: Array
    bias: Array
    out: Array
    constant: float

    def score(self, standard: Array) -> float:
        """Return its logit."""
        return float(np.tanh(self.hidden @ standard + self.bias) @ self.out + self.constant)


def _likeliest(organ: Organ, index: int, image: AbdomenSlice, lit: Lighting, less: float) -> Found | None:
    tissues = Tissues.of(image, LEAST_SHARE[organ], lit=lit)
    rough = sorted(tissues.pieces, key=lambda piece: -_score(organ, piece, image))[:REFINED]
    pieces = [piece for piece in map(tissues.refined, rough) if piece is not None]
    if not pieces:
        return None
    scores = [_score(organ, piece, image) - less for piece in pieces]
    # Of pieces about as likely the largest: a lobe looks like a liver too.
    least = _least_of(scores)
    likely = [at for at, score in enumerate(scores) if score >= least]
    largest = max(likely, key=lambda at: int(pieces[at].mask.sum()))
    return Found(index, image, pieces[largest], scores[largest])


def look_into(series: EchoSeries, organ: Organ) -> Abdomen | str:
    """Return the slices of a transverse series, or the term code of why there are none.

    Of a stack only the slices that look most like the organ on rough pixels are returned; of a long one
    not all are looked at.
    """
    if min(series.shape[1:]) < MIN_SIDE:
        return "image_too_small"
    if not is_transverse(series):
        return "not_transverse"
    turn, middle = Turn.of(series), (series.shape[0] - 1) / 2
    step = max(1, series.shape[0] // MOST_SLICES)
    noise = background_noise(series) if step == 1 else estimate_noise(series.signal[::step])
    stride = -(-series.shape[0] // MOST_LOOKED_AT)
    chosen = list(range((stride - 1) // 2, series.shape[0], stride))
    if len(chosen) > MOST_SLICES:
        rough = _slices(series, chosen, turn, noise, ROUGH_PIXELS)
        scores = [_rough_score(organ, image) for _, image in rough]
        least = _least_of(scores)
        order = sorted(
            (-min(score, least), abs(index - middle), index)
            for score, (index, _) in zip(scores, rough, strict=True)
        )
        chosen = sorted(index for *_, index in order[:MOST_SLICES])
    slices = _slices(series, chosen, turn, noise, FINE_PIXELS)
    return Abdomen(turn, slices, middle) if slices else "no_body"


def _slices(
    series: EchoSeries, indices: Sequence[int], turn: Turn, noise: Noise | None, pixels: int
) -> tuple[tuple[int, AbdomenSlice], ...]:
    images = ((index, find_abdomen(series, index, turn, noise, pixels)) for index in indices)
    return tuple((index, image) for index, image in images if image is not None)


def _rough_score(organ: Organ, image: AbdomenSlice) -> float:
    tissues = Tissues.of(image, LEAST_SHARE[organ], ROUGH_SCALES)
    return max((_score(organ, piece, image) for piece in tissues.pieces), default=-np.inf)


def _score(organ: Organ, piece: Piece, image: AbdomenSlice) -> float:
    """Return the logit of how much a piece looks like an organ."""
    scale, net = _table(organ)
    return net.score(scale.standard(describe(piece, image)))


@cache
def _table(organ: Organ) -> tuple[Scale, Net]:
    table = load_table("organ_pieces")
    own = table[str(organ)]
    mean, sd, hidden, bias, out = (
        np.array(own[name], dtype=np.float64) for name in ("mean", "sd", "hidden", "bias", "out")
    )
    return Scale(tuple(table["names"]), mean, sd), Net(hidden, bias, out, float(own["constant"]))
