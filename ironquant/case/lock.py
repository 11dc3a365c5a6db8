"""Who has a case open: a small file beside it, which works on network folders too.

The file is made in one step that only one can win. Whoever holds it writes into it every few seconds; its
time of change is then compared with that of a file just made in the same folder, so that the clock of the
file server alone counts. It is taken over from a process that is gone, or silent for too long.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import socket
import threading
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from ironquant.case.processes import is_alive
from ironquant.core import OutputError

HEARTBEAT_S = 10.0
STALE_S = 60.0
"""Six missed beats."""
_MOST_BYTES = 4096


@dataclass(frozen=True)
class Holder:
    """Who has a case open.

    Attributes
    ----------
    machine : str
        Tells machines of one name apart.
    token : str
        Tells two times of holding apart.
    """

    host: str
    machine: str
    pid: int
    user: str
    token: str

    @classmethod
    def ourselves(cls) -> Holder:
        """Return this process, about to hold something."""
        try:
            user = getpass.getuser()
        except (OSError, KeyError, ImportError):  # no account of that number
            user = ""
        return cls(socket.gethostname(), f"{uuid.getnode():012x}", os.getpid(), user, uuid.uuid4().hex)

    @property
    def gone(self) -> bool:
        """Whether it was a process of this machine that runs no more."""
        here = self.machine == f"{uuid.getnode():012x}" and self.host == socket.gethostname()
        return here and not is_alive(self.pid)


UNKNOWN = Holder("", "", 0, "", "")
"""Of a file that is just being written, or damaged."""


class CaseLock:
    """Our hold on a case, kept by a thread until `release`; use it in a ``with`` statement or a window.

    Attributes
    ----------
    path : Path
        Of the case, absolute.
    """

    def __init__(self, path: Path, holder: Holder, heartbeat_s: float) -> None:
        self.path = path
        self._holder = holder
        self._ours = True
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, args=(heartbeat_s,), name="case-lock", daemon=True)
        self._thread.start()

    @property
    def held(self) -> bool:
        """Whether we still hold it: after a long sleep of the machine another may."""
        return self._ours and read_holder(lock_path(self.path)) == self._holder

    def release(self) -> None:
        """Let others have the case; nothing happens if we hold it no more."""
        self._end.set()
        self._thread.join()
        if self.held:
            with contextlib.suppress(OSError):
                lock_path(self.path).unlink()
        self._ours = False

    def __enter__(self) -> CaseLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _beat(self, heartbeat_s: float) -> None:
        while not self._end.wait(heartbeat_s):
            # A network that is away for a moment takes nothing from us; another holder does.
            with contextlib.suppress(OSError), lock_path(self.path).open("rb+") as handle:
                if _holder(handle.read(_MOST_BYTES)) != self._holder:
                    self._ours = False
                    return
                handle.seek(0)
                handle.write(_bytes(self._holder))
                handle.flush()
                os.fsync(handle.fileno())


def lock_case(path: str | Path, *, stale_s: float = STALE_S, heartbeat_s: float = HEARTBEAT_S) -> CaseLock:
    """Take hold of a case, which need not exist yet.

    Parameters
    ----------
    stale_s : float
        After so many seconds of silence a hold counts no more.
    heartbeat_s : float
        How often ours is renewed.

    Raises
    ------
    OutputError
        ``case_open_elsewhere``, with user and host: open it for reading only. ``output_not_written`` where
        its folder cannot be written, which comes to the same.
    """
    case = Path(path).absolute()
    ours = Holder.ourselves()
    lock = lock_path(case)
    try:
        if not _made(lock, ours):
            _take_over(case, ours, stale_s)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError("output_not_written", file=str(lock), reason=reason) from error
    return CaseLock(case, ours, heartbeat_s)


def holder_of(path: str | Path, *, stale_s: float = STALE_S) -> Holder | None:
    """Return who has a case open, None if nobody has."""
    lock = lock_path(Path(path))
    holder = read_holder(lock)
    if holder is None or holder.gone:
        return None
    try:
        return None if _silence_s(lock) > stale_s else holder
    except FileNotFoundError:
        return None
    except OSError:  # a folder in which nothing can be made: the time of its files cannot be told
        return holder


def lock_path(path: Path) -> Path:
    """Return the path of the file that says who has a case open."""
    return path.with_name(f".{path.name}.lock")


def read_holder(lock: Path) -> Holder | None:
    """Return who a lock file names, None if there is none."""
    try:
        with lock.open("rb") as handle:
            return _holder(handle.read(_MOST_BYTES))
    except FileNotFoundError:
        return None
    except OSError:
        return UNKNOWN


def _made(lock: Path, ours: Holder) -> bool:
    """Make the lock file; False if there is one."""
    try:
        with lock.open("xb") as handle:
            handle.write(_bytes(ours))
            handle.flush()
            os.fsync(handle.fileno())
    except FileExistsError:
        return False
    return True


def _take_over(case: Path, ours: Holder, stale_s: float) -> None:
    """Put our hold in the place of a stale one; of several that try it at once, one does."""
    lock = lock_path(case)
    turn = lock.with_name(f"{lock.name}.turn")
    holder = holder_of(case, stale_s=stale_s)
    if holder is not None:
        raise open_elsewhere(case, holder)
    if not _made(turn, ours):
        with contextlib.suppress(FileNotFoundError):
            if _silence_s(turn) > stale_s:  # left behind by a process that died at this very place
                turn.unlink()
        raise open_elsewhere(case, read_holder(turn) or UNKNOWN)
    try:
        holder = holder_of(case, stale_s=stale_s)
        if holder is not None:
            raise open_elsewhere(case, holder)
        fresh = lock.with_name(f"{lock.name}.{ours.token}")
        if _made(fresh, ours):
            fresh.replace(lock)
    finally:
        with contextlib.suppress(OSError):
            turn.unlink()


def open_elsewhere(case: Path, holder: Holder) -> OutputError:
    """Return the error for a case that somebody else has open."""
    return OutputError(
        "case_open_elsewhere", file=case.name, user=holder.user or None, host=holder.host or None
    )


def _silence_s(lock: Path) -> float:
    """Return for how long nobody wrote into a file, by the clock of the disk it is on."""
    probe = lock.with_name(f"{lock.name}.{uuid.uuid4().hex}")
    try:
        probe.write_bytes(b"now")
        return probe.stat().st_mtime - lock.stat().st_mtime
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()


def _bytes(holder: Holder) -> bytes:
    return json.dumps(asdict(holder), sort_keys=True).encode()


def _holder(data: bytes) -> Holder:
    try:
        holder = Holder(**json.loads(data))
    except (ValueError, TypeError):
        return UNKNOWN
    return holder if isinstance(holder.pid, int) else UNKNOWN
