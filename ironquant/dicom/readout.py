"""Bipolar read-outs: every other echo is read backwards, so odd and even echoes differ.

Told by the header where it says so, and by the images: the logarithm of the magnitude of every bright
place is a smooth curve plus a term that changes its sign from echo to echo. Fat does the like where the
echoes are in and out of phase, but only where it is, and its sign is known from the echo times; a
read-out does it everywhere. So the places that fat touches least are asked. (The phase of bipolar
read-outs is a matter of complex fits: ``fitting/bipolar.py``.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import GAMMA_MHZ_PER_T, Finding
from ironquant.resources import load_table

_MIN_ECHOES = 4
_SEARCHED_BYTES = 1 << 20


def alternation(
    signal: NDArray[np.float32], te_ms: Sequence[float], field_t: float | None = None
) -> float | None:
    """Return by how much the odd echoes exceed the even ones.

    Parameters
    ----------
    signal : ndarray, shape (slice, row, column, echo)
        Magnitude.
    te_ms : sequence of float
    field_t : float or None
        Tells what fat does to the echoes.

    Returns
    -------
    float or None
        Ratio of odd to even echoes minus 1; 0 where it is not told from noise or fat. None with fewer
        than four echoes or too few places above the noise.
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
    te = np.asarray(te_ms[:n_echoes])
    sign = np.where(np.arange(n_echoes) % 2 == 0, 1.0, -1.0)
    design = np.stack([np.ones(n_echoes), te, te**2, sign], axis=-1)
    solve = np.linalg.pinv(design)
    halves = curves @ solve[3]
    freedom = max(n_echoes - design.shape[1], 1)
    spread = np.sqrt(np.sum((curves - curves @ solve.T @ design.T) ** 2, axis=-1) / freedom)
    error = float(np.median(spread) * np.linalg.norm(solve[3]))
    edges = np.percentile(halves, [rules["edge"], 100.0 - rules["edge"]])
    low, high = float(edges[0]) + error, float(edges[1]) - error
    if field_t is not None:  # fat draws to one side only
        low = high = low if float(_fat(te, field_t) @ solve[3]) > 0 else high
    half = low if low > error else high if high < -error else 0.0
    return float(np.expm1(2.0 * half))


def _blocks(signal: NDArray[np.float32], side: int) -> NDArray[np.float64]:
    """Return the mean of squares of pixels, by echo; single pixels of a small image."""
    n_slices, n_rows, n_columns, n_echoes = signal.shape
    side = side if min(n_rows, n_columns) >= 8 * side else 1
    rows, columns = n_rows // side, n_columns // side
    cut = signal[:, : rows * side, : columns * side].reshape(n_slices, rows, side, columns, side, n_echoes)
    return np.asarray(cut.mean(axis=(2, 4), dtype=np.float64).reshape(-1, n_echoes))


def _fat(te_ms: NDArray[np.float64], field_t: float) -> NDArray[np.float64]:
    """Return the part of the main peak of fat that is in phase with water."""
    spectrum = load_table("fat_spectra")["liver"]
    ppm = spectrum["ppm"][int(np.argmax(spectrum["amplitude"]))]
    return np.asarray(np.cos(2e-3 * np.pi * ppm * GAMMA_MHZ_PER_T * field_t * te_ms))


def read_out_findings(
    signal: NDArray[np.float32],
    te_ms: Sequence[float],
    *,
    field_t: float | None,
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
    ratio = alternation(signal, te_ms, field_t)
    percent = 100.0 * abs(ratio or 0.0)
    found = []
    if _header_says(rules, words, path):
        found.append(Finding("bipolar_readout", "info"))
    if percent >= rules["told_percent"]:
        severity: Any = "warning" if percent >= rules["warned_percent"] else "info"
        found.append(Finding("odd_even_difference", severity, {"percent": percent}))
    return tuple(found)


def _header_says(rules: dict[str, Any], words: str, path: Path | None) -> bool:
    if any(re.search(pattern, words.lower()) for pattern in rules["words"]):
        return True
    if path is None:
        return False
    try:
        with path.open("rb") as handle:  # the vendors' protocols stand before the pixels, as plain text
            start = handle.read(_SEARCHED_BYTES)
    except OSError:
        return False
    return any(re.search(pattern.encode("ascii"), start) for pattern in rules["protocol"])
