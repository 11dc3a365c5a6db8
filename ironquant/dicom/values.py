"""Header values, safely: a missing or broken value is None and is noted, never an exception."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import re
import struct
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from ironquant.dicom.private import private_places
from ironquant.dicom.spelling import CJK, printable, spelled

_SHARED_VRS = frozenset(("CS", "DS", "IS", "US", "SS", "UL", "SL", "FL", "FD"))


@cache
def _tag(field: str | int) -> int:
    if isinstance(field, int):
        return field
    tag = tag_for_keyword(field)
    if tag is None:
        raise KeyError(field)
    return int(tag)


class Header:
    """A view on the data sets that describe one image, innermost first.

    Parameters
    ----------
    datasets : iterable of Dataset
        An attribute is taken from the first data set that has it.
    base : Header or None
        Asked where none of `datasets` has the attribute.

    Attributes
    ----------
    invalid : list of str
        Attributes that were there but were no number or date.
    """

    def __init__(self, datasets: Iterable[Dataset], base: Header | None = None) -> None:
        self._index: dict[int, tuple[Dataset, int]] = {}
        for dataset in datasets:
            own = {int(tag): (dataset, int(tag)) for tag in dataset.keys()}  # noqa: SIM118 - decodes nothing
            moved = dict(private_places(dataset))
            for tag in moved:
                del own[tag]
            own |= {home: (dataset, tag) for tag, home in moved.items() if home is not None}
            self._index = {**own, **self._index}
        self._kept: dict[int, bytes | None] = {}
        self._base = base
        self.invalid: list[str] = []

    def raw(self, field: str | int) -> Any:
        """Return the value as pydicom gives it, None where absent, empty or not decodable."""
        dataset, tag = self._index.get(_tag(field), (None, 0))
        if dataset is None:
            return None if self._base is None else self._base.raw(field)
        try:
            value = _value(dataset, tag)
        except Exception:  # pydicom raises many kinds on broken values; none may stop a scan
            self._note(field)
            return None
        return None if value is None or value == "" else value

    def has(self, field: str | int) -> bool:
        """Whether the attribute is there, even if empty."""
        return _tag(field) in self._index or (self._base is not None and self._base.has(field))

    def depth(self, field: str | int) -> int:
        """Return how far from the image the attribute stands: 0 its own, 1 that of `base`, and so on."""
        return 0 if self._base is None or _tag(field) in self._index else 1 + self._base.depth(field)

    def texts(self, field: str | int) -> tuple[str, ...]:
        """Return all values as stripped text, in the character set that they are really written in."""
        written = self._written(field)
        value = self.raw(field)
        if value is None:
            return ()
        if isinstance(value, bytes):
            value = value.decode("ascii", "replace")
        values = [value] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
        texts = tuple(_text(item) for item in values)
        if written is None or (written.isascii() and b"\x1b" not in written):
            return tuple(map(printable, texts))
        told = spelled(written, "\\".join(texts), self._character_sets())
        return tuple(printable(part) for part in told.split("\\"))

    def _written(self, field: str | int) -> bytes | None:
        """Return the bytes of a text; pydicom forgets them when it decodes, so they are kept."""
        tag = _tag(field)
        dataset, place = self._index.get(tag, (None, 0))
        if dataset is None:
            return None if self._base is None else self._base._written(field)
        if tag not in self._kept:
            element = dataset.get_item(place)
            value = element.value if isinstance(element, RawDataElement) else None
            self._kept[tag] = value if isinstance(value, bytes) else None
        return self._kept[tag]

    def _character_sets(self) -> tuple[str, ...]:
        value = self.raw("SpecificCharacterSet")
        values = [value] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
        return tuple(str(item or "").strip().upper() for item in values)

    def text(self, field: str | int) -> str:
        """Return the value as text (several joined by a backslash), empty where absent."""
        return "\\".join(self.texts(field))

    def number(self, field: str | int) -> float | None:
        """Return the first value as a finite number."""
        values = self.numbers(field)
        return values[0] if values else None

    def numbers(self, field: str | int, count: int | None = None) -> tuple[float, ...] | None:
        """Return all values as finite numbers; None where absent, broken or not `count` of them."""
        value = self.raw(field)
        if value is None:
            return None
        if isinstance(value, bytes):
            value = _unpacked(value)
        values = [value] if isinstance(value, str) or not isinstance(value, Sequence) else list(value)
        try:
            numbers = tuple(float(item) for item in values)
        except (TypeError, ValueError):
            self._note(field)
            return None
        if not numbers or not all(map(math.isfinite, numbers)) or (count and len(numbers) != count):
            self._note(field)
            return None
        return numbers

    def integer(self, field: str | int) -> int | None:
        """Return the first value as an integer."""
        number = self.number(field)
        return None if number is None else round(number)

    def date(self, field: str | int) -> dt.date | None:
        """Return a DA (or the date of a DT) value."""
        digits = re.sub(r"[.\-/]", "", self.text(field))[:8]
        return parsed_date(digits)

    def items(self, field: str | int) -> list[Dataset]:
        """Return the items of a sequence."""
        value = self.raw(field)
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
            return [item for item in value if isinstance(item, Dataset)]
        return []

    def _note(self, field: str | int) -> None:
        name = field if isinstance(field, str) else f"({field >> 16:04X},{field & 0xFFFF:04X})"
        if name not in self.invalid:
            self.invalid.append(name)


def _value(dataset: Dataset, tag: int) -> Any:
    """Return the decoded value; numbers and codes, which images share by the hundred, are decoded once."""
    element = dataset.get_item(BaseTag(tag))
    if isinstance(element, RawDataElement) and element.VR in _SHARED_VRS and element.value:
        return _decoded(tag, element.VR, element.value, element.is_implicit_VR, element.is_little_endian)
    return dataset[tag].value


@lru_cache(maxsize=4096)
def _decoded(tag: int, vr: str, value: bytes, implicit: bool, little: bool) -> Any:
    raw = RawDataElement(BaseTag(tag), vr, len(value), value, 0, implicit, little)
    return convert_raw_data_element(raw).value


def _text(value: Any) -> str:
    try:
        return str(value).strip(" \0")
    except Exception:  # a person's name is decoded only here, and may not be decodable
        return ""


def _unpacked(value: bytes) -> Any:
    """Read a private number that an implicit-VR file left as bytes."""
    formats = {2: "<h", 4: "<f", 8: "<d"}
    return struct.unpack(formats[len(value)], value)[0] if len(value) in formats else None


def parsed_date(digits: str) -> dt.date | None:
    """Return the date of ``YYYYMMDD``, None where it is none."""
    if not re.fullmatch(r"\d{8}", digits):  # strptime takes 2024061 for the first of June
        return None
    try:
        return dt.datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        return None


def made_uid(identity: str) -> str:
    """Return a UID for what has none: always the same for the same identity."""
    return f"2.25.{int(hashlib.sha256(identity.encode()).hexdigest()[:32], 16)}"


def parsed_time(value: str) -> str:
    """Return ``HH:MM:SS`` of a TM value, empty where it is none."""
    match = re.match(r"(\d{2}):?(\d{2}):?(\d{2})?", value)
    if not match:
        return ""
    hour, minute, second = (int(part or 0) for part in match.groups())
    return f"{hour:02d}:{minute:02d}:{second:02d}" if hour < 24 and minute < 60 and second < 61 else ""


def parsed_age(value: str) -> float | None:
    """Return years of an AS value such as ``031Y`` or ``018M``."""
    match = re.fullmatch(r"(\d{1,3})\s*([YMWD])", value.strip().upper())
    if not match:
        return None
    return int(match[1]) / {"Y": 1.0, "M": 12.0, "W": 52.1775, "D": 365.25}[match[2]]


def person_name(value: str) -> str:
    """Render a PN value for people: ``Zhang^San=张^三`` becomes ``张三 (Zhang San)``."""
    groups = [_joined(group) for group in value.split("=")]
    latin, ideographic = [*groups, "", ""][:2]
    if ideographic and latin and ideographic != latin:
        return f"{ideographic} ({latin})"
    return ideographic or latin


def _joined(group: str) -> str:
    parts = [part.strip() for part in group.split("^") if part.strip()]
    return ("" if CJK.search(group) else " ").join(parts)
