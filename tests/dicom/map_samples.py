"""Maps as the scanners write them, with pydicom alone. The truth is an R2* of small whole numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from dicom_samples import image, save, uid
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

PARAMETRIC_MAP = "1.2.840.10008.5.1.4.1.1.30"
SIDE = 16
CAP = 1000.0


def truth(slice_: int = 0) -> np.ndarray:
    """R2* in 1/s: air 0, tissue 40 and 50, a liver of 200 to 250, four pixels cut off at 1000."""
    rate = np.zeros((SIDE, SIDE))
    rate[2:14, 2:14] = 40.0 + 10.0 * (slice_ % 2)
    rate[4:10, 4:10] = 200.0 + 50.0 * (np.indices((6, 6)).sum(axis=0) % 2)
    rate[12, 2:6] = CAP
    return rate


def t2star(slice_: int = 0) -> np.ndarray:
    """T2* in ms, 0 where there is no answer."""
    rate = truth(slice_)
    return np.divide(1000.0, rate, out=np.zeros_like(rate), where=rate > 0)


def fat(slice_: int = 0) -> np.ndarray:
    """Fat fraction in %: 4 in the liver, 90 under the skin."""
    percent = np.where(truth(slice_) > 0, 90.0, 0.0)
    percent[4:10, 4:10] = 4.0
    return percent


def map_image(values: np.ndarray, slice_: int = 0, **changes: Any) -> FileDataset:
    """One classic image of a map."""
    settings: dict[str, Any] = {
        "ImageType": ["DERIVED", "PRIMARY", "OTHER"],
        "SeriesInstanceUID": uid("map"),
        "SeriesNumber": 27,
        "SeriesDescription": "map",
        "PixelSpacing": [20.0, 20.0],
    }
    return image(slice_, 0, data=np.round(values).astype(np.uint16), **(settings | changes))


def map_series(folder: Path, quantity: Any, scale: float = 1.0, n_slices: int = 2, **changes: Any) -> Path:
    """One map series; `quantity` gives the values of a slice, stored as value times `scale`."""
    for slice_ in reversed(range(n_slices)):
        name = f"{changes.get('SeriesNumber', 27)}-{uid(str(slice_))[-6:]}"
        save(map_image(quantity(slice_) * scale, slice_, **changes), folder / name)
    return folder


def real_world(slope: float, intercept: float, code: str, meaning: str = "") -> Sequence:
    """A real-world value mapping in this UCUM unit."""
    unit = Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = code, "UCUM", meaning or code
    item = Dataset()
    item.MeasurementUnitsCodeSequence = Sequence([unit])
    item.RealWorldValueSlope, item.RealWorldValueIntercept = slope, intercept
    item.RealWorldValueFirstValueMapped, item.RealWorldValueLastValueMapped = 0, 4095
    item.LUTLabel, item.LUTExplanation = "map", "map"
    return Sequence([item])


def parametric_map(
    arrays: list[np.ndarray], concept: tuple[str, str], unit: str, slope: float, kind: type, **changes: Any
) -> FileDataset:
    """A DICOM parametric map with floating point pixels (PS3.3 A.75), one frame per slice."""
    ds = image(data=np.zeros((SIDE, SIDE), dtype=np.uint16), **changes)
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = PARAMETRIC_MAP
    ds.ImageType = ["DERIVED", "PRIMARY", "VOLUME", "QUANTITY"]
    for keyword in (
        "PixelData",
        "EchoTime",
        "ImageOrientationPatient",
        "ImagePositionPatient",
        "PixelSpacing",
    ):
        del ds[keyword]
    for keyword in ("BitsStored", "HighBit", "PixelRepresentation"):
        del ds[keyword]
    keyword, ds.BitsAllocated = ("FloatPixelData", 32) if kind is np.float32 else ("DoubleFloatPixelData", 64)
    setattr(ds, keyword, b"".join(array.astype(kind).tobytes() for array in arrays))
    ds.NumberOfFrames = len(arrays)
    quantity = Dataset()
    quantity.ValueType = "CODE"
    for name, value in (("ConceptNameCodeSequence", ("246205007", "SCT", "Quantity")),
                        ("ConceptCodeSequence", (concept[0], "DCM", concept[1]))):  # fmt: skip
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value
        setattr(quantity, name, Sequence([item]))
    mapping = real_world(slope, 0.0, unit)
    mapping[0].QuantityDefinitionSequence = Sequence([quantity])
    shared = Dataset()
    shared.RealWorldValueMappingSequence = mapping
    shared.PixelMeasuresSequence = _one(PixelSpacing=[20.0, 20.0], SliceThickness=8)
    shared.PlaneOrientationSequence = _one(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    frames = []
    for slice_ in range(len(arrays)):
        frame = Dataset()
        frame.PlanePositionSequence = _one(ImagePositionPatient=[-100, -80, 20 + 10 * slice_])
        frames.append(frame)
    ds.PerFrameFunctionalGroupsSequence = Sequence(frames)
    return ds


def _one(**values: Any) -> Sequence:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return Sequence([item])
