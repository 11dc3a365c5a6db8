"""Cases: an examination, its reading and its numbers in one file; the autosave journal."""

from ironquant.case.differences import Difference, differences
from ironquant.case.journal import Journal, Recoverable, discard, journals, recover
from ironquant.case.lock import CaseLock, Holder, holder_of, lock_case
from ironquant.case.manifest import State
from ironquant.case.opening import Case, open_case, state_of
from ironquant.case.saving import require_writable, save_case

CASE_SUFFIX = ".iqcase"

__all__ = [
    "CASE_SUFFIX",
    "Case",
    "CaseLock",
    "Difference",
    "Holder",
    "Journal",
    "Recoverable",
    "State",
    "differences",
    "discard",
    "holder_of",
    "journals",
    "lock_case",
    "open_case",
    "recover",
    "require_writable",
    "save_case",
    "state_of",
]
