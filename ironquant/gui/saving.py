"""What is written from the window: report, and all results of an examination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ironquant.core import (
    Analysis,
    CancelToken,
    Examination,
    ExaminationRef,
    Finding,
    MapKey,
    OrganMaps,
    PriorExamination,
    Progress,
    Reading,
    Settings,
)
from ironquant.gui.loading import load
from ironquant.gui.session import HeldCase

if TYPE_CHECKING:
    from ironquant.case import State
    from ironquant.export.signing_block import State as ReportState


@dataclass(frozen=True, eq=False)
class Order:
    """What is to be written: frozen when the user asks.

    Attributes
    ----------
    library : str
        Name of the library that it enters when it is written.
    """

    examination: Examination
    reading: Reading
    settings: Settings
    maps: Mapping[MapKey, OrganMaps]
    ref: ExaminationRef | None = None
    priors: tuple[PriorExamination, ...] = ()
    library: str = ""


@dataclass(frozen=True, eq=False)
class SavedCase:
    """A case that was written, and our hold on it."""

    case: HeldCase
    reading: Reading
    findings: tuple[Finding, ...] = ()

    def release(self) -> None:
        """Let others have it: the examination is not shown any more."""
        self.case.release()


@dataclass(frozen=True)
class Saved:
    """What was written, and what there is to say about it."""

    path: Path
    findings: tuple[Finding, ...] = ()


def save_report(
    order: Order,
    path: Path,
    lang: str,
    progress: Progress,
    cancel: CancelToken,
    *,
    state: ReportState = "draft",
) -> Saved:
    """Measure what the reading says and write the report."""
    load("ironquant.export.report")
    from ironquant.export import write_report
    from ironquant.export.issuing import issue_of

    progress(0.0, "report")
    analysis = _analysis(order, progress, cancel)
    progress(0.9, "report")
    issue = issue_of(analysis, path.parent, state=state)
    findings = write_report(analysis, path, lang=lang, settings=order.settings, issue=issue)
    return Saved(path, (*findings, *_keep(order, analysis)))


def save_results(
    order: Order,
    folder: Path,
    lang: str,
    progress: Progress,
    cancel: CancelToken,
    *,
    state: ReportState = "draft",
    reason: str = "",
) -> Saved:
    """Measure what the reading says and write report, analysis.json, maps and regions."""
    load("ironquant.export.report")
    from ironquant.export import write_results

    progress(0.0, "export")
    analysis = _analysis(order, progress, cancel)
    progress(0.8, "export")
    results = write_results(
        analysis,
        folder,
        lang=lang,
        settings=order.settings,
        ref=order.ref,
        state=state,
        reason=reason,
    )
    return Saved(results.folder, (*results.findings, *_keep(order, analysis)))


def save_case(
    order: Order,
    held: HeldCase | None,
    path: Path,
    state: State,
    lang: str,
    progress: Progress,
    cancel: CancelToken,
) -> SavedCase:
    """Measure what the reading says and write images, reading and numbers into a case, which stays held.

    Parameters
    ----------
    held : HeldCase or None
        The case that is open.
    state : {"draft", "final"}
        A final case is not changed any more.
    """
    load("ironquant.export", "ironquant.case.saving")
    from ironquant.case import lock_case, require_writable, save_case
    from ironquant.export import to_json

    assert order.ref is not None, "what is shown was opened from somewhere"
    ours = held.lock if held is not None and held.path == path else None
    require_writable(path, ours)
    lock = ours or lock_case(path)
    try:
        progress(0.0, "case_save")
        analysis = _analysis(order, progress, cancel)
        numbers = to_json(analysis, lang)
        save_case(
            path,
            order.ref,
            order.examination,
            order.reading,
            order.settings,
            analysis_json=numbers,
            state=state,
            lock=lock,
            progress=progress,
            cancel=cancel,
        )
    except BaseException:
        if ours is None:
            lock.release()
        raise
    findings = _keep(order, analysis)
    if state == "draft":
        return SavedCase(HeldCase(path, lock, order.settings), order.reading, findings)
    lock.release()
    refusal = Finding("case_final", "info", {"file": path.name})
    return SavedCase(HeldCase(path, None, order.settings, refusal), order.reading, findings)


def keep_examination(order: Order, progress: Progress, cancel: CancelToken) -> tuple[Finding, ...]:
    """Measure what the reading says and put it into the library; nothing else is written."""
    from ironquant.analysis import analyze

    return _keep(order, analyze(order.examination, order.reading, order.settings, maps=False, cancel=cancel))


def _keep(order: Order, analysis: Analysis) -> tuple[Finding, ...]:
    from ironquant.library import keep

    return keep(analysis, order.library)


def _analysis(order: Order, progress: Progress, cancel: CancelToken) -> Analysis:
    from ironquant.analysis import analyze

    return analyze(
        order.examination,
        order.reading,
        order.settings,
        known_maps=order.maps,
        priors=order.priors,
        progress=progress,
        cancel=cancel,
    )
