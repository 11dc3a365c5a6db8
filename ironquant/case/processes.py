"""Whether a process runs, and locks that the system takes back when it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import ctypes
    import msvcrt

    _QUERY, _STILL_ACTIVE = 0x1000, 259
    _ACCESS_DENIED = 5

    def is_alive(pid: int) -> bool:
        """Whether a process of this number runs on this machine."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        process = kernel.OpenProcess(_QUERY, False, pid)
        if not process:
            return ctypes.get_last_error() == _ACCESS_DENIED
        code = ctypes.c_ulong()
        told = kernel.GetExitCodeProcess(ctypes.c_void_p(process), ctypes.byref(code))
        kernel.CloseHandle(ctypes.c_void_p(process))
        return not told or code.value == _STILL_ACTIVE

    def _locked(handle: BinaryIO) -> bool:
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def is_alive(pid: int) -> bool:
        """Whether a process of this number runs on this machine."""
        if pid <= 0:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return True

    def _locked(handle: BinaryIO) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def held_file(path: Path) -> BinaryIO | None:
    """Make a file if it is not there, and hold it until it is closed or this process ends in any way.

    Returns
    -------
    file or None
        None if another process holds it, or this one already does.
    """
    handle = path.open("ab")
    if _locked(handle):
        return handle
    handle.close()
    return None
