"""Reading: find → classify → assemble. DICOM and NIfTI with sidecars become examinations."""

from ironquant.dicom.reading import read_examination
from ironquant.dicom.scanning import scan
from ironquant.dicom.sources import slice_headers
from ironquant.dicom.values import made_uid

__all__ = ["made_uid", "read_examination", "scan", "slice_headers"]
