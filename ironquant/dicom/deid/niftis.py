"""One NIfTI file with its sidecar: image and acquisition stay, names, places and notes go."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import math
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ironquant.core import Patient, Study, write_bytes_atomic
from ironquant.dicom.bounded import BoundedReader
from ironquant.dicom.deid.dates import plain_time, shifted_iso
from ironquant.dicom.deid.elements import Disguise
from ironquant.dicom.deid.keyfile import Person
from ironquant.dicom.deid.words import Identifiers, known_words
from ironquant.dicom.niftifile import NiftiVolume, text_of
from ironquant.dicom.niftinames import echo_number, entities, stem_of, subject_of, train_stem
from ironquant.dicom.niftiopen import MAX_NIFTI_BYTES, load_image
from ironquant.dicom.opening import Opener
from ironquant.dicom.values import made_uid, parsed_date, parsed_time, person_name
from ironquant.resources import load_table

_FREE_TEXT = ("descrip", "aux_file", "intent_name", "db_name", "data_type")
_PART = re.compile(r"_part-(mag|phase|real|imag)(?=_|$)")
_PART_OF = {"phase": "phase", "real": "real", "imaginary": "imag"}
_SUFFIX = re.compile(r"_([A-Za-z0-9*]+)$")


class TooLargeError(ValueError):
    """The image would take more memory than one of this kind may."""


def person_of(volume: NiftiVolume, root: Path) -> Person:
    """Return whom a file is about: by its sidecar or BIDS name; without them, the folder stands for one."""
    side = volume.sidecar
    birth = parsed_date(text_of(side, "PatientBirthDate").replace("-", "")[:8])
    patient = Patient(
        id=text_of(side, "PatientID") or subject_of(volume.path),
        name=person_name(text_of(side, "PatientName")),
        sex=text_of(side, "PatientSex")[:1].upper(),
        birth_date=birth,
    )
    folder = made_uid(f"folder {volume.path.parent.resolve()}|{patient.id}|{patient.name}")
    when = text_of(side, "StudyDate") or text_of(side, "AcquisitionDateTime")[:10]
    study = Study(
        instance_uid=text_of(side, "StudyInstanceUID") or folder,
        date=parsed_date(when.replace("-", "")[:8]),
        time=parsed_time(text_of(side, "StudyTime")),
    )
    return Person(patient, study)


def write_nifti(volume: NiftiVolume, opener: Opener, disguise: Disguise, folder: Path) -> Path:
    """Write image and sidecar of one file; the voxels stay as they are, byte for byte.

    Raises
    ------
    OutputError
    Exception
        Of many kinds, where the file is damaged.
    """
    stem = _stem(volume, disguise)
    if volume.sidecar:
        text = json.dumps(_sidecar(volume.sidecar, disguise), ensure_ascii=False, indent=2, sort_keys=True)
        write_bytes_atomic(folder / f"{stem}.json", text.encode())
    return write_bytes_atomic(
        folder / f"{stem}.nii.gz", gzip.compress(_image(volume.path, opener), 6, mtime=0)
    )


def _image(path: Path, opener: Opener) -> bytes:
    """Return the file with an empty header text and without extensions, which may hold a DICOM header."""
    image = load_image(path, opener)
    end = image.dataobj.offset + math.prod(image.shape) * image.get_data_dtype().itemsize
    if end > MAX_NIFTI_BYTES:
        raise TooLargeError
    with opener.open(path) as source:
        data = BoundedReader(source.handle, source.size).read()
    if data[:2] == b"\x1f\x8b":
        data = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, end)
    if len(data) < end:
        raise EOFError
    header = image.header_class.from_fileobj(io.BytesIO(data))
    for field in _FREE_TEXT:
        if field in header.structarr.dtype.names:
            header[field] = b""
    start = int(header["vox_offset"])
    raw: bytes = header.structarr.tobytes()
    return raw + b"\0" * (start - len(raw)) + data[start:end]  # what stands behind the voxels is none


def _stem(volume: NiftiVolume, disguise: Disguise) -> str:
    """Return a BIDS-like name that tells trains, echoes and components apart as the old one did."""
    old = stem_of(volume.path)
    number, part, suffix = echo_number(volume.path), _PART.search(old), _SUFFIX.search(old)
    shown = part[1] if part else _PART_OF.get(volume.component)
    apart = [entity for entity in entities(volume.path) if not entity.lower().startswith("sub-")]
    parts = [f"sub-{disguise.pseudonym.replace('-', '')}", f"desc-{_hash(train_stem(volume.path), disguise)}"]
    parts += [f"acq-{_hash(' '.join(apart), disguise)}"] if apart else []
    parts += [f"echo-{number}"] if number is not None else []
    parts += [f"part-{shown}"] if shown else []
    if suffix and suffix[1] in _suffixes():
        parts.append(suffix[1])
    return "_".join(parts)


def _hash(text: str, disguise: Disguise) -> str:
    return hashlib.sha256(disguise.uid(text).encode()).hexdigest()[:8]


def _suffixes() -> set[str]:
    return {suffix for row in load_table("vendors")["map"] for suffix in row["suffix"]} | {"MEGRE", "T2starw"}


def _sidecar(sidecar: Mapping[str, Any], disguise: Disguise) -> dict[str, Any]:
    """Return the entries of a sidecar that tell the acquisition, and those of the person in disguise."""
    rules = load_table("deidentification")["sidecar"]
    born = parsed_date(text_of(sidecar, "PatientBirthDate").replace("-", "")[:8])
    told = [text_of(sidecar, key) for key in rules["identifiers"]]
    identifiers = Identifiers([text for text in told if text], [born] if born else [])
    new: dict[str, Any] = {}
    for key, value in sidecar.items():
        if key in rules["keep"]:
            new[key] = _without(value, identifiers)
        elif key in rules["words"] and isinstance(value, str):
            left = identifiers.without(value, inside_words=True)
            new[key] = known_words(left) if disguise.only_known_words else left.strip()
        elif key in rules["dates"]:
            new[key] = shifted_iso(str(value), disguise.shift_days)
        elif key in rules["times"]:
            new[key] = plain_time(str(value))
        elif key in rules["uids"] and isinstance(value, str):
            new[key] = disguise.uid(value)
    new = {key: value for key, value in new.items() if value not in ("", None)}
    new |= dict.fromkeys(rules["pseudonym"], disguise.pseudonym)
    if text_of(sidecar, rules["sex"])[:1].upper() in ("M", "F", "O"):
        new[rules["sex"]] = text_of(sidecar, rules["sex"])[:1].upper()
    if disguise.age:
        new[rules["age"]] = disguise.age
    return new


def _without(value: Any, identifiers: Identifiers) -> Any:
    """Return numbers as they are, texts without names; anything deeper is not expected here and goes."""
    if isinstance(value, str):
        return identifiers.without(value)
    if isinstance(value, list):
        plain = [item for item in value if isinstance(item, str | int | float)]
        return [_without(item, identifiers) for item in plain]
    return value if isinstance(value, int | float) else ""
