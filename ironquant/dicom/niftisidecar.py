"""The BIDS sidecar of a NIfTI file, with what it inherits from sidecars of more files or folders above."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ironquant.dicom.niftinames import applies, inheriting_folders, stem_of, train_stem
from ironquant.dicom.opening import Opener
from ironquant.dicom.spelling import repaired

_MAX_SIDECAR_BYTES = 2**24
_ENDING = ".json"


def sidecar_of(path: Path, opener: Opener) -> Mapping[str, Any]:
    """Return the entries that hold for a file; the nearer sidecar decides, its own before all others."""
    merged: dict[str, Any] = {}
    for sidecar in sidecars_of(path, opener):
        merged |= _read(sidecar, opener)
    return merged


def sidecars_of(path: Path, opener: Opener) -> Iterator[Path]:
    """Yield the sidecars of a file, the farthest and most general first, its own last."""
    own, common = stem_of(path).lower(), train_stem(path).lower()
    found: list[Path] = []
    for folder in inheriting_folders(path):
        names = opener.names_in(folder)
        images = {stem_of(Path(name)).lower() for name in names if not name.lower().endswith(_ENDING)}
        stems = {name: name[: -len(_ENDING)] for name in names if name.lower().endswith(_ENDING)}
        here = folder == path.parent
        shared = [
            name
            for name, stem in stems.items()
            if stem.lower() not in images
            and stem.lower() != own
            and (applies(stem, path) or (here and stem.lower() == common))
        ]
        found += [folder / name for name in sorted(shared, key=lambda name: (name.count("_"), name))]
        found += [folder / name for name, stem in stems.items() if here and stem.lower() == own]
    yield from found


def _read(path: Path, opener: Opener) -> dict[str, Any]:
    try:
        with opener.open(path) as source:
            document = _parsed(source.handle.read(_MAX_SIDECAR_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _parsed(written: bytes) -> Any:
    """Parse JSON of any character set: converters copy names as the scanner wrote them.

    Raises
    ------
    ValueError
        If it is no JSON.
    """
    try:
        return json.loads(written.decode(json.detect_encoding(written)), strict=False)
    except UnicodeDecodeError:
        pass
    try:
        return _spelled(json.loads(written.decode("latin-1"), strict=False))
    except ValueError:
        return json.loads(written.decode("gb18030"), strict=False)


def _spelled(value: Any) -> Any:
    """Return texts in the character set that they are really written in, at any depth."""
    if isinstance(value, str):
        return repaired(value)
    if isinstance(value, list):
        return [_spelled(item) for item in value]
    return {key: _spelled(item) for key, item in value.items()} if isinstance(value, dict) else value
