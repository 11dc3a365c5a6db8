"""NIfTI files with sidecars → examinations and echo trains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    LPS_TO_RAS,
    MAP_UNITS,
    MIN_ECHOES,
    Acquisition,
    ExaminationRef,
    Finding,
    Patient,
    SeriesRef,
    Severity,
    Study,
)
from ironquant.dicom.classify import MAGNITUDE, MAP, MAP_PREFIX, filters, is_derived, map_quantity_by_suffix
from ironquant.dicom.grid import implausible
from ironquant.dicom.headers import black_blood, field_from
from ironquant.dicom.listing import companions_marked, refused, unique_keys, verdict
from ironquant.dicom.mapheader import bracketed, told_unit
from ironquant.dicom.mapunits import UNIT_BIDS
from ironquant.dicom.niftifile import NiftiVolume, number_of, text_of
from ironquant.dicom.niftinames import entities, stem_of, subject_of, train_stem
from ironquant.dicom.organs import guess_organ
from ironquant.dicom.problems import place_of, two_patients
from ironquant.dicom.twins import Traits, twins_marked
from ironquant.dicom.values import made_uid, parsed_date, parsed_time, person_name

_BIDS_UNITS = {"t2star": "s", "r2star": "1/s"}


@dataclass(frozen=True)
class NiftiSource:
    """What `read_examination` needs of one train or map: (file, volume) per echo, and the RAS affine."""

    volumes: tuple[tuple[Path, int], ...]
    affine: tuple[float, ...]
    acquisition: Acquisition
    manufacturer: str = ""
    units: tuple[tuple[str, str], ...] = ()
    """Of a map: what may name its unit, as of `MapHeader`."""
    traits: Traits | None = None


def nifti_examinations(root: Path, volumes: Iterable[NiftiVolume]) -> list[ExaminationRef]:
    """Group volumes into examinations: by StudyInstanceUID, else by folder and person."""
    studies: dict[str, list[NiftiVolume]] = {}
    folders: dict[Path, dict[str, list[NiftiVolume]]] = {}
    for volume in volumes:
        if uid := text_of(volume.sidecar, "StudyInstanceUID"):
            studies.setdefault(uid, []).append(volume)
        else:
            folders.setdefault(volume.path.parent, {}).setdefault(_person(volume), []).append(volume)
    refs = [_examination(root, uid, members) for uid, members in studies.items()]
    for people in folders.values():
        nameless = people.pop("", [])
        if len(people) == 1:  # masks and the like lie beside the images of the one person
            people = {person: members + nameless for person, members in people.items()}
        elif nameless:
            people[""] = nameless
        refs += [_examination(root, _folder_uid(members), members) for members in people.values()]
    return refs


def _person(volume: NiftiVolume) -> str:
    """Return the PatientID of the sidecar or the BIDS subject, empty where neither is told."""
    return text_of(volume.sidecar, "PatientID") or subject_of(volume.path)


def _examination(root: Path, study_uid: str, volumes: list[NiftiVolume]) -> ExaminationRef:
    told = next((volume.sidecar for volume in volumes if volume.sidecar), {})
    actual, nominal = field_from(
        number_of(told, "ImagingFrequency"), number_of(told, "MagneticFieldStrength")
    )
    when = text_of(told, "StudyDate") or text_of(told, "AcquisitionDateTime")[:10]
    people = dict.fromkeys(person for volume in volumes if (person := _person(volume)))
    study = Study(
        instance_uid=study_uid,
        date=parsed_date(when.replace("-", "")[:8]),
        time=parsed_time(text_of(told, "StudyTime") or text_of(told, "AcquisitionTime")),
        accession=text_of(told, "AccessionNumber"),
        description=text_of(told, "StudyDescription"),
        institution=text_of(told, "InstitutionName"),
        manufacturer=text_of(told, "Manufacturer"),
        model=text_of(told, "ManufacturersModelName"),
        field_t=actual,
        nominal_field_t=nominal,
    )
    patient = Patient(
        id=next(iter(people), ""),
        name=person_name(text_of(told, "PatientName")),
        sex=text_of(told, "PatientSex")[:1].upper(),
        birth_date=parsed_date(text_of(told, "PatientBirthDate").replace("-", "")[:8]),
    )
    groups: dict[tuple[Any, ...], list[NiftiVolume]] = {}
    for volume in volumes:
        groups.setdefault(_train_key(volume), []).append(volume)
    refs = [_ref(key, members) for key, members in groups.items()]
    refs.sort(key=lambda ref: (ref.number is None, ref.number or 0, ref.description, ref.component))
    series = twins_marked(companions_marked(unique_keys(refs)))
    findings: tuple[Finding, ...] = ()
    if len(people) > 1:
        files = {person: place_of(volume.path) for volume in volumes if (person := _person(volume))}
        refusal = two_patients(len(people), *[*files.values()][:2])
        series, findings = refused(series, refusal), (refusal,)
    folder = volumes[0].path.parent.name
    return ExaminationRef(root, patient, study, series, findings, folder)


def _folder_uid(volumes: list[NiftiVolume]) -> str:
    """A UID made of what lies in the folder and of whom it is, not of where the folder is."""
    listing = sorted(f"{volume.path.name}\t{volume.size}\t{volume.sample}" for volume in volumes)
    return made_uid("\n".join([*sorted({_person(volume) for volume in volumes}), *listing]))


def _train_key(volume: NiftiVolume) -> tuple[Any, ...]:
    """What the echoes of one train share; without series identity in the sidecar, the BIDS name."""
    side = volume.sidecar
    identity = text_of(side, "SeriesInstanceUID") or (
        text_of(side, "SeriesNumber"),
        text_of(side, "SeriesDescription"),
        entities(volume.path),
    )
    if identity[:2] == ("", ""):
        identity = train_stem(volume.path)
    place = tuple(round(value, 2) for value in volume.affine)
    return identity, volume.component, volume.shape[:3], place, _filters(volume)


def _filters(volume: NiftiVolume) -> tuple[str, ...]:
    return filters(_image_type(volume))


def _image_type(volume: NiftiVolume) -> list[str]:
    image_type = volume.sidecar.get("ImageType")
    return [str(token) for token in image_type] if isinstance(image_type, list) else []


def _ref(key: tuple[Any, ...], volumes: list[NiftiVolume]) -> SeriesRef:
    first = volumes[0]
    side = first.sidecar
    description = text_of(side, "SeriesDescription") or text_of(side, "ProtocolName")
    description = description or train_stem(first.path)
    echoes, doubled = _echoes(volumes)
    te_ms = tuple(sorted(echoes))
    shown, against = verdict(first.component, len(te_ms), description, derived=is_derived(_image_type(first)))
    findings = against
    if shown == MAGNITUDE:
        told = _remarks(volumes, te_ms, doubled)
        if any(finding.severity == "error" for finding in told):
            against = ()  # echo times that are missing or absurd say more than a count of echoes
        findings = (*against, *told)
    columns = first.shape
    affine = np.reshape(first.affine, (4, 4))
    acquisition = _acquisition(side, description)
    guess = guess_organ(
        description=description,
        protocol=acquisition.protocol_name,
        body_part=acquisition.body_part,
        slice_normal=_normal(affine),
        te_ms=te_ms if len(te_ms) >= MIN_ECHOES else (),
        black_blood=acquisition.black_blood,
        fov_mm=max(np.linalg.norm(affine[:3, :2], axis=0) * columns[:2]),
        n_slices=columns[2],
    )
    images = tuple(echoes[te] for te in te_ms)
    quantity, units = "", tuple[tuple[str, str], ...]()
    if shown == MAP:
        quantity, units = _map_of(first, description, str(against[0].params["quantity"]))
        images = ((first.path, 0),)
    number = number_of(side, "SeriesNumber")
    uid = text_of(side, "SeriesInstanceUID") or made_uid(repr(key))
    return SeriesRef(
        key=uid if shown == MAGNITUDE else f"{uid}#{shown}",
        instance_uid=uid,
        description=description,
        te_ms=te_ms,
        shape=(columns[2], columns[1], columns[0]),
        flavour="nifti",
        component=shown,
        readable=shown == MAGNITUDE and all(finding.severity != "error" for finding in findings),
        number=None if number is None else round(number),
        organ_guess=guess.organ,
        guess_reason=guess.reason,
        n_files=len(volumes),
        findings=(*findings, *guess.findings),
        source=NiftiSource(
            images,
            first.affine,
            acquisition,
            text_of(side, "Manufacturer"),
            units,
            _traits(first, acquisition),
        ),
        quantity=quantity,
        guess_evidence=guess.evidence,
    )


def _traits(first: NiftiVolume, acquisition: Acquisition) -> Traits | None:
    if not first.placed:
        return None
    affine = LPS_TO_RAS @ np.reshape(first.affine, (4, 4))
    slices = np.arange(first.shape[2])[:, None]
    return Traits(
        corners=affine[:3, 3] + slices * affine[:3, 2],
        steps=affine[:3, :2].T,
        protocol=(
            acquisition.repetition_time_ms,
            acquisition.flip_angle_deg,
            acquisition.sequence_name,
            bool(acquisition.black_blood),
        ),
        filters=_filters(first),
        acquired=text_of(first.sidecar, "AcquisitionDateTime") or text_of(first.sidecar, "AcquisitionTime"),
    )


def _map_of(volume: NiftiVolume, description: str, quantity: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the quantity of a map that can be read, empty if none, and what may name its unit.

    BIDS holds T2* maps in seconds; ``Units`` of the sidecar tells otherwise.
    """
    units = [(text_of(volume.sidecar, "Units"), "unit_sidecar")]
    units += [(words, "unit_words") for words in bracketed(description)]
    if map_quantity_by_suffix(stem_of(volume.path).rsplit("_", 1)[-1]) and quantity in _BIDS_UNITS:
        units.append((_BIDS_UNITS[quantity], UNIT_BIDS))
    told = told_unit(quantity, units)
    typed = volume.component.startswith(MAP_PREFIX) or is_derived(_image_type(volume)) or told is not None
    if quantity not in MAP_UNITS or not typed:
        return "", ()
    return told[0].quantity if told else quantity, tuple(units)


