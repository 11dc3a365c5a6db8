"""Cases: an examination, its reading and its numbers in one file; the autosave journal.

The names are handed on when they are first used, so that a journal does not load the readers of images.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ironquant.case.comparing import Difference, differences
    from ironquant.case.document import same_reading
    from ironquant.case.editing import edit_case
    from ironquant.case.journal import Journal, Recoverable, discard, journals, recover
    from ironquant.case.lock import CaseLock, Holder, holder_of, lock_case
    from ironquant.case.manifest import State
    from ironquant.case.opening import Case, open_case, state_of
    from ironquant.case.recent import (
        RecentEntry,
        absence,
        forget,
        forget_all,
        mark,
        recent_entries,
        remember,
    )
    from ironquant.case.saving import require_writable, save_case

__all__ = [
    "Case",
    "CaseLock",
    "Difference",
    "Holder",
    "Journal",
    "RecentEntry",
    "Recoverable",
    "State",
    "absence",
    "differences",
    "discard",
    "edit_case",
    "forget",
    "forget_all",
    "holder_of",
    "journals",
    "lock_case",
    "mark",
    "open_case",
    "recent_entries",
    "recover",
    "remember",
    "require_writable",
    "same_reading",
    "save_case",
    "state_of",
]

_HOMES = {
    "Difference": "comparing",
    "differences": "comparing",
    "same_reading": "document",
    "edit_case": "editing",
    "Journal": "journal",
    "Recoverable": "journal",
    "discard": "journal",
    "journals": "journal",
    "recover": "journal",
    "CaseLock": "lock",
    "Holder": "lock",
    "holder_of": "lock",
    "lock_case": "lock",
    "State": "manifest",
    "Case": "opening",
    "open_case": "opening",
    "state_of": "opening",
    "RecentEntry": "recent",
    "absence": "recent",
    "forget": "recent",
    "forget_all": "recent",
    "mark": "recent",
    "recent_entries": "recent",
    "remember": "recent",
    "require_writable": "saving",
    "save_case": "saving",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
