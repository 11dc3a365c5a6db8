"""The key file: who is behind a pseudonym, and by how many days the dates were moved.

It is kept apart from the images. Pseudonyms, date shifts and UIDs are computed from a secret in it, so
the same key file gives the same patient the same pseudonym and shift on any day.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ironquant.core import OutputError, Patient, SettingsError, Study, write_atomic
from ironquant.dicom.deid.dates import moved_date

_SCHEMA = "ironquant.deidentification-key/1"
_WARNING = "Identifies patients. Keep it apart from the images, locked away; never send it with them."
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 8
_LEAST_SHIFT_DAYS, _SHIFTS = 365, 3287
"""Between one and ten years back, so that no date lies in the future."""
_OWNER_ONLY = 0o600
_MAX_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Person:
    """Whom a file is about, by its header, and the examination."""

    patient: Patient
    study: Study
    issuer: str = ""


class StudyEntry(BaseModel):
    """One examination in the key file."""

    model_config = ConfigDict(extra="forbid")

    original_uid: str
    uid: str
    original_date: dt.date | None = None
    date: dt.date | None = None


class PatientEntry(BaseModel):
    """One patient in the key file."""

    model_config = ConfigDict(extra="forbid")

    pseudonym: str = Field(pattern=r"^IQ-[2-9A-Z]{4,16}$")
    date_shift_days: int
    id: str
    issuer: str = ""
    name: str = ""
    sex: str = ""
    birth_date: dt.date | None = None
    studies: list[StudyEntry] = []

    def is_of(self, person: Person) -> bool:
        """Whether this is the patient of a file: by ID, without one by name and birth date, then by study.

        One ID with another name and another birth date is another patient, and so is the same number
        given by another hospital.
        """
        other = person.patient
        names = bool(self.name and other.name and _plain(self.name) != _plain(other.name))
        births = bool(self.birth_date and other.birth_date and self.birth_date != other.birth_date)
        if self.issuer and person.issuer and _plain(self.issuer) != _plain(person.issuer):
            return False
        if _plain(self.id) != _plain(other.id) or (names and births):
            return False
        if self.id.strip():
            return True
        if self.name or other.name:
            return _plain(self.name) == _plain(other.name) and self.birth_date == other.birth_date
        return any(study.original_uid == person.study.instance_uid for study in self.studies)


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    schema_: str = Field(_SCHEMA, alias="schema", pattern=f"^{_SCHEMA}$")
    warning: str = _WARNING
    secret: str = Field(pattern=r"^[0-9a-f]{64}$")
    patients: list[PatientEntry] = []


class KeyFile:
    """Pseudonyms, date shifts and UIDs; nothing is written before `save`."""

    def __init__(self, path: Path, document: _Document) -> None:
        self.path = path
        self._document = document
        self._secret = bytes.fromhex(document.secret)
        self._index()

    @classmethod
    def open(cls, path: Path) -> KeyFile:
        """Open a key file, or begin one.

        Raises
        ------
        SettingsError
            ``deid_key_invalid`` if the file is there and is no key file.
        """
        known = _read(path)
        return cls(path, known or _Document(schema=_SCHEMA, secret=secrets.token_hex(32)))

    def entry(self, person: Person) -> PatientEntry:
        """Return the entry of a patient, a new one for a new patient, with this examination in it."""
        same_id = self._by_id.setdefault(_plain(person.patient.id), [])
        entry = next((known for known in same_id if known.is_of(person)), None)
        if entry is None:
            entry = self._new(person)
            self._document.patients.append(entry)
            same_id.append(entry)
            self._taken.add(entry.pseudonym)
        uid = person.study.instance_uid
        if all(study.original_uid != uid for study in entry.studies):
            date = person.study.date
            moved = moved_date(date, entry.date_shift_days)
            entry.studies.append(
                StudyEntry(original_uid=uid, uid=self.uid(uid), original_date=date, date=moved)
            )
        return entry

    def uid(self, original: str) -> str:
        """Return the UID that stands for `original`: 2.25 and a UUID (PS3.5, B.2)."""
        digest = self._digest("uid", original)
        return f"2.25.{uuid.UUID(bytes=digest[:16], version=4).int}"

    def save(self) -> None:
        """Write the key file, readable by its owner alone; what another run added meanwhile stays.

        Raises
        ------
        OutputError
            ``output_not_written``, or ``deid_key_changed`` if another key file lies there by now.
        """
        meanwhile = _read(self.path)
        if meanwhile is not None:
            if meanwhile.secret != self._document.secret:
                raise OutputError("deid_key_changed", file=str(self.path))
            self._merge(meanwhile)
        text = json.dumps(self._document.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1)

        def write(temporary: Path) -> None:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            with open(temporary, "wb", opener=lambda name, _: os.open(name, flags, _OWNER_ONLY)) as handle:
                handle.write(text.encode())
            temporary.chmod(_OWNER_ONLY)

        write_atomic(self.path, write)

    def _new(self, person: Person) -> PatientEntry:
        patient = person.patient
        birth = str(patient.birth_date or "")
        told = [_plain(text) for text in (patient.id, person.issuer, patient.name)] + [birth]
        identity = "\x1f".join(told if any(told) else [*told, person.study.instance_uid])
        attempt, pseudonym = 0, ""
        while not pseudonym or pseudonym in self._taken:
            digest = self._digest("pseudonym", f"{identity}\x1f{attempt}")
            pseudonym = "IQ-" + "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_LENGTH])
            attempt += 1
        shift = int.from_bytes(self._digest("shift", identity)[:8], "big") % _SHIFTS
        return PatientEntry(
            pseudonym=pseudonym,
            date_shift_days=-(_LEAST_SHIFT_DAYS + shift),
            id=patient.id,
            issuer=person.issuer,
            name=patient.name,
            sex=patient.sex,
            birth_date=patient.birth_date,
        )

    def _merge(self, meanwhile: _Document) -> None:
        own = {entry.pseudonym: entry for entry in self._document.patients}
        for entry in meanwhile.patients:
            mine = own.get(entry.pseudonym)
            if mine is None:
                self._document.patients.append(entry)
                continue
            known = {study.original_uid for study in mine.studies}
            mine.studies += [study for study in entry.studies if study.original_uid not in known]
        self._index()

    def _index(self) -> None:
        """Find patients by their ID: a hospital has many."""
        self._by_id: dict[str, list[PatientEntry]] = {}
        for entry in self._document.patients:
            self._by_id.setdefault(_plain(entry.id), []).append(entry)
        self._taken = {entry.pseudonym for entry in self._document.patients}

    def _digest(self, purpose: str, text: str) -> bytes:
        message = f"{purpose}\x1f{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).digest()


def _plain(text: str) -> str:
    return " ".join(text.upper().split())


def _read(path: Path) -> _Document | None:
    try:
        if not path.exists():
            return None
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            raise SettingsError("deid_key_invalid", file=str(path))
        return _Document.model_validate_json(path.read_bytes())
    except (OSError, ValidationError, ValueError):
        raise SettingsError("deid_key_invalid", file=str(path)) from None
