"""The settings that decide an analysis: defaults < profile < user file < flags."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ironquant.core.examination import Organ
from ironquant.core.results import Method
from ironquant.core.segmental import SegmentsWanted
from ironquant.core.template import ReportTemplate

DICOM_OBJECTS = ("sr", "seg", "map", "pdf", "images")
"""Kinds of DICOM objects that results are written as: measurements, regions, maps, report, key images."""


@dataclass(frozen=True)
class OrganSettings:
    """How one organ is measured, unless the reader decides otherwise.

    Attributes
    ----------
    model : str
        Fit model, or ``auto``: by `models_by_condition` (blood signal, noise known).
    models_by_condition : mapping of str to str
        For ``auto``: ``bright_blood``, ``black_blood``, ``noise_known``, ``noise_unknown``.
    calibrations, schemes : tuple of str
        In order of preference; the first that covers the actual field is used.
    repeatability_percent : float or None
        Published repeatability of the value that page 1 shows.
    method : {"roi-mean", "pixel-median"}
        Which of the two fits of a region is reported; both are always computed.
    truncation_r_squared : float or None
        The model ``truncation`` then keeps the most leading echoes whose fit reaches it.
    proposer : str
        Which proposer of another package finds the region; empty: our own.
    segments : {"off", "auto", "on"}
        Whether the segments of the heart are measured; ``auto``: where three slices or more show it.
    exclude_outliers : bool
        Whether pixels that do not count (`PixelExclusion`) are left out of the mean signal.
    circles : bool
        Whether circles are proposed beside the whole region, where the organ has them (the liver).
    """

    model: str
    models_by_condition: Mapping[str, str]
    calibrations: tuple[str, ...]
    schemes: tuple[str, ...]
    repeatability_percent: float | None = None
    method: Method = "roi-mean"
    truncation_r_squared: float | None = None
    proposer: str = ""
    segments: SegmentsWanted = "auto"
    exclude_outliers: bool = False
    circles: bool = True

    def __post_init__(self) -> None:
        _freeze(self, "models_by_condition")

    def __reduce__(self) -> tuple[type[OrganSettings], tuple[Any, ...]]:
        return OrganSettings, _thawed(self)


@dataclass(frozen=True)
class Settings:
    """One resolved set of settings; its hash is printed on every report.

    Attributes
    ----------
    languages : tuple of str
        Of the report, the first is used; ``zh+en``: both side by side.
    hospital : mapping of str to str
        ``name`` and ``department``, also with the code of a language (``name_zh``).
    report : ReportTemplate
        How the report looks: no number follows from it, so it is not part of the hash.
    dicom_objects : tuple of str
        Which of `DICOM_OBJECTS` are written; no number follows from it, so it is not in the hash.
    """

    profile: str
    organs: Mapping[Organ, OrganSettings]
    languages: tuple[str, ...] = ("en",)
    hospital: Mapping[str, str] = dataclasses.field(default_factory=dict)
    report: ReportTemplate = dataclasses.field(default_factory=ReportTemplate)
    dicom_objects: tuple[str, ...] = DICOM_OBJECTS

    def __post_init__(self) -> None:
        _freeze(self, "organs", "hospital")

    def __reduce__(self) -> tuple[type[Settings], tuple[Any, ...]]:
        return Settings, _thawed(self)

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of these settings."""
        document = {
            "profile": self.profile,
            "languages": list(self.languages),
            "hospital": dict(self.hospital),
            "organs": {
                str(organ): {
                    key: dict(value) if isinstance(value, Mapping) else value
                    for key, value in vars(entry).items()
                }
                for organ, entry in self.organs.items()
            },
        }
        canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def _freeze(settings: OrganSettings | Settings, *names: str) -> None:
    """Put read-only views of copies in place of mappings."""
    for name in names:
        object.__setattr__(settings, name, MappingProxyType(dict(getattr(settings, name))))


def _thawed(settings: OrganSettings | Settings) -> tuple[Any, ...]:
    """Return the fields in order, views as plain mappings: views do not travel to other processes."""
    return tuple(dict(value) if isinstance(value, Mapping) else value for value in vars(settings).values())
