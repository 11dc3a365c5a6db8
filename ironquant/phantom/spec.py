"""What a digital patient is asked to be, and the named cases of ``resources/phantoms.toml``."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from ironquant.core import Organ, SettingsError
from ironquant.resources import LANGUAGES, load_table

_MATRIX_LIMITS = (64, 512)
_MAX_SLICES = 12


def _train(name: str) -> tuple[float, ...]:
    return tuple(float(te) for te in load_table("phantoms")["trains"][name])


@dataclass(frozen=True)
class PhantomSpec:
    """One digital patient.

    Attributes
    ----------
    heart_t2star_ms, liver_t2star_ms : float
        True T2* of septum and liver parenchyma at `field_t`.
    field_t : float
        Actual field; other tissues and the fat frequency follow it. The headers name the rounded one.
    heart_te_ms, liver_te_ms : tuple of float
        Ascending echo times.
    snr : float
        S0 / sigma per channel at TE 0, mean over septum or liver parenchyma.
    n_coils : int
        Channels combined by root sum of squares; 1 gives Rician noise.
    matrix : tuple of int
        Rows, columns.
    liver_fat_fraction : float
        0 to 0.4.
    body_scale : float
        1: adult; about 0.65: a child of eight.
    seed : int
        Anatomy and noise.
    """

    heart_t2star_ms: float = 12.0
    liver_t2star_ms: float = 2.6
    field_t: float = 1.5
    heart_te_ms: tuple[float, ...] = _train("heart_15")
    liver_te_ms: tuple[float, ...] = _train("liver_15")
    snr: float = 60.0
    n_coils: int = 1
    matrix: tuple[int, int] = (256, 256)
    heart_slices: int = 1
    liver_slices: int = 1
    black_blood: bool = False
    liver_fat_fraction: float = 0.0
    body_scale: float = 1.0
    seed: int = 0
    patient_name: str = "Phantom^Demo=幻影^演示"
    patient_id: str = "IQ-PHANTOM"
    patient_sex: str = "M"
    patient_birth_date: dt.date = dt.date(1998, 5, 17)
    study_date: dt.date = dt.date(2024, 6, 12)
    manufacturer: str = "IronQuant phantom"
    name: str = ""

    def __post_init__(self) -> None:
        _require(0.1 <= self.heart_t2star_ms <= 500, "heart_t2star_ms", self.heart_t2star_ms, "0.1–500")
        _require(0.1 <= self.liver_t2star_ms <= 500, "liver_t2star_ms", self.liver_t2star_ms, "0.1–500")
        _require(0.2 <= self.field_t <= 7.5, "field_t", self.field_t, "0.2–7.5")
        _require(self.snr > 0 and not math.isnan(self.snr), "snr", self.snr, "> 0")
        _require(1 <= self.n_coils <= 64, "n_coils", self.n_coils, "1–64")
        low, high = _MATRIX_LIMITS
        _require(
            len(self.matrix) == 2 and all(low <= side <= high for side in self.matrix),
            "matrix",
            "×".join(str(side) for side in self.matrix),
            f"{low}–{high}",
        )
        for key, count in (("heart_slices", self.heart_slices), ("liver_slices", self.liver_slices)):
            _require(0 <= count <= _MAX_SLICES, key, count, f"0–{_MAX_SLICES}")
        _require(self.heart_slices + self.liver_slices > 0, "heart_slices", 0, "≥ 1")
        _require(0 <= self.liver_fat_fraction <= 0.4, "liver_fat_fraction", self.liver_fat_fraction, "0–0.4")
        _require(0.4 <= self.body_scale <= 1.4, "body_scale", self.body_scale, "0.4–1.4")
        _require(0 <= self.seed < 2**32, "seed", self.seed, "0–4294967295")
        for key, train in (("heart_te_ms", self.heart_te_ms), ("liver_te_ms", self.liver_te_ms)):
            ascending = all(a < b for a, b in pairwise(train))
            _require(bool(train) and train[0] > 0 and ascending, key, train, "0 < TE1 < TE2 …")

    @property
    def organs(self) -> tuple[Organ, ...]:
        """Organs with at least one slice."""
        counts = {Organ.HEART: self.heart_slices, Organ.LIVER: self.liver_slices}
        return tuple(organ for organ, count in counts.items() if count)

    @property
    def nominal_field_t(self) -> float:
        """What the scanner calls its field (2.89 T is sold as 3 T)."""
        return min((0.55, 1.0, 1.5, 3.0, 5.0, 7.0), key=lambda nominal: abs(nominal - self.field_t))

    def te_ms(self, organ: Organ) -> tuple[float, ...]:
        """Return the echo train of this organ."""
        return self.heart_te_ms if organ == Organ.HEART else self.liver_te_ms

    def t2star_ms(self, organ: Organ) -> float:
        """Return the true T2* of this organ."""
        return self.heart_t2star_ms if organ == Organ.HEART else self.liver_t2star_ms

    def slices(self, organ: Organ) -> int:
        """Return the number of slices through this organ."""
        return self.heart_slices if organ == Organ.HEART else self.liver_slices


def _require(holds: bool, option: str, value: float | str | tuple[float, ...], expected: str) -> None:
    if not holds:
        raise SettingsError("option_invalid", option=option, value=value, expected=expected)


def load_cases() -> Mapping[str, PhantomSpec]:
    """Return the named cases, in the order of ``resources/phantoms.toml``."""
    cases = {}
    for name, row in load_table("phantoms")["cases"].items():
        fields = {key: value for key, value in row.items() if key not in LANGUAGES}
        for organ in ("heart", "liver"):
            train = fields.pop(f"{organ}_train", None)
            if train is not None:
                fields[f"{organ}_te_ms"] = _train(train)
        if "matrix" in fields:
            fields["matrix"] = tuple(fields["matrix"])
        cases[name] = PhantomSpec(name=name, patient_id=f"IQ-{name.upper()}", **fields)
    return MappingProxyType(cases)


def find_case(name: str) -> PhantomSpec:
    """Return one named case.

    Raises
    ------
    SettingsError
        ``case_unknown``.
    """
    cases = load_cases()
    if name not in cases:
        raise SettingsError("case_unknown", name=name, known=tuple(cases))
    return cases[name]


def case_descriptions(lang: str) -> Mapping[str, str]:
    """Return one line on every case in `lang` (``en`` where the language has none)."""
    rows = load_table("phantoms")["cases"]
    return MappingProxyType({name: row.get(lang, row["en"]) for name, row in rows.items()})
