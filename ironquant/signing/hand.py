"""What somebody signs with; apart from what signs, which is slow to load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Hand:
    """What somebody signs with.

    Attributes
    ----------
    key : str
        As of `open_key`.
    passphrase : callable
        Called only where one is needed.
    image : Path or None
        Picture of the signature by hand.
    tsa : str
        URL of a time stamp service; empty: no connection is made.
    """

    key: str
    passphrase: Callable[[], str]
    image: Path | None = None
    tsa: str = ""
