"""The measurements as a Comprehensive 3D SR by TID 1500: a group for every region, referring to its segment.

An organ that could not be measured has a group too: it is not assessable, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from pydicom.dataset import Dataset

from ironquant.core import (
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    OrganAnalysis,
    OrganResult,
    RegionAnalysis,
    SegmentalT2star,
)
from ironquant.export.dicomobjects.codes import known, observer_name, organ_place, place_of, private, short
from ironquant.export.dicomobjects.issue import Issue
from ironquant.export.dicomobjects.numerics import (
    bounded,
    comment,
    extent_numbers,
    measurement,
    region_numbers,
    result_numbers,
    signal_numbers,
)
from ironquant.export.dicomobjects.segmentation import tracking
from ironquant.export.dicomobjects.source import Source
from ironquant.export.wording import gravest, number_ranges, reason_words


def structured_report(
    issue: Issue,
    evidence: list[Dataset],
    sources: Mapping[str, Source],
    segmentations: Mapping[str, Dataset],
) -> Dataset:
    """Return the measurements of an analysis.

    Parameters
    ----------
    evidence : list of Dataset
        What was measured, and the segmentations; at least one.
    sources, segmentations : mapping
        By organ, where there are any.

    Raises
    ------
    ValueError, AttributeError
        If the images lack what a report must refer to.
    """
    highdicom: Any = import_module("highdicom")  # slow to import, and only partly typed
    sr, analysis = highdicom.sr, issue.analysis
    groups = []
    for entry in analysis.organs:
        source, segments = sources.get(entry.organ), segmentations.get(entry.organ)
        groups += [_group(issue, entry, index, source, segments) for index in range(len(entry.regions))]
        if entry.result is None:
            groups.append(_not_assessable(issue, entry, source))
        if entry.segmental is not None:
            groups.append(_segmental(issue, entry, entry.segmental))
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(
            observer_person_context=_person(sr, analysis.reader),
            observer_device_context=sr.ObserverContext(
                observer_type=_dicom_code("Device"),
                observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
                    uid=issue.uid("device"),
                    name=f"{SOFTWARE_NAME} {SOFTWARE_VERSION}",
                    manufacturer_name=SOFTWARE_NAME,
                    model_name=SOFTWARE_NAME,
                    serial_number=SOFTWARE_VERSION,
                ),
            ),
        ),
        procedure_reported=known("concept", "procedure"),
        imaging_measurements=groups,
        title=_dicom_code("ImagingMeasurementReport"),
    )
    made = sr.Comprehensive3DSR(
        evidence=evidence,
        content=content[0],
        is_complete=True,
        is_final=False,
        institution_name=short(analysis.study.institution) or None,
        **issue.series("sr"),
    )
    return issue.settled(made)


def _person(sr: Any, reader: str) -> Any:
    name = observer_name(reader)
    if not name:
        return None
    return sr.ObserverContext(
        observer_type=_dicom_code("Person"),
        observer_identifying_attributes=sr.PersonObserverIdentifyingAttributes(name=name),
    )


def _dicom_code(keyword: str) -> Any:
    return getattr(import_module("pydicom.sr.codedict").codes.DCM, keyword)


def _group(
    issue: Issue, entry: OrganAnalysis, index: int, source: Source | None, segments: Dataset | None
) -> Any:
    """Return one region: its segment or else its images, its numbers, and the grade if it is reported."""
    sr: Any = import_module("highdicom").sr
    region = entry.regions[index]
    told = _told(issue, entry, region, source)
    if segments is None or source is None:
        images = None if source is None else _references(source, region, sr.SourceImageForMeasurementGroup)
        return sr.MeasurementsAndQualitativeEvaluations(source_images=images, **told)
    images = _references(source, region, sr.SourceImageForSegmentation)
    if len(images) == 1:
        segment = sr.ReferencedSegmentationFrame(
            sop_class_uid=segments.SOPClassUID,
            sop_instance_uid=segments.SOPInstanceUID,
            frame_number=_frames(segments, index + 1),
            segment_number=index + 1,
            source_image=images[0],
        )
        del segment[0].ReferencedSOPSequence[0].ReferencedSegmentNumber  # PS3.3, 10.3: one of the two
        return sr.PlanarROIMeasurementsAndQualitativeEvaluations(referenced_segment=segment, **told)
    segment = sr.ReferencedSegment(
        sop_class_uid=segments.SOPClassUID,
        sop_instance_uid=segments.SOPInstanceUID,
        segment_number=index + 1,
        source_images=images,
    )
    return sr.VolumetricROIMeasurementsAndQualitativeEvaluations(referenced_segment=segment, **told)


def _told(
    issue: Issue, entry: OrganAnalysis, region: RegionAnalysis, source: Source | None
) -> dict[str, Any]:
    """Return what a group says of its region."""
    sr: Any = import_module("highdicom").sr
    uid, name = tracking(issue, region)
    reported = region is entry.reported and entry.result is not None
    numbers, evaluations = extent_numbers(region), [_evaluation("reported", "yes" if reported else "no")]
    if entry.result is not None and reported:
        images = None
        if source is not None:
            used = [echo - 1 for echo in region.curve.echoes_used] or [0]
            images = _references(source, region, sr.SourceImageForMeasurement, used)
        numbers = [*result_numbers(entry.result, entry.organ, images), *numbers]
        numbers += signal_numbers(region.curve)
        evaluations += _grade(entry.result)
        if (field := issue.analysis.study.field_t) is not None:
            numbers.append(measurement("field_t", float(field)))
    elif entry.result is not None:
        measured = region_numbers(region, entry.result.model)
        numbers = [*measured, *numbers]
        if not measured:
            evaluations.append(_evaluation("assessability", "not_assessable"))
    return {
        "tracking_identifier": sr.TrackingIdentifier(uid=uid, identifier=name),
        "finding_sites": [sr.FindingSite(place_of(region))],
        "algorithm_id": _algorithm(issue, entry, region),
        "measurements": numbers,
        "qualitative_evaluations": evaluations,
    }


def _algorithm(issue: Issue, entry: OrganAnalysis, region: RegionAnalysis) -> Any:
    """Return how the numbers were made."""
    sr, result, analysis = import_module("highdicom").sr, entry.result, issue.analysis
    parameters = [f"profile={analysis.profile}", f"settings_sha256={analysis.settings_sha256}"]
    if result is not None:
        parameters += [f"model={result.model}", f"method={result.method}"]
        if region.curve.te_ms:
            parameters.append(f"echoes={number_ranges(region.curve.echoes_used)}")
            parameters.append(f"echoes_chosen_by={region.curve.echoes_chosen_by}")
        if result.iron is not None:
            parameters.append(f"calibration={result.iron.calibration}")
        if result.grade is not None:
            parameters.append(f"scheme={result.grade.scheme}")
    return sr.AlgorithmIdentification(name=SOFTWARE_NAME, version=SOFTWARE_VERSION, parameters=parameters)


def _grade(result: OrganResult) -> list[Any]:
    """Return the grade, its scheme, and whether it is only indicative."""
    if result.grade is None:
        return []
    sr: Any = import_module("highdicom").sr
    scheme = result.grade.scheme
    return [
        sr.QualitativeEvaluation(known("concept", "grade"), known("grade", result.grade.code or "undecided")),
        sr.QualitativeEvaluation(known("concept", "grade_scheme"), private(scheme, scheme)),
        _evaluation("grade_indicative", "yes" if result.grade.indicative else "no"),
    ]


def _evaluation(name: str, value: str) -> Any:
    sr: Any = import_module("highdicom").sr
    return sr.QualitativeEvaluation(known("concept", name), known("value", value))


def _not_assessable(issue: Issue, entry: OrganAnalysis, source: Source | None) -> Any:
    """Return an organ without a result: that it is not assessable, and why."""
    sr: Any = import_module("highdicom").sr
    reason, words = gravest(entry), reason_words(entry, "en")
    code = "unknown" if reason is None else reason.code
    name = f"{entry.organ} not assessable"
    group = sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(uid=issue.uid(name), identifier=name),
        finding_sites=[sr.FindingSite(organ_place(entry.organ.value))],
        qualitative_evaluations=[
            _evaluation("assessability", "not_assessable"),
            sr.QualitativeEvaluation(known("concept", "reason"), private(code, words)),
        ],
        source_images=None
        if source is None
        else _references(source, None, sr.SourceImageForMeasurementGroup),
    )
    group[0].ContentSequence.append(comment(words))
    return group


def _segmental(issue: Issue, entry: OrganAnalysis, summary: SegmentalT2star) -> Any:
    """Return what the segments of the heart say together."""
    sr: Any = import_module("highdicom").sr
    mean = bounded("t2star_ms", summary.global_t2star_ms, derivation="mean")
    numbers = [] if mean is None else [mean]
    numbers.append(measurement("n_segments", summary.n_segments))
    if summary.n_abnormal is not None:
        numbers.append(measurement("n_abnormal", summary.n_abnormal))
    name = f"{entry.organ} segments together"
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(uid=issue.uid(name), identifier=name),
        finding_sites=[sr.FindingSite(known("concept", "ventricle"))],
        measurements=numbers,
    )


def _references(
    source: Source, region: RegionAnalysis | None, kind: type[Any], echoes: Sequence[int] = (0,)
) -> list[Any]:
    """Return images as items of a kind: echoes (from 0) of the slices of a region, or of the first slice."""
    return [
        kind(
            referenced_sop_class_uid=source.header.SOPClassUID,
            referenced_sop_instance_uid=one.sop_uid,
            referenced_frame_numbers=None if one.frame is None else [one.frame],
        )
        for index in ((0,) if region is None else region.slice_indices)
        for echo, one in enumerate(source.references[index])
        if echo in echoes
    ]


def _frames(segments: Dataset, number: int) -> list[int]:
    """Return the frames of a segment, from 1; a lone segment is told once for all frames."""
    groups = segments.PerFrameFunctionalGroupsSequence
    shared = segments.SharedFunctionalGroupsSequence[0]
    return [
        frame
        for frame, group in enumerate(groups, start=1)
        if (group if "SegmentIdentificationSequence" in group else shared)
        .SegmentIdentificationSequence[0]
        .ReferencedSegmentNumber
        == number
    ]
