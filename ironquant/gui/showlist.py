"""Which findings have something to show."""

from __future__ import annotations

from ironquant.core import Finding
from ironquant.resources import load_table


def to_show(finding: Finding) -> str | None:
    """Return what there is to show, by the table ``show``; None: nothing."""
    code: str | None = load_table("show")["show"].get(finding.code)
    return code
