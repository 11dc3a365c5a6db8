"""Which examination is which."""

import dataclasses

from made import record

from ironquant.agreement.matching import match_records


def bare(number, **known):
    empty = {"study_uid": "", "patient_id": "", "date": "", "accession": ""}
    return record(number, heart=20.0, **(empty | known))


def rules(first, second):
    found = match_records(first, second)
    return [(match.first.where, match.second.where, match.by) for match in found.matches], found


def test_the_study_uid_comes_first():
    a = [record(1, 20.0), record(2, 20.0)]
    b = [record(2, 21.0, patient_id="renamed", date=""), record(1, 21.0)]
    pairs, found = rules(a, b)
    assert pairs == [("row 1", "row 1", "study_uid"), ("row 2", "row 2", "study_uid")]
    assert not found.first_only
    assert not found.second_only


def test_then_patient_and_date_however_written():
    a = [record(1, 20.0, accession=""), record(2, 20.0, patient_id="00123", accession="")]
    b = [
        bare(3, patient_id="p001 ", date="2024-01-02"),
        bare(4, patient_id="123", date="2024-01-03"),
    ]
    pairs, _ = rules(a, b)
    assert pairs == [("row 1", "row 3", "patient_date"), ("row 2", "row 4", "patient_date_zeros")]


def test_patient_alone_only_where_a_date_is_missing():
    a = [record(1, 20.0, accession="")]
    assert rules(a, [bare(2, patient_id="P001")])[0] == [("row 1", "row 2", "patient_only")]
    assert rules(a, [bare(2, patient_id="P001", date="2023-05-05")])[0] == []


def test_accession_of_another_patient_is_another_examination():
    a = [record(1, 20.0)]
    assert rules(a, [bare(2, accession="ACC1")])[0] == [("row 1", "row 2", "accession")]
    assert rules(a, [bare(2, accession="ACC1", patient_id="P009")])[0] == []


def test_nothing_is_guessed_between_two():
    a = [record(1, 20.0, study_uid="", accession=""), record(1, 20.0, study_uid="", accession="")]
    b = [record(1, 20.0, study_uid="", accession="")]
    pairs, found = rules(a, b)
    assert pairs == []
    assert [entry.reason for entry in found.first_only] == ["unmatched_twice"] * 2
    assert [entry.reason for entry in found.second_only] == ["unmatched_twice"]
    twice, found = rules([record(1, 20.0), dataclasses.replace(record(1, 21.0))], [record(1, 20.0)])
    assert twice == []
    assert {entry.reason for entry in found.first_only} == {"unmatched_twice"}


def test_two_scans_of_a_day_are_told_apart_by_their_number():
    a = [record(1, 20.0), record(1, 21.0, study_uid="1.9", accession="X", where="second scan")]
    b = [
        bare(5, patient_id="P001", date="2024-01-02", accession="X"),
        bare(6, patient_id="P001", accession="ACC1"),
    ]
    assert rules(a, b)[0] == [("row 1", "row 6", "accession"), ("second scan", "row 5", "accession")]


def test_why_not():
    _, found = rules([record(1, 20.0), bare(2)], [record(3, 20.0)])
    assert [entry.reason for entry in found.first_only] == ["unmatched_absent", "unmatched_unidentified"]
