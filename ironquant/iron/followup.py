"""Follow-up by the rules of ``resources/followup.toml``: offered to the reader, never an order."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ironquant.core import ClinicalData, Organ, OrganResult, Value
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
    for rule in _rules():
        if rule["organ"] == organ and _holds(rule, result, findings, clinical):
            return FollowUp(organ, rule["code"], rule["mark"], rule["source"])
    return None


@cache
def _rules() -> tuple[Mapping[str, Any], ...]:
    return tuple(load_table("followup")["rule"])


def _holds(
    rule: Mapping[str, Any], result: OrganResult, findings: Collection[str], clinical: ClinicalData
) -> bool:
    grade, iron = result.grade, result.iron
    decided = grade is not None and not grade.indicative and grade.code in rule.get("grades", ())
    return (
        ("grades" not in rule or decided)
        and ("findings" not in rule or not set(findings).isdisjoint(rule["findings"]))
        and ("diagnosis" not in rule or clinical.diagnosis in rule["diagnosis"])
        and _within(rule.get("iron_mg_per_g"), iron.iron_mg_per_g if iron else Value())
        and _within(rule.get("lvef_percent"), Value(clinical.lvef_percent))
        and _within(rule.get("ferritin_ng_per_ml"), Value(clinical.ferritin_ng_per_ml))
    )


def _within(limits: tuple[float, float] | None, value: Value) -> bool:
    """Return whether all that a value leaves open lies within the limits (low ≤ value < high)."""
    if limits is None:
        return True
    if value.value is None:
        return False
    low, high = limits
    least = -math.inf if value.bound == "upper" else value.value
    most = math.inf if value.bound == "lower" else value.value
    return low <= max(least, 0.0) and (most < high or math.isinf(high))
