"""Tell the tissues of a slice apart by their decay curves, and name the pieces that each forms.

1. Features of a coarse pixel: log signal at the first echo and the log ratios of the later echoes to it.
   Where noise drowns an echo its log stays at the noise: a black liver is a tissue of its own.
2. Modes: where the features of many pixels gather (mean shift). Iron, fat and water put them anywhere.
3. Pixels near a mode and not nearer to another, opened: the pieces of that tissue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.roi.abdomen import WALL, AbdomenSlice

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Lighting = Callable[[AbdomenSlice], Array]

LEVEL_SPREAD, RATIO_SPREAD = (0.09, 0.30), (0.045, 0.25)
"""Least and largest scatter (SD of logs) of one tissue: brightness, which coils shade, and ratios."""
SHADING_STEPS = (0.4, 0.25, 0.15)
"""SD of log brightness within which tissues are taken for one while the shading is measured."""
LEAST_SURE = 0.3
SLOPE_PIXELS, SLOPE_HELD = 5, 2e-5
"""Shading from brightness so many coarse pixels apart; how much the surface is held."""
OUTLYING = 2.0
"""Differences beyond so many median ones are borders rather than shading …"""
OUTLIERS_COUNT = (1.0, 1.0, 1.0, 1.0, 4.0, 4.0, 4.0, 4.0)
"""… and count by this power of how far: at first as in a sum of absolute values, which has one minimum."""
SEEDS, SHIFTS = 60, 6
SCALES = (1.0, 2.0)
"""Every tissue is tried as narrow as its mode, and wider: noise, fat and iron scatter as they like."""
MERGED = 1.5
REACH = 3.0
"""A pixel is like a tissue up to this many SDs."""
CLOSE, OPEN = 2, 0.028
"""Gaps up to twice so many coarse pixels are closed; bridges to twice this share of the body's width cut."""
MOST_PIECES = 3
ALIKE = 0.93
"""Two rough pieces that share so much are one."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A connected piece of one tissue.

    Attributes
    ----------
    mask : ndarray of bool
        On the coarse grid; vessels leave holes.
    solid : ndarray of bool
        The same without holes.
    similar : ndarray of bool
        All of the slice that is of this tissue.
    spread : float
        Scatter of its features over the least one.
    level : float
        Log of its brightness over the body's.
    rival : ndarray, shape (row, column)
        Distance to the nearest other tissue, in its SDs.
    """

    mask: Mask
    solid: Mask
    similar: Mask
    spread: float
    level: float
    rival: Array


@dataclass(frozen=True, eq=False)
class Tissues:
    """The tissues of a slice: features of its pixels and the rough pieces that gather around modes."""

    image: AbdomenSlice
    features: Array
    pieces: tuple[Piece, ...]
    least_share: float

    @classmethod
    def of(
        cls,
        image: AbdomenSlice,
        least_share: float,
        scales: Sequence[float] = SCALES,
        lit: Lighting | None = None,
    ) -> Tissues:
        """Find them, every tissue as wide as its mode times each of the scales.

        Parameters
        ----------
        least_share : float
            Of the body that a piece worth naming fills.
        lit : callable, optional
            How the coil shading is taken out; by default `lit_by_tissues`.
        """
        features = (lit or lit_by_tissues)(image)
        samples = features[image.body]
        modes = _modes(samples[image.evenly], 1.3 * _least(features.shape[-1]))
        spreads = np.stack([_spread(samples, mode) for mode in modes])
        away = np.stack([_distance(features, *own) for own in zip(modes, spreads, strict=True)])
        pieces: list[Piece] = []
        known: list[NDArray[np.float32]] = []
        for number, mode in enumerate(modes):
            apart = _distance(modes, mode, spreads[number])
            for scale in scales:
                rival = scale * away[apart > 2.0 * scale].min(axis=0, initial=np.inf)
                similar = (away[number] < np.minimum(REACH * scale, rival)) & image.body
                for solid in _solid_pieces(similar & (image.depth > WALL), image, least_share):
                    flat = solid[image.body].astype(np.float32)
                    if not _alike(flat, known):
                        known.append(flat)
                        pieces.append(_piece(solid, similar, mode, spreads[number], rival, samples))
        return cls(image, features, tuple(pieces), least_share)

    def refined(self, piece: Piece) -> Piece | None:
        """Take out the piece's own shading and judge all pixels again."""
        image, own = self.image, self.features.copy()
        seed = piece.mask if piece.mask.sum() > 20 else piece.solid
        own[..., 0] -= trend(own[..., 0], seed) - np.median(own[..., 0][seed])
        centre = np.median(own[seed], axis=0)
        spread = _spread(own[seed], centre)
        away = _distance(own, centre, spread)
        similar = (away < np.minimum(REACH, piece.rival)) & image.body
        found = _solid_pieces(similar & (image.depth > WALL), image, self.least_share)
        if not found:
            return None
        solid = max(found, key=lambda other: int((other & piece.solid).sum()))
        return _piece(solid, similar, centre, spread, piece.rival, self.features[image.body])


