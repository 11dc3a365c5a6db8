"""Files of a folder: which to look at, which to pass over in silence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from ironquant.resources import load_table


def files_under(root: Path, refused: Callable[[Path], None]) -> Iterator[Path]:
    """Yield the files under `root` (or `root` itself) in a stable order; a link loop is walked once.

    Parameters
    ----------
    refused : callable
        Called with every folder that may not be read.
    """

    def tell(error: OSError) -> None:
        refused(Path(error.filename or root))

    if root.is_file():
        yield root
        return
    seen: set[tuple[int, int]] = set()
    for folder, names, files in os.walk(root, followlinks=True, onerror=tell):
        try:
            status = Path(folder).stat()
        except OSError as error:
            tell(error)
            names.clear()
            continue
        identity = (status.st_dev, status.st_ino)
        if identity in seen and status.st_ino:
            names.clear()
            continue
        seen.add(identity)
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            if path.is_file():  # no sockets or pipes, which would block
                yield path


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
