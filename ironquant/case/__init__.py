"""Cases: an examination, its reading and its numbers in one file; the autosave journal.

The names are handed on when they are first used, so that a journal does not load the readers of images.
"""

from typing import TYPE_CHECKING

from ironquant.core.lazily import lazily

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

__getattr__ = lazily(
    __name__,
    {
        "comparing": ("Difference", "differences"),
        "document": ("same_reading",),
        "editing": ("edit_case",),
        "journal": ("Journal", "Recoverable", "discard", "journals", "recover"),
        "lock": ("CaseLock", "Holder", "holder_of", "lock_case"),
        "manifest": ("State",),
        "opening": ("Case", "open_case", "state_of"),
        "recent": ("RecentEntry", "absence", "forget", "forget_all", "mark", "recent_entries", "remember"),
        "saving": ("require_writable", "save_case"),
    },
)
