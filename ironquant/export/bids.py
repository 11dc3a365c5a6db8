"""A BIDS derivative: maps and regions of examinations under pseudonyms, valid at every moment.

A session is written aside and moved into place in one step. Patient, dates and scanner site do not go into
it; who is behind a pseudonym stands in the key file alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ironquant.core import (
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    Analysis,
    OrganAnalysis,
    OutputError,
    remove_file,
    remove_folder,
    write_bytes_atomic,
)
from ironquant.export.nifti import write_volume

BIDS_VERSION = "1.10.0"
_MAPS = {
    "T2starmap": ("t2star", "s"),
    "R2starmap": ("r2star", "1/s"),
    "S0map": ("s0", "arbitrary"),
}
"""Suffix → ending of our own map, unit."""
_MS = np.float32(1e-3)
_README = """# T2*/R2* of heart and liver

Derivative made by {software}. Each session holds, per organ (`desc-heart`, `desc-liver` ...):
T2* map (`T2starmap`, s), R2* map (`R2starmap`, 1/s), signal at TE 0 (`S0map`) and the regions that were
measured (`dseg`, with a table of labels). Subjects are pseudonyms and dates are moved; the key is not here.

For research use only; not a certified medical device.
"""


@dataclass(frozen=True)
class BidsNames:
    """Subject and session of one examination, letters and digits alone."""

    subject: str
    session: str

    @property
    def participant_id(self) -> str:
        """As in ``participants.tsv``."""
        return f"sub-{self.subject}"

    @property
    def session_id(self) -> str:
        """As in ``sessions.tsv``."""
        return f"ses-{self.session}"

    @property
    def stem(self) -> str:
        """Beginning of every file name."""
        return f"{self.participant_id}_{self.session_id}"

    def folder(self, root: Path) -> Path:
        """Return the folder of the session."""
        return root / self.participant_id / self.session_id


def write_dataset(root: Path, name: str) -> None:
    """Write what a derivative needs before its first session.

    Raises
    ------
    OutputError
    """
    description = {
        "Name": name,
        "BIDSVersion": BIDS_VERSION,
        "DatasetType": "derivative",
        "GeneratedBy": [{"Name": SOFTWARE_NAME, "Version": SOFTWARE_VERSION}],
    }
    _write_json(root / "dataset_description.json", description)
    write_bytes_atomic(
        root / "README.md", _README.format(software=f"{SOFTWARE_NAME} {SOFTWARE_VERSION}").encode()
    )


def write_session(analysis: Analysis, study: Path, root: Path, names: BidsNames, aside: Path) -> None:
    """Write maps and regions of one examination, in the place of an earlier session of that name.

    Parameters
    ----------
    study : Path
        Folder with the results of the examination: maps in the units of BIDS are copied from there.
    root : Path
        Folder of the derivative.
    aside : Path
        Folder on the same disk, where the session is put together.

    Raises
    ------
    OutputError
    """
    made = aside / names.stem
    try:
        shutil.rmtree(made, ignore_errors=True)
        for organ in analysis.organs:
            _write_organ(organ, study / "maps", made / "anat", names, analysis)
        remove_session(root, names)
        if made.is_dir():
            target = names.folder(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            made.rename(target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError("output_not_written", file=str(names.folder(root)), reason=reason) from error


def remove_session(root: Path, names: BidsNames) -> None:
    """Remove a session; its subject stays, in which another process may be writing."""
    remove_folder(names.folder(root))
    remove_file(root / names.participant_id / f"{names.participant_id}_sessions.tsv")


def write_participants(
    root: Path, rows: Sequence[Mapping[str, str]], columns: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write ``participants.tsv`` and the meaning of its columns.

    Parameters
    ----------
    rows : sequence of mapping
        A row per subject, with ``participant_id``.
    columns : mapping
        What each column but the first means, as BIDS describes columns.
    """
    names = ["participant_id", *columns]
    write_bytes_atomic(root / "participants.tsv", _table(names, rows))
    _write_json(root / "participants.json", columns)


def remove_participants(root: Path) -> None:
    """Take the list of subjects away while subjects come and go."""
    remove_file(root / "participants.tsv")
    remove_file(root / "participants.json")


def write_sessions(root: Path, names: BidsNames, rows: Sequence[Mapping[str, str]]) -> None:
    """Write the list of sessions of one subject; its columns are those of the first row."""
    path = root / names.participant_id / f"{names.participant_id}_sessions.tsv"
    write_bytes_atomic(path, _table(list(rows[0]), rows))


def _table(names: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    lines = ["\t".join(names)]
    lines += ["\t".join(row.get(name) or "n/a" for name in names) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _write_organ(
    organ: OrganAnalysis, maps: Path, folder: Path, names: BidsNames, analysis: Analysis
) -> None:
    volume = organ.volume
    if volume is None or organ.reported is None:
        return
    stem = f"{names.stem}_desc-{organ.organ}"
    told = _told(organ, analysis)
    for suffix, (ending, unit) in _MAPS.items() if organ.maps is not None else ():
        path = folder / f"{stem}_{suffix}.nii.gz"
        if organ.maps is not None and unit == "s":
            write_volume(path, organ.maps.t2star_ms * _MS, volume.affine, "IronQuant T2* (s)")
        else:
            write_bytes_atomic(path, (maps / f"{organ.organ}_{ending}.nii.gz").read_bytes())
        _write_json(folder / f"{stem}_{suffix}.json", {"Units": unit, **told})
    labels = np.zeros(volume.shape, dtype=np.uint8)
    rows = []
    ordered = sorted(organ.regions, key=lambda region: not region.region.reported)
    for index, region in reversed(list(enumerate(ordered, start=1))):
        labels[region.mask] = index  # what is reported lies on top
        rows.append({"index": str(index), "name": region.region.site})
    write_volume(folder / f"{stem}_dseg.nii.gz", labels, volume.affine, f"IronQuant regions {organ.organ}")
    _write_json(folder / f"{stem}_dseg.json", {"Manual": organ.reported.region.source != "auto"})
    write_bytes_atomic(folder / f"{stem}_dseg.tsv", _table(["index", "name"], rows[::-1]))


def _told(organ: OrganAnalysis, analysis: Analysis) -> dict[str, Any]:
    """Return what is said of a map: field, echo times, model."""
    result, field_t = organ.result, analysis.study.nominal_field_t or analysis.study.field_t
    told: dict[str, Any] = {"SkullStripped": False}
    if field_t is not None:
        told["MagneticFieldStrength"] = field_t
    if organ.series is not None:
        told["EchoTime"] = [round(te / 1000.0, 7) for te in organ.series.te_ms]
    if result is not None:
        told["FitModel"] = result.model
    told["BodyPart"] = str(organ.organ)
    return told


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes_atomic(path, f"{text}\n".encode())