def _alike(mask: NDArray[np.float32], others: list[NDArray[np.float32]]) -> bool:
    """Tell whether a flat mask of ones and zeros is nearly one of others."""
    if not others:
        return False
    stack = np.stack(others)
    common = stack @ mask
    return bool(np.any(common >= ALIKE * (stack.sum(axis=1) + mask.sum() - common)))


def _piece(solid: Mask, similar: Mask, mode: Array, spread: Array, rival: Array, samples: Array) -> Piece:
    relative = float(np.sqrt(np.mean((spread / _least(len(spread))) ** 2)))
    level = float(mode[0] - np.median(samples[:, 0]))
    return Piece(solid & similar, ndimage.binary_fill_holes(solid), similar, relative, level, rival)


def lit_by_tissues(image: AbdomenSlice) -> Array:
    """Return log signal at the first echo, coil shading taken out, and log ratios to it; last axis.

    The shading is what is left of brightness when each pixel's tissue is known. Where only brightness tells
    a large organ from its neighbours, it takes the organ for shading: see `lit_by_slopes`.
    """
    features, surface = _features(image), _surface(image)
    # Tissues first told apart by their decay, then more and more by brightness, leave the shading.
    for level_spread in SHADING_STEPS:
        samples = features[image.body]
        widths = np.array([level_spread, *[RATIO_SPREAD[0] * 1.3] * (samples.shape[1] - 1)])
        modes = _modes(samples[image.evenly], widths)
        away = np.stack([_distance(samples, mode, widths) for mode in modes])
        nearest = np.argmin(away, axis=0)
        rest = samples[:, 0] - modes[nearest, 0]
        sure = (away.min(axis=0) < REACH) & (image.logs[image.body][:, 0] > image.dark)
        if sure.sum() < LEAST_SURE * len(sure):
            break
        terms = surface[image.body][sure]
        solution = np.linalg.solve(
            terms.T @ terms + 0.002 * len(terms) * np.eye(terms.shape[1]), terms.T @ rest[sure]
        )
        shade = surface @ solution
        features[..., 0] -= shade - np.mean(shade[image.body])
    return features


def lit_by_slopes(image: AbdomenSlice) -> Array:
    """Return the same features, the shading seen in how brightness changes within a few pixels.

    Borders of tissues change it more than coils do, and are left out as outliers. Little is taken out where
    tissues are small and many; but no organ is taken for shading.
    """
    features, surface = _features(image), _surface(image)
    lit = image.body & (image.logs[..., 0] > image.dark)
    both = [_first(lit, axis) & _second(lit, axis) for axis in (0, 1)]

    def change(values: Array) -> Array:
        steps = (_second(values, axis) - _first(values, axis) for axis in (0, 1))
        return np.concatenate([step[use] for step, use in zip(steps, both, strict=True)])

    changes, terms = change(features[..., 0]), change(surface)
    if len(changes) <= terms.shape[1]:
        return features
    held = SLOPE_HELD * len(terms) * np.eye(terms.shape[1])
    solution: Array = np.zeros(terms.shape[1])
    for power in OUTLIERS_COUNT:
        rest = changes - terms @ solution
        scatter = OUTLYING * max(float(np.median(np.abs(rest))), 1e-6)
        weighted = terms.T * (1.0 + (rest / scatter) ** 2) ** (-0.5 * power)
        solution = np.asarray(np.linalg.solve(weighted @ terms + held, weighted @ changes))
    shade = surface @ solution
    features[..., 0] -= shade - np.mean(shade[image.body])
    return features


def _first(values: NDArray[Any], axis: int) -> NDArray[Any]:
    return np.swapaxes(values, 0, axis)[:-SLOPE_PIXELS]


def _second(values: NDArray[Any], axis: int) -> NDArray[Any]:
    return np.swapaxes(values, 0, axis)[SLOPE_PIXELS:]


def _features(image: AbdomenSlice) -> Array:
    logs = image.smooth_logs
    return np.concatenate([logs[..., :1], logs[..., 1:] - logs[..., :1]], axis=-1)


def _surface(image: AbdomenSlice) -> Array:
    """Return the terms of a cubic surface over the body."""
    x, y = 2.0 * image.across - 1.0, 2.0 * image.behind - 1.0
    terms = [x**i * y**j for i in range(4) for j in range(4 - i) if i + j]
    return np.stack(terms, axis=-1)


