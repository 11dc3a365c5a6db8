"""De-identification by DICOM PS3.15 Annex E, with a key file kept apart."""

from ironquant.dicom.deid.run import Deidentified, DeidentifyOptions, deidentify

__all__ = ["Deidentified", "DeidentifyOptions", "deidentify"]
