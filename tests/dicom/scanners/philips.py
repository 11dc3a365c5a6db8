"""Philips: M, P, R, I in one series; every echo scaled to the display range of its own."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from scanners.truth import Truth
from scanners.writing import all_frames, dataset, enhanced, item, put_pixels, put_place, shared_group, uid

COMPONENTS = {"M": "MAGNITUDE", "P": "PHASE", "R": "REAL", "I": "IMAGINARY"}
DD001, DD005 = "Philips MR Imaging DD 001", "Philips MR Imaging DD 005"


def scaling(truth: Truth, echo: int) -> tuple[float, float]:
    """Rescale slope RS and scale slope SS of an echo; the signal is PV / SS (intercept 0)."""
    return 1.2915 + 0.31 * echo, 0.05 * (1 + 0.7 * echo)


def signal(truth: Truth) -> np.ndarray:
    """The floating point values that the echoes have in common."""
    scales = np.array([scaling(truth, echo)[1] for echo in range(len(truth.te_ms))])
    return truth.stored / scales


def classic(
    truth: Truth,
    *,
    components: str = "MP",
    series: int = 901,
    acquisition: int = 9,
    block: int = 0x10,
    scale_slope: bool = True,
    real_world: bool = False,
    description: str = "T2star_liver_BH",
    **values,
) -> list[FileDataset]:
    """`block` is that of the private group 2005."""
    images = []
    for letter in components:
        for slice_ in range(truth.n_slices):
            for echo, te in enumerate(truth.te_ms):
                ds = dataset(Manufacturer="Philips Medical Systems", ManufacturerModelName="Ingenia")
                ds.ImageType = ["ORIGINAL", "PRIMARY", f"{letter}_FFE", letter, "FFE"]
                ds.SeriesInstanceUID, ds.SeriesNumber = uid("philips", series), series
                ds.SeriesDescription, ds.ProtocolName = description, description
                ds.ScanningSequence, ds.SequenceVariant, ds.ScanOptions = "GR", "SP", "OTHER"
                ds.EchoTime, ds.EchoNumbers, ds.EchoTrainLength = te, echo + 1, len(truth.te_ms)
                ds.RepetitionTime, ds.FlipAngle = "181.40000915527", 20
                ds.ImagingFrequency, ds.MagneticFieldStrength = "63.898505", 1.5
                ds.AcquisitionNumber, ds.InstanceNumber = acquisition, len(images) + 1
                ds.AcquisitionTime = "101010.53000"
                ds.TemporalPositionIdentifier, ds.NumberOfTemporalPositions = 1, 1
                put_place(ds, truth, slice_, digits=13)
                data = truth.stored[slice_, :, :, echo]
                put_pixels(ds, data if letter == "M" else (4000 - data).astype(np.uint16))
                rescale, scale = scaling(truth, echo)
                if letter == "P":
                    rescale, scale = 1.53, 651.74
                ds.RescaleSlope, ds.RescaleIntercept = f"{rescale:.14g}", 0 if letter == "M" else -3142
                ds.RescaleType = "normalized" if letter == "M" else "mrad"
                ds.add_new(0x20050000 + block, "LO", DD001)
                if scale_slope:
                    ds.add_new(0x20050000 + (block << 8) + 0x0E, "FL", scale)
                ds.add_new(0x20050000 + (block << 8) + 0x11, "CS", letter)
                if real_world:
                    ds.RealWorldValueMappingSequence = item(
                        RealWorldValueSlope=1 / scale, RealWorldValueIntercept=0.0, LUTLabel="Philips"
                    )
                for keyword, value in values.items():
                    setattr(ds, keyword, value)
                images.append(ds)
    return images


def multiframe(
    truth: Truth, *, components: str = "MP", order: str = "random", series: int = 1001, **values
) -> list[FileDataset]:
    """All components in one object; DimensionIndexValues in any order of dimensions."""
    rng = np.random.default_rng(series)
    places = [(letter, *place) for letter in components for place in all_frames(truth, order)]
    if order == "random":
        places = [places[n] for n in rng.permutation(len(places))]
    letters = iter(places)
    dimensions = rng.permutation(4)

    def group_of(slice_: int, echo: int) -> Dataset:
        letter = next(letters)[0]
        rescale, scale = scaling(truth, echo) if letter == "M" else (1.53, 651.74)
        group = Dataset()
        group.MREchoSequence = item(EffectiveEchoTime=truth.te_ms[echo])
        group.MRImageFrameTypeSequence = item(
            FrameType=["ORIGINAL", "PRIMARY", "T2_STAR" if letter == "M" else "UNKNOWN", letter],
            ComplexImageComponent=COMPONENTS[letter],
        )
        index = [1, slice_ + 1, "MPRI".index(letter) + 1, echo + 1]
        group.FrameContentSequence = item(
            StackID="1",
            InStackPositionNumber=slice_ + 1,
            TemporalPositionIndex=1,
            DimensionIndexValues=[index[n] for n in dimensions],
        )
        group.PixelValueTransformationSequence = item(
            RescaleSlope=f"{rescale:.14g}", RescaleIntercept=0 if letter == "M" else -3142, RescaleType="US"
        )
        group.RealWorldValueMappingSequence = item(
            RealWorldValueSlope=rescale, RealWorldValueIntercept=0.0, LUTLabel="Philips"
        )
        inner = Dataset()
        inner.add_new(0x20050010, "LO", DD001)
        inner.add_new(0x2005100E, "FL", scale)
        inner.add_new(0x20051011, "CS", letter)
        group.add_new(0x20050014, "LO", DD005)
        group.add_new(0x2005140F, "SQ", Sequence([inner]))
        return group

    data = np.stack(
        [
            truth.stored[slice_, :, :, echo]
            if letter == "M"
            else (4000 - truth.stored[slice_, :, :, echo]).astype(np.uint16)
            for letter, slice_, echo in places
        ]
    )
    return [
        enhanced(
            truth,
            [(slice_, echo) for _, slice_, echo in places],
            group_of,
            shared_group(truth),
            data=data,
            Manufacturer="Philips Healthcare",
            ManufacturerModelName="Elition X",
            ImageType=["ORIGINAL", "PRIMARY", "T2_STAR", "MIXED"],
            ComplexImageComponent="MIXED",
            SeriesInstanceUID=uid("philips", series),
            SeriesNumber=series,
            SeriesDescription="T2star_liver_BH",
            PulseSequenceName="FFE",
            MagneticFieldStrength=1.5,
            **values,
        )
    ]
