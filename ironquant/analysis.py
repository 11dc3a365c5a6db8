"""The pipeline: examination + reading + settings → analysis. Pure; no files, no window.

Window, command line and batch all come through here, so they give the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from ironquant.core import (
    RELAXATION,
    Analysis,
    CancelToken,
    EchoSeries,
    Examination,
    Finding,
    InputError,
    IronValue,
    MapKey,
    Organ,
    OrganAnalysis,
    OrganMaps,
    OrganReading,
    OrganResult,
    ParamValue,
    PriorExamination,
    Progress,
    Reading,
    RegionError,
    ScannerMap,
    Settings,
    no_progress,
    segment_number,
)
from ironquant.fitting import (
    MODELS,
    compute_maps,
    decay_of,
    using_kernels,
)
from ironquant.history import organ_trend
from ironquant.iron import load_settings
from ironquant.mapanalysis import analyze_map, scanner_values
from ironquant.quality import measurement_findings, protocol_findings
from ironquant.regionanalysis import OrganContext, measure_region, proposal_use, region_result
from ironquant.roi import Proposal, propose_region, shown_with, without_circles
from ironquant.segmental import summarize, with_wanted_segments

NO_ORGAN_REASONS = ("guess_other_part", "guess_size")
"""Why a series is looked at for heart or liver only where there is nothing else."""

Shown = TypeVar("Shown", EchoSeries, ScannerMap)


def propose(
    examination: Examination,
    *,
    organs: Sequence[Organ] | None = None,
    series: Mapping[Organ, str] | None = None,
    settings: Settings | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Reading:
    """Propose a reading: for each organ the series that shows it and a region on it.

    A map that the scanner computed is taken only where no echo train may show the organ.

    Parameters
    ----------
    organs : sequence of Organ, optional
        Organs to look for; by default heart and liver, silently leaving out an organ for which the
        examination holds no candidate series.
    series : mapping of Organ to str, optional
        Keys of the series or maps that the reader has chosen; they are taken whatever they seem to show.
    settings : Settings, optional
        Say which proposer finds the region of an organ; our own by default.

    Returns
    -------
    Reading
        An organ without a region carries ``region_not_found`` or ``no_series``.

    Raises
    ------
    InputError
        ``series_unknown`` for a chosen series that the examination does not have.
    SettingsError
        ``proposer_unknown``.
    """
    entries = []
    chosen = series or {}
    wanted = tuple(organs) if organs else (Organ.HEART, Organ.LIVER)
    for done, organ in enumerate(wanted):
        progress(done / len(wanted), "propose")
        candidates = _candidates(examination, organ, chosen.get(organ))
        if candidates:
            own = settings.organs.get(organ) if settings else None
            proposer = own.proposer if own else ""
            entry = _propose_organ(organ, candidates, organ in chosen, proposer, cancel)
            entry = with_wanted_segments(entry, own.segments if own else "auto")
            entries.append(entry if own is None or own.circles else without_circles(entry))
        elif organs:
            missing = Finding("no_series", "error", {"organ": str(organ)}, str(organ))
            entries.append(OrganReading(organ, None, findings=(missing,)))
    progress(1.0, "propose")
    return Reading(tuple(entries))


def _candidates(
    examination: Examination, organ: Organ, key: str | None
) -> Sequence[EchoSeries] | Sequence[ScannerMap]:
    """Return the echo trains that may show an organ; where there is none, the scanner's maps that may."""
    if key is not None:
        measurable = examination.map_by_key(key)
        if measurable is not None and measurable.quantity in RELAXATION:
            return [measurable]
        return [_series_of(examination, key)]
    trains = _likely(examination.without_twins(), organ)
    return trains or _likely([entry for entry in examination.maps if entry.quantity in RELAXATION], organ)


def _likely(items: Sequence[Shown], organ: Organ) -> list[Shown]:
    """Return what is guessed to show the organ, then what nothing is known of.

    Images of another named part of the body come in only where there is nothing else.
    """
    likely = [item for item in items if item.organ_guess == shown_with(organ)]
    unknown = [item for item in items if item.organ_guess is None]
    open_ = [item for item in unknown if item.guess_reason not in NO_ORGAN_REASONS]
    return (likely + open_) or unknown


