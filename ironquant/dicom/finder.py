"""Files of a folder, an archive or a DICOMDIR: which to look at, which to pass over in silence."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ironquant.core import CancelToken, InputError
from ironquant.dicom.archives import is_archive
from ironquant.dicom.dicomdir import is_dicomdir, referenced_files
from ironquant.dicom.opening import Opener
from ironquant.dicom.problems import Problem, problem_of
from ironquant.resources import load_table

Tell = Callable[[Problem], None]


def images_under(root: Path, opener: Opener, tell: Tell, cancel: CancelToken | None = None) -> Iterator[Path]:
    """Yield the files worth reading, in a stable order.

    Parameters
    ----------
    root : Path
        A folder with everything below it, an archive, a DICOMDIR, or one file, which is yielded whatever
        its name is.
    tell : callable
        Called with what cannot be opened: folders, archives, files that a DICOMDIR names.

    Raises
    ------
    CancelledError
    """
    if root.is_dir():
        for path in files_under(root, tell):
            if cancel is not None:
                cancel.check()
            yield from _members_or_file(path, opener, tell)
        return
    start = _start_of(root, opener)
    if is_archive(start) and not is_nifti(root):
        yield from _members(root, opener, tell)
    elif is_dicomdir(start):
        yield from referenced_files(root, opener, tell)
    elif _is_foreign_archive(root):
        tell(Problem(root, "archive_unsupported"))
    else:
        yield root


def files_under(root: Path, tell: Tell, leave_out: Path | None = None) -> Iterator[Path]:
    """Walk a folder; a link loop is walked once, and pipes or devices, which would block, never.

    Parameters
    ----------
    leave_out : Path, optional
        Folder that is not walked.
    """
    seen: set[tuple[int, int]] = set()
    folders = [root]
    while folders:
        folder = folders.pop()
        if folder == leave_out:
            continue
        try:
            status = folder.stat()
            identity = (status.st_dev, status.st_ino)
            if identity in seen and status.st_ino:
                continue
            seen.add(identity)
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            tell(Problem(folder, "unreadable_file", "reason_access"))
            continue
        deeper = []
        for entry in entries:
            try:
                if entry.is_dir():
                    left_out = entry.name.startswith(".") or _holds_results(folder / entry.name)
                    deeper += [] if left_out else [folder / entry.name]
                elif entry.is_file():
                    yield folder / entry.name
                elif _leads_nowhere(folder / entry.name):
                    tell(Problem(folder / entry.name, "unreadable_file", "reason_link"))
            except OSError:
                reason = "reason_link" if entry.is_symlink() else "reason_access"
                tell(Problem(folder / entry.name, "unreadable_file", reason))
        folders += reversed(deeper)


def _holds_results(folder: Path) -> bool:
    """Whether a folder holds maps or regions that IronQuant wrote: results, and no examination."""
    table = load_table("vendors")["companions"]
    return folder.name in table["result_folders"] and bool(
        re.fullmatch(table["result_parent"], folder.parent.name)
    )


def _leads_nowhere(path: Path) -> bool:
    """Whether a link that may stand for an image has no target; one to a pipe or device has."""
    return path.is_symlink() and not path.exists() and not is_companion(path)


def _members_or_file(path: Path, opener: Opener, tell: Tell) -> Iterator[Path]:
    if named_like_archive(path):
        yield from _members(path, opener, tell)
    elif _is_foreign_archive(path):
        tell(Problem(path, "archive_unsupported"))
    elif not is_companion(path):
        yield path


def _members(archive: Path, opener: Opener, tell: Tell) -> Iterator[Path]:
    """Yield the files in an archive; archives in it stay closed."""
    try:
        members = sorted(opener.members(archive))
    except InputError as error:
        packed = error.finding.code == "archive_damaged" and not named_like_archive(archive)
        packed = packed and _is_foreign_archive(archive)  # a single file, compressed: IM1.dcm.gz
        tell(Problem(archive, "archive_unsupported") if packed else problem_of(error, archive))
        return
    for path in members:
        if named_like_archive(path) or _is_foreign_archive(path):
            tell(Problem(path, "archive_nested"))
        elif not is_companion(path):
            yield path


def _start_of(path: Path, opener: Opener) -> bytes:
    try:
        with opener.open(path) as source:
            return source.handle.read(4096)
    except OSError:
        return b""


def named_like_archive(path: Path) -> bool:
    """Whether the name is that of an archive that can be opened."""
    endings = tuple(load_table("vendors")["archives"]["suffixes"])
    return path.name.lower().endswith(endings)


def _is_foreign_archive(path: Path) -> bool:
    """Whether the name is that of an archive, or a packed file, that other programs open only."""
    return not is_nifti(path) and path.suffix.lower() in load_table("vendors")["archives"]["foreign_suffixes"]


def is_companion(path: Path) -> bool:
    """Whether a file is one that commonly lies beside images."""
    table = load_table("vendors")["companions"]
    stem = path.name.split(".")[0].upper()
    return path.name.startswith(".") or path.suffix.lower() in table["suffixes"] or stem in table["names"]


def is_nifti(path: Path) -> bool:
    """Whether the name says NIfTI."""
    return path.name.lower().endswith((".nii", ".nii.gz"))


def named_like_image(path: Path) -> bool:
    """Whether the name promises an image, so that failing to read it is worth telling."""
    return path.suffix.lower() in load_table("vendors")["companions"]["image_suffixes"]
