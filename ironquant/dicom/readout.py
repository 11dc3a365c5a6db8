"""Bipolar read-outs: every other echo is read backwards, so odd and even echoes differ.

Told by the header where it says so, and by the images: the logarithm of the magnitude of every bright
place is a smooth curve plus a term that changes its sign from echo to echo. Fat oscillates too, nearly
so where the echoes are in and out of phase with it; but never purely, and not everywhere. So the places
that such a curve describes best are asked. (The phase of bipolar read-outs is a matter of complex fits:
``fitting/bipolar.py``.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Finding
from ironquant.dicom.opening import Opener
from ironquant.resources import load_table

_MIN_ECHOES = 5
_MEDIAN_ERROR = 1.2533 * 1.4826
"""Standard error of a median over the median absolute deviation / √n (normal distribution)."""
_SIGNIFICANT = 4.0
_SEARCHED_BYTES = 1 << 20


def alternation(signal: NDArray[np.float32], te_ms: Sequence[float]) -> float | None:
    """Return by how much the odd echoes exceed the even ones.

    Parameters
    ----------
    signal : ndarray, shape (slice, row, column, echo)
        Magnitude.
    te_ms : sequence of float

    Returns
    -------
    float or None
        Ratio of odd to even echoes minus 1; 0 where it is not told from noise. None with fewer than
        five echoes, or too few places that stay above the noise for as many.
    """
    rules = load_table("vendors")["read_out"]
    blocks = _blocks(signal, rules["block"])
    bright = blocks[blocks[:, 0] > rules["bright"] * np.percentile(blocks[:, 0], 99.0)]
    # As many echoes as enough places hold well above the noise.
    lasting = np.minimum.accumulate(bright, axis=-1) > rules["lasting"] * bright[:, :1]
    enough = lasting.sum(axis=0) >= max(rules["min_places"], rules["min_share"] * len(bright))
    n_echoes = int(enough.sum())
    if n_echoes < _MIN_ECHOES:
        return None
    curves = np.log(bright[lasting[:, n_echoes - 1], :n_echoes])
    te = np.asarray(te_ms[:n_echoes]) / te_ms[n_echoes - 1]
    sign = np.where(np.arange(n_echoes) % 2 == 0, 1.0, -1.0)
    design = np.stack([np.ones(n_echoes), te, te**2, sign], axis=-1)
    solution = curves @ np.linalg.pinv(design).T
    misfit = np.sum((curves - solution @ design.T) ** 2, axis=-1)
    n_best = max(rules["min_places"], int(rules["best_share"] * len(curves)))
    halves = solution[np.argsort(misfit, kind="stable")[:n_best], 3]
    half = float(np.median(halves))
    error = float(np.median(np.abs(halves - half))) * _MEDIAN_ERROR / np.sqrt(len(halves))
    return float(np.expm1(2.0 * half)) if abs(half) > _SIGNIFICANT * error else 0.0


def _blocks(signal: NDArray[np.float32], side: int) -> NDArray[np.float64]:
    """Return the mean signal of squares of pixels by echo; the pixels themselves in a small image."""
    n_slices, n_rows, n_columns, n_echoes = signal.shape
    side = side if min(n_rows, n_columns) >= 8 * side else 1
    rows, columns = n_rows // side, n_columns // side
    cut = signal[:, : rows * side, : columns * side].reshape(n_slices, rows, side, columns, side, n_echoes)
    return np.asarray(cut.mean(axis=(2, 4), dtype=np.float64).reshape(-1, n_echoes))


def read_out_findings(
    signal: NDArray[np.float32],
    te_ms: Sequence[float],
    *,
    words: str,
    path: Path | None,
) -> tuple[Finding, ...]:
    """Return ``bipolar_readout`` (the header says so) and ``odd_even_difference`` (the images show it).

    Parameters
    ----------
    words : str
        Description and protocol.
    path : Path or None
        A DICOM file of the train.
    """
    rules = load_table("vendors")["read_out"]
    ratio = alternation(signal, te_ms)
    percent = 100.0 * abs(ratio or 0.0)
    found = []
    if _header_says(rules, words, path):
        found.append(Finding("bipolar_readout", "info"))
    if percent >= rules["told_percent"]:
        found.append(Finding("odd_even_difference", "warning", {"percent": percent}))
    return tuple(found)


def _header_says(rules: dict[str, Any], words: str, path: Path | None) -> bool:
    if any(re.search(pattern, words.lower()) for pattern in rules["words"]):
        return True
    if path is None:
        return False
    try:
        with Opener() as opener, opener.open(path) as source:  # protocols stand before the pixels, as text
            start = source.handle.read(_SEARCHED_BYTES)
    except Exception:  # archives raise many kinds on damaged members
        return False
    return any(re.search(pattern.encode("ascii"), start) for pattern in rules["protocol"])
