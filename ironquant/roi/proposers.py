"""The proposers: our own, and those that other packages bring.

A package adds one by an entry point of the group ``ironquant.proposers`` that is called ``ORGAN.NAME``,
such as ``liver.my-centre``, and names a function that takes an `EchoSeries` and returns a `Proposal`.
Settings choose it by name (``[organs.liver] proposer = "my-centre"``); without a choice our own proposes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from ironquant.core import EchoSeries, Organ, SettingsError
from ironquant.roi.proposal import Proposal, refusal

Proposer = Callable[[EchoSeries], Proposal]
GROUP = "ironquant.proposers"
_OWN = {
    Organ.HEART: ("ironquant.roi.septum", "propose_septum"),
    Organ.LIVER: ("ironquant.roi.liver", "propose_liver"),
    Organ.SPLEEN: ("ironquant.roi.spleen", "propose_spleen"),
}
_LOG = logging.getLogger(__name__)


def proposer_names(organ: Organ) -> tuple[str, ...]:
    """Return the names of the proposers that other packages bring for an organ."""
    return tuple(sorted(_brought(organ)))


def propose_region(series: EchoSeries, organ: Organ, name: str = "") -> Proposal:
    """Propose the region of an organ on a series, or say why there is none.

    Parameters
    ----------
    name : str
        Of a proposer that another package brings; empty: our own.

    Returns
    -------
    Proposal
        Without a region and with the reason ``proposer_failed`` where such a proposer raises anything or
        returns something else.

    Raises
    ------
    SettingsError
        ``proposer_unknown`` if no installed package brings it.
    """
    if name:
        return _checked(_load(organ, name), series, organ, name)
    if organ not in _OWN:
        return refusal(organ, "no_series_for_organ")
    module, function = _OWN[organ]
    own: Proposer = getattr(import_module(module), function)
    return own(series)


def _brought(organ: Organ) -> dict[str, EntryPoint]:
    prefix = f"{organ.value}."
    found = entry_points(group=GROUP)
    return {point.name.removeprefix(prefix): point for point in found if point.name.startswith(prefix)}


def _load(organ: Organ, name: str) -> Proposer | None:
    """Return a proposer, None where its package cannot be imported."""
    brought = _brought(organ)
    if name not in brought:
        known = ", ".join(sorted(brought)) or "–"
        raise SettingsError("proposer_unknown", name=name, organ=str(organ), known=known)
    try:
        loaded = brought[name].load()
    except Exception as error:  # somebody else's package may raise anything
        _LOG.error("%s: proposer %s.%s cannot be loaded", type(error), organ, name)
        return None
    return loaded if callable(loaded) else None


def _checked(proposer: Proposer | None, series: EchoSeries, organ: Organ, name: str) -> Proposal:
    """Return what somebody else's proposer answers, if it keeps to the contract; its name is put in."""
    if proposer is None:
        return refusal(organ, "proposer_failed")
    try:
        proposal = proposer(series)
        sound = isinstance(proposal, Proposal) and 0.0 <= proposal.confidence <= 1.0
    except Exception as error:  # somebody else's package may raise anything, with anything in its words
        _LOG.error("%s in proposer %s.%s", type(error), organ, name)
        return refusal(organ, "proposer_failed")
    if not sound or (proposal.region is not None and proposal.region.organ != organ):
        _LOG.error("proposer %s.%s returned no proposal for this organ", organ, name)
        return refusal(organ, "proposer_failed")
    if proposal.region is None:
        return replace(proposal, organ=organ)
    region = replace(
        proposal.region, source="auto", proposer=name, confidence=round(float(proposal.confidence), 2)
    )
    return replace(proposal, organ=organ, region=region)
