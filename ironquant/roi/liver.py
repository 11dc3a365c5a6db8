"""Propose the liver parenchyma in transverse images.

1. Gates: a transverse plane, one body as wide as a trunk and wider than deep.
2. Each pixel gets two features: brightness at the first echo (coil shading taken out) and decay,
   both smoothed. Liver is the largest tissue of one kind on the patient's right: the mode of the
   features there, wherever iron puts it.
3. Pixels near the mode, opened; the largest piece. Vessels (pixels unlike the parenchyma) and the
   rim are left out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.morphology import convex_hull_image

from ironquant.core import EchoSeries, Organ
from ironquant.fitting import Noise, body_mask, estimate_noise, fast_rate
from ironquant.roi.masks import region_from_mask
from ironquant.roi.proposal import Proposal, refusal

PROPOSER = "ironquant-liver-1"

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

TRANSVERSE = 0.8
TRUNK_WIDTH_MM = (140.0, 520.0)
TRUNK_ASPECT = 1.1
"""A trunk is wider than deep; a head or a bottle is not."""
TRUNK_IN_ONE_PIECE = 0.7
TRUNK_SOLIDITY = 0.9
MIRRORED = 0.75
"""More than this share of the mirrored piece alike: a uniform object, not a liver."""
WALL_OF_WIDTH = 0.055
"""Skin, fat and muscle in front of the liver, as a share of the body's width."""
RIGHT_PART = 0.6
LEFT_LIMIT = 0.68
"""Share of the width beyond which the spleen begins, which without iron looks like the liver."""
BIN = 0.04
MODE_WIDTH = 0.14
"""Scatter of log features within one tissue, for finding the mode."""
FEATURE_REACH = 3.0
LEAST_SPREAD = (0.13, 0.08)
SMOOTH_MM = 2.5
RIM_MM = 4.5
CLOSE_MM = 6.0
OPEN_OF_WIDTH = 0.028
SPINE_ACROSS, SPINE_BEHIND = (0.36, 0.64), 0.62
"""Where spine and back muscles lie, as shares of the body's width and depth."""
LEAST_CM2 = 8.0
LIVER_OF_BODY = (0.03, 0.45)
OUTLIER_MADS = 3.5
MIN_CONFIDENCE = 0.35


def propose_liver(series: EchoSeries) -> Proposal:
    """Propose the parenchyma of the liver.

    Parameters
    ----------
    series : EchoSeries
        Transverse images.

    Returns
    -------
    Proposal
        On the slice with the best confidence and area; or the reason why there is none.
    """
    if min(series.shape[1:]) < 48:
        return refusal(Organ.LIVER, "image_too_small")
    normal = np.cross(series.affine[:3, 0], series.affine[:3, 1])
    if abs(normal[2]) / np.linalg.norm(normal) < TRANSVERSE:
        return refusal(Organ.LIVER, "not_transverse")
    turn, turn_back, spacing = _orientation(series)
    noise = estimate_noise(series.signal)
    reason, best = "no_body", (0.0, 0.0)
    whole = np.zeros(series.shape, dtype=bool)
    for index in range(series.shape[0]):
        image = turn(series.signal[index].astype(np.float64))
        body = _trunk(image, spacing)
        if body is None:
            continue
        reason = "no_liver_seen"
        found = _find_liver(image, body, spacing, noise, series.te_ms)
        if found is None:
            continue
        mask, confidence = found
        rank = confidence * float(np.sqrt(mask.sum()))
        if confidence >= MIN_CONFIDENCE and rank > best[0]:
            best = (rank, confidence)
            whole[:] = False
            whole[index] = turn_back(mask)
    if not whole.any():
        return refusal(Organ.LIVER, reason)
    confidence = round(best[1], 2)
    region = region_from_mask(
        whole, series, Organ.LIVER, "parenchyma", source="auto", proposer=PROPOSER, confidence=confidence
    )
    return Proposal(Organ.LIVER, region, best[1])


