"""Run other T2* fitting packages on a sample of voxels: rates and T2*.

``python run_peers.py IN.npz OUT.npz --threads N``: IN holds ``signal`` (voxel, echo) and ``te_ms``;
OUT gets ``t2star_ms:NAME`` for each peer that ran (NaN where it gave no number) and ``summary``, a JSON
text with what was run, seconds, voxels, version, or why it could not run.
"""

from __future__ import annotations

import argparse
import contextlib
import inspect
import io
import json
import os
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

REPEATS = 3
WARM_UP_VOXELS = 200
"""Starts worker processes and imports before the clock does."""

Array = np.ndarray
Fitter = Callable[[Array, Array], Array]


@dataclass(frozen=True)
class Peer:
    """One way of fitting by one package.

    Attributes
    ----------
    how : str
        The call and the choices made, as printed.
    voxels : int
        How many of the sample are fitted: enough for some seconds at its rate.
    load : callable
        Takes the number of threads, imports the package, returns the fit of (signal, te_ms).
    """

    name: str
    package: str
    how: str
    voxels: int
    load: Callable[[int], Fitter]


def load_ukat(method: str) -> Callable[[int], Fitter]:
    """Return the loader of ukat's T2Star; its process pool always takes every core."""

    def load(threads: int) -> Fitter:
        from ukat.mapping.t2star import T2Star

        def fit(signal: Array, te_ms: Array) -> Array:
            image = signal.astype(np.float64)[:, None, None, :]
            fitted = T2Star(image, te_ms, np.eye(4), method=method, multithread="auto")
            return positive(fitted.t2star_map.ravel())

        return fit

    return load


def load_tedana(fittype: str) -> Callable[[int], Fitter]:
    """Return the loader of tedana's decay fit, all echoes taken for good in every voxel."""

    def load(threads: int) -> Fitter:
        from tedana.decay import fit_decay

        def fit(signal: Array, te_ms: Array) -> Array:
            good_echoes = np.full(len(signal), len(te_ms))
            data = signal.astype(np.float64)
            return positive(fit_decay(data, te_ms, good_echoes, fittype, report=False, n_threads=threads)[0])

        return fit

    return load


def load_dosma(threads: int) -> Fitter:
    """Return DOSMA's fit, started from its own log-linear fit; it would round T2* to 0.1 ms."""
    if not hasattr(inspect, "getargspec"):  # gone since Python 3.11; DOSMA reads only ``args`` of it
        inspect.getargspec = inspect.getfullargspec  # type: ignore[attr-defined]
    from dosma.core.fitting import MonoExponentialFit
    from dosma.core.med_volume import MedicalVolume

    def fit(signal: Array, te_ms: Array) -> Array:
        volumes = [MedicalVolume(echo[:, None, None], np.eye(4)) for echo in signal.T.astype(np.float64)]
        workers = threads if threads > 1 and len(signal) > WARM_UP_VOXELS else 0
        fitter = MonoExponentialFit(
            tc0="polyfit", bounds=(0, 100), decimal_precision=None, num_workers=workers, chunksize=500
        )
        t2star, _ = fitter.fit(te_ms, volumes)
        return positive(np.asarray(t2star.volume).ravel())

    return fit


def load_curve_fit(threads: int) -> Fitter:
    """Return SciPy's `curve_fit` of this older environment, called plainly: no start values."""
    from scipy.optimize import curve_fit

    def decay(te_ms: Array, s0: float, rate: float) -> Array:
        return s0 * np.exp(-rate * te_ms)

    def fit(signal: Array, te_ms: Array) -> Array:
        rates = np.full(len(signal), np.nan)
        for index, curve in enumerate(signal.astype(np.float64)):
            with contextlib.suppress(RuntimeError):
                rates[index] = curve_fit(decay, te_ms, curve)[0][1]
        return positive(1.0 / rates)

    return fit


PEERS = (
    Peer(
        "older scipy curve_fit", "scipy", "curve_fit(decay, te, curve), start (1, 1)", 4_000, load_curve_fit
    ),
    Peer("ukat 2p_exp", "ukat", "T2Star(method='2p_exp'), its process pool", 4_000, load_ukat("2p_exp")),
    Peer("ukat loglin", "ukat", "T2Star(method='loglin'), one process", 10_000, load_ukat("loglin")),
    Peer(
        "tedana curvefit",
        "tedana",
        "fit_decay(fittype='curvefit', n_threads)",
        4_000,
        load_tedana("curvefit"),
    ),
    Peer("tedana loglin", "tedana", "fit_decay(fittype='loglin')", 200_000, load_tedana("loglin")),
    Peer(
        "DOSMA",
        "dosma",
        "MonoExponentialFit(tc0='polyfit', decimal_precision=None, num_workers)",
        12_000,
        load_dosma,
    ),
)


def positive(t2star_ms: Array) -> Array:
    """Return T2* with NaN in place of what the package returns for a fit that failed (0, negative, ∞)."""
    values = np.array(t2star_ms, dtype=np.float64)
    values[~(np.isfinite(values) & (values > 0))] = np.nan
    return values


def run_peer(peer: Peer, signal: Array, te_ms: Array, threads: int) -> tuple[dict[str, Any], Array | None]:
    """Time one peer (median of three after a warm call) and return its summary and T2*."""
    summary: dict[str, Any] = {"name": peer.name, "how": peer.how}
    signal = signal[: peer.voxels]
    try:
        fit = peer.load(threads)
        summary["version"] = version(peer.package)
        fit(signal[:WARM_UP_VOXELS], te_ms)
        seconds = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            t2star = fit(signal, te_ms)
            seconds.append(time.perf_counter() - start)
    except Exception as error:  # a peer that fails in whatever way is told and does not stop the others
        return summary | {"failed": f"{type(error).__name__}: {error}"[:200]}, None
    return summary | {"voxels": len(signal), "seconds": statistics.median(seconds)}, t2star


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--limit", type=int, default=None, help="at most this many voxels per peer")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    warnings.simplefilter("ignore")
    with np.load(options.source) as sample:
        signal, te_ms = sample["signal"][: options.limit], sample["te_ms"]
    summaries, arrays = [], {}
    for peer in PEERS:
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            summary, t2star = run_peer(peer, signal, te_ms, options.threads)
        summaries.append(summary)
        if t2star is not None:
            arrays[f"t2star_ms:{peer.name}"] = t2star
    np.savez(options.target, summary=json.dumps(summaries), **arrays)


if __name__ == "__main__":
    main()
