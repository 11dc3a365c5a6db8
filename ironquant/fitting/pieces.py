"""Long rows of voxels in pieces."""

from __future__ import annotations

from collections.abc import Iterator

PIECE_VOXELS = 22_000
"""Of a piece with a row per echo: few enough for the cache, and so many that threads, which need the
interpreter between two calls of NumPy, seldom wait for each other."""


def pieces(count: int, size: int = PIECE_VOXELS) -> Iterator[slice]:
    """Return slices of so many voxels that cover `count` of them."""
    return (slice(start, start + size) for start in range(0, count, size))
