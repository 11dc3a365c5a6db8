"""Atomic writing: temporary file beside the target, fsync, rename."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from ironquant.core.errors import OutputError

_REPLACE_ATTEMPTS = 5
_REPLACE_WAIT_S = 0.1


def write_atomic(path: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` fill a temporary file, then move it to `path` in one step.

    Parameters
    ----------
    path : Path
        Target; its folder is made if missing.
    write : callable
        Gets the temporary path, which ends like `path` (``….nii.gz`` stays ``….nii.gz``).

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    OutputError
        ``output_not_written`` with file and reason; the old file, if any, is untouched.
    """
    temporary = path.with_name(f".{os.getpid()}.tmp.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        _replace(temporary, path)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return path


def write_bytes_atomic(path: Path, data: bytes) -> Path:
    """Write `data` to `path` in one step; see `write_atomic`."""

    def write(temporary: Path) -> None:
        temporary.write_bytes(data)

    return write_atomic(path, write)


def remove_file(path: Path) -> None:
    """Remove a file if it is there.

    Raises
    ------
    OutputError
        ``output_not_written`` if it may not be removed or is held open.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(path, error) from error


def remove_folder(path: Path) -> None:
    """Remove a folder with all that is in it, if it is there.

    Raises
    ------
    OutputError
        ``output_not_written`` if something in it may not be removed or is held open.
    """
    try:
        shutil.rmtree(path)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> OutputError:
    return OutputError("output_not_written", file=str(path), reason=error.strerror or type(error).__name__)


def _replace(source: Path, target: Path) -> None:
    """Rename, again after a moment where a virus scanner or viewer holds the target (Windows)."""
    for attempt in range(_REPLACE_ATTEMPTS):
        try:
            source.replace(target)
            return
        except PermissionError:
            if attempt == _REPLACE_ATTEMPTS - 1:
                raise
            time.sleep(_REPLACE_WAIT_S * 2**attempt)
