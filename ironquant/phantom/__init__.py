"""Digital patients: images of known truth for the demonstration, training and tests."""

from ironquant.phantom.simulate import REPORTED_MASK, Phantom, PhantomOrgan, simulate
from ironquant.phantom.spec import PhantomSpec, case_descriptions, find_case, load_cases
from ironquant.phantom.truth import truth_document
from ironquant.phantom.write import LAYOUTS, Layout, write_phantom

__all__ = [
    "LAYOUTS",
    "REPORTED_MASK",
    "Layout",
    "Phantom",
    "PhantomOrgan",
    "PhantomSpec",
    "case_descriptions",
    "find_case",
    "load_cases",
    "simulate",
    "truth_document",
    "write_phantom",
]
