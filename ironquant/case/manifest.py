"""The list of contents of a case: what belongs to it, and its hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from ironquant.core.documents import DocumentModel
from ironquant.dicom.archives import NEVER_IN_A_NAME

CASE_SCHEMA_ID: Final = "ironquant.case/1"
MANIFEST: Final = "manifest.json"
READING: Final = "reading.json"
SETTINGS: Final = "settings.json"
EXAMINATION: Final = "examination.json"
ANALYSIS: Final = "analysis.json"
IMAGES: Final = "images"
State = Literal["draft", "final"]
_MOST_NAME_BYTES = 120


class MemberDocument(DocumentModel):
    """One file of a case."""

    name: str
    size: Annotated[int, Field(ge=0)]
    """In bytes."""
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class CaseDocument(DocumentModel):
    """``manifest.json`` of a case."""

    schema_: Literal["ironquant.case/1"] = Field(CASE_SCHEMA_ID, alias="schema")
    software: str
    state: State
    """A final case is never changed."""
    study_date: str | None
    """ISO 8601 date."""
    members: list[MemberDocument]
    """Every other file, by name."""


def member_names(paths: Iterable[Path]) -> dict[Path, str]:
    """Return a name for each image file: its own, in numbered folders in the place of those it lay in.

    The names are the same wherever the files lie, in a folder or an archive, and lead nowhere outside.
    """
    folders: dict[Path, str] = {}
    names: dict[Path, str] = {}
    used: set[str] = set()
    for path in sorted(paths):
        folder = folders.setdefault(path.parent, f"{IMAGES}/{len(folders) + 1}")
        name, number = f"{folder}/{_clean(path.name)}", 1
        while name.casefold() in used:
            number += 1
            name = f"{folder}/{number}~{_clean(path.name)}"
        used.add(name.casefold())
        names[path] = name
    return names


def _clean(name: str) -> str:
    """Return a file name that every system can hold; its ending, which tells NIfTI, stays."""
    told = re.sub(r"[\\/]", "_", NEVER_IN_A_NAME.sub("_", name)).encode("utf-8", "replace")
    return told[-_MOST_NAME_BYTES:].decode("utf-8", "ignore").strip(" .") or "_"


def is_safe(name: str) -> bool:
    """Whether a name in an archive leads to no other place than below the archive."""
    parts = name.split("/")
    return not ("\\" in name or NEVER_IN_A_NAME.search(name) or any(not part.strip(". ") for part in parts))
