"""Bipolar read-outs: every other echo is read backwards, so odd and even echoes differ.

Told by the header where it says so, and by the images: the logarithm of the magnitude of every bright
pixel is a smooth curve plus a term that changes its sign from echo to echo. Fat does the like where the
echoes are in and out of phase, but only in pixels that hold both water and fat; a read-out does it to
nearly all. (Its phase is a matter of complex fits: ``fitting/bipolar.py``.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Finding
from ironquant.resources import load_table

_MIN_ECHOES = 4
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
        Ratio of odd to even echoes minus 1, the median over the bright pixels; 0 where the pixels do not
        agree in its sign. None with fewer than four echoes or too few pixels above the noise.
    """
    rules = load_table("vendors")["read_out"]
    first = signal[..., 0]
    bright = signal[first > rules["bright"] * np.percentile(first, 99.0)].astype(np.float64)
    needed = max(rules["min_pixels"], rules["min_share"] * len(bright))
    # As many echoes as enough pixels hold well above the noise.
    lasting = np.minimum.accumulate(bright, axis=-1) > rules["lasting"] * bright[:, :1]
    counts = lasting.sum(axis=0)
    n_echoes = int(np.sum(counts >= needed))
    if n_echoes < _MIN_ECHOES:
        return None
    pixels = np.log(bright[lasting[:, n_echoes - 1], :n_echoes])
    te = np.asarray(te_ms[:n_echoes]) / te_ms[n_echoes - 1]
    odd = np.where(np.arange(n_echoes) % 2 == 0, 1.0, -1.0)
    design = np.stack([np.ones(n_echoes), te, te**2, odd], axis=-1)
    half = (pixels @ np.linalg.pinv(design).T)[:, 3]
    middle = float(np.median(half))
    agree = float(np.mean(half * middle > 0))
    return float(np.expm1(2.0 * middle)) if agree >= rules["agree"] else 0.0


def read_out_findings(
    signal: NDArray[np.float32], te_ms: Sequence[float], words: str, path: Path | None
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
    percent = None if ratio is None else 100.0 * abs(ratio)
    found = []
    if _header_says(rules, words, path):
        found.append(Finding("bipolar_readout", "info"))
    if percent is not None and percent >= rules["told_percent"]:
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
