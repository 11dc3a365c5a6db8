"""The documented table of finding codes is the one that the texts hold."""

import runpy
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_page_of_findings_is_up_to_date() -> None:
    made = runpy.run_path(str(DOCS / "make_findings.py"))["table"]()
    assert made == (DOCS / "findings.md").read_text(encoding="utf-8")
