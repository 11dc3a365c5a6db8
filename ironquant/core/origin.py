"""Where the images of an examination lie."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

CASE_SUFFIX: Final = ".iqcase"
"""Of a case: images, reading and numbers in one file."""


@dataclass(frozen=True)
class Origin:
    """Where images came from, to find them again.

    Attributes
    ----------
    source : str
        Folder, archive or case.
    study_uid : str
        Tells the examination from others of the same source.
    te_ms : tuple of float or None
        Echo times that the reader gave.
    """

    source: str
    study_uid: str = ""
    study_date: dt.date | None = None
    te_ms: tuple[float, ...] | None = None