def _echoes(volumes: list[NiftiVolume]) -> tuple[dict[float, tuple[Path, int]], tuple[float, ...]]:
    """Return (file, volume) by echo time, the first by file name, and the times that come again."""
    echoes: dict[float, tuple[Path, int]] = {}
    doubled: list[float] = []
    for volume in sorted(volumes, key=lambda volume: volume.path.name):
        for index, te in enumerate(volume.te_ms):
            if te is None:
                continue
            if round(te, 3) in echoes:
                doubled.append(round(te, 3))
            else:
                echoes[round(te, 3)] = (volume.path, index)
    return echoes, tuple(dict.fromkeys(doubled))


def _remarks(
    volumes: list[NiftiVolume], te_ms: tuple[float, ...], doubled: tuple[float, ...]
) -> list[Finding]:
    """Return what there is to say about magnitude images."""
    found: list[Finding] = []
    untimed = [volume.path.name for volume in volumes if None in volume.te_ms]
    if refused_times := max(volume.n_te_refused for volume in volumes):
        params = {"n_given": refused_times, "n_volumes": sum(volume.shape[3] for volume in volumes)}
        found.append(Finding("te_count", "error", {"file": min(untimed), **params}))
    if untimed:
        severity: Severity = "warning" if len(te_ms) >= MIN_ECHOES else "error"
        n_volumes = sum(volume.shape[3] for volume in volumes)
        found.append(Finding("te_missing_sidecar", severity, {"file": min(untimed), "n_volumes": n_volumes}))
    if any(volume.te_in_seconds for volume in volumes):
        found.append(Finding("te_seconds", "warning"))
    if any(volume.te_by_hand for volume in volumes):
        found.append(Finding("te_by_hand", "info", {"te_ms": te_ms}))
    if doubled:
        found.append(Finding("te_duplicate", "warning", {"te_ms": doubled}))
    found += implausible(te_ms)
    if not all(volume.placed for volume in volumes):
        found.append(Finding("geometry_missing", "warning"))
    if applied := _filters(volumes[0]):
        found.append(Finding("filtered_images", "info", {"filters": applied}))
    return found


