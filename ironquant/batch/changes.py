"""What a new analysis changed: old and new numbers side by side, and how often a grade moved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ironquant.batch.columns import Cell
from ironquant.batch.folder import BatchFolder
from ironquant.batch.rows import Entry, Row
from ironquant.batch.tables import write_tsv
from ironquant.core import Organ

_QUANTITIES = ("t2star_ms", "iron_mg_per_g")
_SIDES = ("old", "new")
COLUMNS = (
    "participant_id",
    "session_id",
    "examination_id",
    "organ",
    *(f"{side}_{name}" for name in _QUANTITIES for side in _SIDES),
    *(f"{side}_{name}_bound" for name in _QUANTITIES for side in _SIDES),
    "iron_difference_percent",
    *(f"{side}_{name}" for name in ("model", "calibration", "scheme", "grade") for side in _SIDES),
    "grade_changed",
)


@dataclass
class Changes:
    """Gathers old and new numbers.

    Parameters
    ----------
    earlier : Path
        Output of the earlier batch.
    """

    earlier: Path
    rows: list[Row] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Compare one examination with its earlier analysis, if there is one."""
        path = BatchFolder(self.earlier).study(entry.job.job) / "analysis.json"
        try:
            old = json.loads(path.read_bytes())["organs"]
        except (OSError, ValueError, KeyError):
            return
        before = {organ["organ"]: organ["result"] for organ in old}
        found = [] if entry.analysis is None else entry.analysis["organs"]
        after = {organ["organ"]: organ["result"] for organ in found}
        for organ in Organ:
            if before.get(organ) is not None or after.get(organ) is not None:
                self.rows.append(_row(entry, organ, before.get(organ) or {}, after.get(organ) or {}))

    def write(self, folder: Path) -> None:
        """Write ``changes.tsv`` and, with the number of moves per grade, ``changes_of_grade.tsv``."""
        write_tsv(folder / "changes.tsv", COLUMNS, self.rows)
        moves = Counter((row["organ"], row["old_grade"], row["new_grade"]) for row in self.rows)
        names = ("organ", "old_grade", "new_grade", "n")
        counted = sorted(moves.items(), key=lambda item: tuple(map(str, item[0])))
        write_tsv(
            folder / "changes_of_grade.tsv",
            names,
            (dict(zip(names, (*move, count), strict=True)) for move, count in counted),
        )


def _row(entry: Entry, organ: Organ, old: Mapping[str, Any], new: Mapping[str, Any]) -> Row:
    names = entry.job.names
    row: Row = {
        "participant_id": None if names is None else names.participant_id,
        "session_id": None if names is None else names.session_id,
        "examination_id": entry.job.examination_id,
        "organ": str(organ),
    }
    for side, result in zip(_SIDES, (old, new), strict=True):
        row |= {f"{side}_{name}": cell for name, cell in _told(result)}
    first, second = row["old_iron_mg_per_g"], row["new_iron_mg_per_g"]
    bounded = {row["old_iron_mg_per_g_bound"], row["new_iron_mg_per_g_bound"]} != {"none"}
    if isinstance(first, float) and isinstance(second, float) and not bounded:
        row["iron_difference_percent"] = 200.0 * (second - first) / (first + second)
    row["grade_changed"] = row["old_grade"] != row["new_grade"]
    return row


def _told(result: Mapping[str, Any]) -> Iterator[tuple[str, Cell]]:
    iron, grade = result.get("iron_mg_per_g") or {}, result.get("grade") or {}
    for name in _QUANTITIES:
        value = result.get(name) or {}
        yield name, value.get("value")
        yield f"{name}_bound", value.get("bound")
    yield "model", result.get("model")
    yield "calibration", iron.get("calibration")
    yield "scheme", grade.get("scheme")
    yield "grade", grade.get("code")