def _orientation(
    series: EchoSeries,
) -> tuple[Callable[[Array], Array], Callable[[Mask], Mask], tuple[float, float]]:
    """Return how to turn a slice so that rows run to the back and columns to the patient's left."""
    column, row = series.affine[:3, 0], series.affine[:3, 1]
    swap = abs(column[0]) < abs(row[0])
    if swap:
        column, row = row, column
    flip_columns, flip_rows = column[0] < 0, row[1] < 0
    spacing = (float(np.linalg.norm(row)), float(np.linalg.norm(column)))

    def turn(image: Array) -> Array:
        turned = np.swapaxes(image, 0, 1) if swap else image
        turned = turned[::-1] if flip_rows else turned
        return turned[:, ::-1] if flip_columns else turned

    def turn_back(mask: Mask) -> Mask:
        turned = mask[:, ::-1] if flip_columns else mask
        turned = turned[::-1] if flip_rows else turned
        return np.swapaxes(turned, 0, 1) if swap else turned

    return turn, turn_back, spacing


def _trunk(image: Array, spacing: tuple[float, float]) -> Mask | None:
    """Return the body if it is one piece with the measures of a trunk."""
    body = body_mask(np.sqrt(np.mean(image**2, axis=-1)))
    labels, count = ndimage.label(body)
    if count == 0:
        return None
    sizes = ndimage.sum_labels(body, labels, np.arange(1, count + 1))
    trunk = labels == int(np.argmax(sizes)) + 1
    rows, columns = np.flatnonzero(trunk.any(axis=1)), np.flatnonzero(trunk.any(axis=0))
    depth, width = np.ptp(rows) * spacing[0], np.ptp(columns) * spacing[1]
    in_one_piece = sizes.max() >= TRUNK_IN_ONE_PIECE * sizes.sum()
    if (
        not in_one_piece
        or not TRUNK_WIDTH_MM[0] <= width <= TRUNK_WIDTH_MM[1]
        or width < TRUNK_ASPECT * depth
    ):
        return None
    if trunk.sum() < TRUNK_SOLIDITY * convex_hull_image(trunk).sum():
        return None
    return np.asarray(trunk)


def _find_liver(
    image: Array, body: Mask, spacing: tuple[float, float], noise: Noise | None, te_ms: tuple[float, ...]
) -> tuple[Mask, float] | None:
    """Return the parenchyma on one slice with a confidence, or None."""
    columns = np.flatnonzero(body.any(axis=0))
    first_column, width = int(columns[0]), int(np.ptp(columns)) + 1
    inside = ndimage.distance_transform_edt(body, sampling=spacing) > WALL_OF_WIDTH * width * spacing[1]
    across = (np.arange(image.shape[1]) - first_column) / width
    inside &= ~_spine(body, across)
    reach = (across < LEFT_LIMIT)[None, :]
    open_mm = OPEN_OF_WIDTH * width * spacing[1]
    features = np.stack(_features(image, body, spacing, noise, np.asarray(te_ms)))
    right = inside & (across < RIGHT_PART)
    if right.sum() * spacing[0] * spacing[1] / 100.0 < LEAST_CM2:
        return None
    likely = np.exp(-0.5 * ((across - 0.27) / 0.18) ** 2)[None, :] * np.ones(body.shape)
    centre = _mode(features[:, right], likely[right])
    spread = _spread(features[:, right], centre)
    similar = _similar(features, centre, spread) & inside
    piece = _main_piece(similar & reach, likely, spacing, open_mm)
    if piece is None:
        return None
    # Once found, the organ's own shading is taken out and the pixels are judged again.
    shading = _trend(features[0], piece)
    features[0] -= shading - centre[0]
    centre = np.median(features[:, piece], axis=1)
    spread = _spread(features[:, piece], centre)
    similar = _similar(features, centre, spread) & inside
    piece = _main_piece(similar & reach, likely, spacing, open_mm)
    if piece is None or _mirrored_share(similar, piece, first_column, width) > MIRRORED:
        return None
    mask = _without_outliers(_without_rim(piece, spacing), image, shading)
    area_cm2 = mask.sum() * spacing[0] * spacing[1] / 100.0
    share = piece.sum() / body.sum()
    if area_cm2 < LEAST_CM2 or not LIVER_OF_BODY[0] <= share <= LIVER_OF_BODY[1]:
        return None
    rows = np.flatnonzero(body.any(axis=1))
    behind = (np.arange(body.shape[0]) - rows[0]) / (np.ptp(rows) + 1)
    return mask, _confidence(mask, piece, across, behind, share, spread)


