"""What is written from the window: report, and all results of an examination."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ironquant.core import (
    CancelToken,
    Examination,
    Finding,
    OrganMaps,
    Progress,
    Reading,
    Settings,
    Study,
)
from ironquant.gui.session import MapKey, complete_analysis


@dataclass(frozen=True, eq=False)
class Order:
    """What is to be written: frozen when the user asks."""

    examination: Examination
    reading: Reading
    settings: Settings
    maps: Mapping[MapKey, OrganMaps]


@dataclass(frozen=True)
class Saved:
    """What was written, and what there is to say about it."""

    path: Path
    findings: tuple[Finding, ...] = ()


def folder_name(study: Study) -> str:
    """Return date and 8 hex digits of the study: never a name in a path."""
    date = study.date.strftime("%Y%m%d") if study.date else "nodate"
    return f"{date}_{hashlib.sha256(study.instance_uid.encode()).hexdigest()[:8]}"


def save_report(order: Order, path: Path, lang: str, progress: Progress, cancel: CancelToken) -> Saved:
    """Measure what the reading says and write the report."""
    from ironquant.export import write_report

    progress(0.0, "report")
    analysis = complete_analysis(
        order.examination, order.reading, order.settings, order.maps, progress, cancel
    )
    progress(0.9, "report")
    return Saved(path, write_report(analysis, path, lang=lang, settings=order.settings))


def save_results(order: Order, folder: Path, lang: str, progress: Progress, cancel: CancelToken) -> Saved:
    """Measure what the reading says and write report, analysis.json, maps and regions."""
    from ironquant.export import write_json, write_report, write_volumes

    target = folder / folder_name(order.examination.study)
    progress(0.0, "export")
    analysis = complete_analysis(
        order.examination, order.reading, order.settings, order.maps, progress, cancel
    )
    progress(0.8, "export")
    write_volumes(analysis, target)
    findings = write_report(analysis, target / "report.pdf", lang=lang, settings=order.settings)
    complete = replace(analysis, findings=(*analysis.findings, *findings))
    write_json(complete, target / "analysis.json", lang)
    return Saved(target, findings)
