"""The folders and archives under a root that may hold examinations, without a look into them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ironquant.batch.userfile import rows_of
from ironquant.core import CancelToken, InputError
from ironquant.dicom.finder import files_under, is_companion, is_nifti, named_like_archive
from ironquant.dicom.problems import Problem

LIST_SUFFIXES = (".csv", ".tsv", ".txt")
_PATH_COLUMNS = ("path", "folder", "file")


@dataclass(frozen=True)
class Unit:
    """The files right in one folder, or one archive, or one file that was named.

    Attributes
    ----------
    name : str
        Place under the root, with forward slashes.
    files : tuple of Path
        What is to be read.
    listing : str
        Digest of names, sizes and times of all files there: tells whether to look again.
    """

    name: str
    files: tuple[Path, ...]
    listing: str


@dataclass(frozen=True)
class Source:
    """Where a batch looks.

    Attributes
    ----------
    base : Path
        Folder that places are told from.
    starts : tuple of Path
        Folders, archives and files that are searched.
    """

    base: Path
    starts: tuple[Path, ...]

    def place(self, path: Path) -> str:
        """Return where a file lies, with forward slashes."""
        try:
            return path.relative_to(self.base).as_posix()
        except ValueError:
            return path.as_posix()


def source_of(root: Path) -> Source:
    """Return where to look: under a folder, in an archive or DICOMDIR, or at what a list names.

    A list is a table with a column ``path``, ``folder`` or ``file``, or one path per line; paths are told
    from the folder of the list.

    Raises
    ------
    InputError
        ``path_missing``, ``batch_list_unreadable``.
    """
    root = root.absolute()
    if not root.exists():
        raise InputError("path_missing", file=str(root))
    if root.is_dir():
        return Source(root, (root,))
    if root.suffix.lower() not in LIST_SUFFIXES:
        return Source(root.parent, (root,))
    starts = dict.fromkeys(root.parent / line for line in _listed(root))
    missing = next((path for path in starts if not path.exists()), None)
    if missing is not None:
        raise InputError("path_missing", file=str(missing))
    return Source(root.parent, tuple(starts))


def _listed(path: Path) -> list[str]:
    try:
        rows = rows_of(path)
        names = [name.lower() for name in rows[0]]
    except (OSError, ValueError, IndexError) as error:
        raise InputError("batch_list_unreadable", file=path.name, column="path") from error
    column = next((names.index(name) for name in _PATH_COLUMNS if name in names), None)
    found = rows if column is None else rows[1:]
    return [row[column or 0] for row in found if len(row) > (column or 0)]


def units_of(source: Source, leave_out: Path, cancel: CancelToken | None = None) -> Iterator[Unit]:
    """Yield what may hold examinations, in a stable order.

    Parameters
    ----------
    leave_out : Path
        Our own output, which may lie under the root.
    """
    for start in source.starts:
        if start.is_file():
            yield Unit(source.place(start), (start,), _listing([start]))
            continue
        folders: dict[Path, list[Path]] = {}
        for path in files_under(start, _ignore, leave_out=leave_out):
            if cancel is not None:
                cancel.check()
            folders.setdefault(path.parent, []).append(path)
        for folder, files in folders.items():
            yield from _units_in(source, folder, files)


def _units_in(source: Source, folder: Path, files: list[Path]) -> Iterator[Unit]:
    archives = [path for path in files if named_like_archive(path) and not is_nifti(path)]
    for archive in archives:
        yield Unit(source.place(archive), (archive,), _listing([archive]))
    apart = set(archives)
    loose = [path for path in files if path not in apart]
    images = tuple(path for path in loose if not is_companion(path))
    if images:
        yield Unit(source.place(folder), images, _listing(loose))


def _listing(files: list[Path]) -> str:
    told = hashlib.sha256()
    for path in files:
        size, changed = stamp_of(path)
        told.update(f"{path.name}\t{size}\t{changed}\n".encode("utf-8", "surrogatepass"))
    return told.hexdigest()


def stamp_of(path: Path) -> tuple[int, int]:
    """Return size and time of the last change of a file, or of the archive that it lies in."""
    for place in (path, *path.parents):
        try:
            status = place.stat()
        except (NotADirectoryError, FileNotFoundError):
            continue
        except OSError:
            break
        return (status.st_size, status.st_mtime_ns) if place.is_file() else (-1, -1)
    return -1, -1


def _ignore(problem: Problem) -> None:
    """Pass over folders that cannot be read; what is read in them is told later."""
