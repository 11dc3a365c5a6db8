"""What the reader knows of the patient beside the images; it decides which follow-up is offered."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Literal, get_args

from ironquant.core.errors import ClinicalDataError

Diagnosis = Literal["tdt", "ntdt", "hb-h", "hb-e-beta", "other"]
"""Transfusion dependent or not dependent thalassaemia; Hb H disease; Hb E–β; another reason for iron."""
Transfusion = Literal["none", "occasional", "regular"]
Chelator = Literal["deferoxamine", "deferiprone", "deferasirox"]
RANGES = {
    "ferritin_ng_per_ml": (0.0, 100_000.0),
    "haemoglobin_g_per_l": (10.0, 250.0),
    "lvef_percent": (5.0, 95.0),
    "height_cm": (30.0, 230.0),
    "weight_kg": (1.0, 300.0),
}
"""Beyond these a number is a slip of the keyboard or in another unit."""


@dataclass(frozen=True)
class ClinicalData:
    """Clinical data of one examination; None or empty: not told.

    Attributes
    ----------
    splenectomy : bool or None
    ferritin_ng_per_ml, haemoglobin_g_per_l : float or None
        Serum ferritin and haemoglobin.
    chelators : tuple of str
        Taken now.
    lvef_percent : float or None
        Ejection fraction of the left ventricle.

    Raises
    ------
    ClinicalDataError
        ``clinical_value`` for a number outside `RANGES`, ``clinical_word`` for an unknown word.
    """

    diagnosis: Diagnosis | None = None
    splenectomy: bool | None = None
    transfusion: Transfusion | None = None
    ferritin_ng_per_ml: float | None = None
    haemoglobin_g_per_l: float | None = None
    chelators: tuple[Chelator, ...] = ()
    lvef_percent: float | None = None
    height_cm: float | None = None
    weight_kg: float | None = None

    def __post_init__(self) -> None:
        for name, (low, high) in RANGES.items():
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and low <= value <= high):
                raise ClinicalDataError("clinical_value", name=name, value=value, low=low, high=high)
        for name, words, known in (
            ("diagnosis", (self.diagnosis,), get_args(Diagnosis)),
            ("transfusion", (self.transfusion,), get_args(Transfusion)),
            ("chelators", self.chelators, get_args(Chelator)),
        ):
            unknown = [word for word in words if word is not None and word not in known]
            if unknown:
                raise ClinicalDataError(
                    "clinical_word", name=name, value=str(unknown[0]), known=", ".join(known)
                )

    @property
    def told(self) -> bool:
        """Whether anything is told."""
        return any(getattr(self, field.name) != field.default for field in fields(self))
