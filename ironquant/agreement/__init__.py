"""Compare readers, repeated readings, and older results: ``ironquant compare``."""

from ironquant.agreement.comparison import Comparison, compare
from ironquant.agreement.legacy import read_legacy
from ironquant.agreement.output import NAMES, write_comparison
from ironquant.agreement.proposals import (
    OUTCOMES,
    ProposalBenefit,
    UsedProposal,
    benefit,
    read_proposals,
    write_proposals,
)
from ironquant.agreement.records import QUANTITIES, Measurement, Quantity, Record, Source
from ironquant.agreement.results import read_results

__all__ = [
    "NAMES",
    "OUTCOMES",
    "QUANTITIES",
    "Comparison",
    "Measurement",
    "ProposalBenefit",
    "Quantity",
    "Record",
    "Source",
    "UsedProposal",
    "benefit",
    "compare",
    "read_legacy",
    "read_proposals",
    "read_results",
    "write_comparison",
    "write_proposals",
]
