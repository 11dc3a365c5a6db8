"""Our own library: one SQLite file in the user's folder, safe with several windows at once.

A damaged file is kept aside under another name, and an empty one takes its place.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from pydantic import ValidationError

from ironquant.core import LibraryError, PriorExamination
from ironquant.library.document import PriorDocument, prior_of, to_prior_document

VERSION: Final = 1
"""Of the tables (``user_version``)."""
WAIT_S: Final = 10.0
"""So long another window may write."""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BESIDE = ("", "-wal", "-shm")
_TABLES = """
CREATE TABLE IF NOT EXISTS examination (
    uid TEXT PRIMARY KEY, patient_id TEXT NOT NULL, date TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_patient ON examination (patient_id, date);
"""
_ADD = "INSERT OR REPLACE INTO examination (uid, patient_id, date, document) VALUES (?, ?, ?, ?)"
_LOG = logging.getLogger(__name__)
T = TypeVar("T")


class SqliteLibrary:
    """Keeps examinations in one file; every call opens and closes it, so that nothing stays locked.

    Parameters
    ----------
    path : Path
        Made at the first use, for the user alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def priors(self, patient_id: str) -> tuple[PriorExamination, ...]:
        """Return every record with this patient ID, the earliest first; none for an empty ID.

        Raises
        ------
        LibraryError
            ``library_damaged``, ``library_newer``, ``library_unavailable``.
        """
        known = patient_id.strip()
        if not known or not self.path.exists():
            return ()

        def find(connection: sqlite3.Connection) -> list[str]:
            query = "SELECT document FROM examination WHERE patient_id = ?"
            return [row[0] for row in connection.execute(query, (known,))]

        records = [record for text in self._run(find) if (record := _record(text)) is not None]
        return tuple(sorted(records, key=lambda record: record.when))

    def add(self, examination: PriorExamination) -> None:
        """Keep a record in the place of the former one of the same examination; see `priors`.

        Raises
        ------
        LibraryError
            ``library_damaged`` nevertheless after the record was kept in a new file.
        """
        known = examination.patient.id.strip()
        if not known:
            return
        document = to_prior_document(examination).model_dump_json(by_alias=True)
        row = (examination.uid, known, examination.date.isoformat(), document)
        self._run(lambda connection: connection.execute(_ADD, row) and None)

    def remove(self, uid: str) -> None:
        """Forget a record; see `priors`."""
        query = "DELETE FROM examination WHERE uid = ?"
        self._run(lambda connection: connection.execute(query, (uid,)) and None)

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something in one transaction; put a damaged file aside first, and say so after."""
        aside = None
        try:
            try:
                with self._opened() as connection:
                    return work(connection)
            except sqlite3.DatabaseError as error:
                if _code(error) not in _DAMAGED:
                    raise
                aside = self._put_aside()
            with self._opened() as connection:
                done = work(connection)
        except (sqlite3.Error, OSError) as error:
            reason = getattr(error, "sqlite_errorname", None) or getattr(error, "strerror", None)
            told = reason or type(error).__name__
            raise LibraryError("library_unavailable", file=str(self.path), reason=told) from error
        if aside is not None:
            raise LibraryError("library_damaged", file=str(self.path), kept=aside.name)
        return done

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction."""
        self._make()
        connection = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            if not _on_network(self.path):
                with contextlib.suppress(sqlite3.OperationalError):  # another window does it now
                    connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                raise LibraryError("library_newer", file=str(self.path), version=version, known=VERSION)
            if version < VERSION:
                for statement in filter(str.strip, _TABLES.split(";")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()  # takes back what is not committed

    def _make(self) -> None:
        """Make an empty file that only the user may read, if there is none; SQLite's others follow it."""
        if self.path.exists():
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))

    def _put_aside(self) -> Path | None:
        """Give a damaged file another name; None where another window has done so meanwhile."""
        before = self.path.stat()
        if _sound(self.path) or not os.path.samestat(before, self.path.stat()):
            return None
        now = dt.datetime.now(dt.UTC)
        aside = self.path.with_name(f"{self.path.stem}-damaged-{now:%Y%m%dT%H%M%S%f}{self.path.suffix}")
        for ending in _BESIDE:
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self.path}{ending}").rename(f"{aside}{ending}")
        return aside


def _record(text: str) -> PriorExamination | None:
    """Return a record; None, told in the log, of one that a later version wrote."""
    try:
        return prior_of(PriorDocument.model_validate_json(text))
    except ValidationError:
        _LOG.warning("a record of the library was left out: it is not of version 1")
        return None


def _code(error: Exception) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _sound(path: Path) -> bool:
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=WAIT_S)) as connection:
            return bool(connection.execute("PRAGMA quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError as error:
        return _code(error) not in _DAMAGED


def _on_network(path: Path) -> bool:
    """Whether a path names another computer (Windows), where a write-ahead log is not safe."""
    return str(path.absolute()).startswith("\\\\")
