"""Compiles kernels in a process of its own: the compiler holds the interpreter's lock, and would slow ours.

What it compiles it leaves in Numba's cache on disk. It is told their names, line by line, answers each
when it is done, yields to everything else on the machine, and ends with the process that started it.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

PATIENT = 5
"""By which its niceness is raised, where the system knows such a thing."""


class KernelMaker:
    """The other process; it is started when something is to be compiled."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._closed = threading.Event()
        if not sys.executable or getattr(sys, "frozen", False):  # no interpreter that could be started
            self._closed.set()

    def make(self, name: str) -> bool:
        """Have a kernel (of `compiled.KERNELS`) compiled; return whether it was."""
        if self._closed.is_set():
            return False
        done = False
        with suppress(OSError, ValueError):  # it could not be started, has ended, or is ended now
            if self._process is None:
                self._process = _started()
                if self._closed.is_set():
                    self.close()
            given, answers = self._process.stdin, self._process.stdout
            if given is not None and answers is not None:
                given.write(f"{name}\n")
                given.flush()
                done = answers.readline().strip() == name
        if not done:
            self.close()
        return done

    def close(self) -> None:
        """End it, whatever it does; also while another thread waits for it."""
        self._closed.set()
        if self._process is not None:
            with suppress(OSError), self._process:
                self._process.kill()


def _started() -> subprocess.Popen[str]:
    import subprocess

    quiet: dict[str, Any] = {}
    if sys.platform == "win32":
        quiet["creationflags"] = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return subprocess.Popen(
        # -P: no module of the folder that the user happens to be in
        [sys.executable, "-P", "-m", "ironquant.fitting.kernelmaker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # Ctrl+C is for the one that started it
        **quiet,
    )


def _compile(name: str) -> None:
    from ironquant.fitting import kernelcache

    for part in importlib.import_module("ironquant.fitting.kernels").PARTS[name]:
        part()
        kernelcache.stamp()


def _serve() -> None:
    """Compile what standard input names, and end at once where that ends."""
    with suppress(AttributeError, OSError):
        os.nice(PATIENT)

    def work(name: str) -> None:
        try:
            _compile(name)
            print(name, flush=True)
        except Exception:
            os._exit(1)  # nobody reads what went wrong: the other process compiles for itself

    for line in sys.stdin:
        threading.Thread(target=work, args=(line.strip(),), daemon=True).start()
    os._exit(0)


if __name__ == "__main__":
    _serve()
