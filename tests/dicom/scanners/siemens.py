"""Siemens: VB/VD/VE classic (M and P as two series), mosaics, XA enhanced."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset, FileDataset

from scanners.truth import Truth
from scanners.writing import (
    all_frames,
    dataset,
    decimal,
    enhanced,
    item,
    put_pixels,
    put_place,
    shared_group,
    uid,
)


def classic(
    truth: Truth,
    *,
    series: int = 5,
    image_type=("ORIGINAL", "PRIMARY", "M", "ND"),
    description: str = "liver_t2star_BH",
    protocol: str = "",
    read_out: int | None = None,
    **values,
) -> list[FileDataset]:
    """One file per slice and echo; InstanceNumber restarts for every echo, as on VE11."""
    images = []
    phase = image_type[2] == "P"
    for slice_ in range(truth.n_slices):
        for echo, te in enumerate(truth.te_ms):
            ds = dataset(Manufacturer="SIEMENS", ManufacturerModelName="Aera")
            ds.ImageType, ds.SeriesNumber = list(image_type), series
            ds.SeriesInstanceUID = uid("siemens", series)
            ds.SeriesDescription, ds.ProtocolName = description, protocol or description
            ds.ScanningSequence, ds.SequenceVariant, ds.SequenceName = "GR", "SP", "*fl2d5"
            ds.MRAcquisitionType, ds.AcquisitionNumber, ds.InstanceNumber = "2D", 1, slice_ + 1
            ds.EchoTime, ds.EchoNumbers, ds.EchoTrainLength = te, echo + 1, 1
            ds.RepetitionTime, ds.FlipAngle = 180, 20
            ds.ImagingFrequency, ds.MagneticFieldStrength = "63.684928", 1.5
            ds.AcquisitionTime, ds.SeriesTime = f"1010{10 + slice_}.4725", "101000"
            put_place(ds, truth, slice_)
            ds.SliceLocation = f"{truth.heights[slice_] - 40:.8f}"
            data = truth.stored[slice_, :, :, echo]
            put_pixels(ds, (4095 - data).astype(np.uint16) if phase else data)
            if phase:
                ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = 2, -4096, "US"
            if read_out is not None:
                block = ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
                line = f"ucReadOutMode                            = {read_out:#x}\n"
                text = f"SV10\4\3\2\1\n### ASCCONV BEGIN ###\n{line}### ASCCONV END ###\0"
                block.add_new(0x20, "OB", text.encode())
            for keyword, value in values.items():
                setattr(ds, keyword, value)
            images.append(ds)
    return images


def mosaic(truth: Truth, *, named: bool = True) -> list[FileDataset]:
    """All slices of an echo as tiles of one image; anonymizers may take the word out of ImageType."""
    rows, columns = truth.stored.shape[1:3]
    images = []
    for echo in range(len(truth.te_ms)):
        first = truth.stored[:1]
        ds = classic(
            Truth(
                truth.te_ms,
                first,
                truth.row,
                truth.column,
                truth.origin,
                truth.heights[:1],
                truth.spacing,
                truth.thickness,
            )
        )[echo]
        ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", *(["MOSAIC"] if named else [])]
        tiles = np.zeros((2 * rows, 2 * columns), np.uint16)
        for slice_ in range(truth.n_slices):
            row, column = divmod(slice_, 2)
            tiles[row * rows : (row + 1) * rows, column * columns : (column + 1) * columns] = truth.stored[
                slice_, :, :, echo
            ]
        put_pixels(ds, tiles)
        ds.private_block(0x0019, "SIEMENS MR HEADER", create=True).add_new(0x0A, "US", truth.n_slices)
        images.append(ds)
    return images


def xa(
    truth: Truth,
    *,
    one_file_per_echo: bool = True,
    order: str = "random",
    series: int = 8,
    component: str = "MAGNITUDE",
    kinds: tuple[str, ...] = ("DIS2D",),
    description: str = "gre_t2star_liver",
    **values,
) -> list[FileDataset]:
    """XA30: echo time per frame; filters stand only in the private image type (0021,xx75)."""
    shared = shared_group(truth)

    def group_of(slice_: int, echo: int) -> Dataset:
        group = Dataset()
        letter = component[0]
        frame_type = item(FrameType=["ORIGINAL", "PRIMARY", letter, "NONE"], ComplexImageComponent=component)
        group.MRImageFrameTypeSequence = frame_type
        group.MREchoSequence = item(EffectiveEchoTime=truth.te_ms[echo])
        group.FrameContentSequence = item(
            FrameAcquisitionDateTime=f"20240311101010.{slice_}",
            StackID="1",
            InStackPositionNumber=slice_ + 1,
            TemporalPositionIndex=1,
            FrameAcquisitionNumber=1,
            DimensionIndexValues=[1, slice_ + 1, echo + 1],
        )
        group.PixelValueTransformationSequence = item(RescaleSlope=1, RescaleIntercept=0, RescaleType="US")
        inner = Dataset()
        block = inner.private_block(0x0021, "SIEMENS MR SDI 02", create=True)
        block.add_new(0x75, "CS", ["ORIGINAL", "PRIMARY", letter, *kinds])
        group.private_block(0x0021, "SIEMENS MR SDI 02", create=True).add_new(0xFE, "SQ", [inner])
        return group

    told = {
        "Manufacturer": "Siemens Healthineers",
        "ManufacturerModelName": "MAGNETOM Vida",
        "SeriesInstanceUID": uid("xa", series),
        "SeriesNumber": series,
        "SeriesDescription": description,
        "ImageType": ["ORIGINAL", "PRIMARY", component[0], "NONE"],
        "ComplexImageComponent": component,
        "PulseSequenceName": "*fl2d5r",
        "AcquisitionDateTime": "20240311101010.41",
        "MagneticFieldStrength": 1.5,
        **values,
    }
    frames = all_frames(truth, order)
    if not one_file_per_echo:
        return [enhanced(truth, frames, group_of, shared, **told)]
    parts = [[frame for frame in frames if frame[1] == echo] for echo in range(len(truth.te_ms))]
    return [
        enhanced(truth, part, group_of, shared, InstanceNumber=n + 1, **told) for n, part in enumerate(parts)
    ]


__all__ = ["classic", "decimal", "mosaic", "xa"]
