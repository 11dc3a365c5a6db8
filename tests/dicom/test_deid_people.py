"""De-identified: pseudonyms and the key, references, ages and dates."""

from __future__ import annotations

import datetime as dt
import os
import stat

import pytest
from deid_samples import headers, key_of, run
from dicom_samples import TE_MS, enhanced, image, only, save, series, uid
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from ironquant.dicom.deid.dates import shifted_date, shifted_datetime, shifted_iso, shown_age

# --- pseudonyms, key, dates -----------------------------------------------------------------------


def test_key_file_is_its_owners_alone_and_tells_everything(tmp_path):
    series(tmp_path / "in")
    run(tmp_path)
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
    (patient,) = key_of(tmp_path)["patients"]
    assert (patient["id"], patient["name"], patient["birth_date"]) == ("P1", "Zhang San", "2000-01-01")
    (study,) = patient["studies"]
    (clean, *_) = headers(tmp_path / "out")
    assert (study["original_uid"], study["uid"]) == (uid("study"), clean.StudyInstanceUID)
    assert study["date"].replace("-", "") == clean.StudyDate
    assert patient["pseudonym"] == clean.PatientID == clean.PatientName


def test_another_day_same_pseudonym_and_true_interval(tmp_path):
    series(tmp_path / "in")
    run(tmp_path)
    series(tmp_path / "next", StudyInstanceUID=uid("next"), SeriesInstanceUID=uid("n"), StudyDate="20210301")
    series(tmp_path / "other", PatientID="P2", PatientName="Li^Si", StudyInstanceUID=uid("other"))
    run(tmp_path, "next", "out2")
    run(tmp_path, "other", "out3")
    (first,), (second,), (third,) = ([only(tmp_path / name)] for name in ("out", "out2", "out3"))
    assert first.patient.id == second.patient.id != third.patient.id
    assert second.study.date - first.study.date == dt.date(2021, 3, 1) - dt.date(2020, 1, 1)
    assert len(key_of(tmp_path)["patients"]) == 2
    shifts = [patient["date_shift_days"] for patient in key_of(tmp_path)["patients"]]
    assert all(-3652 <= shift <= -365 for shift in shifts)


def test_without_the_key_nothing_can_be_matched(tmp_path):
    series(tmp_path / "in")
    run(tmp_path)
    (tmp_path / "key.json").rename(tmp_path / "away.json")
    run(tmp_path, out="again")
    first, second = headers(tmp_path / "out")[0], headers(tmp_path / "again")[0]
    assert first.PatientID != second.PatientID
    assert first.StudyInstanceUID != second.StudyInstanceUID


def test_same_id_of_other_people_and_hospitals_is_told_apart(tmp_path):
    people = (
        {"PatientName": "A^A", "PatientBirthDate": "19800101"},
        {"PatientName": "B^B", "PatientBirthDate": "19900101"},
        {"PatientName": "A^A", "PatientBirthDate": "19800101", "IssuerOfPatientID": "OTHER"},
    )
    for number, person in enumerate(people):
        ds = image(StudyInstanceUID=uid(f"s{number}"), **person)
        ds.IssuerOfPatientID = person.get("IssuerOfPatientID", "HERE")
        save(ds, tmp_path / "in" / f"{number}.dcm")
    assert run(tmp_path).n_patients == 3


def test_spelling_of_a_name_makes_no_other_patient(tmp_path):
    save(image(), tmp_path / "in" / "a.dcm")
    save(image(PatientName="ZHANG^SAN^^DR", StudyInstanceUID=uid("b")), tmp_path / "in" / "b.dcm")
    assert run(tmp_path).n_patients == 1


