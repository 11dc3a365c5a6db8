"""Compare readers, repeated readings, and older results: ``ironquant compare``."""

from ironquant.agreement.comparison import Comparison, compare
from ironquant.agreement.legacy import read_legacy
from ironquant.agreement.output import NAMES, write_comparison
from ironquant.agreement.records import QUANTITIES, Measurement, Quantity, Record, Source
from ironquant.agreement.results import read_results

__all__ = [
    "NAMES",
    "QUANTITIES",
    "Comparison",
    "Measurement",
    "Quantity",
    "Record",
    "Source",
    "compare",
    "read_legacy",
    "read_results",
    "write_comparison",
]
