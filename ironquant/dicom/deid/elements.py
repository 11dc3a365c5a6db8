"""One data set, cleaned in place: every attribute at every depth gets what the rules say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from ironquant.dicom.deid.dates import plain_time, shifted_date, shifted_datetime
from ironquant.dicom.deid.private import keep_safe_private
from ironquant.dicom.deid.rules import Action, Rules
from ironquant.dicom.deid.words import Identifiers, known_words
from ironquant.dicom.spelling import names_character_set, repaired
from ironquant.dicom.values import parsed_date
from ironquant.resources import load_table

_TEXT_VRS = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"})
_SCRUBBED_VRS = frozenset({"CS", "LO", "LT", "SH", "ST", "UC", "UT"})
_BYTES_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_SEXES = ("M", "F", "O")
_DUMMY_TEXT, _DUMMY_DATE, _DUMMY_TIME = "REMOVED", "19000101", "000000"
_STANDARD_ROOT = "1.2.840.10008."
_CHARACTER_SET, _PROTOCOL_NAME = 0x00080005, 0x00181030


@dataclass(frozen=True)
class Disguise:
    """What takes the place of a patient's identity.

    Attributes
    ----------
    uid : callable
        Gives the UID that stands for another.
    age : str
        Age at the examination (AS), empty where unknown.
    only_known_words : bool
        Whether descriptions keep known words only; else all words that are not the patient's.
    """

    pseudonym: str
    shift_days: int
    uid: Callable[[str], str]
    age: str
    only_known_words: bool = True


def identifiers_of(dataset: Dataset) -> Identifiers:
    """Collect names and numbers of the people that a data set names, at any depth."""
    fields = {tag_for_keyword(keyword) for keyword in load_table("deidentification")["identifiers"]["fields"]}
    texts = [
        text
        for element in _all_elements(dataset)
        if element.VR == "PN" or element.tag in fields
        for text in texts_of(element.value)
    ]
    return Identifiers([*texts, *map(repaired, texts)], _births(dataset))


def _births(dataset: Dataset) -> list[dt.date]:
    tag = tag_for_keyword("PatientBirthDate")
    told = [element for element in _all_elements(dataset) if element.tag == tag]
    dates = (parsed_date(text.strip(" \0")) for element in told for text in texts_of(element.value))
    return [date for date in dates if date]


def repair_texts(dataset: Dataset) -> None:
    """Decode text that the header calls Latin or nothing although it is Chinese or Thai, at any depth."""
    if names_character_set(texts_of(dataset.get("SpecificCharacterSet"))):
        return
    for element in _all_elements(dataset):
        if element.VR in _SCRUBBED_VRS:
            _replace(element, repaired)


def clean(dataset: Dataset, rules: Rules, disguise: Disguise, identifiers: Identifiers) -> None:
    """Clean a data set and all sequences in it, in place; every value left is decoded text or number."""
    keep_safe_private(dataset, rules)
    for tag in list(dataset.keys()):
        if tag.is_private or tag == _CHARACTER_SET:
            continue
        try:
            element = dataset[tag]
        except Exception:  # a value that cannot be decoded cannot be judged
            del dataset[tag]
            continue
        action = rules.action(int(tag), element.VR)
        if action == "remove" or not _apply(action, element, rules, disguise, identifiers):
            del dataset[tag]
    if _CHARACTER_SET in dataset:  # texts are decoded by now; the caller says how they are written
        del dataset[_CHARACTER_SET]


def _apply(
    action: Action, element: DataElement, rules: Rules, disguise: Disguise, identifiers: Identifiers
) -> bool:
    """Change one element; False: it must go."""
    if element.VR == "SQ":
        return _apply_to_items(action, element, rules, disguise, identifiers)
    if action == "empty":
        element.value = None if element.VR not in _BYTES_VRS else b""
    elif action == "dummy":
        element.value = _dummy(element, disguise)
    elif action == "pseudonym":
        element.value = disguise.pseudonym
    elif action == "age":
        element.value = disguise.age
        return bool(disguise.age)
    elif action == "sex":
        _replace(element, lambda text: text if text in _SEXES else "")
    elif action == "date":
        _replace(element, lambda text: _shifted(element.VR, text, disguise.shift_days))
    elif action == "time":
        _replace(element, plain_time)
    elif action == "uid":
        _replace(element, lambda text: _other_uid(text, disguise))
    elif action == "words":
        return _clean_words(element, disguise, identifiers)
    elif action == "keep" and element.VR in _SCRUBBED_VRS and int(element.tag) not in rules.chosen:
        _replace(element, lambda text: text if identifiers.without(text) == text else "")
    return True


def _apply_to_items(
    action: Action, element: DataElement, rules: Rules, disguise: Disguise, identifiers: Identifiers
) -> bool:
    if action == "empty":
        element.value = []
        return True
    for item in element.value:
        clean(item, rules, disguise, identifiers)
        if action == "dummy":
            _make_dummy(item, disguise)
    return True


def _make_dummy(item: Dataset, disguise: Disguise) -> None:
    for element in list(item):
        if element.VR == "SQ":
            for inner in element.value:
                _make_dummy(inner, disguise)
        else:
            element.value = _dummy(element, disguise)


def _dummy(element: DataElement, disguise: Disguise) -> Any:
    """Return a value of this VR that tells nothing."""
    vr = element.VR
    if vr in _TEXT_VRS:
        return _DUMMY_TEXT
    if vr in _BYTES_VRS:
        return b"\0\0"
    if vr == "UI":
        mapped = [_other_uid(text, disguise) for text in texts_of(element.value)]
        return mapped or disguise.uid(str(element.tag))
    dummies = {"DA": _DUMMY_DATE, "DT": _DUMMY_DATE, "TM": _DUMMY_TIME, "AS": "000Y", "UR": "urn:removed"}
    return dummies.get(vr, 0)


def _clean_words(element: DataElement, disguise: Disguise, identifiers: Identifiers) -> bool:
    def cleaned(text: str) -> str:
        left = identifiers.without(text, inside_words=True)
        return known_words(left) if disguise.only_known_words else left.strip()

    _replace(element, cleaned)
    if not any(texts_of(element.value)) and int(element.tag) == _PROTOCOL_NAME:
        element.value = _DUMMY_TEXT  # required of enhanced images
    return any(texts_of(element.value))


def _shifted(vr: str, text: str, days: int) -> str:
    return shifted_date(text, days) if vr == "DA" else shifted_datetime(text, days)


def _other_uid(text: str, disguise: Disguise) -> str:
    plain = text.strip(" \0")
    return plain if not plain or plain.startswith(_STANDARD_ROOT) else disguise.uid(plain)


def _replace(element: DataElement, change: Callable[[str], str]) -> None:
    """Change every value of an element; one whose values all vanish becomes empty."""
    old = texts_of(element.value)
    new = [change(text) for text in old]
    if new != old:
        element.value = new if len(new) > 1 and any(new) else (new[0] if len(new) == 1 else None)


def texts_of(value: Any) -> list[str]:
    """Return the values of an element as texts."""
    if value is None or value == "":
        return []
    if isinstance(value, bytes):
        return [value.decode("latin-1")]
    if isinstance(value, str) or not isinstance(value, Sequence):
        return [str(value)]
    return [str(item) for item in value]


def _all_elements(dataset: Dataset) -> Iterator[DataElement]:
    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
        except Exception:  # removed later for the same reason
            continue
        if element.VR == "SQ":
            for item in element.value or ():
                yield from _all_elements(item)
        else:
            yield element
