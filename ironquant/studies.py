"""One examination from headers to results on disk: what `analyze`, `demo` and `batch` share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ironquant.core import (
    RELAXATION,
    SEVERITY_RANK,
    Analysis,
    Examination,
    ExaminationRef,
    Finding,
    MapKey,
    Organ,
    OrganMaps,
    OrganReading,
    PriorExamination,
    Progress,
    Reading,
    SeriesRef,
    Settings,
    SettingsError,
    no_progress,
)
from ironquant.export import Results
from ironquant.export.signing_block import State
from ironquant.roi import RegionFile

CASE_FILE = "case.iqcase"


@dataclass(frozen=True)
class Wishes:
    """What the user decided instead of the software."""

    organs: tuple[Organ, ...] = ()
    regions: Mapping[Organ, RegionFile] = field(default_factory=dict)
    echoes: Mapping[Organ, tuple[int, ...]] = field(default_factory=dict)
    series: Mapping[Organ, str] = field(default_factory=dict)
    """Number, key or description of the series or map to measure."""
    outliers: Mapping[Organ, bool] = field(default_factory=dict)
    """Whether outlying pixels are left out of the mean signal."""
    reader: str = ""
    reviewer: str = ""
    state: State = "draft"
    reason: str = ""
    """Why a report is amended."""


@dataclass(frozen=True, eq=False)
class StudyOutput:
    """One examination measured and written.

    Attributes
    ----------
    findings : tuple of Finding
        What writing, and the library, had to say.
    files : tuple of Path
        Report, forms and archive, as far as they were asked for.
    """

    examination: Examination
    reading: Reading
    analysis: Analysis
    results: Results
    findings: tuple[Finding, ...]
    files: tuple[Path, ...]


def measure_study(
    ref: ExaminationRef,
    out: Path,
    settings: Settings,
    wishes: Wishes,
    lang: str,
    *,
    report: bool = True,
    forms: tuple[str, ...] = (),
    case: bool = False,
    library: str | None = None,
    archived: Reading | None = None,
    known_maps: Mapping[MapKey, OrganMaps] | None = None,
    progress: Progress = no_progress,
) -> StudyOutput:
    """Read, propose, measure and write one examination.

    Parameters
    ----------
    ref : ExaminationRef
        With something to measure.
    report : bool
        Whether the PDF is written.
    forms : tuple of str
        Of `export.forms.FORMS`, to be written beside the results.
    case : bool
        Whether to archive it as ``case.iqcase`` beside the results.
    library : str or None
        Name of the library whose earlier examinations it is compared with, and which it enters.
    archived : Reading or None
        Of an earlier analysis: its regions stand where the user wishes no others, instead of proposals.
    known_maps : mapping, optional
        Maps that need not be computed again.

    Raises
    ------
    IronQuantError
        If it cannot be read, measured or written.
    """
    from ironquant import analysis as pipeline
    from ironquant.case import require_writable, save_case
    from ironquant.dicom import read_examination
    from ironquant.export import study_folder, to_json, write_results
    from ironquant.export.forms import write_forms
    from ironquant.library import earlier_examinations, keep

    archive = out / study_folder(ref.study) / CASE_FILE
    if case:
        require_writable(archive)
    chosen = {organ: find_series(ref, name) for organ, name in wishes.series.items()}
    examination = read_examination(ref, progress=progress)
    reading = make_reading(examination, wishes, chosen, settings, archived=archived, progress=progress)
    reading = replace(reading, reader=wishes.reader, reviewer=wishes.reviewer)
    priors: tuple[PriorExamination, ...] = ()
    told: tuple[Finding, ...] = ()
    if library is not None:
        priors, told = earlier_examinations(examination.patient, examination.study, library)
    result = pipeline.analyze(
        examination, reading, settings, known_maps=known_maps, priors=priors, progress=progress
    )
    result = replace(result, findings=(*result.findings, *told))
    written = write_results(
        result,
        out,
        lang=lang,
        settings=settings,
        ref=ref,
        report=report,
        state=wishes.state,
        reason=wishes.reason,
    )
    findings = (*written.findings, *(() if library is None else keep(result, library)))
    files = [] if written.report is None else [written.report]
    if forms:
        numbers = (written.folder / "analysis.json").read_bytes()
        files += write_forms((numbers,), written.folder, forms, lang=lang)
    if case:
        numbers = to_json(written.analysis, lang)
        save_case(archive, ref, examination, reading, settings, analysis_json=numbers, progress=progress)
        files.append(archive)
    return StudyOutput(examination, reading, result, written, findings, tuple(files))


def make_reading(
    examination: Examination,
    wishes: Wishes,
    chosen: Mapping[Organ, str],
    settings: Settings,
    *,
    archived: Reading | None = None,
    progress: Progress = no_progress,
) -> Reading:
    """Propose a reading, then lay the user's regions and echoes over it.

    Parameters
    ----------
    chosen : mapping
        Keys of the series to measure.
    archived : Reading or None
        As of `measure_study`; organs of which it has nothing are proposed.
    """
    from ironquant import analysis as pipeline
    from ironquant.roi import find_region

    drawn = Reading() if archived is None else replace(archived, organs=())
    for organ, path in wishes.regions.items():
        key, region = find_region(path, examination, organ, series=chosen.get(organ))
        drawn = drawn.with_organ(OrganReading(organ, key, (region,)))
    for entry in () if archived is None else archived.organs:
        if entry.organ not in wishes.regions and (not wishes.organs or entry.organ in wishes.organs):
            drawn = drawn.with_organ(entry)
    settled = {entry.organ for entry in drawn.organs}
    to_propose = tuple(organ for organ in wishes.organs if organ not in settled)
    reading = drawn
    if to_propose or not wishes.organs:
        proposed = pipeline.propose(
            examination, organs=to_propose or None, series=chosen, settings=settings, progress=progress
        )
        kept = [entry for entry in proposed.organs if entry.organ not in settled]
        reading = replace(drawn, organs=(*drawn.organs, *kept))
    for entry in reading.organs:
        echoes = wishes.echoes.get(entry.organ, entry.echoes)
        outliers = wishes.outliers.get(entry.organ, entry.exclude_outliers)
        reading = reading.with_organ(replace(entry, echoes=echoes, exclude_outliers=outliers))
    return replace(
        reading, organs=tuple(sorted(reading.organs, key=lambda entry: list(Organ).index(entry.organ)))
    )


def why_unreadable(ref: ExaminationRef) -> list[Finding]:
    """Return the errors of an examination without an echo train; each names its series or folder."""
    findings = [finding for finding in ref.findings if finding.severity == "error"]
    findings += [finding for series in ref.series for finding in series.refusals]
    told = sorted(dict.fromkeys(findings), key=lambda finding: -SEVERITY_RANK[finding.severity])
    return told or [Finding("nothing_analyzable", "error", {"file": str(ref.root)})]


def find_series(ref: ExaminationRef, value: str) -> str:
    """Return the key of the train or map that a user means: its number, its key or its description.

    Raises
    ------
    SettingsError
        ``series_unknown`` or ``series_several``, with what there is to choose from; ``series_unusable``
        for a series that cannot be measured.
    """
    wanted = value.strip()
    said = (
        lambda entry: wanted in (entry.key, entry.instance_uid),
        lambda entry: wanted == str(entry.number),
        lambda entry: wanted.lower() == entry.description.lower(),
    )
    usable = [entry for entry in ref.series if entry.readable or _is_relaxation_map(entry)]
    for matches in said:
        found = [entry for entry in usable if matches(entry)]
        exact = [entry for entry in found if entry.key == wanted] or found
        if len(exact) == 1:
            return exact[0].key
        if exact:
            keys = "; ".join(entry.key for entry in exact)
            raise SettingsError("series_several", name=wanted, known=keys)
        if any(matches(entry) for entry in ref.series):
            raise SettingsError("series_unusable", name=wanted, known=_choice(usable))
    raise SettingsError("series_unknown_choice", name=wanted, known=_choice(usable))


def _is_relaxation_map(entry: SeriesRef) -> bool:
    return entry.readable_map and entry.quantity in RELAXATION


def _choice(entries: Sequence[SeriesRef]) -> str:
    return "; ".join(entry.label or entry.key for entry in entries) or "–"
