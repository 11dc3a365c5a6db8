"""Reading: find → classify → assemble. DICOM and NIfTI with sidecars become examinations."""

from ironquant.dicom.carried import carried, time_digits
from ironquant.dicom.reading import read_examination
from ironquant.dicom.scanning import scan
from ironquant.dicom.sources import ImageReference, image_references, slice_headers
from ironquant.dicom.values import made_uid

__all__ = [
    "ImageReference",
    "carried",
    "image_references",
    "made_uid",
    "read_examination",
    "scan",
    "slice_headers",
    "time_digits",
]
