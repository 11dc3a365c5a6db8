"""What was opened lately: a short list in the user's own folder of this machine, which may be forgotten.

It names patients, so that a reader finds his work again: only the user may read it, and nothing of it is
logged. A file that is damaged or of a later version counts as an empty list.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, Field, ValidationError

from ironquant.case.processes import held_file
from ironquant.core import OutputError, remove_file, write_atomic
from ironquant.core.documents import DocumentModel, Words

RECENT_SCHEMA_ID: Final = "ironquant.recent/1"
MOST: Final = 20
_WAIT_S = 2.0
RecentKind = Literal["case", "examination", "folder"]
RecentState = Literal["opened", "unsaved", "saved", "final"]
Absence = Literal["missing", "unreachable", "denied"]


@dataclass(frozen=True)
class RecentEntry:
    """Something that was opened.

    Attributes
    ----------
    kind : {"case", "examination", "folder"}
        A case file, one examination, or a folder or archive with several.
    path : str
        Where it lies.
    name : str
        Of the patient; of the folder.
    fingerprint : str
        Names the images; empty for a folder.
    n : int
        Examinations in it.
    study_uid, te_ms
        To open it again: see `core.Origin`.
    """

    kind: RecentKind
    path: str
    opened: dt.datetime
    name: str = ""
    study_date: dt.date | None = None
    state: RecentState = "opened"
    fingerprint: str = ""
    study_uid: str = ""
    te_ms: tuple[float, ...] | None = None
    n: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from all others."""
        return self.kind, self.path, self.study_uid


class EntryDocument(DocumentModel):
    """One entry as it is kept."""

    kind: RecentKind
    path: Words
    opened: AwareDatetime
    name: Words = ""
    study_date: dt.date | None = None
    state: RecentState = "opened"
    fingerprint: str = ""
    study_uid: Words = ""
    te_ms: tuple[float, ...] | None = None
    n: int = 1


class RecentDocument(DocumentModel):
    """The file."""

    schema_: Literal["ironquant.recent/1"] = Field(RECENT_SCHEMA_ID, alias="schema")
    entries: list[EntryDocument] = Field(default_factory=list)


def recent_file() -> Path:
    """Return the file of the list."""
    import platformdirs

    return Path(platformdirs.user_state_dir("ironquant", appauthor=False)) / "recent.json"


def recent_entries(file: Path | None = None) -> tuple[RecentEntry, ...]:
    """Return what was opened lately, the newest first."""
    try:
        document = RecentDocument.model_validate_json((file or recent_file()).read_bytes())
    except (OSError, ValidationError):
        return ()
    return tuple(RecentEntry(**vars(entry)) for entry in document.entries[:MOST])


def remember(entry: RecentEntry, file: Path | None = None) -> tuple[RecentEntry, ...]:
    """Put an entry at the head of the list, in the place of the former one; return the list.

    A case takes the place of the examination that it was saved from.

    Raises
    ------
    OutputError
        ``output_not_written``.
    """

    def change(entries: tuple[RecentEntry, ...]) -> tuple[RecentEntry, ...]:
        return entry, *(other for other in entries if not _replaces(entry, other))

    return _changed(change, file)


def mark(fingerprint: str, state: RecentState, file: Path | None = None) -> tuple[RecentEntry, ...]:
    """Note the state of the entry of these images that was opened last; see `remember`."""

    def change(entries: tuple[RecentEntry, ...]) -> tuple[RecentEntry, ...]:
        newest = next((entry for entry in entries if entry.fingerprint == fingerprint), None)
        return tuple(replace(entry, state=state) if entry is newest else entry for entry in entries)

    return _changed(change, file)


def forget(key: tuple[str, str, str], file: Path | None = None) -> tuple[RecentEntry, ...]:
    """Take one entry out of the list; see `remember`."""
    return _changed(lambda entries: tuple(entry for entry in entries if entry.key != key), file)


def forget_all(file: Path | None = None) -> tuple[RecentEntry, ...]:
    """Remove the list.

    Raises
    ------
    OutputError
        ``output_not_written``.
    """
    remove_file(file or recent_file())
    return ()


def absence(path: str) -> Absence | None:
    """Return why something cannot be opened; None where it is there. May take seconds on a network."""
    place = Path(path)
    try:
        place.stat()
    except PermissionError:
        return "denied"
    except (OSError, ValueError):
        return "missing" if _is_there(place.parent) else "unreachable"
    return None if os.access(place, os.R_OK) else "denied"


def _is_there(folder: Path) -> bool:
    try:
        return folder.exists()
    except (OSError, ValueError):
        return False


def _replaces(entry: RecentEntry, other: RecentEntry) -> bool:
    saved_from = entry.kind == "case" and other.kind == "examination"
    return entry.key == other.key or (saved_from and entry.fingerprint == other.fingerprint)


def _changed(
    change: Callable[[tuple[RecentEntry, ...]], tuple[RecentEntry, ...]], file: Path | None
) -> tuple[RecentEntry, ...]:
    path = file or recent_file()
    with _alone(path):
        before = recent_entries(path)
        after = change(before)[:MOST]
        if after != before:
            document = RecentDocument(
                schema=RECENT_SCHEMA_ID, entries=[EntryDocument(**vars(entry)) for entry in after]
            )
            data = document.model_dump_json(by_alias=True).encode()
            write_atomic(path, lambda temporary: _write_private(temporary, data))
    return after


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let other windows wait while the list is read and written; one that hangs is not waited for."""
    held, end = None, time.monotonic() + _WAIT_S
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        while (held := held_file(path.with_suffix(".held"))) is None and time.monotonic() < end:
            time.sleep(0.01)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError("output_not_written", file=str(path), reason=reason) from error
    try:
        yield
    finally:
        if held is not None:
            held.close()


def _write_private(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
