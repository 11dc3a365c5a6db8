"""Open a file wherever it lies: in a folder, or in an archive as if that were a folder.

A member of ``study.zip`` has the path ``study.zip/DICOM/IM1``: a path like any other for grouping, sorting
and telling, but only an `Opener` can open it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from ironquant.core import InputError
from ironquant.dicom.archives import MAX_MEMBER_BYTES, Archive, open_archive

Stamp = tuple[int, int]
"""Size and time of the last change: tells whether a file is still the one that was scanned."""
# A pipe put in the place of a file would block the opening itself.
_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, eq=False)
class Source:
    """One open file, at its start; unbuffered where it lies on the disk."""

    handle: BinaryIO
    size: int
    stamp: Stamp


class Opener:
    """Opens files; keeps archives open meanwhile. Use it in a ``with`` statement, in one thread."""

    def __init__(self) -> None:
        self._archives: dict[Path, tuple[Archive, int]] = {}
        self._names: dict[Path, frozenset[str]] = {}

    def __enter__(self) -> Opener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the archives; one is opened again when it is asked for."""
        for archive, _ in self._archives.values():
            archive.close()
        self._archives.clear()

    @contextmanager
    def open(self, path: Path) -> Iterator[Source]:
        """Open a file for reading.

        Raises
        ------
        OSError
            If it is not there, no file, not to be read, or larger than a member of an archive may be.
        """
        try:
            plain = open(path, "rb", buffering=0, opener=_without_waiting)  # noqa: SIM115
        except (NotADirectoryError, FileNotFoundError):
            with self._member(path) as source:
                yield source
            return
        with plain:
            status = os.fstat(plain.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise OSError(f"no file: {path.name}")
            yield Source(plain, status.st_size, (status.st_size, status.st_mtime_ns))

    def members(self, path: Path) -> list[Path]:
        """List the files of an archive.

        Raises
        ------
        InputError
            As `open_archive`.
        """
        return [path / name for name in self._archive(path)[0].sizes]

    def names_in(self, folder: Path) -> frozenset[str]:
        """Return the names of the files right in a folder, which may be one of an archive; asked once."""
        if folder not in self._names:
            self._names[folder] = frozenset(self._listed(folder))
        return self._names[folder]

    def _listed(self, folder: Path) -> list[str]:
        try:
            return [path.name for path in folder.iterdir()]
        except OSError:
            above = self._archive_above(folder / "_")
        try:
            members = [] if above is None else self.members(above)
        except InputError:
            return []
        return [path.name for path in members if path.parent == folder]

    def _archive_above(self, path: Path) -> Path | None:
        return next((parent for parent in path.parents if parent in self._archives or parent.is_file()), None)

    @contextmanager
    def _member(self, path: Path) -> Iterator[Source]:
        """Open a member of the archive that a path leads into."""
        above = self._archive_above(path)
        if above is None:
            raise FileNotFoundError(path.name)
        try:
            archive, changed = self._archive(above)
        except InputError as error:
            raise OSError(error.finding.code) from None
        name = path.relative_to(above).as_posix()
        size = archive.sizes.get(name)
        if size is None:
            raise FileNotFoundError(path.name)
        if size > MAX_MEMBER_BYTES:
            raise OSError(f"too large: {path.name}")
        with archive.open(name) as member:
            yield Source(member, size, (size, changed))

    def _archive(self, path: Path) -> tuple[Archive, int]:
        if path not in self._archives:
            archive = open_archive(path)
            self._archives[path] = (archive, path.stat().st_mtime_ns)
        return self._archives[path]


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_WAIT)
