"""Follow-up by the rules of ``resources/followup.toml``: offered to the reader, never an order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ironquant.core import ClinicalData, Organ, OrganResult
from ironquant.iron.rules import Facts, holds
from ironquant.resources import load_table


@dataclass(frozen=True)
class FollowUp:
    """What may be advised; its words stand in ``resources/texts``, section ``followup``.

    Attributes
    ----------
    mark : str
        How well the source is known, as in the clinical reference.
    """

    organ: Organ
    code: str
    mark: str
    source: str


def follow_up(
    organ: Organ, result: OrganResult | None, findings: Collection[str], clinical: ClinicalData
) -> FollowUp | None:
    """Return the first rule that holds for an organ, or None.

    Parameters
    ----------
    findings : collection of str
        Codes of the findings of the organ.
    """
    if result is None:
        return None
    facts = Facts(organ, result, findings, clinical)
    for rule in _rules():
        decided = {"indicative": False} if "grades" in rule else {}
        if holds({**decided, **rule}, facts):
            return FollowUp(organ, rule["code"], rule["mark"], rule["source"])
    return None


@cache
def _rules() -> tuple[Mapping[str, Any], ...]:
    return tuple(load_table("followup")["rule"])
