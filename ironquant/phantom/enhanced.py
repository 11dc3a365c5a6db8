"""Enhanced MR Image Storage: one multi-frame object per organ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import EnhancedMRImageStorage

from ironquant.core import Organ
from ironquant.phantom.headers import (
    BANDWIDTH_HZ,
    FLIP_ANGLE_DEG,
    REPETITION_TIME_MS,
    anatomic_region,
    common_header,
    file_meta,
    imaging_frequency_mhz,
    item,
    pixel_module,
    plane,
    stored,
    thickness_and_spacing,
    uid,
    window,
    with_values,
)
from ironquant.phantom.simulate import Phantom, PhantomOrgan

_IMAGE_TYPE = ["ORIGINAL", "PRIMARY", "T2_STAR", "NONE"]
_COMPLEX: dict[str, Any] = {
    "PixelPresentation": "MONOCHROME",
    "VolumetricProperties": "VOLUME",
    "VolumeBasedCalculationTechnique": "NONE",
    "ComplexImageComponent": "MAGNITUDE",
    "AcquisitionContrast": "T2_STAR",
}


def enhanced_images(phantom: Phantom) -> Iterator[Dataset]:
    """Yield one Enhanced MR object per organ; frames run through the echoes of each slice in turn."""
    for organ in phantom.organs:
        yield _image(phantom, organ)


def _image(phantom: Phantom, organ: PhantomOrgan) -> Dataset:
    spec = phantom.spec
    image = common_header(spec, organ)
    sop_instance = uid(spec, "enhanced", organ.organ)
    image.file_meta = file_meta(EnhancedMRImageStorage, sop_instance)
    n_slices, rows, columns, n_echoes = organ.signal.shape
    started = f"{image.AcquisitionDate}{image.AcquisitionTime}"
    del image.AcquisitionDate, image.AcquisitionTime  # AcquisitionDateTime stands for both here
    values = {
        "SOPClassUID": EnhancedMRImageStorage,
        "SOPInstanceUID": sop_instance,
        "ImageType": _IMAGE_TYPE,
        "InstanceNumber": 1,
        "AcquisitionNumber": 1,
        "AcquisitionDateTime": started,
        "AcquisitionDuration": 15000.0,
        "NumberOfFrames": n_slices * n_echoes,
        "ContentQualification": "RESEARCH",
        "ResonantNucleus": "1H",
        "KSpaceFiltering": "NONE",
        "MagneticFieldStrength": spec.nominal_field_t,
        "ApplicableSafetyStandardAgency": "IEC",
        "BurnedInAnnotation": "NO",
        "LossyImageCompression": "00",
        "PresentationLUTShape": "IDENTITY",
        "AcquisitionContextSequence": [],
        **_COMPLEX,
        **_pulse_sequence(organ),
        **pixel_module((rows, columns)),
    }
    with_values(image, values)
    _add_dimensions(image, uid(spec, "dimensions", organ.organ))
    image.SharedFunctionalGroupsSequence = [_shared_groups(phantom, organ)]
    image.PerFrameFunctionalGroupsSequence = [
        _frame_groups(image, organ, slice_index, echo)
        for slice_index in range(n_slices)
        for echo in range(n_echoes)
    ]
    frames = stored(organ.signal).transpose(0, 3, 1, 2)
    image.PixelData = np.ascontiguousarray(frames).tobytes()
    image["PixelData"].VR = "OW"
    return image


def _pulse_sequence(organ: PhantomOrgan) -> dict[str, Any]:
    heart = organ.organ == Organ.HEART
    sequence: dict[str, Any] = {
        "PulseSequenceName": f"*fl2d{len(organ.te_ms)}",
        "MRAcquisitionType": "2D",
        "EchoPulseSequence": "GRADIENT",
        "MultiPlanarExcitation": "NO",
        "PhaseContrast": "NO",
        "TimeOfFlightContrast": "NO",
        "SteadyStatePulseSequence": "NONE",
        "EchoPlanarPulseSequence": "NO",
        "SaturationRecovery": "NO",
        "SpectrallySelectedSuppression": "NONE",
        "OversamplingPhase": "2D",
        "GeometryOfKSpaceTraversal": "RECTILINEAR",
        "SegmentedKSpaceTraversal": "PARTIAL" if heart else "SINGLE",
        "RectilinearPhaseEncodeReordering": "LINEAR",
        "NumberOfKSpaceTrajectories": 1,
    }
    if heart:
        sequence |= {
            "CardiacSynchronizationTechnique": "PROSPECTIVE",
            "CardiacSignalSource": "ECG",
            "CardiacRRIntervalSpecified": 820.0,
            "CardiacBeatRejectionTechnique": "NONE",
            "LowRRValue": 700,
            "HighRRValue": 940,
            "IntervalsAcquired": 15,
            "IntervalsRejected": 0,
            "SkipBeats": 0,
        }
    return sequence


def _add_dimensions(image: Dataset, dimension_uid: str) -> None:
    """Index the frames by slice position, then by echo time."""
    image.DimensionOrganizationSequence = [item(DimensionOrganizationUID=dimension_uid)]
    image.DimensionIndexSequence = [
        item(
            DimensionOrganizationUID=dimension_uid,
            DimensionIndexPointer=0x00209057,  # InStackPositionNumber
            FunctionalGroupPointer=0x00209111,  # FrameContentSequence
        ),
        item(
            DimensionOrganizationUID=dimension_uid,
            DimensionIndexPointer=0x00189082,  # EffectiveEchoTime
            FunctionalGroupPointer=0x00189114,  # MREchoSequence
        ),
    ]


def _shared_groups(phantom: Phantom, organ: PhantomOrgan) -> Dataset:
    spec = phantom.spec
    heart = organ.organ == Organ.HEART
    thickness, spacing = thickness_and_spacing(spec)
    where = plane(organ, 0)
    centre, width = window(organ)
    encoded = round(0.75 * spec.matrix[0])
    groups = {
        "PixelMeasuresSequence": item(
            PixelSpacing=where["PixelSpacing"], SliceThickness=thickness, SpacingBetweenSlices=spacing
        ),
        "PlaneOrientationSequence": item(ImageOrientationPatient=where["ImageOrientationPatient"]),
        "FrameAnatomySequence": item(
            FrameLaterality="U", AnatomicRegionSequence=[anatomic_region(organ.organ)]
        ),
        "PixelValueTransformationSequence": item(RescaleIntercept="0", RescaleSlope="1", RescaleType="US"),
        "FrameVOILUTSequence": item(WindowCenter=centre, WindowWidth=width),
        "MRImageFrameTypeSequence": item(FrameType=_IMAGE_TYPE, **_COMPLEX),
        "MRTimingAndRelatedParametersSequence": item(
            RepetitionTime=str(REPETITION_TIME_MS[organ.organ]),
            FlipAngle=str(FLIP_ANGLE_DEG),
            EchoTrainLength=len(organ.te_ms),
            RFEchoTrainLength=0,
            GradientEchoTrainLength=len(organ.te_ms),
            SpecificAbsorptionRateSequence=[
                item(
                    SpecificAbsorptionRateDefinition="IEC_WHOLE_BODY",
                    SpecificAbsorptionRateValue=0.12 * (spec.field_t / 1.5) ** 2,
                )
            ],
            GradientOutputType="DB_DT",
            GradientOutput=20.0,
            OperatingModeSequence=[
                item(OperatingModeType=kind, OperatingMode="IEC_NORMAL")
                for kind in ("STATIC FIELD", "RF", "GRADIENT")
            ],
        ),
        "MRFOVGeometrySequence": item(
            InPlanePhaseEncodingDirection="COLUMN",
            MRAcquisitionFrequencyEncodingSteps=spec.matrix[1],
            MRAcquisitionPhaseEncodingStepsInPlane=encoded,
            PercentSampling="75",
            PercentPhaseFieldOfView=f"{100 * spec.matrix[0] / spec.matrix[1]:.6g}",
        ),
        "MRModifierSequence": item(
            InversionRecovery="NO",
            FlowCompensation="NONE",
            Spoiling="RF",
            T2Preparation="NO",
            SpectrallySelectedExcitation="NONE",
            SpatialPresaturation="NONE",
            PartialFourier="NO",
            ParallelAcquisition="NO",
        ),
        "MRImagingModifierSequence": item(
            MagnetizationTransfer="NONE",
            BloodSignalNulling="YES" if heart and spec.black_blood else "NO",
            Tagging="NONE",
            TransmitterFrequency=imaging_frequency_mhz(spec),
            PixelBandwidth=str(BANDWIDTH_HZ[organ.organ]),
        ),
        "MRReceiveCoilSequence": item(
            ReceiveCoilName="BODY_ARRAY",
            ReceiveCoilManufacturerName="IronQuant",
            ReceiveCoilType="BODY",
            QuadratureReceiveCoil="NO",
        ),
        "MRTransmitCoilSequence": item(
            TransmitCoilName="BODY", TransmitCoilManufacturerName="IronQuant", TransmitCoilType="BODY"
        ),
        "MRAveragesSequence": item(NumberOfAverages="1"),
    }
    return item(**{keyword: [entry] for keyword, entry in groups.items()})


def _frame_groups(image: Dataset, organ: PhantomOrgan, slice_index: int, echo: int) -> Dataset:
    content = item(
        FrameAcquisitionNumber=1,
        FrameReferenceDateTime=image.AcquisitionDateTime,
        FrameAcquisitionDateTime=image.AcquisitionDateTime,
        FrameAcquisitionDuration=image.AcquisitionDuration,
        StackID="1",
        InStackPositionNumber=slice_index + 1,
        DimensionIndexValues=[slice_index + 1, echo + 1],
    )
    position = item(ImagePositionPatient=plane(organ, slice_index)["ImagePositionPatient"])
    groups = item(
        FrameContentSequence=[content],
        PlanePositionSequence=[position],
        MREchoSequence=[item(EffectiveEchoTime=float(organ.te_ms[echo]))],
    )
    if organ.organ == Organ.HEART:
        groups.CardiacSynchronizationSequence = [
            item(
                NominalCardiacTriggerDelayTime=580.0,
                RRIntervalTimeNominal=820.0,
                ActualCardiacTriggerDelayTime=580.0,
            )
        ]
    return groups
