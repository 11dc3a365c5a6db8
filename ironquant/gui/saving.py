"""What is written from the window: report, and all results of an examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ironquant.core import (
    Analysis,
    CancelToken,
    Examination,
    ExaminationRef,
    Finding,
    MapKey,
    OrganMaps,
    Progress,
    Reading,
    Settings,
)


@dataclass(frozen=True, eq=False)
class Order:
    """What is to be written: frozen when the user asks."""

    examination: Examination
    reading: Reading
    settings: Settings
    maps: Mapping[MapKey, OrganMaps]
    ref: ExaminationRef | None = None


@dataclass(frozen=True)
class Saved:
    """What was written, and what there is to say about it."""

    path: Path
    findings: tuple[Finding, ...] = ()


def save_report(order: Order, path: Path, lang: str, progress: Progress, cancel: CancelToken) -> Saved:
    """Measure what the reading says and write the report."""
    from ironquant.export import write_report

    progress(0.0, "report")
    analysis = _analysis(order, progress, cancel)
    progress(0.9, "report")
    return Saved(path, write_report(analysis, path, lang=lang, settings=order.settings))


def save_results(order: Order, folder: Path, lang: str, progress: Progress, cancel: CancelToken) -> Saved:
    """Measure what the reading says and write report, analysis.json, maps and regions."""
    from ironquant.export import write_results

    progress(0.0, "export")
    analysis = _analysis(order, progress, cancel)
    progress(0.8, "export")
    results = write_results(analysis, folder, lang=lang, settings=order.settings, ref=order.ref)
    return Saved(results.folder, results.findings)


def _analysis(order: Order, progress: Progress, cancel: CancelToken) -> Analysis:
    from ironquant.analysis import analyze

    return analyze(
        order.examination,
        order.reading,
        order.settings,
        known_maps=order.maps,
        progress=progress,
        cancel=cancel,
    )
