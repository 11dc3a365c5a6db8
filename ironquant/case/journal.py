"""The autosave journal: what the reader did since the last save survives a crash.

One small file per open examination, in the user's own folder of this machine. A line holds a whole reading
with its CRC, and is on the disk when `Journal.write` returns; a line that was cut off is no line. What was
there when the program ended without `Journal.close` is offered at its next start.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import time
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal

from pydantic import AwareDatetime, Field, ValidationError

from ironquant.case.document import damaged, parse, read_reading, refuse_newer, to_json, to_reading_document
from ironquant.case.processes import held_file
from ironquant.core import IronQuantError, Origin, OutputError, Reading, write_bytes_atomic
from ironquant.core.documents import DocumentModel, Words

JOURNAL_SCHEMA_ID: Final = "ironquant.journal/1"
MOST_BYTES = 4 * 2**20
"""A longer journal is rewritten with its last entry only."""
_ENDING, _HELD = ".iqjournal", ".held"
_LABEL_DIGITS = 8
_LEFT_OVER_S = 86_400.0


class JournalDocument(DocumentModel):
    """The first line of a journal."""

    schema_: Literal["ironquant.journal/1"] = Field(JOURNAL_SCHEMA_ID, alias="schema")
    fingerprint: str
    source: Words
    study_date: dt.date | None = None
    study_uid: str = ""
    te_ms: list[float] | None = None


class EntryDocument(DocumentModel):
    """What stands before the reading in a line."""

    when: AwareDatetime
    profile: Words = ""


@dataclass(frozen=True)
class Recoverable:
    """Work that was not saved.

    Attributes
    ----------
    fingerprint : str
        Names the images.
    written : datetime
        When the last reading was kept, with its time zone.
    profile : str
        By which it was measured then; empty where an earlier version kept it.
    """

    path: Path
    fingerprint: str
    origin: Origin
    written: dt.datetime
    profile: str = ""

    @property
    def label(self) -> str:
        """Study date and digits of a hash: tells journals apart without telling who was scanned."""
        digits = hashlib.sha256(self.fingerprint.encode()).hexdigest()[:_LABEL_DIGITS]
        return f"{self.origin.study_date or '–'} · {digits}"


class Journal:
    """The journal of one examination that is open, held until it is closed."""

    def __init__(self, path: Path, head: bytes, held: BinaryIO, most_bytes: int) -> None:
        self._path, self._head, self._most = path, head, most_bytes
        self._held: BinaryIO | None = held
        self._file: BinaryIO | None = None
        self._last: tuple[Reading, str] | None = None

    @classmethod
    def open(
        cls,
        fingerprint: str,
        origin: Origin,
        *,
        folder: Path | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> Journal:
        """Begin the journal of an examination; the file is made at the first `write`.

        Parameters
        ----------
        fingerprint : str
            Names the images.
        origin : Origin
            To open them again.
        folder : Path, optional
            By default the user's own of this machine.

        Raises
        ------
        OutputError
            ``output_not_written``.
        """
        home = folder or journal_folder()
        head = JournalDocument(
            schema=JOURNAL_SCHEMA_ID,
            fingerprint=fingerprint,
            source=origin.source,
            study_date=origin.study_date,
            study_uid=origin.study_uid,
            te_ms=None if origin.te_ms is None else list(origin.te_ms),
        )
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            path, held = _held_anew(home, fingerprint)
        except OSError as error:
            raise _not_written(home, error) from error
        return cls(path, _line(to_json(head)), held, most_bytes)

    def write(self, reading: Reading, profile: str = "") -> None:
        """Keep a reading; it is on the disk when this returns. The same one again costs nothing.

        Parameters
        ----------
        reading : Reading
        profile : str
            By which it is measured.

        Raises
        ------
        OutputError
            ``output_not_written``; what was kept before still is.
        """
        if self._held is None:
            raise ValueError("the journal is closed")
        if self._last is not None and self._last[0] is reading and self._last[1] == profile:
            return
        entry = EntryDocument(when=dt.datetime.now(dt.UTC), profile=profile)
        line = _line(to_json(entry) + b"\t" + to_json(to_reading_document(reading)))
        if self._file is None or self._file.tell() + len(line) > self._most:
            self._begin(line)
        else:
            self._append(self._file, line)
        self._last = reading, profile

    def close(self) -> None:
        """End and remove the journal: the work is saved, or not wanted."""
        if self._held is not None:
            self.leave()
            _remove(self._path)

    def leave(self) -> None:
        """End the journal and leave it for the next start."""
        if self._held is None:
            return
        if self._file is not None:
            self._file.close()
        self._held.close()
        self._held = None

    def _begin(self, line: bytes) -> None:
        """Write head and one entry in one step, in the place of what was there."""
        if self._file is not None:
            self._file.close()
        try:
            write_bytes_atomic(self._path, self._head + line)
        finally:
            self._file = None
            with contextlib.suppress(FileNotFoundError):
                # Not "ab": Windows gives the place of such a file as 0.
                self._file = self._path.open("rb+", buffering=0)
                self._file.seek(0, os.SEEK_END)

    def _append(self, file: BinaryIO, line: bytes) -> None:
        sound = file.tell()
        try:
            view = memoryview(line)
            while view:  # unbuffered files may take a line in pieces
                view = view[file.write(view) :]
            os.fsync(file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                file.seek(sound)
                file.truncate()
            raise _not_written(self._path, error) from error


def journal_folder() -> Path:
    """Return the folder of the journals."""
    import platformdirs

    return Path(platformdirs.user_state_dir("ironquant", appauthor=False)) / "journal"


def journals(folder: Path | None = None) -> tuple[Recoverable, ...]:
    """List the work that was not saved, the newest first; not that of programs that still run."""
    home = folder or journal_folder()
    found, left_over = [], []
    for path in _listed(home):
        try:
            held = held_file(path.with_suffix(_HELD))
        except OSError:
            continue
        if held is None:
            continue
        with held:
            entry = _recoverable(path)
            found += [] if entry is None else [entry]
            if not path.exists() and _age_s(held) > _LEFT_OVER_S:
                left_over.append(path)
    for path in left_over:  # of a program that ended before it kept anything
        _remove(path)
    return tuple(sorted(found, key=lambda entry: entry.written, reverse=True))


def recover(entry: Recoverable) -> Reading:
    """Return the last reading of a journal; the journal stays until `discard`.

    Raises
    ------
    CaseError
        ``case_newer`` if a later version wrote it; ``case_damaged``.
    """
    try:
        *_, (_, data) = _entries(entry.path)
    except (OSError, ValueError) as error:  # another program recovered or discarded it meanwhile
        raise damaged(entry.path, "journal", "reason_case_missing") from error
    return read_reading(data, file=entry.path, member="reading.json")


def discard(entry: Recoverable) -> None:
    """Remove a journal."""
    _remove(entry.path)


def _held_anew(home: Path, fingerprint: str) -> tuple[Path, BinaryIO]:
    """Return a new name for a journal and the file that holds it."""
    digits = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    while True:
        path = home / f"{digits}-{uuid.uuid4().hex[:12]}{_ENDING}"
        held = held_file(path.with_suffix(_HELD))
        if held is not None:  # else a program that lists journals was quicker to look at it
            return path, held


def _listed(home: Path) -> list[Path]:
    """Return the journals of a folder, and those that were begun only; not files that were being written."""
    named = (path for ending in (_ENDING, _HELD) for path in home.glob(f"[!.]*{ending}"))
    return sorted({path.with_suffix(_ENDING) for path in named})


def _recoverable(path: Path) -> Recoverable | None:
    try:
        lines = _lines(path)
        head = parse(JournalDocument, JOURNAL_SCHEMA_ID, next(lines), file=path, member="journal")
        *_, (entry, data) = _entries(path)
        refuse_newer("ironquant.reading/1", data, file=path, member="journal")
    except (OSError, StopIteration, ValueError, IronQuantError):
        return None  # nothing was kept in it, or nothing that we know
    te_ms = None if head.te_ms is None else tuple(head.te_ms)
    origin = Origin(head.source, head.study_uid, head.study_date, te_ms)
    return Recoverable(path, head.fingerprint, origin, entry.when, entry.profile)


def _entries(path: Path) -> Iterator[tuple[EntryDocument, bytes]]:
    """Yield head and reading of every whole entry."""
    lines = _lines(path)
    next(lines, None)
    for line in lines:
        head, _, data = line.partition(b"\t")
        try:
            yield EntryDocument.model_validate_json(head), data
        except ValidationError:
            continue


def _lines(path: Path) -> Iterator[bytes]:
    """Yield what stands in every line that is whole."""
    with path.open("rb") as file:
        for line in file:
            crc, _, data = line.rstrip(b"\n").partition(b" ")
            if line.endswith(b"\n") and crc == _crc(data):
                yield data


def _line(data: bytes) -> bytes:
    return _crc(data) + b" " + data + b"\n"


def _crc(data: bytes) -> bytes:
    return b"%08x" % zlib.crc32(data)


def _remove(path: Path) -> None:
    for part in (path, *path.parent.glob(f".*.tmp.{path.name}"), path.with_suffix(_HELD)):
        with contextlib.suppress(OSError):
            part.unlink()


def _age_s(file: BinaryIO) -> float:
    """Return the age of an open file, which another program may have removed meanwhile."""
    return time.time() - os.fstat(file.fileno()).st_mtime


def _not_written(path: Path, error: OSError) -> OutputError:
    return OutputError("output_not_written", file=str(path), reason=error.strerror or type(error).__name__)
