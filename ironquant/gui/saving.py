"""What is written from the window: report, and all results of an examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ironquant.core import (
    Analysis,
    CancelToken,
    Examination,
    Finding,
    OrganMaps,
    Progress,
    Reading,
    Settings,
)
from ironquant.gui.session import MapKey


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
    from ironquant.export import write_results

    progress(0.0, "export")
    analysis = complete_analysis(
        order.examination, order.reading, order.settings, order.maps, progress, cancel
    )
    progress(0.8, "export")
    results = write_results(analysis, folder, lang=lang, settings=order.settings)
    return Saved(results.folder, results.findings)


def complete_analysis(
    examination: Examination,
    reading: Reading,
    settings: Settings,
    maps: Mapping[MapKey, OrganMaps],
    progress: Progress,
    cancel: CancelToken,
) -> Analysis:
    """Return the analysis that the report and the files are written from.

    Parameters
    ----------
    maps : mapping
        Maps that are known already; missing ones are computed.
    """
    from ironquant.analysis import analyze, compute_maps, with_maps

    analysis = analyze(examination, reading, settings, maps=False, cancel=cancel)
    organs = []
    for organ in analysis.organs:
        if organ.series is None or organ.result is None:
            organs.append(organ)
            continue
        known = maps.get((organ.series.key, organ.result.model))
        if known is None:
            known = compute_maps(organ.series, organ.result.model, progress=progress, cancel=cancel)
        organs.append(with_maps(organ, known))
    return replace(analysis, organs=tuple(organs))
