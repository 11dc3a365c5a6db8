"""One DICOM file, read whole, cleaned and written under a name that tells nothing."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, write_atomic
from ironquant.dicom.bounded import BoundedReader
from ironquant.dicom.deid.besides import hold_nothing_else
from ironquant.dicom.deid.elements import Disguise, clean, identifiers_of, repair_texts
from ironquant.dicom.deid.rules import load_rules
from ironquant.dicom.opening import Opener
from ironquant.resources import load_table

_UTF8 = "ISO_IR 192"
_OVERLAYS = range(0x6000, 0x6100, 2)
_SAFE_HEX = 16


class OverlayInPixelsError(ValueError):
    """Compressed pixels carry an overlay in their spare bits, which cannot be taken out."""


def read_and_clean(path: Path, opener: Opener, disguise: Disguise) -> FileDataset:
    """Return the de-identified data set of a file.

    Raises
    ------
    OverlayInPixelsError
        If drawings cannot be taken out of the pixels.
    Exception
        Of many kinds, where the file is damaged.
    """
    with opener.open(path) as source, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = cast(BinaryIO, BoundedReader(source.handle, source.size))
        dataset = pydicom.dcmread(reader, force=True)
        _clear_overlay_bits(dataset)
        hold_nothing_else(dataset, _syntax(dataset))
        repair_texts(dataset)
        uid_of_file = str(dataset.get("SOPInstanceUID") or "") or f"file {_fingerprint(reader)}"
        clean(dataset, load_rules(), disguise, identifiers_of(dataset))
        dataset.SOPInstanceUID = disguise.uid(uid_of_file.strip(" \0"))
        dataset.PatientName = dataset.PatientID = disguise.pseudonym
        if disguise.age:
            dataset.PatientAge = disguise.age
        _say_how(dataset, disguise)
        dataset.SpecificCharacterSet = _UTF8
        dataset.file_meta = _meta(dataset)
        dataset.preamble = b"\0" * 128
        return dataset


def write_image(dataset: FileDataset, folder: Path) -> Path:
    """Write a cleaned data set into the folder of its patient and examination.

    Raises
    ------
    OutputError
    """
    name = hashlib.sha256(str(dataset.SOPInstanceUID).encode()).hexdigest()[:_SAFE_HEX]
    path = folder / _series_folder(dataset) / f"{name}.dcm"

    def write(temporary: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pydicom.dcmwrite(temporary, dataset, enforce_file_format=True)

    return write_atomic(path, write)


def _series_folder(dataset: Dataset) -> str:
    try:
        number = int(dataset.get("SeriesNumber") or 0)
    except (TypeError, ValueError):
        number = 0
    uid = str(dataset.get("SeriesInstanceUID") or "")
    return f"{max(0, number) % 1_000_000:04d}_{hashlib.sha256(uid.encode()).hexdigest()[:8]}"


def _say_how(dataset: Dataset, disguise: Disguise) -> None:
    """Write what was done (PS3.15, E.1.1; codes: PS3.16 CID 7050)."""
    method = load_table("deidentification")["method"]
    codes = [*method["codes"], *([method["cleaned_code"]] if disguise.only_known_words else [])]
    dataset.PatientIdentityRemoved = "YES"
    dataset.LongitudinalTemporalInformationModified = "MODIFIED"
    dataset.DeidentificationMethod = [method["text"], f"{SOFTWARE_NAME} {SOFTWARE_VERSION}"]
    items = []
    for code in sorted(codes):
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator = code, "DCM"
        item.CodeMeaning = method["meanings"][code]
        items.append(item)
    dataset.DeidentificationMethodCodeSequence = items


def _meta(dataset: FileDataset) -> FileMetaDataset:
    """Return fresh file meta information: that of the source names applications and may be private."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = _syntax(dataset)
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID") or ""
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return meta


def _syntax(dataset: FileDataset) -> Any:
    told = getattr(dataset.file_meta, "TransferSyntaxUID", None)
    if told:
        return told
    implicit, little = dataset.original_encoding
    if implicit:
        return ImplicitVRLittleEndian
    return ExplicitVRLittleEndian if little else ExplicitVRBigEndian


def _fingerprint(reader: BinaryIO) -> str:
    reader.seek(0)
    digest = hashlib.sha256()
    while block := reader.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _clear_overlay_bits(dataset: FileDataset) -> None:
    """Clear overlays that old scanners kept in spare bits of the pixels (retired, PS3.5 8.1.2)."""
    bits = {
        int(dataset[group << 16 | 0x0102].value or 0)
        for group in _OVERLAYS
        if (group << 16 | 0x0102) in dataset and (group << 16 | 0x3000) not in dataset
    }
    stored = int(dataset.get("BitsStored") or 16)
    high = int(dataset.get("HighBit") or stored - 1)
    spare = {bit for bit in bits if not high - stored < bit <= high}
    if not spare or "PixelData" not in dataset:
        return
    syntax = _syntax(dataset)
    if syntax.is_encapsulated:
        raise OverlayInPixelsError
    allocated = int(dataset.get("BitsAllocated") or 16)
    order = "<" if syntax.is_little_endian else ">"
    mask = ~sum(1 << bit for bit in spare if bit < allocated) & ((1 << allocated) - 1)
    data = dataset.PixelData
    whole = len(data) - len(data) % (allocated // 8)
    values = np.frombuffer(data[:whole], dtype=f"{order}u{allocated // 8}")
    dataset.PixelData = (values & values.dtype.type(mask)).astype(values.dtype).tobytes() + data[whole:]
