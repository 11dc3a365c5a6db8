"""The forms for hospital systems and research: one name each, written beside the other results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from ironquant.core import SettingsError, write_bytes_atomic
from ironquant.export.fhir import ReportStatus, fhir_bytes
from ironquant.export.reportcode import report_code
from ironquant.export.tables import csv_bytes, dictionary_rows, header, table_rows, xlsx_bytes

FORMS: Final = ("csv", "tsv", "xlsx", "fhir")
TABLE: Final = "regions"
DICTIONARY: Final = "regions_dictionary"
FHIR_SUFFIX: Final = ".fhir.json"


def require_forms(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of forms, each once.

    Raises
    ------
    SettingsError
        ``export_kind_unknown``.
    """
    told = tuple(dict.fromkeys(names))
    for name in told:
        if name not in FORMS:
            raise SettingsError("export_kind_unknown", name=name, known=", ".join(FORMS))
    return told


def write_forms(
    analyses: Sequence[bytes],
    folder: Path,
    names: Iterable[str],
    *,
    lang: str = "en",
    status: ReportStatus = "preliminary",
) -> tuple[Path, ...]:
    """Write analyses in some forms: tables with the regions of all, a FHIR bundle for each.

    Parameters
    ----------
    analyses : sequence of bytes
        Contents of ``analysis.json``.
    names : iterable of str
        Of `FORMS`.
    lang : str
        Of the data dictionary.
    status : {"preliminary", "final", "amended"}
        Of the FHIR reports.

    Raises
    ------
    SettingsError
        ``export_kind_unknown``.
    InputError
        ``analysis_unreadable``; nothing is written then.
    OutputError
    """
    wanted = require_forms(names)
    rows = [row for analysis in analyses for row in table_rows(analysis)]
    made: dict[str, bytes] = {}
    for ending in ("csv", "tsv"):
        if ending in wanted:
            tabs = ending == "tsv"
            made[f"{TABLE}.{ending}"] = csv_bytes([header(), *rows], tabs=tabs)
            made[f"{DICTIONARY}.{ending}"] = csv_bytes(dictionary_rows(lang), tabs=tabs)
    if "xlsx" in wanted:
        made[f"{TABLE}.xlsx"] = xlsx_bytes(rows, lang)
    if "fhir" in wanted:
        for analysis in analyses:
            made[f"{report_code(analysis).report_id}{FHIR_SUFFIX}"] = fhir_bytes(analysis, status)
    return tuple(write_bytes_atomic(folder / name, content) for name, content in made.items())


def form_files(folder: Path) -> list[Path]:
    """Return the files that `write_forms` has left in a folder."""
    names = [f"{name}.{ending}" for name in (TABLE, DICTIONARY) for ending in ("csv", "tsv", "xlsx")]
    return [folder / name for name in names] + sorted(folder.glob(f"*{FHIR_SUFFIX}"))
