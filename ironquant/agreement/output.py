"""Everything that one comparison leaves behind, in one folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ironquant.agreement.comparison import Comparison
from ironquant.agreement.document import write_agreement_json
from ironquant.agreement.report import write_agreement_report
from ironquant.agreement.table import write_pairs
from ironquant.core import remove_file

NAMES = ("agreement.json", "pairs.csv", "agreement.pdf")


def write_comparison(comparison: Comparison, out: Path, *, lang: str = "en") -> Comparison:
    """Write ``pairs.csv``, ``agreement.pdf`` and last ``agreement.json``: where it stands, all is there.

    Returns
    -------
    Comparison
        With the findings of the report itself.

    Raises
    ------
    OutputError
        If a file cannot be written, or an earlier one not be removed.
    """
    for name in NAMES:
        remove_file(out / name)
    write_pairs(comparison, out / "pairs.csv")
    findings = write_agreement_report(comparison, out / "agreement.pdf", lang=lang)
    complete = replace(comparison, findings=(*comparison.findings, *findings))
    write_agreement_json(complete, out / "agreement.json", lang)
    return complete
