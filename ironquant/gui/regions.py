"""The regions of one organ as the reader changes them: named, chosen, added, taken away. No widgets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    EchoSeries,
    Finding,
    OrganReading,
    Region,
    RegionEvent,
    safe_site,
    segment_number,
)

_SAME_WORK_S = 60.0
_SAME_MM = 1e-3


def listed(entry: OrganReading) -> tuple[Region, ...]:
    """Return the regions that are worked on one by one: all but the segments, which stand together."""
    return tuple(region for region in entry.regions if segment_number(region.site) is None)


def region_at(entry: OrganReading, site: str) -> Region | None:
    """Return the region of this name."""
    return next((region for region in entry.regions if region.site == site), None)


def with_region(entry: OrganReading, region: Region) -> OrganReading:
    """Return the entry with this region in the place of the one of its name, or behind the others.

    Where the reported region changes, remarks of its proposal no longer hold.
    """
    known = any(old.site == region.site for old in entry.regions)
    changed = [region if old.site == region.site else old for old in entry.regions]
    regions = tuple(changed if known else [*changed, region])
    if region.reported:
        regions = tuple(
            replace(old, reported=False) if old.reported and old is not region else old for old in regions
        )
    return replace(entry, regions=regions, findings=() if region.reported else entry.findings)


def with_segments_along(entry: OrganReading, moved: Region, series: EchoSeries) -> OrganReading:
    """Return the entry with the segments moved as the reported region is, where it is moved and not reshaped.

    Parameters
    ----------
    entry : OrganReading
        As it was before.
    moved : Region
        With its history: what was done, by whom and when, holds for the segments too.
    """
    former = region_at(entry, moved.site)
    shifts = {} if former is None or not moved.reported else _shifts(former, moved, series)
    if not shifts:
        return entry
    event = moved.history[-1]
    assert event.when is not None, "it was moved just now"
    regions = tuple(
        recorded(_shifted(region, shifts, series), event.action, event.who, event.when)
        if segment_number(region.site) is not None and _on_slices(region, series).keys() & shifts.keys()
        else region
        for region in entry.regions
    )
    return replace(entry, regions=regions)


def _on_slices(region: Region, series: EchoSeries) -> dict[int, list[NDArray[np.float64]]]:
    """Return the contours of a region by slice."""
    from ironquant.roi import contour_on_slice

    found: dict[int, list[NDArray[np.float64]]] = {}
    for contour in region.contours:
        found.setdefault(contour_on_slice(contour, series)[0], []).append(contour)
    return found


def _shifts(former: Region, moved: Region, series: EchoSeries) -> dict[int, NDArray[np.float64]]:
    """Return by how much (mm) a region was moved on every slice on which it was moved as it is."""
    before, shifts = _on_slices(former, series), {}
    for index, contours in _on_slices(moved, series).items():
        old = before.get(index, [])
        if [len(contour) for contour in old] == [len(contour) for contour in contours]:
            by = np.vstack(contours) - np.vstack(old)
            if np.ptp(by, axis=0).max() < _SAME_MM < np.abs(by[0]).max():
                shifts[index] = by[0]
    return shifts


def _shifted(region: Region, shifts: dict[int, NDArray[np.float64]], series: EchoSeries) -> Region:
    contours = tuple(
        contour + shifts.get(index, 0.0)
        for index, on_slice in _on_slices(region, series).items()
        for contour in on_slice
    )
    return replace(region, contours=contours, source="edited", confidence=None)


def without_region(entry: OrganReading, site: str) -> OrganReading:
    """Return the entry without a region; if it was reported, nothing is until the reader chooses."""
    return replace(entry, regions=tuple(region for region in entry.regions if region.site != site))


def reporting(entry: OrganReading, site: str) -> OrganReading:
    """Return the entry in which the region of this name is the one reported."""
    regions = tuple(
        region if region.reported == (region.site == site) else replace(region, reported=region.site == site)
        for region in entry.regions
    )
    return replace(entry, regions=regions)


def renamed(entry: OrganReading, site: str, name: str) -> OrganReading:
    """Return the entry with another name for a region; unchanged where the name is empty or taken."""
    wanted = safe_site(name)
    if not wanted or region_at(entry, wanted) is not None:
        return entry
    regions = (replace(old, site=wanted) if old.site == site else old for old in entry.regions)
    return replace(entry, regions=tuple(regions))


def free_site(entry: OrganReading) -> str:
    """Return a name for one more region: ``region-2`` …"""
    taken = {region.site for region in entry.regions}
    number = 2
    while f"region-{number}" in taken:
        number += 1
    return f"region-{number}"


def accepted(entry: OrganReading, who: str, when: dt.datetime) -> OrganReading:
    """Return the entry with the note that the reader takes the reported region as it is."""
    regions = (old.after("accepted", who, when) if old.reported else old for old in entry.regions)
    return replace(entry, regions=tuple(regions))


def refused(entry: OrganReading) -> OrganReading:
    """Return the entry as the reader leaves it who takes no region: the organ is not assessed."""
    finding = Finding("region_refused", "warning", {"organ": str(entry.organ)}, str(entry.organ))
    return replace(entry, regions=(), findings=(finding,))


def merged(entry: OrganReading, proposal: OrganReading) -> OrganReading:
    """Return a new proposal with what stays of the reading: the model, and regions that the reader added."""
    same = proposal.series_key == entry.series_key
    proposed = {region.site for region in proposal.regions}
    own = tuple(
        region
        for region in entry.regions
        if same and not region.reported and region.source != "auto" and region.site not in proposed
    )
    return replace(
        proposal,
        regions=(*proposal.regions, *own),
        model=entry.model,
        echoes=entry.echoes if same else None,
        exclude_outliers=entry.exclude_outliers,
    )


def recorded(region: Region, action: str, who: str, when: dt.datetime) -> Region:
    """Return a region to which something was done, in its history.

    Many small changes of one kind within a minute are told by the first and the last of them.
    """
    history = region.history
    if len(history) >= 2 and _same_work(history[-2:], RegionEvent(action, who, when)):
        region = replace(region, history=history[:-1])
    return region.after(action, who, when)


def _same_work(former: tuple[RegionEvent, ...], new: RegionEvent) -> bool:
    kinds = {(event.action, event.who) for event in (*former, new)}
    first = former[0].when
    if len(kinds) > 1 or first is None or new.when is None:
        return False
    return (new.when - first).total_seconds() <= _SAME_WORK_S