def _acquisition(side: Mapping[str, Any], description: str) -> Acquisition:
    actual, nominal = field_from(
        number_of(side, "ImagingFrequency"), number_of(side, "MagneticFieldStrength")
    )
    protocol = text_of(side, "ProtocolName")
    repetition, inversion = number_of(side, "RepetitionTime"), number_of(side, "InversionTime")
    return Acquisition(
        sequence_name=text_of(side, "SequenceName") or text_of(side, "PulseSequenceDetails"),
        protocol_name=protocol,
        repetition_time_ms=None if repetition is None else 1000.0 * repetition,
        flip_angle_deg=number_of(side, "FlipAngle"),
        slice_thickness_mm=number_of(side, "SliceThickness"),
        pixel_bandwidth_hz=number_of(side, "PixelBandwidth"),
        field_t=actual,
        nominal_field_t=nominal,
        black_blood=black_blood(
            f"{description} {protocol}", "", None if inversion is None else 1000.0 * inversion
        ),
        body_part=text_of(side, "BodyPartExamined"),
    )


def _normal(affine: NDArray[np.float64]) -> list[float]:
    lps = np.diag([-1.0, -1.0, 1.0]) @ affine[:3, :3]
    cross = np.cross(lps[:, 0], lps[:, 1])
    length = float(np.linalg.norm(cross))
    return [float(value) for value in cross / length] if length else [0.0, 0.0, 1.0]
