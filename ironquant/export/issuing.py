"""The issue of a report: state and signers checked, changes told, earlier files kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import ValidationError

from ironquant.core import (
    Analysis,
    InputError,
    IronUnit,
    SettingsError,
    Value,
    write_bytes_atomic,
)
from ironquant.export.contract import AnalysisDocument, OrganDocument
from ironquant.export.document import to_document
from ironquant.export.numbers import MISSING, format_in_unit, unit_of
from ironquant.export.sealing import read_seal
from ironquant.export.signing_block import Amendment, ChangedValue, Issue, SignedBy, State

STATES: Final = get_args(State)
FINAL: Final[tuple[State, ...]] = ("final", "amended")
"""States of a report that both answer for, and that is not written over."""
REPORT, ANALYSIS = "report.pdf", "analysis.json"
_KEPT: Final = re.compile(r"report_(\d+)\.pdf")


def issue_of(
    analysis: Analysis,
    folder: Path,
    *,
    state: State = "draft",
    reason: str = "",
    iron_unit: IronUnit = "mg/g",
) -> Issue:
    """Return the issue of a report that is to be written into a folder.

    Parameters
    ----------
    reason : str
        Why it is amended.

    Raises
    ------
    SettingsError
        ``final_without_names``, ``reviewer_is_reader``, ``amendment_reason_missing``,
        ``amendment_of_nothing``, ``report_already_final``.
    """
    signed = _signers(analysis, state)
    if state != "amended":
        _require_replaceable(folder / REPORT)
        return Issue(state, signed)
    if not reason.strip():
        raise SettingsError("amendment_reason_missing")
    before = read_analysis(folder / ANALYSIS)
    if before is None or not (folder / REPORT).is_file():
        raise SettingsError("amendment_of_nothing", folder=str(folder))
    changes = changes_between(before, to_document(analysis), iron_unit)
    version = _last_version(folder) + 1
    replaces = f"{before.study.date or MISSING}, {version - 1}"
    return Issue(state, signed, Amendment(reason.strip(), version, replaces, changes))


def _require_replaceable(report: Path) -> None:
    """Refuse to write another report over a final one: that is amended, and stays."""
    try:
        standing = read_seal(report.read_bytes()).state
    except (OSError, InputError):
        return
    if standing in FINAL:
        raise SettingsError("report_already_final", file=str(report))


def keep_earlier(folder: Path) -> None:
    """Copy report and numbers that are amended aside: ``report_1.pdf``, ``analysis_1.json``.

    Raises
    ------
    OutputError
        If they cannot be copied.
    """
    version = _last_version(folder)
    for name in (REPORT, ANALYSIS):
        source = folder / name
        if source.is_file():
            target = source.with_name(f"{source.stem}_{version}{source.suffix}")
            write_bytes_atomic(target, source.read_bytes())


def read_analysis(path: Path) -> AnalysisDocument | None:
    """Return the numbers that were written before; None where there are none that can be read."""
    try:
        return AnalysisDocument.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def changes_between(
    before: AnalysisDocument, after: AnalysisDocument, iron_unit: IronUnit = "mg/g"
) -> tuple[ChangedValue, ...]:
    """Return what of T2*, iron and grade is printed otherwise than before."""
    earlier = {entry.organ: entry for entry in before.organs}
    now = {entry.organ: entry for entry in after.organs}
    changes = []
    for organ in dict.fromkeys([*earlier, *now]):
        old, new = (_printed(entries.get(organ), iron_unit) for entries in (earlier, now))
        changes += [
            ChangedValue(organ, quantity, old.get(quantity, ""), new.get(quantity, ""))
            for quantity in dict.fromkeys([*old, *new])
            if old.get(quantity) != new.get(quantity)
        ]
    return tuple(changes)


def _printed(entry: OrganDocument | None, iron_unit: IronUnit) -> dict[str, str]:
    """Return T2* and iron as they are printed, and the code of the grade."""
    result = None if entry is None else entry.result
    if result is None:
        return {}
    told = {"t2star_ms": _number(result.t2star_ms, "t2star_ms", iron_unit)}
    if result.iron_mg_per_g is not None:
        told["iron_mg_per_g"] = _number(result.iron_mg_per_g, "iron_mg_per_g", iron_unit)
    if result.grade is not None:
        told["grade"] = result.grade.code or "undecided"
    return told


def _number(document: Any, quantity: str, iron_unit: IronUnit) -> str:
    shown = format_in_unit(Value(document.value, document.bound), quantity, iron_unit)
    return f"{shown} {unit_of(quantity, iron_unit)}"


def _signers(analysis: Analysis, state: State) -> tuple[SignedBy, ...]:
    reader, reviewer = analysis.reader.strip(), analysis.reviewer.strip()
    if reader and reader == reviewer:
        raise SettingsError("reviewer_is_reader")
    if state in FINAL and not (reader and reviewer):
        raise SettingsError("final_without_names")
    signed = (SignedBy("reader", reader), SignedBy("reviewer", reviewer))
    return tuple(entry for entry in signed if entry.name)


def _last_version(folder: Path) -> int:
    """Return the version of the report that stands in a folder: one more than those put aside."""
    kept = (_KEPT.fullmatch(path.name) for path in folder.glob("report_*.pdf"))
    return 1 + max((int(found[1]) for found in kept if found), default=0)
