"""What proposals were worth, site by site: how often they stood, what was changed, how long it took."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import get_args

import numpy as np

from ironquant.agreement.results import read_documents
from ironquant.agreement.table import safe_cell
from ironquant.core import Finding, Organ, ProposalOutcome, write_bytes_atomic
from ironquant.export.contract import AnalysisDocument, OrganDocument, ProposalDocument

OUTCOMES: tuple[ProposalOutcome, ...] = get_args(ProposalOutcome)


@dataclass(frozen=True)
class UsedProposal:
    """One proposal and what became of it; a row of the table.

    Attributes
    ----------
    site : str
        Institution of the images, empty where they do not tell.
    t2star_ms : float or None
        In the proposed region; None where it is missing or a bound.
    """

    results: str
    site: str
    study_date: str
    organ: Organ
    proposer: str
    confidence: float | None
    outcome: ProposalOutcome
    dice: float | None
    hausdorff_mm: float | None
    t2star_ms: float | None
    difference_ms: float | None
    difference_percent: float | None
    seconds: float | None


@dataclass(frozen=True)
class ProposalBenefit:
    """All proposals of one proposer for one organ at one site.

    Medians are over the proposals that a reader looked at; None where none tells the value.
    """

    site: str
    organ: Organ
    proposer: str
    counts: tuple[int, ...]
    """By outcome, in the order of `OUTCOMES`."""
    median_dice: float | None
    median_difference_percent: float | None
    """Of the sizes of the differences of T2*."""
    median_seconds: float | None

    @property
    def n_proposals(self) -> int:
        """How many there are."""
        return sum(self.counts)

    def share(self, outcome: ProposalOutcome) -> float | None:
        """Return the share of an outcome among the proposals that a reader looked at."""
        reviewed = self.n_proposals - self.counts[OUTCOMES.index("unreviewed")]
        return self.counts[OUTCOMES.index(outcome)] / reviewed if reviewed else None


def read_proposals(paths: Iterable[Path]) -> tuple[tuple[UsedProposal, ...], tuple[Finding, ...]]:
    """Return every proposal of some results, in the order of the paths.

    Parameters
    ----------
    paths : iterable of Path
        As for `read_results`.

    Raises
    ------
    InputError
        As `read_results`.
    """
    found: list[UsedProposal] = []
    findings: list[Finding] = []
    for path in paths:
        documents, told = read_documents(path)
        findings += told
        found += [
            _used(document, entry, entry.proposal, file)
            for document, file in documents
            for entry in document.organs
            if entry.proposal is not None
        ]
    return tuple(found), tuple(findings)


def benefit(proposals: Sequence[UsedProposal]) -> tuple[ProposalBenefit, ...]:
    """Summarize proposals by site, organ and proposer, in alphabetical order of the site."""
    keys = sorted({(item.site, list(Organ).index(item.organ), item.proposer) for item in proposals})
    return tuple(
        _benefit(
            [
                item
                for item in proposals
                if (item.site, item.organ, item.proposer) == (site, list(Organ)[organ], proposer)
            ]
        )
        for site, organ, proposer in keys
    )


def write_proposals(proposals: Sequence[UsedProposal], path: Path) -> Path:
    """Write a row per proposal as UTF-8 CSV with a byte order mark.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([field.name for field in fields(UsedProposal)])
    for item in proposals:
        writer.writerow(["" if cell is None else safe_cell(str(cell)) for cell in astuple(item)])
    return write_bytes_atomic(path, buffer.getvalue().encode("utf-8-sig"))


def _used(
    document: AnalysisDocument, entry: OrganDocument, proposal: ProposalDocument, file: Path
) -> UsedProposal:
    measured = proposal.t2star_ms
    return UsedProposal(
        results=file.parent.name,
        site=document.study.institution or "",
        study_date=document.study.date or "",
        organ=Organ(entry.organ),
        proposer=proposal.proposer,
        confidence=proposal.confidence,
        outcome=proposal.outcome,
        dice=proposal.dice,
        hausdorff_mm=proposal.hausdorff_mm,
        t2star_ms=measured.value if measured.bound == "none" else None,
        difference_ms=proposal.difference_ms,
        difference_percent=proposal.difference_percent,
        seconds=proposal.seconds,
    )


def _benefit(own: Sequence[UsedProposal]) -> ProposalBenefit:
    reviewed = [item for item in own if item.outcome != "unreviewed"]

    def median(value: Callable[[UsedProposal], float | None]) -> float | None:
        known = [number for item in reviewed if (number := value(item)) is not None]
        return float(np.median(known)) if known else None

    return ProposalBenefit(
        site=own[0].site,
        organ=own[0].organ,
        proposer=own[0].proposer,
        counts=tuple(sum(item.outcome == outcome for item in own) for outcome in OUTCOMES),
        median_dice=median(lambda item: item.dice),
        median_difference_percent=median(
            lambda item: None if item.difference_percent is None else abs(item.difference_percent)
        ),
        median_seconds=median(lambda item: item.seconds),
    )
