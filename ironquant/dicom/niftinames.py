"""Names of NIfTI files: BIDS entities, and what dcm2niix appends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ironquant.resources import load_table

_ENDING = re.compile(r"\.nii(\.gz)?$", re.IGNORECASE)
_ECHO = re.compile(r"(?:_echo-?|_e)(\d+)(?=_|$)", re.IGNORECASE)
_SUBJECT = re.compile(r"sub-([A-Za-z0-9]+)", re.IGNORECASE)
_LEVEL = re.compile(r"(?:sub|ses)-[A-Za-z0-9]+", re.IGNORECASE)
_DATA_TYPES = frozenset({"anat", "func", "fmap", "swi", "qmri", "mr"})


def stem_of(path: Path) -> str:
    """Return the file name without its ending."""
    return _ENDING.sub("", path.name)


def train_stem(path: Path) -> str:
    """Return the file name without its ending and its echo: what the echoes of a train have in common."""
    return _ECHO.sub("", stem_of(path))


def echo_number(path: Path) -> int | None:
    """Return the echo that a file name names (``echo-2``, ``e2``), from 1."""
    match = _ECHO.search(stem_of(path))
    return int(match[1]) if match else None


def subject_of(path: Path) -> str:
    """Return the BIDS subject of a file: by its name, else by the folder it lies in."""
    if match := _SUBJECT.search(path.name):
        return match[1]
    folders = (_SUBJECT.fullmatch(parent.name) for parent in path.parents)
    return next((match[1] for match in folders if match), "")


def entities(path: Path) -> tuple[str, ...]:
    """Return the BIDS entities by which two trains of a subject differ, such as ``run-2``."""
    apart = load_table("vendors")["bids"]["apart"]
    return tuple(part for part in stem_of(path).split("_") if part.partition("-")[0].lower() in apart)


def component_by_name(path: Path) -> str:
    """Return what the end of a file name says that an image shows (``_ph``, ``_real``), empty if nothing.

    dcm2niix appends a letter where a name is taken, BIDS a number: ``_pha``, ``_phase1``.
    """
    words = load_table("vendors")["component"]["file_suffix"]
    last = _ECHO.sub("", stem_of(path)).rsplit("_", 1)[-1].lower()
    for word in (last, last.rstrip("0123456789"), last[:-1]):
        if word in words:
            return str(words[word])
    return ""


def inheriting_folders(path: Path) -> Iterator[Path]:
    """Yield the folders whose sidecars may apply to a file, from the BIDS dataset down to its own."""
    folders, folder = [path.parent], path.parent
    while _LEVEL.fullmatch(folder.name) or folder.name.lower() in _DATA_TYPES:
        at_subject = folder.name.lower().startswith("sub-")
        folder = folder.parent
        folders.append(folder)
        if at_subject:
            break
    yield from reversed(folders)


def applies(sidecar_stem: str, path: Path) -> bool:
    """Whether a sidecar of another name holds for a file, by the inheritance principle of BIDS.

    Its suffix must be the same, and every entity in its name must stand in that of the file.
    """
    own, other = (stem.lower().split("_") for stem in (stem_of(path), sidecar_stem))
    return own[0].startswith("sub-") and own[-1] == other[-1] and set(other) <= set(own)
