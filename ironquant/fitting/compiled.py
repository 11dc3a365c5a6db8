"""The compiled kernels, without ever waiting for their compilation.

They are loaded (from Numba's cache on disk, half a second) or compiled (the first time on a
machine, some seconds) in a background thread. Until then, or where Numba is missing, the NumPy
solvers answer; both follow one algorithm and agree to about 1e-9. So that a report does not depend
on whether they were ready, they are used for whole volumes and while a region is dragged only.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

PATIENCE_S = 0.3
"""A volume waits this long for kernels that are only to be loaded; a region never waits."""

_loaded: list[ModuleType] = []
_settled = threading.Event()
_lock = threading.Lock()
_threads: list[threading.Thread] = []


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


def _load() -> None:
    try:
        module = importlib.import_module("ironquant.fitting.kernels")
        module.prepare()
        _loaded.append(module)
    except ImportError:
        pass  # Without Numba the NumPy solvers do all the work.
    finally:
        _settled.set()