def _least(count: int) -> Array:
    return np.array([LEVEL_SPREAD[0], *[RATIO_SPREAD[0]] * (count - 1)])


def _largest(count: int) -> Array:
    return np.array([LEVEL_SPREAD[1], *[RATIO_SPREAD[1]] * (count - 1)])


def _modes(points: Array, widths: Array) -> Array:
    """Return where features gather, the fullest first, shape (mode, feature); points lie evenly."""
    seeds = points[:SEEDS]
    for _ in range(SHIFTS):
        seeds = _kernel(seeds, points, widths, points)
    density = _kernel(seeds, points, widths, None)
    seeds = seeds[np.argsort(-density, kind="stable")]
    apart = np.stack([_distance(seeds, seed, widths) for seed in seeds]) > MERGED
    kept: list[int] = []
    for at in range(len(seeds)):
        if apart[at, kept].all():
            kept.append(at)
    return np.asarray(seeds[kept])


def _kernel(seeds: Array, points: Array, widths: Array, values: Array | None) -> Array:
    """Return the mean of the values near every seed, or how many points are near."""
    weighted = _weights(len(widths)) ** 0.5 / widths
    a, b = seeds * weighted, points * weighted
    squares = np.sum(a**2, axis=1)[:, None] + np.sum(b**2, axis=1) - 2.0 * a @ b.T
    weight = np.exp(-0.5 * np.maximum(squares, 0.0))
    if values is None:
        return np.asarray(weight.sum(axis=1))
    return np.asarray(weight @ values / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12))


def _weights(count: int) -> Array:
    """Return what each feature counts: the ratios together (decay and fat) as much as two."""
    return np.array([1.0, *[2.0 / max(1, count - 1)] * (count - 1)])


def _spread(samples: Array, mode: Array) -> Array:
    """Return the scatter of a tissue around its mode: from the nearest pixels outwards."""
    least, largest = _least(len(mode)), _largest(len(mode))
    spread = 1.5 * least
    for _ in range(4):
        distance = np.abs(samples - mode)
        near = distance**2 @ (_weights(len(mode)) / spread**2) < 9.0
        if near.sum() < 10:
            break
        spread = np.clip(1.4826 * np.median(distance[near], axis=0) * 1.1, least, largest)
    return spread


def _distance(features: Array, mode: Array, spread: Array) -> Array:
    weights = _weights(features.shape[-1]) / spread**2
    return np.asarray(np.sqrt((features - mode) ** 2 @ weights))


def _solid_pieces(similar: Mask, image: AbdomenSlice, least_share: float) -> list[Mask]:
    """Return the largest pieces, thin bridges cut, vessels filled."""
    if not similar.any():
        return []
    radius = max(1, round(OPEN * np.ptp(image.columns)))
    box = _box(similar, CLOSE + radius)
    near = similar[box]
    solid = ndimage.binary_closing(_majority(near) | near, _disk(CLOSE))
    labels, count = ndimage.label(ndimage.binary_opening(solid, _disk(radius)))
    if count == 0:
        return []
    sizes = np.bincount(labels.ravel())[1:]
    fullest = np.argsort(-sizes)[:MOST_PIECES]
    found = []
    for at in fullest[sizes[fullest] >= least_share * image.body_area]:
        mask = np.zeros_like(similar)
        mask[box] = labels == at + 1
        found.append(mask)
    return found


def _box(mask: Mask, margin: int) -> tuple[slice, ...]:
    """Return the box around a mask and a margin, within the image."""
    used = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return tuple(slice(max(0, at[0] - margin), at[-1] + margin + 1) for at in used)


def _majority(mask: Mask) -> Mask:
    """Return where most of 3 × 3 pixels are True, the edge doubled: a median filter, in less time."""
    padded = np.pad(mask.astype(np.uint8), 1, mode="symmetric")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:] >= 5)


def trend(feature: Array, mask: Mask) -> Array:
    """Return a quadratic surface through a feature over a mask, within its range there."""
    rows, columns = (axis / max(feature.shape) for axis in np.indices(feature.shape))
    terms = np.stack([np.ones_like(rows), rows, columns, rows**2, rows * columns, columns**2], axis=-1)
    solution, *_ = np.linalg.lstsq(terms[mask], feature[mask], rcond=None)
    surface = terms @ solution
    return np.asarray(np.clip(surface, surface[mask].min(), surface[mask].max()))


def _disk(radius: int) -> Mask:
    rows, columns = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(rows**2 + columns**2 <= (radius + 0.4) ** 2)
