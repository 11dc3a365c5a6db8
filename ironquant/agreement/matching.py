"""Which examination of one source is which of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ironquant.agreement.records import Record

MatchedBy = Literal["study_uid", "accession", "patient_date", "patient_date_zeros", "patient_only"]


@dataclass(frozen=True)
class Match:
    """The same examination in two sources."""

    first: Record
    second: Record
    by: MatchedBy


@dataclass(frozen=True)
class Unmatched:
    """An examination that has no counterpart, and the term that says why."""

    record: Record
    reason: Literal["unmatched_twice", "unmatched_absent", "unmatched_unidentified"]


@dataclass(frozen=True)
class Matching:
    """All examinations of two sources, matched or not."""

    matches: tuple[Match, ...]
    first_only: tuple[Unmatched, ...]
    second_only: tuple[Unmatched, ...]


def _patient(record: Record) -> str:
    return "".join(record.patient_id.split()).upper()


def _zeros(record: Record) -> str:
    """Return the patient's number without leading zeros: spreadsheets drop them."""
    return _patient(record).lstrip("0")


def _with_date(patient: str, record: Record) -> tuple[str, ...] | None:
    return (patient, record.date) if patient and record.date else None


Key = Callable[[Record], tuple[str, ...] | None]
_RULES: Final[Mapping[MatchedBy, Key]] = {
    "study_uid": lambda record: (record.study_uid,) if record.study_uid else None,
    "accession": lambda record: (record.accession.strip(),) if record.accession.strip() else None,
    "patient_date": lambda record: _with_date(_patient(record), record),
    "patient_date_zeros": lambda record: _with_date(_zeros(record), record),
    "patient_only": lambda record: (_zeros(record),) if _zeros(record) else None,
}
"""Rules in the order in which they are tried; each on what the ones before have left."""


def match_records(first: Sequence[Record], second: Sequence[Record]) -> Matching:
    """Match examinations by study UID, then accession, then patient and date.

    A rule matches only what is single on both sides: of two examinations with one key, none is guessed.
    Patients alone match only where one side has no date. A study that one source holds twice (the same
    study UID) is left out and told.
    """
    rest_first, twice_first = _singles(first)
    rest_second, twice_second = _singles(second)
    matches: list[Match] = []
    ambiguous: set[int] = set()
    for by, key in _RULES.items():
        found = _pairs(rest_first, rest_second, by, key, ambiguous)
        matches += found
        taken = {id(record) for match in found for record in (match.first, match.second)}
        rest_first = [record for record in rest_first if id(record) not in taken]
        rest_second = [record for record in rest_second if id(record) not in taken]
    order = {id(record): index for index, record in enumerate(first)}
    matches.sort(key=lambda match: order[id(match.first)])
    return Matching(
        tuple(matches),
        (*twice_first, *(_unmatched(record, ambiguous) for record in rest_first)),
        (*twice_second, *(_unmatched(record, ambiguous) for record in rest_second)),
    )


def _singles(records: Sequence[Record]) -> tuple[list[Record], list[Unmatched]]:
    number = Counter(record.study_uid for record in records if record.study_uid)
    single = [record for record in records if number[record.study_uid] <= 1]
    twice = [Unmatched(record, "unmatched_twice") for record in records if number[record.study_uid] > 1]
    return single, twice


def _pairs(
    first: Sequence[Record], second: Sequence[Record], by: MatchedBy, key: Key, ambiguous: set[int]
) -> list[Match]:
    one, other = _by_key(first, key), _by_key(second, key)
    matches = []
    for value in one.keys() & other.keys():
        if len(one[value]) > 1 or len(other[value]) > 1:
            ambiguous.update(id(record) for record in (*one[value], *other[value]))
        elif _may_be_same(a := one[value][0], b := other[value][0], by):
            matches.append(Match(a, b, by))
    ambiguous.difference_update(id(record) for match in matches for record in (match.first, match.second))
    return matches


def _by_key(records: Sequence[Record], key: Key) -> dict[tuple[str, ...], list[Record]]:
    groups: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        value = key(record)
        if value is not None:
            groups.setdefault(value, []).append(record)
    return groups


def _may_be_same(a: Record, b: Record, by: MatchedBy) -> bool:
    if by == "patient_only":
        return not (a.date and b.date)
    if by == "accession":  # numbers of two hospitals may coincide
        return not (_zeros(a) and _zeros(b)) or _zeros(a) == _zeros(b)
    return True


def _unmatched(record: Record, ambiguous: set[int]) -> Unmatched:
    if id(record) in ambiguous:
        return Unmatched(record, "unmatched_twice")
    known = record.study_uid or record.accession or record.patient_id
    return Unmatched(record, "unmatched_absent" if known else "unmatched_unidentified")
