"""Regions: contours and masks, files, automatic proposals."""

from ironquant.roi.agreement import (
    RegionAgreement,
    T2StarDifference,
    agreement_of_files,
    agreement_of_regions,
    region_agreement,
    t2star_difference,
)
from ironquant.roi.files import SITES, find_region, read_region
from ironquant.roi.masks import (
    contour_on_slice,
    contour_to_patient,
    polygon_mask,
    region_from_mask,
    region_mask,
)
from ironquant.roi.proposal import Proposal
from ironquant.roi.proposers import propose_region

__all__ = [
    "SITES",
    "Proposal",
    "RegionAgreement",
    "T2StarDifference",
    "agreement_of_files",
    "agreement_of_regions",
    "contour_on_slice",
    "contour_to_patient",
    "find_region",
    "polygon_mask",
    "propose_region",
    "read_region",
    "region_agreement",
    "region_from_mask",
    "region_mask",
    "t2star_difference",
]
