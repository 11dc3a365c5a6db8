"""NIfTI with BIDS sidecars → echo trains. RAS becomes LPS here and nowhere else."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import Acquisition, ExaminationRef, Finding, Patient, SeriesRef, Study
from ironquant.dicom.classify import MAGNITUDE, MAP_PREFIX, component, filters, map_quantity_by_suffix
from ironquant.dicom.headers import black_blood, field_from
from ironquant.dicom.listing import companions_marked, unique_keys, verdict
from ironquant.dicom.organs import guess_organ
from ironquant.dicom.trains import MIN_ECHOES
from ironquant.dicom.values import parsed_date, parsed_time, person_name
from ironquant.resources import load_table

_MAX_TE_S = 0.2


@dataclass(frozen=True)
class NiftiVolume:
    """One NIfTI file with its sidecar.

    Attributes
    ----------
    te_ms : tuple of float or None
        One per volume; None where the sidecar does not tell.
    affine : tuple of float
        The 16 numbers of the RAS affine.
    """

    path: Path
    shape: tuple[int, int, int, int]
    affine: tuple[float, ...]
    te_ms: tuple[float | None, ...]
    component: str
    sidecar: Mapping[str, Any]


@dataclass(frozen=True)
class NiftiSource:
    """What `read_examination` needs of one train: (file, volume) per echo, and the RAS affine."""

    volumes: tuple[tuple[Path, int], ...]
    affine: tuple[float, ...]
    acquisition: Acquisition


def read_nifti_header(path: Path) -> tuple[NiftiVolume | None, str]:
    """Read header and sidecar; returns None and the reason (a term) if the file is no sound NIfTI."""
    import nibabel

    try:
        if path.stat().st_size == 0:
            return None, "reason_empty"
        image: Any = nibabel.load(path)
        shape = tuple(int(n) for n in image.shape)
        affine = np.asarray(image.affine, dtype=np.float64)
    except OSError:
        return None, "reason_access" if not path.exists() else "reason_damaged"
    except Exception:  # nibabel raises many kinds of errors on damaged files
        return None, "reason_damaged"
    while len(shape) > 4 and shape[-1] == 1:
        shape = shape[:-1]
    if not 2 <= len(shape) <= 4 or min(shape) < 1 or not np.isfinite(affine).all():
        return None, "reason_matrix"
    shape4 = (*shape, 1, 1)[:4] if len(shape) < 4 else shape
    sidecar = _sidecar(path)
    return NiftiVolume(
        path=path,
        shape=(shape4[0], shape4[1], shape4[2], shape4[3]),
        affine=tuple(float(value) for value in affine.ravel()),
        te_ms=_echo_times(sidecar, shape4[3]),
        component=_component(path, sidecar),
        sidecar=sidecar,
    ), ""


def _stem(path: Path) -> str:
    return re.sub(r"\.nii(\.gz)?$", "", path.name, flags=re.IGNORECASE)


def _sidecar(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.with_name(f"{_stem(path)}.json").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _number(sidecar: Mapping[str, Any], key: str) -> float | None:
    value = sidecar.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _text(sidecar: Mapping[str, Any], key: str) -> str:
    value = sidecar.get(key, "")
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _echo_times(sidecar: Mapping[str, Any], n_volumes: int) -> tuple[float | None, ...]:
    """EchoTime in seconds, one number or (for a 4-D file) a list; a time no sequence has stays in ms."""
    value = sidecar.get("EchoTime", sidecar.get("EchoTimes"))
    values = (
        list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value] * n_volumes
    )
    if len(values) != n_volumes or (n_volumes > 1 and not isinstance(value, list)):
        return (None,) * n_volumes
    numbers = [_number({"te": item}, "te") for item in values]
    return tuple(1000.0 * te if te is not None and te > 0 else None for te in numbers)


def _component(path: Path, sidecar: Mapping[str, Any]) -> str:
    stem = _stem(path)
    quantity = map_quantity_by_suffix(stem.rsplit("_", 1)[-1])
    if quantity:
        return MAP_PREFIX + quantity
    image_type = sidecar.get("ImageType")
    tokens = [str(token) for token in image_type] if isinstance(image_type, list) else []
    part = re.search(r"part-([a-z]+)", stem)
    parts = load_table("vendors")["component"]["bids_part"]
    if part and part[1] in parts:
        return str(parts[part[1]])
    return component(tokens, complex_image_component=_text(sidecar, "ComplexImageComponent"))


def nifti_examinations(root: Path, volumes: Iterable[NiftiVolume]) -> list[ExaminationRef]:
    """Group volumes into examinations: by StudyInstanceUID, else by folder."""
    studies: dict[str, list[NiftiVolume]] = {}
    for volume in volumes:
        uid = _text(volume.sidecar, "StudyInstanceUID")
        studies.setdefault(uid or f"folder:{volume.path.parent}", []).append(volume)
    return [_examination(root, key, members) for key, members in studies.items()]


def _examination(root: Path, key: str, volumes: list[NiftiVolume]) -> ExaminationRef:
    told = next((volume.sidecar for volume in volumes if volume.sidecar), {})
    actual, nominal = field_from(_number(told, "ImagingFrequency"), _number(told, "MagneticFieldStrength"))
    when = _text(told, "StudyDate") or _text(told, "AcquisitionDateTime")[:10]
    subject = re.search(r"sub-([A-Za-z0-9]+)", volumes[0].path.name)
    study = Study(
        instance_uid=key if not key.startswith("folder:") else _folder_uid(volumes),
        date=parsed_date(when.replace("-", "")[:8]),
        time=parsed_time(_text(told, "StudyTime") or _text(told, "AcquisitionTime")),
        accession=_text(told, "AccessionNumber"),
        description=_text(told, "StudyDescription"),
        institution=_text(told, "InstitutionName"),
        manufacturer=_text(told, "Manufacturer"),
        model=_text(told, "ManufacturersModelName"),
        field_t=actual,
        nominal_field_t=nominal,
    )
    patient = Patient(
        id=_text(told, "PatientID") or (subject[1] if subject else ""),
        name=person_name(_text(told, "PatientName")),
        sex=_text(told, "PatientSex")[:1].upper(),
        birth_date=parsed_date(_text(told, "PatientBirthDate").replace("-", "")[:8]),
    )
    groups: dict[tuple[Any, ...], list[NiftiVolume]] = {}
    for volume in volumes:
        groups.setdefault(_train_key(volume), []).append(volume)
    refs = [_ref(key, members) for key, members in groups.items()]
    refs.sort(key=lambda ref: (ref.number is None, ref.number or 0, ref.description, ref.component))
    return ExaminationRef(
        root=root, patient=patient, study=study, series=companions_marked(unique_keys(refs))
    )


def _folder_uid(volumes: list[NiftiVolume]) -> str:
    """A UID made of what lies in the folder (names and sizes), not of where the folder is."""
    listing = "\n".join(sorted(f"{volume.path.name}\t{volume.path.stat().st_size}" for volume in volumes))
    return f"2.25.{int(hashlib.sha256(listing.encode()).hexdigest()[:32], 16)}"


def _train_key(volume: NiftiVolume) -> tuple[Any, ...]:
    """What the echoes of one train share; without series identity in the sidecar, the BIDS name."""
    side = volume.sidecar
    identity = _text(side, "SeriesInstanceUID") or (
        _text(side, "SeriesNumber"),
        _text(side, "SeriesDescription"),
    )
    if identity == ("", ""):
        identity = re.sub(r"(?:_echo-?\d+|_e\d+)(?=_|$)", "", _stem(volume.path))
    place = tuple(round(value, 2) for value in volume.affine)
    return identity, volume.component, volume.shape[:3], place


def _ref(key: tuple[Any, ...], volumes: list[NiftiVolume]) -> SeriesRef:
    first = volumes[0]
    side = first.sidecar
    description = _text(side, "SeriesDescription") or _text(side, "ProtocolName") or _stem(first.path)
    echoes: dict[float, tuple[Path, int]] = {}
    doubled: list[float] = []
    findings: list[Finding] = []
    untimed = [volume.path.name for volume in volumes if None in volume.te_ms]
    for volume in sorted(volumes, key=lambda volume: volume.path.name):
        for index, te in enumerate(volume.te_ms):
            if te is None:
                continue
            if round(te, 3) in echoes:
                doubled.append(round(te, 3))
            else:
                echoes[round(te, 3)] = (volume.path, index)
    te_ms = tuple(sorted(echoes))
    shown, against = verdict(first.component, len(te_ms), description)
    if untimed:
        missing = Finding("te_missing_sidecar", "warning" if te_ms else "error", {"file": min(untimed)})
        findings.append(missing)
        against = tuple(finding for finding in against if finding.code != "few_echoes") or (missing,)
        findings = [*against, *(finding for finding in findings if finding not in against)]
        if len(te_ms) >= MIN_ECHOES and shown == MAGNITUDE:
            against = ()
    else:
        findings += against
    if doubled:
        findings.append(Finding("te_duplicate", "warning", {"te_ms": tuple(dict.fromkeys(doubled))}))
    if te_ms and max(te_ms) > 1000.0 * _MAX_TE_S:
        findings.append(Finding("te_implausible", "warning", {"te_ms": te_ms}))
    image_type = side.get("ImageType")
    applied = filters([str(token) for token in image_type] if isinstance(image_type, list) else [])
    if applied and shown == MAGNITUDE:
        findings.append(Finding("filtered_images", "info", {"filters": applied}))
    columns = first.shape
    affine = np.reshape(first.affine, (4, 4))
    acquisition = _acquisition(side, description)
    organ, reason = guess_organ(
        description=description,
        protocol=acquisition.protocol_name,
        body_part=acquisition.body_part,
        slice_normal=_normal(affine),
        te_ms=te_ms if len(te_ms) >= MIN_ECHOES else (),
    )
    number = _number(side, "SeriesNumber")
    digest = hashlib.sha256(repr(key).encode()).hexdigest()
    uid = _text(side, "SeriesInstanceUID") or f"2.25.{int(digest[:32], 16)}"
    return SeriesRef(
        key=uid if shown == MAGNITUDE else f"{uid}#{shown}",
        instance_uid=uid,
        description=description,
        te_ms=te_ms,
        shape=(columns[2], columns[1], columns[0]),
        flavour="nifti",
        component=shown,
        readable=not against,
        number=None if number is None else round(number),
        organ_guess=organ,
        guess_reason=reason,
        n_files=len(volumes),
        findings=tuple(findings),
        source=NiftiSource(tuple(echoes[te] for te in te_ms), first.affine, acquisition),
    )


def _acquisition(side: Mapping[str, Any], description: str) -> Acquisition:
    actual, nominal = field_from(_number(side, "ImagingFrequency"), _number(side, "MagneticFieldStrength"))
    protocol = _text(side, "ProtocolName")
    repetition, inversion = _number(side, "RepetitionTime"), _number(side, "InversionTime")
    return Acquisition(
        sequence_name=_text(side, "SequenceName") or _text(side, "PulseSequenceDetails"),
        protocol_name=protocol,
        repetition_time_ms=None if repetition is None else 1000.0 * repetition,
        flip_angle_deg=_number(side, "FlipAngle"),
        slice_thickness_mm=_number(side, "SliceThickness"),
        pixel_bandwidth_hz=_number(side, "PixelBandwidth"),
        field_t=actual,
        nominal_field_t=nominal,
        black_blood=black_blood(
            f"{description} {protocol}", "", None if inversion is None else 1000.0 * inversion
        ),
        body_part=_text(side, "BodyPartExamined"),
    )


def _normal(affine: NDArray[np.float64]) -> list[float]:
    lps = np.diag([-1.0, -1.0, 1.0]) @ affine[:3, :3]
    cross = np.cross(lps[:, 0], lps[:, 1])
    length = float(np.linalg.norm(cross))
    return [float(value) for value in cross / length] if length else [0.0, 0.0, 1.0]
