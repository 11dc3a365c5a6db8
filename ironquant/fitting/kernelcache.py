"""What Numba keeps of the compiled kernels on disk, and whether it is of these sources.

Numba compiles a function anew when the file of that function changes. But a kernel contains the functions
that it calls, and those in other files may change as well. So a stamp of all sources lies beside what was
made from them, and what other sources have left is removed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from ironquant.core import OutputError, write_bytes_atomic

SOURCES = Path(__file__).parent / "kernels"
STAMP = "ironquant-kernels.sha256"


def holds(function: str) -> bool:
    """Whether a kernel of these sources, as ``file.function``, seems to lie on disk."""
    return any(_stamped(folder) and any(folder.glob(f"{function}-*.nbi")) for folder in _folders())


def renew() -> None:
    """Remove what other sources have left, before anything is loaded."""
    for folder in _folders():
        if not _stamped(folder):
            for path in _kept(folder):
                with suppress(OSError):
                    path.unlink()


def stamp() -> None:
    """Say of what has been compiled since `renew` that it is of these sources."""
    for folder in _folders():
        if not _stamped(folder) and any(_kept(folder)):
            with suppress(OutputError):
                write_bytes_atomic(folder / STAMP, digest().encode())


@lru_cache(maxsize=1)
def digest() -> str:
    """Return a checksum of all sources of the kernels."""
    total = hashlib.sha256()
    for path in sorted(SOURCES.glob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _folders() -> Iterator[Path]:
    """Yield where Numba keeps them: beside the sources, or in what ``NUMBA_CACHE_DIR`` names."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named:
        yield from Path(named).glob(f"{SOURCES.name}_*")
    else:
        yield SOURCES / "__pycache__"


def _kept(folder: Path) -> Iterator[Path]:
    """Yield the files of Numba that were made from the kernels."""
    for source in SOURCES.glob("*.py"):
        yield from folder.glob(f"{source.stem}.*.nb[ci]")


def _stamped(folder: Path) -> bool:
    try:
        return (folder / STAMP).read_text(encoding="utf-8") == digest()
    except (OSError, ValueError):
        return False