def _series_of(examination: Examination, key: str) -> EchoSeries:
    try:
        return examination.series_by_key(key)
    except KeyError as error:
        raise InputError("series_unknown", name=key) from error


def _propose_organ(
    organ: Organ,
    candidates: Sequence[EchoSeries] | Sequence[ScannerMap],
    by_reader: bool,
    proposer: str,
    cancel: CancelToken | None,
) -> OrganReading:
    """Take the candidate on which the proposer is most confident; of equals, the first."""
    tried: list[tuple[EchoSeries | ScannerMap, Proposal]] = []
    for candidate in candidates:
        if cancel is not None:
            cancel.check()
        tried.append((candidate, _proposed(candidate, organ, proposer)))
    series, proposal = max(tried, key=lambda item: item[1].confidence)
    where = str(organ)
    if proposal.region is None:
        params = {"organ": where, "reason": proposal.reason}
        finding = Finding("region_not_found", "error", params, where)
        return OrganReading(organ, series.key, findings=(*proposal.findings, finding))
    findings = list(proposal.findings)
    if len(candidates) > 1:
        name = series.description or series.key
        told: dict[str, ParamValue] = {"organ": where, "n_series": len(candidates), "series": name}
        told["reason"] = "chosen_by_confidence"
        findings.append(Finding("series_chosen", "info", told, where))
    elif series.organ_guess is None and not by_reader:
        told = {"organ": where, "confidence": proposal.confidence}
        findings.append(Finding("organ_by_content", "info", told, where))
    return OrganReading(
        organ,
        series.key,
        (proposal.region, *proposal.further),
        proposed=proposal.region,
        findings=tuple(findings),
    )


def _proposed(candidate: EchoSeries | ScannerMap, organ: Organ, proposer: str) -> Proposal:
    """Propose a region; on a map by the decay that it describes, which shows a liver but no septum."""
    if isinstance(candidate, EchoSeries):
        return propose_region(candidate, organ, proposer)
    if organ != Organ.LIVER:
        return Proposal(organ, None, 0.0, "map_needs_region")
    return propose_region(decay_of(candidate), organ)


