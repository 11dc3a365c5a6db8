"""Regions: contours and masks, files, automatic proposals."""

from ironquant.roi.agreement import (
    RegionAgreement,
    T2StarDifference,
    agreement_of_files,
    agreement_of_regions,
    region_agreement,
    t2star_difference,
)
from ironquant.roi.carryover import carry_over
from ironquant.roi.circles import without_circles
from ironquant.roi.files import RegionFile, find_region, read_region, shown_with
from ironquant.roi.masks import (
    contour_on_slice,
    contour_to_patient,
    mask_contours,
    polygon_mask,
    region_from_mask,
    region_mask,
)
from ironquant.roi.outlines import Stroke, contains, cut, grown, hit, joined, smoothed
from ironquant.roi.proposal import Proposal
from ironquant.roi.proposers import propose_region
from ironquant.roi.sampling import RegionSignal, region_signal
from ironquant.roi.shapes import brushed, circle_of_area, ellipse, polygon, rectangle, signed_area

__all__ = [
    "Proposal",
    "RegionAgreement",
    "RegionFile",
    "RegionSignal",
    "Stroke",
    "T2StarDifference",
    "agreement_of_files",
    "agreement_of_regions",
    "brushed",
    "carry_over",
    "circle_of_area",
    "contains",
    "contour_on_slice",
    "contour_to_patient",
    "cut",
    "ellipse",
    "find_region",
    "grown",
    "hit",
    "joined",
    "mask_contours",
    "polygon",
    "polygon_mask",
    "propose_region",
    "read_region",
    "rectangle",
    "region_agreement",
    "region_from_mask",
    "region_mask",
    "region_signal",
    "shown_with",
    "signed_area",
    "smoothed",
    "t2star_difference",
    "without_circles",
]
