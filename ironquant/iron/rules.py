"""Whether a rule of a table holds for what was measured in an organ and told of the patient."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ironquant.core import ClinicalData, Organ, OrganResult, Value


@dataclass(frozen=True)
class Facts:
    """What rules ask for.

    Attributes
    ----------
    findings : collection of str
        Codes of the findings of the organ.
    change : str
        What became of it since the examination before; empty: not known.
    """

    organ: Organ
    result: OrganResult
    findings: Collection[str] = ()
    clinical: ClinicalData = field(default_factory=ClinicalData)
    change: str = ""

    @property
    def grade(self) -> str:
        """The code of the grade, ``undecided`` or ``ungraded``."""
        grade = self.result.grade
        return "ungraded" if grade is None else grade.code or "undecided"


def holds(rule: Mapping[str, Any], facts: Facts) -> bool:
    """Return whether all that a rule names is so; what it does not name does not matter."""
    result, clinical = facts.result, facts.clinical
    iron = result.iron.iron_mg_per_g if result.iron else Value()
    indicative = result.grade is not None and result.grade.indicative
    return (
        rule.get("organ", facts.organ) == facts.organ
        and facts.grade in rule.get("grades", (facts.grade,))
        and rule.get("indicative", indicative) == indicative
        and result.t2star_ms.bound in rule.get("bound", (result.t2star_ms.bound,))
        and facts.change in rule.get("change", (facts.change,))
        and ("findings" not in rule or not set(facts.findings).isdisjoint(rule["findings"]))
        and ("diagnosis" not in rule or clinical.diagnosis in rule["diagnosis"])
        and _within(rule.get("t2star_ms"), result.t2star_ms)
        and _within(rule.get("iron_mg_per_g"), iron)
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
