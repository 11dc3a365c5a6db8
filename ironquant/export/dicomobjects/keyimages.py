"""Key images as secondary captures, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import SecondaryCaptureImageStorage

from ironquant.core import Organ
from ironquant.export.dicomobjects.codes import known, short
from ironquant.export.dicomobjects.issue import Issue, reference


def secondary_capture(
    issue: Issue, organ: Organ, number: int, rgb: NDArray[np.uint8], title: str, images: Sequence[Dataset]
) -> Dataset:
    """Return a picture as an object.

    Parameters
    ----------
    number : int
        Within the series, from 1.
    rgb : ndarray, shape (row, column, 3)
    images : sequence of Dataset
        What it was made of.
    """
    made = issue.new(SecondaryCaptureImageStorage, "OT", "images", organ, number)
    made.ConversionType = "WSD"
    made.ImageType = ["DERIVED", "SECONDARY"]
    made.BurnedInAnnotation = "NO"
    made.ImageComments = short(title)
    made.DerivationDescription = short(title)
    if images:
        made.SourceImageSequence = [reference(image) for image in images]
    made.PatientOrientation = ""
    made.SamplesPerPixel, made.PhotometricInterpretation = 3, "RGB"
    made.PlanarConfiguration = 0
    made.Rows, made.Columns = rgb.shape[:2]
    made.BitsAllocated = made.BitsStored = 8
    made.HighBit, made.PixelRepresentation = 7, 0
    made.LossyImageCompression = "00"
    made.PixelData = np.ascontiguousarray(rgb).tobytes()
    return issue.settled(made, organ)


def selection(issue: Issue, pictures: Sequence[Dataset]) -> Dataset:
    """Return the list of key images, for a report to attach (Key Object Selection)."""
    highdicom: Any = import_module("highdicom")
    content = highdicom.ko.KeyObjectSelection(
        document_title=known("concept", "selection"), referenced_objects=list(pictures)
    )
    made = highdicom.ko.KeyObjectSelectionDocument(
        evidence=list(pictures), content=content, **issue.series("selection")
    )
    return issue.settled(made)
