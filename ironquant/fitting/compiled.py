"""The compiled kernels, without ever waiting for their compilation.

They are loaded (from Numba's cache on disk, below a second) or compiled (the first time on a
machine, half a minute) in a background thread. Until then, or where Numba is missing, the NumPy
solvers answer; both follow one algorithm and agree to about 1e-9. So that a report does not depend
on whether they were ready, they are used for whole volumes and while a region is dragged only.

Loading and compiling hold the interpreter's lock, and slow NumPy in other threads down several times.
So the first volume of a process either waits for kernels that are on disk, where that is quicker
than to do without, or it is fitted first and they are loaded afterwards.
"""

from __future__ import annotations

import atexit
import importlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

PATIENCE_S = 1.0
"""A volume waits at most this long for kernels that are only to be loaded; a region never waits."""
_LAST_MADE = "fatwater"
"""File of the kernel that `kernels.prepare` makes last: once it is on disk, all are."""

_loaded: list[ModuleType] = []
_settled = threading.Event()
_lock = threading.Lock()
_threads: list[threading.Thread] = []
_leaving = threading.Event()
_use = threading.local()


def kernels() -> ModuleType | None:
    """Return the compiled kernels where they are wanted (`using_kernels`) and ready, else None."""
    return _loaded[0] if _loaded and getattr(_use, "wanted", False) else None


@contextmanager
def using_kernels(wanted: bool = True) -> Iterator[None]:
    """Let the solvers use the compiled kernels, in this thread."""
    before, _use.wanted = getattr(_use, "wanted", False), wanted
    try:
        yield
    finally:
        _use.wanted = before


@contextmanager
def kernels_for_volume(pay_at_once: bool) -> Iterator[None]:
    """Have the kernels loaded for the fit of a volume: before it or, where they are not, after it.

    Parameters
    ----------
    pay_at_once : bool
        Whether it is quicker to load them and fit than to fit without.
    """
    begun = bool(_threads)
    if not _loaded and (pay_at_once or begun) and on_disk():
        warm_up(PATIENCE_S)
    try:
        yield
    finally:
        warm_up()


def on_disk() -> bool:
    """Whether an earlier process seems to have left all kernels in Numba's cache.

    The cache of a folder that could be written to is looked at, and what ``NUMBA_CACHE_DIR`` names.
    """
    source = Path(__file__).parent / "kernels" / f"{_LAST_MADE}.py"
    named = os.environ.get("NUMBA_CACHE_DIR")
    folders = Path(named).glob("*") if named else (source.parent / "__pycache__",)
    try:
        since = source.stat().st_mtime
        return any(
            index.stat().st_mtime >= since
            for folder in folders
            for index in folder.glob(f"{_LAST_MADE}._refine-*.nbi")
        )
    except OSError:
        return False


def warm_up(patience_s: float = 0.0) -> bool:
    """Begin to load the kernels in the background; wait for them at most `patience_s` seconds.

    Returns
    -------
    bool
        Whether they are ready.
    """
    with _lock:
        if not _threads:
            _threads.append(threading.Thread(target=_load, name="ironquant-kernels", daemon=True))
            _threads[0].start()
    _settled.wait(patience_s)
    return bool(_loaded)


def compiling() -> bool:
    """Whether kernels are being loaded or compiled at this moment."""
    return any(thread.is_alive() for thread in _threads)


@atexit.register
def _leave() -> None:
    """Wait for the part that is being compiled: the compiler aborts a process that ends under it."""
    _leaving.set()
    for thread in _threads:
        thread.join()


def _load() -> None:
    try:
        module = importlib.import_module("ironquant.fitting.kernels")
        for _ in module.prepare():
            if _leaving.is_set():
                return
        _loaded.append(module)
    except ImportError:
        pass  # Without Numba the NumPy solvers do all the work.
    finally:
        _settled.set()
