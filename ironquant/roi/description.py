"""What tells an organ from other pieces of one tissue: place, size, form, evenness, and what is around it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ironquant.roi.abdomen import AbdomenSlice
from ironquant.roi.hull import hull_area
from ironquant.roi.tissues import Piece

ENDS = (3, 97)
"""Percentiles that stand for the ends of a piece."""
USUAL_WIDTH_MM = 300.0


def describe(piece: Piece, image: AbdomenSlice) -> dict[str, float]:
    """Return the description of a piece.

    An organ lies among other tissues; test objects and their inserts meet air, and lungs fill a chest with
    gas. No trunk is a box, and none is round.
    """
    mask, body = piece.solid, image.body
    across, behind = image.across[mask], image.behind[mask]
    rightmost, leftmost = np.percentile(across, ENDS)
    front, back = np.percentile(behind, ENDS)
    shell, right, dark = image.shell, image.right_half, image.black
    first, last = image.columns
    height, width = np.ptp(np.flatnonzero(body.any(axis=1))) + 1, last - first + 1
    rows, cols = np.nonzero(mask)
    mirrored = np.clip(first + last - cols, 0, mask.shape[1] - 1)
    around = ndimage.binary_dilation(mask, iterations=2) & ~mask
    inscribed = float(ndimage.distance_transform_edt(mask).max())
    return {
        "across": float(across.mean()),
        "behind": float(behind.mean()),
        "rightmost": float(rightmost),
        "leftmost": float(leftmost),
        "front": float(front),
        "back": float(back),
        "share": float(np.log(mask.sum() / body.sum())),
        "of_right": float((mask & right).sum() / max(1, right.sum())),
        "solidity": float(len(rows) / max(len(rows), hull_area(mask))),
        "holes": float(1.0 - piece.mask.sum() / mask.sum()),
        "own": float(mask.sum() / max(1, (piece.similar | mask).sum())),
        "shell": float((piece.similar & shell).sum() / max(1, shell.sum())),
        "mirrored": float(np.mean(piece.similar[rows, mirrored])),
        "spread": float(np.log(piece.spread)),
        "level": float(np.clip(piece.level, -2.0, 1.0)),
        "depth": float(np.percentile(image.depth[mask], 10)),
        "airy": float(dark[around].mean()) if around.any() else 0.0,
        "gas": float((dark & body).sum() / body.sum()),
        "compact": float(np.pi * inscribed**2 / mask.sum()),
        "body_fill": float(body.sum() / (height * width)),
        "body_aspect": float(height / width),
        "body_width": float(np.log(width * image.pixel_mm / USUAL_WIDTH_MM)),
    }
