"""Find the numbers of an examination wherever they lie: a folder, analysis.json, a case, a report."""

from __future__ import annotations

from pathlib import Path

from ironquant.core import CASE_SUFFIX, InputError


def analysis_of(source: Path) -> bytes:
    """Return the content of ``analysis.json`` as it lies in a folder, a file, a case or a report.

    Raises
    ------
    InputError
        ``path_missing``, ``unreadable_file``, ``pdf_unreadable``, ``analysis_not_found``.
    CaseError
        If a case is damaged.
    """
    file = source / "analysis.json" if source.is_dir() else source
    if not file.exists():
        raise InputError("path_missing", file=str(file))
    found: bytes | None
    if file.suffix.lower() == CASE_SUFFIX:
        from ironquant.case import open_case

        found = open_case(file).analysis_json
    else:
        try:
            found = file.read_bytes()
        except OSError:
            raise InputError("unreadable_file", file=str(file), reason="reason_access") from None
        if found.startswith(b"%PDF"):
            from ironquant.export.sealing import read_seal

            found = read_seal(found).analysis_json
    if found is None:
        raise InputError("analysis_not_found", file=source.name)
    return found
