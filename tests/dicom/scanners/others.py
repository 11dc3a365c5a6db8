"""Canon/Toshiba, United Imaging, Fujifilm/Hitachi."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ImplicitVRLittleEndian

from scanners.truth import Truth
from scanners.writing import all_frames, dataset, enhanced, item, put_pixels, put_place, shared_group, uid


def toshiba(truth: Truth, *, series: int = 3000, **values) -> list[FileDataset]:
    """Toshiba Vantage: implicit VR, signed 16 bit, one acquisition number per echo."""
    images = []
    for echo, te in enumerate(truth.te_ms):
        for slice_ in range(truth.n_slices):
            ds = dataset(syntax=ImplicitVRLittleEndian, Manufacturer="TOSHIBA")
            ds.ManufacturerModelName, ds.ImageType = "Vantage Titan", ["ORIGINAL", "PRIMARY"]
            ds.SeriesInstanceUID, ds.SeriesNumber = uid("toshiba", series), series
            ds.SeriesDescription, ds.ScanningSequence, ds.SequenceName = "T2star liver", "GR", "FE_5"
            ds.EchoTime, ds.EchoNumbers, ds.RepetitionTime, ds.FlipAngle = f"{te:.4g}", echo + 1, 180, 20
            ds.ImagingFrequency, ds.MagneticFieldStrength = "63.4", 1.5
            ds.AcquisitionNumber, ds.InstanceNumber = echo + 1, len(images) + 1
            put_place(ds, truth, slice_, digits=9)
            put_pixels(ds, truth.stored[slice_, :, :, echo].astype(np.int16), bits=16)
            for keyword, value in values.items():
                setattr(ds, keyword, value)
            images.append(ds)
    return images


def canon(truth: Truth, *, order: str = "slice-fastest", series: int = 3100, **values) -> list[FileDataset]:
    """Canon enhanced: one object, FrameAcquisitionNumber counts the frames."""
    count = iter(range(1, 10_000))

    def group_of(slice_: int, echo: int) -> Dataset:
        group = Dataset()
        group.MREchoSequence = item(EffectiveEchoTime=truth.te_ms[echo])
        group.MRImageFrameTypeSequence = item(
            FrameType=["ORIGINAL", "PRIMARY", "OTHER", "NONE"], ComplexImageComponent="MAGNITUDE"
        )
        group.FrameContentSequence = item(
            FrameAcquisitionNumber=next(count), DimensionIndexValues=[echo + 1, slice_ + 1]
        )
        return group

    told = {
        "Manufacturer": "CANON_MEC",
        "ManufacturerModelName": "Vantage Galan",
        "SeriesInstanceUID": uid("canon", series),
        "SeriesNumber": series,
        "SeriesDescription": "T2star liver",
        "ImageType": ["ORIGINAL", "PRIMARY", "OTHER", "NONE"],
        "MagneticFieldStrength": 1.5,
        **values,
    }
    return [enhanced(truth, all_frames(truth, order), group_of, shared_group(truth), bits=16, **told)]


def united(
    truth: Truth, *, series: int = 401, one_series_per_echo: bool = True, **values
) -> list[FileDataset]:
    """United Imaging uMR: private creator UIH; a series of its own for every echo."""
    images = []
    for echo, te in enumerate(truth.te_ms):
        own = series + echo if one_series_per_echo else series
        for slice_ in range(truth.n_slices):
            ds = dataset(Manufacturer="UIH", ManufacturerModelName="uMR 780")
            ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
            ds.SeriesInstanceUID, ds.SeriesNumber = uid("uih", own), own
            ds.SeriesDescription = f"gre_t2star_liver_echo{echo + 1}" if one_series_per_echo else "gre_t2star"
            ds.ProtocolName, ds.ScanningSequence, ds.SequenceName = "gre_t2star_liver", "GR", "gre"
            ds.EchoTime, ds.EchoNumbers, ds.RepetitionTime, ds.FlipAngle = f"{te:.8f}", 1, 180, 20
            ds.ImagingFrequency, ds.MagneticFieldStrength = "63.59", 1.5
            ds.AcquisitionNumber, ds.InstanceNumber = 1, slice_ + 1
            ds.AcquisitionDateTime = "20240311101010.120000"
            put_place(ds, truth, slice_)
            # Positions of the echoes differ in the last digits that are written.
            shifted = truth.position(slice_) + (echo % 2) * np.array([3e-5, -2e-5, 4e-5])
            ds.ImagePositionPatient = [f"{value:.5f}" for value in shifted]
            put_pixels(ds, truth.stored[slice_, :, :, echo])
            ds.WindowCenter, ds.RescaleSlope, ds.RescaleIntercept = 800, 1, 0
            block = ds.private_block(0x0065, "Image Private Header", create=True)
            block.add_new(0x37, "LO", "gre")
            for keyword, value in values.items():
                setattr(ds, keyword, value)
            images.append(ds)
    return images


def united_grid(truth: Truth) -> list[FileDataset]:
    """UIH's own mosaic: ImageType VFRAME, the number of tiles in (0065,xx50)."""
    images = united(truth, one_series_per_echo=False)[:: truth.n_slices]
    for echo, ds in enumerate(images):
        ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "VFRAME"]
        tiles = np.hstack([truth.stored[slice_, :, :, echo] for slice_ in range(truth.n_slices)])
        put_pixels(ds, tiles)
        ds.private_block(0x0065, "Image Private Header").add_new(0x50, "DS", str(truth.n_slices))
    return images


def united_enhanced(truth: Truth, *, order: str = "backwards", series: int = 480) -> list[FileDataset]:
    """UIH enhanced: as Canon's, but the echo time stands as EchoTime inside MREchoSequence's neighbour."""
    (ds,) = canon(truth, order=order, series=series, Manufacturer="UIH", ManufacturerModelName="uMR 880")
    ds.ImageType = ["ORIGINAL", "PRIMARY", "M", "NONE"]
    return [ds]


def hitachi(truth: Truth, *, series: int = 4, **values) -> list[FileDataset]:
    """Hitachi/Fujifilm: no rescale, TE with one digit less than others, 16 bit unsigned, no field of view."""
    images = []
    for slice_ in reversed(range(truth.n_slices)):
        for echo, te in enumerate(truth.te_ms):
            ds = dataset(Manufacturer="FUJIFILM Healthcare Corporation", ManufacturerModelName="ECHELON")
            ds.ImageType, ds.SeriesNumber = ["ORIGINAL", "PRIMARY", "OTHER"], series
            ds.SeriesInstanceUID, ds.SeriesDescription = uid("hitachi", series), "T2*RelaxMap base"
            ds.ScanningSequence, ds.SequenceVariant, ds.SequenceName = "GR", "SS", "ADAGE"
            ds.EchoTime, ds.EchoNumbers = te, echo + 1
            ds.RepetitionTime, ds.FlipAngle, ds.MagneticFieldStrength = 180, 20, 1.5
            ds.AcquisitionNumber, ds.InstanceNumber = 1, len(images) + 1
            put_place(ds, truth, slice_, digits=8)
            put_pixels(ds, truth.stored[slice_, :, :, echo], bits=16)
            for keyword, value in values.items():
                setattr(ds, keyword, value)
            images.append(ds)
    return images
