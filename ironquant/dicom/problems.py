"""What is wrong with single files, collected while they are read and told as findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ironquant.core import Finding, IronQuantError, Severity

_MANY = 3
_SEVERITY: dict[str, Severity] = {
    "not_dicom": "info",
    "no_pixel_data": "info",
    "unreadable_file": "warning",
    "pixel_data_short": "warning",
    "invalid_number": "info",
    "archive_damaged": "warning",
    "archive_encrypted": "warning",
    "archive_too_large": "warning",
    "archive_nested": "warning",
    "archive_unsupported": "warning",
    "dicomdir_missing": "warning",
}
_GATHERED = ("unreadable_file", "pixel_data_short", "file_changed")
DAMAGE = frozenset(_SEVERITY) - {"not_dicom", "no_pixel_data", "invalid_number"}
"""Codes that explain why nothing was found."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one file or folder.

    Attributes
    ----------
    code : str
        Finding code.
    reason : str
        Why, as a term; empty where the code says it.
    field : str
        The header field, for ``invalid_number``.
    """

    path: Path
    code: str
    reason: str = ""
    field: str = ""


def problem_of(error: IronQuantError, path: Path) -> Problem:
    """Return an error of ours as a problem of the file."""
    return Problem(path, error.finding.code, str(error.finding.params.get("reason", "")))


def problem_findings(problems: Iterable[Problem]) -> list[Finding]:
    """One finding per file, or one for all where there are many of a kind."""
    findings: list[Finding] = []
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    for code, own in by_code.items():
        if code == "invalid_number":
            own = list({problem.field: problem for problem in reversed(own)}.values())[::-1]
        if len(own) > _MANY:
            many = f"{code}_many" if code != "invalid_number" else code
            fields = ", ".join(dict.fromkeys(problem.field for problem in own if problem.field))
            params = {"file": own[0].path.name, "reason": own[0].reason, "field": fields}
            findings.append(Finding(many, _SEVERITY[code], {"n_files": len(own), **_filled(params)}))
            continue
        for problem in own:
            params = {"file": problem.path.name, "reason": problem.reason, "field": problem.field}
            findings.append(Finding(code, _SEVERITY[code], _filled(params), where=problem.path.name))
    return findings


def place_of(path: Path) -> str:
    """Return a file with its folder, where its name alone would not find it."""
    return f"{path.parent.name}/{path.name}"


def two_patients(n_patients: int, file: str, other: str) -> Finding:
    """Return the refusal of a study of more than one person, with a file of either."""
    return Finding("two_patients", "error", {"n_patients": n_patients, "file": file, "other": other})


def gathered(findings: Iterable[Finding]) -> list[Finding]:
    """Return one finding for all where many files have the same: a drive that is gone, not 240 lines."""
    found = list(dict.fromkeys(findings))
    same: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        if finding.code in _GATHERED:
            same.setdefault((finding.code, str(finding.params.get("reason", ""))), []).append(finding)
    for own in same.values():
        if len(own) > _MANY:
            first = own[0]
            params = {**first.params, "n_files": len(own)}
            found[found.index(first)] = Finding(f"{first.code}_many", first.severity, params)
            found = [finding for finding in found if finding not in own]
    return found


def _filled(params: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in params.items() if value}
