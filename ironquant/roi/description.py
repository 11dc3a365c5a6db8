"""What tells an organ from other pieces of one tissue: place, size, form, evenness, and what is around it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ironquant.roi.abdomen import AbdomenSlice
from ironquant.roi.hull import Hull
from ironquant.roi.tissues import Piece

ENDS = (3, 97)
"""Percentiles that stand for the ends of a piece."""
USUAL_WIDTH_MM = 300.0
MARGIN = 2
"""Pixels in which what lies around a piece is looked at."""


def describe(piece: Piece, image: AbdomenSlice) -> dict[str, float]:
    """Return the description of a piece.

    An organ lies among other tissues; test objects and their inserts meet air, and lungs fill a chest with
    gas. No trunk is a box, and none is round.
    """
    mask, area = piece.solid, int(piece.solid.sum())
    rows, cols = np.nonzero(mask)
    (rightmost, leftmost), (front, back) = np.percentile(
        np.stack([image.across[mask], image.behind[mask]]), ENDS, axis=1
    ).T
    first, last = image.columns
    width = last - first + 1
    mirrored = np.clip(first + last - cols, 0, mask.shape[1] - 1)
    # All that matters lies in the box around the piece.
    box = tuple(slice(max(0, at.min() - MARGIN), at.max() + MARGIN + 1) for at in (rows, cols))
    near, dark = mask[box], image.black[box]
    around = ndimage.binary_dilation(near, iterations=MARGIN) & ~near
    inscribed = float(ndimage.distance_transform_edt(near).max())
    return {
        "across": float(image.across[mask].mean()),
        "behind": float(image.behind[mask].mean()),
        "rightmost": float(rightmost),
        "leftmost": float(leftmost),
        "front": float(front),
        "back": float(back),
        "share": float(np.log(area / image.body_area)),
        "of_right": float((mask & image.right_half).sum() / max(1, image.right_half.sum())),
        "solidity": float(area / max(area, Hull.of(mask).area)),
        "holes": float(1.0 - piece.mask.sum() / area),
        "own": float(area / max(1, (piece.similar | mask).sum())),
        "shell": float((piece.similar & image.shell).sum() / max(1, image.shell.sum())),
        "mirrored": float(np.mean(piece.similar[rows, mirrored])),
        "spread": float(np.log(piece.spread)),
        "level": float(np.clip(piece.level, -2.0, 1.0)),
        "depth": float(np.percentile(image.depth[mask], 10)),
        "airy": float(dark[around].mean()) if around.any() else 0.0,
        "gas": float((image.black & image.body).sum() / image.body_area),
        "compact": float(np.pi * inscribed**2 / area),
        "body_fill": float(image.body_area / (image.body_height * width)),
        "body_aspect": float(image.body_height / width),
        "body_width": float(np.log(width * image.pixel_mm / USUAL_WIDTH_MM)),
    }
