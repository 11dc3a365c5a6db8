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
from tempfile import TemporaryFile

from ironquant.core import OutputError, write_bytes_atomic

SOURCES = Path(__file__).absolute().parent / "kernels"
STAMP = "ironquant-kernels.sha256"


def holds(function: str) -> bool:
    """Whether a kernel of these sources, as ``file.function``, seems to lie on disk."""
    return any(_stamped(folder) and any(folder.glob(f"{function}-*.nbi")) for folder in folders())


def renew() -> bool:
    """Remove what other sources have left, before anything is loaded; return whether Numba finds none of it.

    It looks in folders only that it may write to.
    """
    gone = True
    for folder in folders():
        if not _stamped(folder):
            for path in _kept(folder):
                try:
                    path.unlink()
                except OSError:
                    gone = gone and not _writable(folder)
    return gone


def stamp() -> None:
    """Say of what has been compiled since `renew` that it is of these sources."""
    for folder in folders():
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


def folders() -> Iterator[Path]:
    """Yield where Numba may keep them.

    In what ``NUMBA_CACHE_DIR`` names, beside the sources or, where nobody may write there, in the user's
    cache.
    """
    own = f"{SOURCES.name}_{hashlib.sha1(str(SOURCES).encode(), usedforsecurity=False).hexdigest()}"
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named:
        yield Path(named) / own
        return
    yield SOURCES / "__pycache__"
    # Not needed where the first is what is looked for.
    import platformdirs

    yield Path(platformdirs.user_cache_dir("numba", appauthor=False)) / own


def _kept(folder: Path) -> Iterator[Path]:
    """Yield the files of Numba that were made from the kernels."""
    for source in SOURCES.glob("*.py"):
        yield from folder.glob(f"{source.stem}.*.nb[ci]")


def _writable(folder: Path) -> bool:
    """Whether a file can be made there; what the system says of folders is not reliable everywhere."""
    try:
        with TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _stamped(folder: Path) -> bool:
    try:
        return (folder / STAMP).read_text(encoding="utf-8") == digest()
    except (OSError, ValueError):
        return False
