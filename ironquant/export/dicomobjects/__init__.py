"""Results as DICOM objects of the patient's study, for the archive of a hospital: one file per object.

The names are handed on when they are first used: highdicom is slow to import.
"""

from ironquant.export.dicomobjects.writing import write_dicom_objects

__all__ = ["write_dicom_objects"]
