"""A DICOMDIR: the list of contents of a CD or a folder (DICOM PS3.10, section 8)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import pydicom

from ironquant.dicom.bounded import HeaderReader
from ironquant.dicom.opening import Opener
from ironquant.dicom.problems import Problem

_CLASS_UID = b"1.2.840.10008.1.3.10"
_LOW = "IMAGE"


def is_dicomdir(start: bytes) -> bool:
    """Whether a file that begins like this is a DICOMDIR, whatever its name is."""
    return start[128:132] == b"DICM" and _CLASS_UID in start[132:512]


def referenced_files(path: Path, opener: Opener, tell: Callable[[Problem], None]) -> Iterator[Path]:
    """Yield the images that a DICOMDIR names, each once, as they lie on the disk.

    Parameters
    ----------
    path : Path
        The DICOMDIR; its names are relative to its folder. Upper and lower case are not told apart, and
        the version that CDs append (``IM1.;1``) is no part of the name.
    tell : callable
        Called with ``dicomdir_missing`` for what is not there, ``unreadable_file`` for a damaged DICOMDIR.
    """
    try:
        with opener.open(path) as source, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = cast(BinaryIO, HeaderReader(source.handle, source.size))
            names = dict.fromkeys(_image_names(pydicom.dcmread(reader, force=True)))
    except OSError:
        tell(Problem(path, "unreadable_file", "reason_access"))
        return
    except Exception:  # damaged headers make pydicom raise many kinds of errors
        tell(Problem(path, "unreadable_file", "reason_damaged"))
        return
    folders: dict[Path, dict[str, str]] = {}
    for name in names:
        found = _on_disk(path.parent, name, folders)
        if found is None:
            tell(Problem(path.parent.joinpath(name[-1] if name else "_"), "dicomdir_missing"))
        else:
            yield found


def _image_names(dataset: pydicom.Dataset) -> Iterator[tuple[str, ...]]:
    for record in dataset.get("DirectoryRecordSequence") or ():
        name = record.get("ReferencedFileID")
        if name and str(record.get("DirectoryRecordType", _LOW)).strip().upper() == _LOW:
            parts = [name] if isinstance(name, str) else name
            # Some programs write the path as one value.
            yield tuple(part for piece in parts for part in re.split(r"[\\/]", str(piece)) if part)


def _on_disk(root: Path, name: Sequence[str], folders: dict[Path, dict[str, str]]) -> Path | None:
    """Return the file of that name below `root`, never outside of it."""
    path = root
    for part in name:
        if path not in folders:
            try:
                folders[path] = {_plain(entry.name): entry.name for entry in sorted(path.iterdir())}
            except OSError:
                folders[path] = {}
        entry = folders[path].get(_plain(part))
        if entry is None:
            return None
        path /= entry
    return path if path != root and path.is_file() else None


def _plain(name: str) -> str:
    """Return a name as ISO 9660 compares it."""
    return re.sub(r"\.?(;\d+)?$", "", name.strip()).upper()
