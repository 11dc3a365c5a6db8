"""Long rows of voxels in pieces whose arrays stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

PIECE_VOXELS = 22_000
"""Of a piece of a few arrays with a row per echo."""


def pieces(count: int, size: int = PIECE_VOXELS) -> Iterator[slice]:
    """Return slices of so many voxels that cover `count` of them."""
    return (slice(start, start + size) for start in range(0, count, size))
