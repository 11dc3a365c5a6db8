"""The compiled kernels, without ever waiting for their compilation.

They are loaded in a background thread from Numba's cache on disk (below a second), into which another
process (`kernelmaker.py`) compiles them the first time on a machine (a minute or two). Until then, or where
Numba is missing, the NumPy solvers answer; both follow one algorithm and agree to about 1e-9 (at worst
1e-6). So that a report does not depend on whether they were ready, they are used for whole volumes and
while a region is dragged only.

Loading holds the interpreter's lock, and slows NumPy in other threads down several times; compiling takes a
core. So the first volume of a process either waits for kernels that are on disk, where that is quicker
than to do without, or it is fitted first and they are loaded afterwards; while it is fitted, none is
made that it does not wait for.
"""

from __future__ import annotations

import atexit
import importlib
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from ironquant.fitting import kernelcache
from ironquant.fitting.kernelmaker import KernelMaker

PATIENCE_S = 1.0
"""A volume waits at most this long for kernels that are only to be loaded; a region never waits."""
KERNELS: Mapping[str, str] = MappingProxyType(
    {
        "fit_clear": "clear._all",
        "fit_clear_offset": "offset._all",
        "solve_decay": "decay._decay",
        "solve_squares": "squares._fit",
        "solve_free_term": "freeterm._fit",
        "test_term": "freeterm._test",
        "solve_rician": "rician._march",
        "refine_two": "biexp._refine",
        "refine_fat": "fatwater._refine",
    }
)
"""Every kernel in the order in which they are made where none is asked for, and what of it Numba caches."""

_loaded: dict[str, Callable[..., Any]] = {}
_urgent: list[str] = []
_volumes: list[tuple[str, ...]] = []
_threads: list[threading.Thread] = []
_settled = threading.Event()
_leaving = threading.Event()
_changed = threading.Condition()
_use = threading.local()
_maker = KernelMaker()


def kernel(name: str) -> Callable[..., Any] | None:
    """Return one of `KERNELS` where kernels are wanted (`using_kernels`) and it is ready, else None."""
    return _loaded.get(name) if getattr(_use, "wanted", False) else None


@contextmanager
def using_kernels(wanted: bool = True) -> Iterator[None]:
    """Let the solvers use the compiled kernels, in this thread."""
    before, _use.wanted = getattr(_use, "wanted", False), wanted
    try:
        yield
    finally:
        _use.wanted = before


@contextmanager
def kernels_for_volume(names: tuple[str, ...], pay_at_once: bool) -> Iterator[None]:
    """Have the kernels loaded for the fit of a volume: before it or, where they are not, after it.

    Parameters
    ----------
    names : tuple of str
        Those that the fit uses; the others may follow later.
    pay_at_once : bool
        Whether it is quicker to load them and fit than to fit without.
    """
    begun = bool(_threads)
    with _changed:
        _volumes.append(names)
        _ask_for(names)
    try:
        if not ready(names) and (pay_at_once or begun) and on_disk(names):
            warm_up(PATIENCE_S, names)
        yield
    finally:
        with _changed:
            _volumes.remove(names)
            _changed.notify_all()
        warm_up()


def ready(names: Iterable[str] = KERNELS) -> bool:
    """Whether kernels (by default all) are loaded."""
    return all(name in _loaded for name in names)


def on_disk(names: Iterable[str] = KERNELS) -> bool:
    """Whether an earlier process seems to have left kernels (by default all) in Numba's cache."""
    return all(kernelcache.holds(KERNELS[name]) for name in names)


def warm_up(patience_s: float = 0.0, names: tuple[str, ...] = tuple(KERNELS)) -> bool:
    """Begin to load the kernels in the background; wait for some at most `patience_s` seconds.

    Parameters
    ----------
    names : tuple of str
        Those that are waited for, and that are loaded first where not all are.

    Returns
    -------
    bool
        Whether these are ready.
    """
    with _changed:
        if len(names) < len(KERNELS):
            _ask_for(names)
        if not _threads:
            _threads.append(threading.Thread(target=_load, name="ironquant-kernels", daemon=True))
            _threads[0].start()
        _changed.wait_for(lambda: _settled.is_set() or ready(names), patience_s)
    return ready(names)


def _ask_for(names: tuple[str, ...]) -> None:
    """Have the kernels that are missing made first; `_changed` is held."""
    missing = [name for name in names if name not in _loaded]
    _urgent[:] = [*missing, *(name for name in _urgent if name not in missing)]
    _changed.notify_all()


def compiling() -> bool:
    """Whether kernels are being loaded or compiled at this moment."""
    return any(thread.is_alive() for thread in _threads)


@atexit.register
def _leave() -> None:
    """Wait for the part that is being made here: the compiler aborts a process that ends under it."""
    with _changed:
        _leaving.set()
        _changed.notify_all()
    _maker.close()
    for thread in _threads:
        thread.join()


def _next_of(pending: list[str]) -> str:
    """Return which kernel to make; those that nobody waits for only when no volume is being fitted."""

    def urgent() -> str | None:
        return next((name for name in _urgent if name in pending), None)

    with _changed:
        _changed.wait_for(lambda: not _volumes or _leaving.is_set() or urgent() is not None)
        return urgent() or pending[0]


def _load() -> None:
    try:
        if not kernelcache.renew():
            return  # Numba would load what other sources have left.
        pending = list(KERNELS)
        while pending:
            name = _next_of(pending)
            pending.remove(name)
            if not on_disk((name,)):
                _maker.make(name)
            if _leaving.is_set():
                return
            module = importlib.import_module("ironquant.fitting.kernels")
            for make in module.PARTS[name]:
                if _leaving.is_set():
                    return
                make()
                kernelcache.stamp()
            with _changed:
                _loaded[name] = getattr(module, name)
                _changed.notify_all()
    except ImportError:
        pass  # Without Numba the NumPy solvers do all the work.
    finally:
        _maker.close()
        with _changed:
            _settled.set()
            _changed.notify_all()