def analyze(
    examination: Examination,
    reading: Reading,
    settings: Settings | None = None,
    *,
    maps: bool = True,
    known_maps: Mapping[MapKey, OrganMaps] | None = None,
    priors: Sequence[PriorExamination] = (),
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Analysis:
    """Measure every organ of a reading.

    Parameters
    ----------
    examination : Examination
    reading : Reading
    settings : Settings, optional
        By default the profile ``default`` with the user's own file.
    maps : bool
        Whether to compute pixel maps of the measured series.
    known_maps : mapping, optional
        Maps that need not be computed again.
    priors : sequence of PriorExamination
        Earlier examinations of the patient (`ironquant.history.earlier_than`).

    Returns
    -------
    Analysis

    Raises
    ------
    IronQuantError
        If the reading names an unknown series, model, calibration, scheme or echo.
    CancelledError
        If cancelled.
    """
    settings = settings or load_settings()
    organs = []
    for done, entry in enumerate(reading.organs):
        if cancel is not None:
            cancel.check()
        organ = analyze_organ(examination, entry, settings, priors=priors)
        if maps and organ.series is not None and organ.map_key is not None:
            progress((done + 0.5) / len(reading.organs), "maps")
            known = (known_maps or {}).get(organ.map_key)
            organ = replace(organ, maps=known or organ_maps(organ, cancel=cancel))
        organs.append(organ)
        progress((done + 1) / len(reading.organs), "fit")
    return assemble(examination, reading, settings, organs)


def assemble(
    examination: Examination, reading: Reading, settings: Settings, organs: Sequence[OrganAnalysis]
) -> Analysis:
    """Return the answer for an examination from organs that are measured already."""
    return Analysis(
        patient=examination.patient,
        study=examination.study,
        profile=settings.profile,
        settings_sha256=settings.sha256,
        organs=tuple(organs),
        findings=examination.findings,
        reader=reading.reader,
        reviewer=reading.reviewer,
        impression=reading.impression,
        clinical=reading.clinical,
    )


def organ_maps(
    organ: OrganAnalysis, *, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> OrganMaps:
    """Compute the maps that belong to the result of an organ.

    Raises
    ------
    ValueError
        If the organ has no result.
    CancelledError
    """
    key, region = organ.map_key, organ.reported
    if organ.series is None or key is None or region is None:
        raise ValueError("the organ has no result")
    fitted = region.model(key.model)
    return compute_maps(
        organ.series,
        key.model,
        echoes=key.echoes,
        field_t=None if fitted is None else fitted.field_t,
        r_squared_target=key.r_squared_target,
        progress=progress,
        cancel=cancel,
    )


def analyze_organ(
    examination: Examination,
    entry: OrganReading,
    settings: Settings,
    *,
    pixels: bool = True,
    priors: Sequence[PriorExamination] = (),
) -> OrganAnalysis:
    """Measure one organ, without maps, and set it beside the earlier examinations.

    Parameters
    ----------
    pixels : bool
        False leaves the fit of single pixels out, and the segments of the heart: quick enough to follow a
        region while it is dragged.
    priors : sequence of PriorExamination
        Earlier examinations of the patient.
    """
    measured = _measure_organ(examination, entry, settings, pixels)
    return with_trend(examination, measured, settings, priors)


def with_trend(
    examination: Examination,
    measured: OrganAnalysis,
    settings: Settings,
    priors: Sequence[PriorExamination],
) -> OrganAnalysis:
    """Return an organ with its course since the earlier examinations."""
    own = settings.organs.get(measured.organ)
    return replace(measured, trend=organ_trend(examination, measured, priors, own) if priors else None)


def _measure_organ(
    examination: Examination, entry: OrganReading, settings: Settings, pixels: bool
) -> OrganAnalysis:
    if entry.series_key is None:
        return OrganAnalysis(entry.organ, None, findings=entry.findings)
    scanner_map = examination.map_by_key(entry.series_key)
    if scanner_map is not None:
        return analyze_map(examination, scanner_map, entry, settings)
    series = _series_of(examination, entry.series_key)
    context = OrganContext.of(examination, series, entry, settings)
    findings = [*entry.findings, *series.findings]
    if entry.regions or series.organ_guess == entry.organ:
        findings += protocol_findings(series, entry.organ, context.field_t)
    measured = []
    lacks_field = MODELS[context.model].needs_field and context.field_t is None
    if lacks_field and entry.regions:
        params = {"model": context.model}
        findings.append(Finding("fat_field_missing", "error", params, str(entry.organ)))
    for region in () if lacks_field else entry.regions:
        if not pixels and segment_number(region.site) is not None:
            continue
        try:
            # What is kept is fitted by one path, whether the kernels are ready or not.
            with using_kernels(not pixels):
                measured.append(measure_region(context, region, with_pixels=pixels))
        except RegionError as error:
            findings.append(error.finding)
    reported = next((item for item in measured if item.analysis.region.reported), None)
    result: OrganResult | None = None
    others: tuple[IronValue, ...] = ()
    if reported is not None:
        judged = measurement_findings(
            series,
            reported.analysis,
            reported.chosen.result,
            fat_amplitude=reported.models.fat_amplitude,
            residual=reported.models.residual,
            exclude_outliers=context.exclude_outliers,
        )
        findings += judged
        # An error of the measurement (a saturated region) makes its number impossible: none is given.
        if not any(finding.severity == "error" for finding in judged):
            result, others, more = region_result(context, reported)
            findings += more
        if result is not None and pixels:
            findings += scanner_values(examination, reported.analysis.region, result.t2star_ms)
    regions = tuple(item.analysis for item in measured)
    segmental, told = summarize(regions, context.model, result, entry.organ)
    findings += told
    return OrganAnalysis(
        organ=entry.organ,
        series=series,
        regions=regions,
        result=result,
        alternatives=others,
        findings=tuple(dict.fromkeys(findings)),
        segmental=segmental,
        proposal=proposal_use(context, reported) if pixels and not lacks_field else None,
    )
