"""Open a case to work on it, or to read it only."""

from __future__ import annotations

from pathlib import Path

from ironquant.case.lock import CaseLock, lock_case
from ironquant.case.opening import Case, open_case
from ironquant.core import CancelToken, Finding, OutputError, Progress, no_progress


def edit_case(
    path: str | Path, *, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> tuple[Case, CaseLock | None, Finding | None]:
    """Open a case and take hold of it, so that nobody else changes it meanwhile.

    Returns
    -------
    case : Case
    lock : CaseLock or None
        For `save_case`; release it when the case is closed. None: it can be read only.
    finding : Finding or None
        Why it can be read only: ``case_final``, ``case_open_elsewhere``, or ``output_not_written`` on a disk
        that cannot be written.

    Raises
    ------
    CaseError, CancelledError
        As of `open_case`; nothing is held then.
    """
    file, lock, refusal = Path(path), None, None
    if file.is_file():
        try:
            lock = lock_case(file)
        except OutputError as error:
            refusal = error.finding
    try:
        case = open_case(file, progress=progress, cancel=cancel)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    if lock is not None and case.final:
        lock.release()
        lock, refusal = None, Finding("case_final", "info", {"file": file.name})
    return case, lock, refusal
