"""Results as DICOM objects of the patient's study, for the archive of a hospital: one module per object."""

from ironquant.export.dicomobjects.writing import write_dicom_objects

__all__ = ["write_dicom_objects"]
