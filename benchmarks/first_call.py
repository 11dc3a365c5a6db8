"""What the first fit in a new process costs; run as a script, it is that process."""

from __future__ import annotations

import compileall
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

COMPILE_LIMIT_S = 300.0
PACKAGES = (
    "ironquant",
    "numba",
    "llvmlite",
    "numpy",
    "scipy",
    "yaml",
    "cffi",
    "pycparser",
    "charset_normalizer",
)
"""What a first fit may import; Numba looks for the last four."""


@dataclass(frozen=True)
class FirstCall:
    """Seconds of a new process.

    Attributes
    ----------
    cache : {"cold", "warm"}
        Whether the compile cache on disk was empty.
    import_s, first_s, second_s : float
        `ironquant.fit` with what it loads beyond NumPy; the first fit of the volume; the next one.
    ready_s : float
        From the start of the import to when the compiled kernels were known to be ready (looked at
        after the second fit).
    """

    model: str
    cache: str
    import_s: float
    first_s: float
    second_s: float
    ready_s: float

    @property
    def wait_s(self) -> float:
        """What a user waits for the first answer."""
        return self.import_s + self.first_s


def first_calls(
    model: str, sigma: float | None, matrix: int, slices: int, threads: int
) -> tuple[FirstCall, FirstCall]:
    """Time two new processes: compile cache empty, then as the first left it."""
    write_bytecode()
    request = json.dumps(
        {"model": model, "sigma": sigma, "matrix": matrix, "slices": slices, "threads": threads}
    )
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, str(Path(__file__).resolve()), request]
        environment = os.environ | {"NUMBA_CACHE_DIR": cache}
        cold, warm = (
            json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout)
            for _ in range(2)
        )
    return FirstCall(model, "cold", **cold), FirstCall(model, "warm", **warm)


@cache
def write_bytecode() -> None:
    """Compile the imported packages to bytecode, as installers like pip do and others leave undone.

    Else, where ``PYTHONDONTWRITEBYTECODE`` is set, every process would do that anew.
    """
    for name in PACKAGES:
        spec = find_spec(name)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            compileall.compile_dir(folder, quiet=2, workers=0)


def measure(model: str, sigma: float | None, matrix: int, slices: int, threads: int) -> dict[str, float]:
    """Return the seconds of this process; the volume is drawn before the clock starts."""
    from volume import EVEN_TE_MS, build_volume

    volume = build_volume(EVEN_TE_MS, matrix, slices)
    start = time.perf_counter()
    import ironquant

    fit = ironquant.fit
    moments = [time.perf_counter()]
    for _ in range(2):
        fit(volume.signal, volume.te_ms, model=model, sigma=sigma, mask=volume.mask, threads=threads)
        moments.append(time.perf_counter())
    # The cold process leaves a complete cache to the warm one only if the compiler can finish.
    from ironquant.fitting import warm_up

    warm_up(COMPILE_LIMIT_S)
    imported, first, second = moments
    return {
        "import_s": imported - start,
        "first_s": first - imported,
        "second_s": second - first,
        "ready_s": time.perf_counter() - start,
    }


if __name__ == "__main__":
    print(json.dumps(measure(**json.loads(sys.argv[1]))))
