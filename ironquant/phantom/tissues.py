"""What the tissues of a digital patient are: signal, decay, fat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from ironquant.core import Organ
from ironquant.phantom.spec import PhantomSpec
from ironquant.resources.loader import load_table

_TABLE_FIELD_T = 1.5


class Tissue(IntEnum):
    """Labels of the painted anatomy; the names are the rows of ``phantoms.toml``."""

    AIR = 0
    SKIN = 1
    FAT = 2
    MUSCLE = 3
    BONE = 4
    MARROW = 5
    FIBROUS = 6
    LUNG = 7
    LUNG_VESSEL = 8
    GAS = 9
    FLUID = 10
    BILE = 11
    CSF = 12
    CORD = 13
    BLOOD = 14
    LV_BLOOD = 15
    RV_BLOOD = 16
    SEPTUM = 17
    MYOCARDIUM = 18
    LIVER = 19
    LIVER_VESSEL = 20
    SPLEEN = 21
    KIDNEY_CORTEX = 22
    KIDNEY_MEDULLA = 23
    PANCREAS = 24


# Double inversion nulls blood that flows into the slice; slow vessels keep part of their signal.
_NULLED_S0 = {
    Tissue.LV_BLOOD: 0.13,
    Tissue.RV_BLOOD: 0.13,
    Tissue.BLOOD: 0.16,
    Tissue.LUNG_VESSEL: 0.25,
    Tissue.LIVER_VESSEL: 0.5,
}


@dataclass(frozen=True)
class TissueProperties:
    """One tissue at the field of the case.

    Attributes
    ----------
    s0 : float
        Relative signal at TE 0.
    r2star_per_s : float
    fat : float
        Fraction of the signal that is fat.
    fine, coarse : float
        Relative SD of the texture of S0, of a few pixels and of a few centimetres.
    """

    s0: float
    r2star_per_s: float
    fat: float
    fine: float
    coarse: float


def tissue_properties(spec: PhantomSpec, organ: Organ) -> Mapping[Tissue, TissueProperties]:
    """Return every tissue as this patient has it at this field, in the series of this organ."""
    rows = load_table("phantoms")["tissues"]
    field_factor = spec.field_t / _TABLE_FIELD_T
    properties = {}
    for tissue in Tissue:
        row = dict(rows[tissue.name.lower()])
        r2star_per_s = 1000.0 / row.pop("t2star_ms") * field_factor
        if tissue in (Tissue.SEPTUM, Tissue.MYOCARDIUM):
            r2star_per_s = 1000.0 / spec.heart_t2star_ms
        elif tissue is Tissue.LIVER:
            r2star_per_s = 1000.0 / spec.liver_t2star_ms
            row["fat"] = spec.liver_fat_fraction
        elif tissue is Tissue.SPLEEN and spec.liver_t2star_ms < 10:
            # A transfused patient's spleen carries iron too, less than the liver.
            r2star_per_s = max(r2star_per_s, 0.3 * 1000.0 / spec.liver_t2star_ms)
        if spec.black_blood and organ == Organ.HEART:
            row["s0"] = _NULLED_S0.get(tissue, row["s0"])
        properties[tissue] = TissueProperties(r2star_per_s=r2star_per_s, **row)
    return MappingProxyType(properties)