def _spine(body: Mask, across: Array) -> Mask:
    rows = np.flatnonzero(body.any(axis=1))
    behind = (np.arange(body.shape[0]) - rows[0]) / (np.ptp(rows) + 1) > SPINE_BEHIND
    middle = (across > SPINE_ACROSS[0]) & (across < SPINE_ACROSS[1])
    return np.asarray(behind[:, None] & middle[None, :])


def _features(
    image: Array, body: Mask, spacing: tuple[float, float], noise: Noise | None, te: Array
) -> tuple[Array, Array]:
    """Return log brightness at the first echo and log decay rate, both smoothed."""
    # The median keeps bright vessels from bleeding into a black liver.
    smooth = _disk(SMOOTH_MM, spacing)
    median = np.stack(
        [ndimage.median_filter(image[..., echo], footprint=smooth) for echo in range(image.shape[-1])],
        axis=-1,
    )
    floor = noise.floor**2 if noise else 0.0
    signal = np.sqrt(np.maximum(median**2 - floor, 0.05 * floor + 1e-12 * median.max() ** 2))
    wide = [40.0 / size for size in spacing]
    weight = np.maximum(ndimage.gaussian_filter(body.astype(np.float64), wide), 1e-3)
    shading = ndimage.gaussian_filter(np.log(signal[..., 0]) * body, wide) / weight
    brightness = np.log(signal[..., 0]) - 0.5 * shading
    rate = np.clip(fast_rate(signal, te), 0.0, 2.0 / te[0])
    return brightness, np.log(rate + 0.02)


def _mode(features: Array, weight: Array) -> Array:
    """Return the most common pair of features, shape (2,)."""
    edges = [
        np.arange(low - 2 * BIN, high + 3 * BIN, BIN)
        for low, high in (np.percentile(feature, [1.0, 99.5]) for feature in features)
    ]
    counts, *_ = np.histogram2d(features[0], features[1], bins=edges, weights=weight)
    peak = np.unravel_index(np.argmax(ndimage.gaussian_filter(counts, MODE_WIDTH / BIN)), counts.shape)
    return np.array([edge[at] + 0.5 * BIN for edge, at in zip(edges, peak, strict=True)])


def _spread(features: Array, centre: Array) -> Array:
    """Return the scatter of the tissue around its centre: from the nearest pixels outwards."""
    least = np.array(LEAST_SPREAD)
    spread = 2.0 * least
    for _ in range(5):
        distance = np.abs(features - centre[:, None])
        near = np.all(distance < 2.5 * spread[:, None], axis=0)
        if not near.any():
            break
        spread = np.clip(1.4826 * np.median(distance[:, near], axis=1) * 1.1, least, 4.0 * least)
    return spread


def _similar(features: Array, centre: Array, spread: Array) -> Mask:
    away = (features - centre[:, None, None]) / spread[:, None, None]
    return np.asarray(np.sum(away**2, axis=0) < FEATURE_REACH**2)


def _trend(feature: Array, mask: Mask) -> Array:
    """Return a quadratic surface through a feature over a mask."""
    rows, columns = (axis / max(feature.shape) for axis in np.indices(feature.shape))
    terms = np.stack([np.ones_like(rows), rows, columns, rows**2, rows * columns, columns**2], axis=-1)
    solution, *_ = np.linalg.lstsq(terms[mask], feature[mask], rcond=None)
    surface = terms @ solution
    return np.asarray(np.clip(surface, surface[mask].min(), surface[mask].max()))


def _main_piece(similar: Mask, likely: Array, spacing: tuple[float, float], open_mm: float) -> Mask | None:
    """Return the piece of similar pixels with most weight; thin bridges cut, specks filled."""
    cleaned = ndimage.binary_closing(ndimage.median_filter(similar, size=3), iterations=1) | similar
    # Vessels leave holes, which must not break the organ apart when it is opened.
    solid = ndimage.binary_closing(cleaned, _disk(CLOSE_MM, spacing))
    opened = ndimage.binary_opening(solid, _disk(open_mm, spacing))
    labels, count = ndimage.label(opened)
    if count == 0:
        return None
    weight = ndimage.sum_labels(likely * cleaned, labels, np.arange(1, count + 1))
    return np.asarray((labels == int(np.argmax(weight)) + 1) & cleaned)


