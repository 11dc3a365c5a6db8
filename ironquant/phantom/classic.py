"""Classic MR Image Storage: one object per slice and echo."""

from __future__ import annotations

from collections.abc import Iterator

from pydicom.dataset import Dataset
from pydicom.uid import MRImageStorage

from ironquant.core import Organ
from ironquant.phantom.headers import (
    BANDWIDTH_HZ,
    FLIP_ANGLE_DEG,
    REPETITION_TIME_MS,
    anatomic_region,
    common_header,
    decimal,
    file_meta,
    imaging_frequency_mhz,
    pixel_module,
    plane,
    reconstruction_diameter_mm,
    series_number,
    stored,
    thickness_and_spacing,
    uid,
    window,
    with_values,
)
from ironquant.phantom.simulate import Phantom, PhantomOrgan


def classic_images(phantom: Phantom, *, series_per_echo: bool = False) -> Iterator[Dataset]:
    """Yield one MR Image object per organ, slice and echo.

    Parameters
    ----------
    series_per_echo : bool
        Put every echo into a series of its own, as some exports do.
    """
    for organ in phantom.organs:
        n_slices, n_echoes = organ.signal.shape[0], len(organ.te_ms)
        for slice_index in range(n_slices):
            for echo in range(n_echoes):
                image = _image(phantom, organ, slice_index, echo)
                if series_per_echo:
                    image.SeriesInstanceUID = uid(phantom.spec, "series", organ.organ, echo)
                    image.SeriesNumber = 100 * series_number(organ.organ) + echo + 1
                    image.InstanceNumber = slice_index + 1
                else:
                    image.InstanceNumber = slice_index * n_echoes + echo + 1
                yield image


def _image(phantom: Phantom, organ: PhantomOrgan, slice_index: int, echo: int) -> Dataset:
    spec = phantom.spec
    heart = organ.organ == Organ.HEART
    image = common_header(spec, organ)
    sop_instance = uid(spec, "image", organ.organ, slice_index, echo)
    image.file_meta = file_meta(MRImageStorage, sop_instance)
    thickness, spacing = thickness_and_spacing(spec)
    centre, width = window(organ)
    pixels = stored(organ.signal[slice_index, :, :, echo])
    values = {
        "SOPClassUID": MRImageStorage,
        "SOPInstanceUID": sop_instance,
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"],
        "ScanningSequence": "GR",
        "SequenceVariant": ["SP", "MP"] if heart and spec.black_blood else "SP",
        "ScanOptions": "CG" if heart else "",
        "MRAcquisitionType": "2D",
        "SequenceName": f"*fl2d{len(organ.te_ms)}",
        "AngioFlag": "N",
        "SliceThickness": thickness,
        "SpacingBetweenSlices": spacing,
        "RepetitionTime": decimal(REPETITION_TIME_MS[organ.organ]),
        "EchoTime": decimal(organ.te_ms[echo]),
        "NumberOfAverages": "1",
        "ImagingFrequency": decimal(imaging_frequency_mhz(spec)),
        "ImagedNucleus": "1H",
        "EchoNumbers": echo + 1,
        "MagneticFieldStrength": decimal(spec.nominal_field_t),
        "NumberOfPhaseEncodingSteps": round(0.75 * spec.matrix[0]),
        "EchoTrainLength": len(organ.te_ms),
        "PercentSampling": "75",
        "PercentPhaseFieldOfView": decimal(100 * spec.matrix[0] / spec.matrix[1]),
        "PixelBandwidth": decimal(BANDWIDTH_HZ[organ.organ]),
        "ReconstructionDiameter": decimal(reconstruction_diameter_mm(spec, organ.organ)),
        "TransmitCoilName": "Body",
        "AcquisitionMatrix": [0, spec.matrix[1], round(0.75 * spec.matrix[0]), 0],
        "InPlanePhaseEncodingDirection": "COL",
        "FlipAngle": decimal(FLIP_ANGLE_DEG),
        "VariableFlipAngleFlag": "N",
        "SAR": decimal(0.12 * (spec.field_t / 1.5) ** 2),
        "AcquisitionNumber": 1,
        "SliceLocation": decimal(
            float(organ.affine[:3, 2] @ organ.affine[:3, 3]) / float(spacing) + slice_index * float(spacing)
        ),
        "SmallestImagePixelValue": int(pixels.min()),
        "LargestImagePixelValue": int(pixels.max()),
        "WindowCenter": centre,
        "WindowWidth": width,
        **plane(organ, slice_index),
        **pixel_module(spec.matrix),
    }
    with_values(image, values)
    if heart:
        with_values(image, {"TriggerTime": "580", "NominalInterval": 820, "CardiacNumberOfImages": 1})
        if spec.black_blood:
            image.BloodSignalNulling = "YES"
    image.AnatomicRegionSequence = [anatomic_region(organ.organ)]
    image.PixelData = pixels.tobytes()
    image["PixelData"].VR = "OW"
    return image
