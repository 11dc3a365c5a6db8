"""What a batch is asked to do, and the part of it that its numbers follow from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ironquant.core import SOFTWARE_VERSION, Organ, Settings

ALL = "all"
"""Every calibration of an organ."""


@dataclass(frozen=True)
class BatchOptions:
    """Choices beyond the settings of the analysis.

    Attributes
    ----------
    organs : tuple of Organ
        Empty: heart and liver where images of them are found.
    te_ms : tuple of float or None
        Echo times of NIfTI files without them.
    dicom_objects : tuple of str
        Kinds of DICOM objects that are written, whatever the settings name; by default the regions.
    report, case, bids : bool
        Whether the PDF, ``case.iqcase`` and the BIDS derivative are written.
    models, calibrations : mapping
        Columns of the tables beside those of the reported result; ``all`` names every calibration.
    regions : Path or None
        Folder of corrected regions.
    clinical : Path or None
        CSV or TSV that is joined by pseudonym.
    earlier : Path or None
        Output of an earlier batch whose regions and fits are used again.
    key : Path or None
        Key file of the pseudonyms; by default ``key.json`` in the output.
    """

    organs: tuple[Organ, ...] = ()
    te_ms: tuple[float, ...] | None = None
    dicom_objects: tuple[str, ...] = ("seg",)
    report: bool = False
    case: bool = False
    bids: bool = True
    models: Mapping[Organ, tuple[str, ...]] = field(default_factory=dict)
    calibrations: Mapping[Organ, tuple[str, ...]] = field(default_factory=dict)
    regions: Path | None = None
    clinical: Path | None = None
    earlier: Path | None = None
    key: Path | None = None


def recipe(settings: Settings, options: BatchOptions) -> dict[str, object]:
    """Return what the results of one examination follow from, beside its images.

    Tables are made anew from the results at the end of every run, so their columns are no part of it.
    """
    return {
        "software": SOFTWARE_VERSION,
        "settings_sha256": settings.sha256,
        "organs": [str(organ) for organ in options.organs],
        "te_ms": None if options.te_ms is None else list(options.te_ms),
        "report": options.report,
        "case": options.case,
        "bids": options.bids,
        "earlier": options.earlier is not None,
    }


def digest(document: object) -> str:
    """Return the SHA-256 of a JSON document."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