def _mirrored_share(similar: Mask, piece: Mask, first_column: int, width: int) -> float:
    """Return how much of the piece, mirrored to the patient's left, is of the same kind."""
    rows, columns = np.nonzero(piece)
    mirrored = np.clip(2 * first_column + width - 1 - columns, 0, piece.shape[1] - 1)
    return float(np.mean(similar[rows, mirrored]))


def _without_rim(piece: Mask, spacing: tuple[float, float]) -> Mask:
    """Take off the rim and one pixel around every hole, and crumbs."""
    solid = ndimage.binary_fill_holes(ndimage.binary_closing(piece, _disk(2.5, spacing)))
    core = ndimage.distance_transform_edt(np.pad(solid, 1), sampling=spacing)[1:-1, 1:-1] > RIM_MM
    holes = ndimage.binary_opening(solid & ~piece, iterations=1) | (
        solid & ~ndimage.binary_closing(piece, iterations=1)
    )
    mask = core & piece & ~ndimage.binary_dilation(holes, iterations=1)
    labels, count = ndimage.label(ndimage.binary_opening(mask, _disk(2.5, spacing)))
    if count == 0:
        return np.zeros_like(mask)
    sizes = ndimage.sum_labels(mask, labels, np.arange(1, count + 1))
    return np.asarray(np.isin(labels, np.flatnonzero(sizes >= 0.15 * sizes.max()) + 1) & mask)


def _without_outliers(mask: Mask, image: Array, shading: Array) -> Mask:
    """Take out small vessels: pixels (and their neighbours) unlike the rest, in unsmoothed images.

    Both tails are cut alike, so that noise alone does not shift what remains.
    """
    odd = np.zeros_like(mask)
    for part in (image[..., 0], np.sqrt(np.mean(image[..., 1:] ** 2, axis=-1))):
        even = part / np.exp(shading)
        for _ in range(2):
            values = even[mask & ~odd]
            if values.size == 0:
                return mask
            middle = np.median(values)
            scatter = 1.4826 * np.median(np.abs(values - middle))
            odd |= np.abs(even - middle) > OUTLIER_MADS * scatter
    return np.asarray(mask & ~ndimage.binary_dilation(odd & mask, np.ones((3, 3), dtype=bool)))


def _disk(radius_mm: float, spacing: tuple[float, float]) -> Mask:
    reach = [max(1, round(radius_mm / size)) for size in spacing]
    rows, columns = np.ogrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    return np.asarray((rows / (reach[0] + 0.5)) ** 2 + (columns / (reach[1] + 0.5)) ** 2 <= 1.0)


def _confidence(mask: Mask, piece: Mask, across: Array, behind: Array, share: float, spread: Array) -> float:
    """Rate place, nearness to the right wall, size, evenness and how solid the region is."""
    columns = np.broadcast_to(across, mask.shape)
    rows = np.broadcast_to(behind[:, None], mask.shape)
    outermost = float(np.percentile(columns[piece], 2))
    solid = piece.sum() / ndimage.binary_fill_holes(piece).sum()
    parts = (
        float(np.clip((0.54 - columns[mask].mean()) / 0.12, 0.0, 1.0)),
        float(np.clip((0.40 - abs(rows[mask].mean() - 0.48)) / 0.15, 0.0, 1.0)),
        float(np.clip((0.30 - outermost) / 0.12, 0.0, 1.0)),
        float(np.clip((share - LIVER_OF_BODY[0]) / 0.07, 0.0, 1.0)),
        float(np.clip((LIVER_OF_BODY[1] - share) / 0.1, 0.0, 1.0)),
        float(np.clip(1.3 - 0.15 * np.max(spread / np.array(LEAST_SPREAD)), 0.0, 1.0)),
        float(np.clip((solid - 0.5) / 0.35, 0.0, 1.0)),
    )
    return float(np.prod(parts) ** 0.5)