def test_a_second_run_gives_the_same_files(tmp_path):
    series(tmp_path / "in")
    run(tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.dcm")}
    run(tmp_path)
    assert before == {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.dcm")}


def test_references_follow(tmp_path):
    one, two = image(0, 0), image(0, 1)
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = one.SOPClassUID, one.SOPInstanceUID
    two.ReferencedImageSequence = Sequence([item])
    two.ReferencedPerformedProcedureStepSequence = Sequence([item])
    save(one, tmp_path / "in" / "1.dcm")
    save(two, tmp_path / "in" / "2.dcm")
    run(tmp_path)
    found = {float(ds.EchoTime): ds for ds in headers(tmp_path / "out")}
    first, second = found[TE_MS[0]], found[TE_MS[1]]
    assert second.ReferencedImageSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert second.ReferencedImageSequence[0].ReferencedSOPClassUID == one.SOPClassUID
    assert second.ReferencedPerformedProcedureStepSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert first.SeriesInstanceUID == second.SeriesInstanceUID
    assert first.file_meta.MediaStorageSOPInstanceUID == first.SOPInstanceUID


@pytest.mark.parametrize(
    ("told", "birth", "expected"),
    [
        ("041Y", None, "041Y"),
        ("089Y", None, "089Y"),
        ("090Y", None, "090Y"),
        ("104Y", None, "090Y"),
        ("018M", None, "018M"),
        ("", dt.date(1990, 1, 2), "029Y"),
        ("", dt.date(1920, 1, 2), "090Y"),
        ("", dt.date(2019, 6, 1), "007M"),
        ("Zhang", None, ""),
        ("", None, ""),
    ],
)
def test_ages(told, birth, expected):
    assert shown_age(told, birth, dt.date(2020, 1, 1)) == expected


def test_birth_date_goes_and_age_comes(tmp_path):
    save(image(), tmp_path / "in" / "a.dcm")
    run(tmp_path)
    (clean,) = headers(tmp_path / "out")
    assert clean.PatientBirthDate == ""
    assert clean.PatientAge == "020Y"


def test_dates_at_every_depth(tmp_path):
    ds = enhanced([(0, echo) for echo in range(4)])
    ds.AcquisitionDateTime = "20200101101500.25+0800"
    for group in ds.PerFrameFunctionalGroupsSequence:
        item = Dataset()
        item.FrameAcquisitionDateTime = "20200103101530"
        group.FrameContentSequence = Sequence([item])
    save(ds, tmp_path / "in" / "a.dcm")
    run(tmp_path)
    (clean,) = headers(tmp_path / "out")
    shift = dt.timedelta(days=key_of(tmp_path)["patients"][0]["date_shift_days"])
    moved = (dt.date(2020, 1, 1) + shift).strftime("%Y%m%d")
    later = (dt.date(2020, 1, 3) + shift).strftime("%Y%m%d")
    assert clean.StudyDate == moved
    assert clean.AcquisitionDateTime == f"{moved}101500.25"
    for group in clean.PerFrameFunctionalGroupsSequence:
        assert group.FrameContentSequence[0].FrameAcquisitionDateTime == f"{later}101530"


DAYS = st.integers(-3652, -365)
DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))


@given(DATES, DATES, DAYS)
def test_intervals_stay_true(one, two, days):
    moved = [dt.datetime.strptime(shifted_date(f"{date:%Y%m%d}", days), "%Y%m%d") for date in (one, two)]
    assert moved[1] - moved[0] == dt.datetime.combine(two, dt.time()) - dt.datetime.combine(one, dt.time())
    assert shifted_datetime(f"{one:%Y%m%d}1015", days) == shifted_date(f"{one:%Y%m%d}", days) + "1015"
    assert shifted_iso(f"{one.isoformat()}T10:15:00", days) == f"{one + dt.timedelta(days=days)}T10:15:00"


@given(st.text(max_size=20), DAYS)
def test_what_is_no_date_vanishes(text, days):
    for shift in (shifted_date, shifted_datetime, shifted_iso):
        moved = shift(text, days)
        assert moved == "" or any(char.isdigit() for char in text)
