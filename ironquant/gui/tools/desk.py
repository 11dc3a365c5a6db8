"""What the reader does with whole regions: begin, choose, name, report, copy, delete, refuse."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from PySide6.QtCore import QObject

from ironquant.core import Organ, Region, RegionError
from ironquant.gui.controller import Controller
from ironquant.gui.regions import (
    free_site,
    listed,
    recorded,
    refused,
    region_at,
    renamed,
    reporting,
    with_region,
    without_region,
)
from ironquant.gui.session import region_of


class RegionDesk(QObject):
    """Changes which regions an organ has."""

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self._controller, self._session = controller, controller.session
        self._copy: Region | None = None

    @property
    def holds_copy(self) -> bool:
        """Whether there is a region to paste."""
        return self._copy is not None

    def begin(self, organ: Organ) -> None:
        """Begin one more region: what is drawn next belongs to it."""
        entry = self._session.entry(organ)
        if entry.series_key is None or not entry.regions:
            return
        site = free_site(entry)
        self._session.begun[organ] = self._session.chosen[organ] = site
        self._controller.region_changed.emit(organ)

    def choose(self, organ: Organ, site: str) -> None:
        """Work on another region; one that was only begun is forgotten."""
        if site == self._session.active_site(organ):
            return
        self._session.begun.pop(organ, None)
        self._session.chosen[organ] = site
        self._controller.region_changed.emit(organ)

    def choose_next(self, organ: Organ) -> None:
        """Work on the next region of the list."""
        sites = [region.site for region in listed(self._session.entry(organ))]
        active = self._session.active_site(organ)
        if sites:
            self.choose(organ, sites[(sites.index(active) + 1) % len(sites)] if active in sites else sites[0])

    def rename(self, organ: Organ, site: str, name: str) -> None:
        """Give a region another name, as far as it can stand in the name of a file."""
        entry = self._session.entry(organ)
        changed = renamed(entry, site, name)
        if changed is entry:
            self._controller.region_changed.emit(organ)  # the list shows the former name again
            return
        number = [region.site for region in entry.regions].index(site)
        if self._session.active_site(organ) == site:
            self._session.chosen[organ] = changed.regions[number].site
        self._controller.set_entry(changed)

    def report(self, organ: Organ, site: str) -> None:
        """Let the report be about this region."""
        entry, region = self._session.entry(organ), region_at(self._session.entry(organ), site)
        if region is not None and not region.reported:
            self._controller.set_entry(reporting(entry, site))

    def delete(self, organ: Organ, site: str | None = None) -> None:
        """Take a region away, by default the one that is worked on."""
        name = site or self._session.active_site(organ)
        if self._session.begun.get(organ) == name:
            self._session.begun.pop(organ)
            self._controller.region_changed.emit(organ)
        elif region_at(self._session.entry(organ), name) is not None:
            self._controller.set_entry(without_region(self._session.entry(organ), name))

    def stay(self, organ: Organ) -> None:
        """Let the region that is worked on lie in the same place on every echo again."""
        region = self._session.active_region(organ)
        if region is not None and region.echo_shifts:
            self._controller.set_region(replace(region, echo_shifts=()))

    def refuse(self, organ: Organ) -> None:
        """Take no region: the organ is not assessed, by the reader's decision."""
        if self._session.entry(organ).regions:
            self._controller.set_entry(refused(self._session.entry(organ)))

    def copy(self, organ: Organ) -> None:
        """Remember the region that is worked on."""
        self._copy = self._session.active_region(organ) or self._copy
        self._controller.region_changed.emit(organ)

    def paste(self, organ: Organ) -> None:
        """Lay the remembered region, by its place in the patient, on the series of this organ."""
        from ironquant.roi import carry_over

        examination, entry = self._session.examination, self._session.entry(organ)
        if self._copy is None or examination is None or entry.series_key is None:
            return
        volume = examination.map_by_key(entry.series_key) or examination.series_by_key(entry.series_key)
        try:
            carried = carry_over(self._copy, volume)
        except RegionError as error:
            self._controller.noticed.emit(error.finding)
            return
        own = carried.organ == organ
        site = carried.site if own and region_at(entry, carried.site) is None else free_site(entry)
        if not own and not entry.regions:
            site = self._session.active_site(organ)
        pasted = replace(carried, organ=organ, site=site, reported=region_of(entry) is None)
        who, when = self._session.state.reading.reader, dt.datetime.now(dt.UTC)
        self._session.chosen[organ] = site
        self._controller.set_entry(with_region(entry, recorded(pasted, "carried-over", who, when)))
