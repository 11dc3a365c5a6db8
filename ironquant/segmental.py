"""The part of the pipeline for the segments of the heart: which are measured, what they say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ironquant.core import (
    LEVELS,
    Bound,
    Finding,
    Organ,
    OrganReading,
    OrganResult,
    ParamValue,
    Pattern,
    Region,
    RegionAnalysis,
    SegmentalT2star,
    SegmentsWanted,
    Severity,
    Value,
    segment_level,
    segment_number,
)
from ironquant.iron import Scheme, scheme
from ironquant.resources import load_table

SURE_FROM = 0.5
"""Confidence of a segment below which its borders are told to be unsure."""


def with_wanted_segments(entry: OrganReading, wanted: SegmentsWanted) -> OrganReading:
    """Return a proposed reading with the segments that the settings ask for.

    ``auto`` keeps them where basal, mid and apical slices show the ventricle: three slices or more.
    """
    numbers = [number for region in entry.regions if (number := segment_number(region.site))]
    all_levels = {segment_level(number) for number in numbers} == set(LEVELS)
    if wanted == "on" or (wanted == "auto" and all_levels):
        return entry
    return replace(
        entry, regions=tuple(region for region in entry.regions if segment_number(region.site) is None)
    )


def summarize(
    regions: Sequence[RegionAnalysis], model: str, result: OrganResult | None, organ: Organ
) -> tuple[SegmentalT2star | None, tuple[Finding, ...]]:
    """Return what the measured segments of an organ say together, and what there is to say about them.

    Parameters
    ----------
    model : str
        Whose fits of the mean signals count.
    result : OrganResult or None
        Its grade names the scheme whose normal range tells the abnormal segments.
    """
    segments = {number: item for item in regions if (number := segment_number(item.region.site))}
    values = {
        number: fitted.t2star_ms
        for number, item in sorted(segments.items())
        if (fitted := item.model(model)) is not None and fitted.t2star_ms.value is not None
    }
    if not values:
        return None, ()
    bands = scheme(result.grade.scheme) if result is not None and result.grade is not None else None
    if bands is not None and bands.quantity != "t2star_ms":
        bands = None
    n_abnormal = None if bands is None else sum(_abnormal(value, bands) for value in values.values())
    unsure = tuple(number for number in values if _unsure(segments[number].region))
    summary = SegmentalT2star(
        global_t2star_ms=_mean(values.values()),
        n_segments=len(values),
        n_abnormal=n_abnormal,
        cut_ms=None
        if bands is None
        else next((low for code, low, _ in bands.bands if code == "normal"), None),
        scheme=None if bands is None else bands.id,
        pattern=_pattern(n_abnormal, len(values)),
        unsure=unsure,
    )
    return summary, tuple(_findings(values, unsure, organ))


def _mean(values: Iterable[Value]) -> Value:
    """Return the mean; a bound where values are bounds of one side, nothing where of both."""
    known = [(value.value, value.bound) for value in values if value.value is not None]
    bounds: set[Bound] = {bound for _, bound in known if bound != "none"}
    if len(bounds) > 1:
        return Value()
    mean = sum(number for number, _ in known) / len(known)
    return Value(mean, bounds.pop() if bounds else "none")


def _abnormal(value: Value, bands: Scheme) -> bool:
    return value.value is not None and value.bound != "lower" and bands.code(value.value) != "normal"


def _pattern(n_abnormal: int | None, n_segments: int) -> Pattern | None:
    if n_abnormal is None:
        return None
    if n_abnormal == 0:
        return "none"
    return "homogeneous" if n_abnormal == n_segments else "heterogeneous"


def _unsure(region: Region) -> bool:
    return region.source == "auto" and region.confidence is not None and region.confidence < SURE_FROM


def _findings(values: dict[int, Value], unsure: tuple[int, ...], organ: Organ) -> Iterable[Finding]:
    def finding(code: str, severity: Severity, **params: ParamValue) -> Finding:
        return Finding(code, severity, params, str(organ))

    levels = [level for level in LEVELS if any(segment_level(number) == level for number in values)]
    if len(levels) < len(LEVELS):
        yield finding("segments_levels", "info", site=tuple(f"level_{level}" for level in levels))
    if unsure:
        yield finding("segments_unsure", "warning", segments=unsure)
    prone = [number for number in values if number in load_table("aha_segments")["artefact_prone"]]
    if prone:
        yield finding("segments_artefacts", "info", segments=tuple(prone))
