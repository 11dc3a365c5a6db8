"""Reading: find → classify → assemble. DICOM and NIfTI with sidecars become examinations."""

from ironquant.dicom.reading import read_examination
from ironquant.dicom.scanning import scan

__all__ = ["read_examination", "scan"]
