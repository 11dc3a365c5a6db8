"""Damaged, foreign and companion files; names, dates and other header values."""

from __future__ import annotations

import datetime as dt
import os
import struct
import sys

import numpy as np
import pytest
from dicom_samples import COLUMNS, ROWS, TE_MS, enhanced, image, pixels, save, series, uid

from ironquant.core import InputError, Organ
from ironquant.dicom import read_examination, scan
from ironquant.dicom.organs import guess_organ
from ironquant.dicom.spelling import repaired
from ironquant.dicom.values import parsed_age, parsed_date, parsed_time, person_name
from ironquant.resources import LANGUAGES, load_table, message


def only(path):
    (exam,) = scan(path)
    return exam


def codes(item):
    return [finding.code for finding in item.findings]


def test_nothing_there(tmp_path):
    with pytest.raises(InputError, match="path_missing"):
        scan(tmp_path / "none")
    with pytest.raises(InputError, match="no_images"):
        scan(tmp_path)
    (tmp_path / "README.txt").write_text("x")
    with pytest.raises(InputError, match="no_images"):
        scan(str(tmp_path))


def test_single_damaged_file_is_named(tmp_path):
    path = tmp_path / "scan.dcm"
    path.write_bytes(b"")
    with pytest.raises(InputError) as caught:
        scan(path)
    assert caught.value.finding.params == {"file": "scan.dcm", "reason": "reason_empty"}


def test_companions_are_passed_over_in_silence(tmp_path):
    series(tmp_path)
    for name in (
        "README",
        "LICENSE",
        "a.json",
        "MANIFEST.sha256",
        "truth.npz",
        "notes.txt",
        ".hidden",
        "DICOMDIR",
    ):
        (tmp_path / name).write_text("some text that is no image")
    exam = only(tmp_path)
    assert exam.findings == ()
    assert len(exam.series) == 1


def test_bad_files_become_findings(tmp_path):
    series(tmp_path, prefix="ok")
    (tmp_path / "empty.dcm").write_bytes(b"")
    (tmp_path / "garbage.dcm").write_bytes(np.random.default_rng(1).bytes(4000))
    (tmp_path / "foreign").write_bytes(b"GIF89a" + bytes(500))
    whole = (save(image(0, 0), tmp_path / "x.dcm")).read_bytes()
    (tmp_path / "x.dcm").unlink()
    (tmp_path / "head.dcm").write_bytes(whole[:700])
    exam = only(tmp_path)
    told = {finding.where: (finding.code, finding.params.get("reason")) for finding in exam.findings}
    assert told == {
        "empty.dcm": ("unreadable_file", "reason_empty"),
        "garbage.dcm": ("unreadable_file", "reason_not_dicom"),
        "foreign": ("not_dicom", None),
        "head.dcm": ("unreadable_file", "reason_damaged"),
    }
    assert exam.series[0].te_ms == TE_MS
    assert exam.series[0].readable


def test_many_bad_files_are_one_finding(tmp_path):
    series(tmp_path, prefix="ok")
    for number in range(9):
        (tmp_path / f"bad{number}.dcm").write_bytes(b"")
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.params["n_files"], finding.params["file"]) == (
        "unreadable_file_many",
        9,
        "bad0.dcm",
    )


@pytest.mark.parametrize("cut", range(140, 1600, 97))
def test_a_file_cut_anywhere_never_raises(tmp_path, cut):
    series(tmp_path / "a", prefix="ok")
    path = save(image(1, 3, EchoTime=99), tmp_path / "a" / "cut.dcm")
    data = path.read_bytes()
    path.write_bytes(data[: min(cut, len(data) - 1)])
    exam = only(tmp_path)
    assert len(exam.findings) == 1
    assert read_examination(exam).series[0].te_ms == TE_MS


def test_short_pixel_data_leave_the_image_out(tmp_path):
    series(tmp_path, n_slices=1, prefix="ok")
    path = save(image(0, 0, te_ms=7.5), tmp_path / "short.dcm")
    path.write_bytes(path.read_bytes()[:-10])
    exam = only(tmp_path)
    assert [(f.code, f.where) for f in exam.findings] == [("pixel_data_short", "short.dcm")]
    assert exam.series[0].te_ms == TE_MS


def test_enhanced_file_cut_after_some_frames_keeps_those(tmp_path):
    path = save(enhanced([(0, 0), (0, 1), (0, 2), (0, 3)]), tmp_path / "e.dcm")
    path.write_bytes(path.read_bytes()[: -ROWS * COLUMNS * 2 - 4])  # cuts into the third frame
    exam = only(tmp_path)
    assert codes(exam) == ["pixel_data_short"]
    assert exam.series[0].te_ms == TE_MS[:2]


def test_claims_of_the_header_are_not_believed(tmp_path):
    series(tmp_path, prefix="ok")
    save(image(0, 0, Rows=65535, Columns=65535, NumberOfFrames=2_000_000_000), tmp_path / "huge.dcm")
    save(image(1, 0, NumberOfFrames=2_000_000_000, SeriesInstanceUID=uid("n")), tmp_path / "frames.dcm")
    exam = only(tmp_path)
    assert sorted(codes(exam)) == ["pixel_data_short", "unreadable_file"] or codes(exam) == [
        "unreadable_file"
    ]
    assert sum(ref.readable for ref in exam.series) == 1


def test_damage_found_only_while_reading(tmp_path):
    from pydicom.uid import RLELossless

    for slice_ in range(2):
        for echo in range(4):
            ds = image(slice_, echo)
            ds.compress(RLELossless)
            save(ds, tmp_path / f"{slice_}{echo}.dcm")
    np.testing.assert_array_equal(
        read_examination(only(tmp_path)).series[0].signal[1, :, :, 2], pixels(1, 2).astype(np.float32)
    )
    path = tmp_path / "13.dcm"
    data = bytearray(path.read_bytes())
    at = data.rindex(struct.pack("<L", 2), 0, len(data) - 60)  # RLE header: number of segments
    data[at : at + 4] = struct.pack("<L", 77)
    path.write_bytes(data)
    (train,) = read_examination(only(tmp_path)).series
    assert codes(train) == ["unreadable_file", "missing_echo"]
    assert train.findings[0].params == {"file": "13.dcm", "reason": "reason_not_decodable"}
    assert (train.te_ms, train.shape[0]) == (TE_MS[:3], 2)


def test_too_few_echoes_left_after_damage(tmp_path):
    series(tmp_path, n_slices=1, te_ms=TE_MS[:3])
    exam = only(tmp_path)
    next(iter(tmp_path.glob("*.dcm"))).unlink()
    result = read_examination(exam)
    assert result.series == ()
    assert codes(result) == ["unreadable_file", "missing_echo", "few_echoes"]


def test_raw_data_object_and_other_modalities(tmp_path):
    series(tmp_path)
    save(
        image(SOPClassUID="1.2.840.10008.5.1.4.1.1.66", PixelData=None, Rows=None, Columns=None),
        tmp_path / "raw.dcm",
    )
    save(image(Modality="CT", SeriesInstanceUID=uid("ct"), SeriesNumber=9), tmp_path / "ct.dcm")
    exam = only(tmp_path)
    assert [(f.code, f.severity) for f in exam.findings] == [("no_pixel_data", "info")]
    assert [ref.readable for ref in exam.series] == [True, False]
    assert codes(exam.series[1]) == ["not_an_image_series"]


def test_file_without_preamble(tmp_path):
    series(tmp_path)
    for path in list(tmp_path.glob("*.dcm")):
        path.write_bytes(path.read_bytes()[132:])
    assert only(tmp_path).series[0].readable


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
def test_link_loop_ends(tmp_path):
    series(tmp_path / "a")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert only(tmp_path).series[0].n_files == 8


@pytest.mark.parametrize(
    ("charset", "value", "shown"),
    [
        ("GB18030", "Zhang^San=张^三", "张三 (Zhang San)"),
        ("GB18030", "欧阳^娜娜", "欧阳娜娜"),
        ("ISO_IR 192", "Nguyễn^Văn", "Nguyễn Văn"),
        ("ISO_IR 100", "Müller^Jörg", "Müller Jörg"),
    ],
)
def test_names(tmp_path, charset, value, shown):
    ds = image(SpecificCharacterSet=charset, PatientName=value)
    save(ds, tmp_path / "a.dcm")
    assert only(tmp_path).patient.name == shown


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_chinese_name_without_a_character_set(tmp_path, encoding):
    ds = image(
        SpecificCharacterSet=None,
        PatientName="王^小明".encode(encoding).decode("latin-1"),
        SeriesDescription="肝脏 T2*".encode(encoding).decode("latin-1"),
    )
    save(ds, tmp_path / "a.dcm")
    exam = only(tmp_path)
    assert exam.patient.name == "王小明"
    assert exam.series[0].organ_guess is Organ.LIVER


def test_broken_header_values_are_missing_not_errors(tmp_path):
    import pydicom

    with pydicom.config.disable_value_validation():
        ds = image(
            PatientBirthDate="19991399", PatientAge="12", StudyDate="today", PatientSex="?", StudyTime="9"
        )
        path = save(ds, tmp_path / "a.dcm")
    data = path.read_bytes().replace(b"63.87 ", b"63,87a").replace(b"200 ", b"2OO ", 1)
    path.write_bytes(data)
    exam = only(tmp_path)
    patient = exam.patient
    assert (patient.birth_date, patient.age_y, patient.sex, exam.study.date) == (None, None, "", None)
    assert exam.study.field_t == 1.5  # the nominal one
    assert ("invalid_number", "ImagingFrequency") in {(f.code, f.params.get("field")) for f in exam.findings}


def test_age_of_birth_date_and_small_values():
    assert parsed_age("018M") == 1.5
    assert parsed_age("031Y") == 31
    assert parsed_age("x") is None
    assert parsed_date("20200230") is None
    assert parsed_date("20200229") == dt.date(2020, 2, 29)
    assert parsed_time("093015.5") == "09:30:15"
    assert parsed_time("99") == ""
    assert person_name("A^B==") == "A B"
    assert repaired("Müller") == "Müller"


@pytest.mark.parametrize(
    ("frequency", "nominal", "field"),
    [(123.25, 3, 123.25 / 42.577), (0, 1.5, 1.5), (9e9, 3, 3), (None, 15000, 1.5), (None, None, None)],
)
def test_field(tmp_path, frequency, nominal, field):
    save(image(ImagingFrequency=frequency, MagneticFieldStrength=nominal), tmp_path / "a.dcm")
    study = only(tmp_path).study
    assert study.field_t == (None if field is None else pytest.approx(field))


@pytest.mark.parametrize(
    ("changes", "black", "gated"),
    [
        ({}, None, None),
        ({"SeriesDescription": "heart T2* DB"}, True, None),
        ({"SeriesDescription": "心脏 黑血", "SpecificCharacterSet": "GB18030"}, True, None),
        ({"InversionTime": 550}, True, None),
        ({"SeriesDescription": "T2* bright blood"}, False, None),
        ({"TriggerTime": 0, "HeartRate": 61}, None, True),
        ({"TriggerTime": 0}, None, False),
    ],
)
def test_black_blood_and_gating(tmp_path, changes, black, gated):
    series(tmp_path, n_slices=1, **changes)
    (train,) = read_examination(only(tmp_path)).series
    assert (train.acquisition.black_blood, train.acquisition.ecg_gated) == (black, gated)


SAX, AXIAL, CORONAL = (0.6, -0.6, -0.53), (0, 0, 1), (0, 1, 0)


@pytest.mark.parametrize(
    ("words", "normal", "te_ms", "organ"),
    [
        ({"description": "Liver_T2star_BH"}, None, (), Organ.LIVER),
        ({"description": "cardiac t2*"}, None, (), Organ.HEART),
        ({"description": "t2*_SAX_mid"}, AXIAL, (1.0, 2, 3), Organ.HEART),
        ({"description": "心肌T2*"}, None, (), Organ.HEART),
        ({"description": "肝 T2*", "body_part": "HEART"}, None, (), Organ.LIVER),
        ({"description": "gre", "body_part": "BRAIN"}, AXIAL, (1.0, 2, 3), None),
        ({"description": "liver heart T2*"}, SAX, (2.0, 4, 6), Organ.HEART),
        ({"body_part": "ABDOMEN"}, AXIAL, (3.0, 4, 6), Organ.LIVER),
        ({"body_part": "ABDOMEN"}, CORONAL, (1.0, 4, 6), None),
        ({}, SAX, (2.6, 4, 6), Organ.HEART),
        ({}, tuple(-x for x in SAX), (2.6, 4, 6), Organ.HEART),
        ({}, AXIAL, (1.1, 2, 3), Organ.LIVER),
        ({}, AXIAL, (2.6, 4, 6), None),
        ({}, CORONAL, (1.1, 2, 3), None),
        ({"description": "delivery phantom"}, AXIAL, (1.1, 2, 3), None),
    ],
)
def test_organ_guess(words, normal, te_ms, organ):
    guess = guess_organ(**words, slice_normal=normal, te_ms=te_ms)
    assert guess.organ is organ
    assert guess.reason == "" or guess.reason in load_table("texts/en")["terms"]


def test_every_finding_has_words():
    import re
    from pathlib import Path

    import ironquant.dicom

    source = "".join(path.read_text() for path in Path(ironquant.dicom.__file__).parent.glob("*.py"))
    found = set(re.findall(r'(?:Finding|InputError)\(\s*"([a-z_0-9]+)"', source))
    assert len(found) > 15
    for language in LANGUAGES:
        table = load_table(f"texts/{language}")
        assert found <= set(table["findings"])
        assert set(re.findall(r'"((?:reason|guess)_[a-z_]+)"', source)) <= set(table["terms"])
    text = message("missing_echo", {"te_ms": (4.5,), "n_missing": 1, "reason": "echo_left_out"}, "zh")
    assert "已舍去" in text


def test_a_damaged_date_is_no_date():
    assert parsed_date("20240601") == dt.date(2024, 6, 1)
    assert [parsed_date(digits) for digits in ("2024061", "202406", "", "20240632")] == [None] * 4


def test_a_folder_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    series(tmp_path / "open")
    (tmp_path / "locked").mkdir()
    listed = os.scandir

    def scandir(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.params) == (
        "unreadable_file",
        {"file": "locked", "reason": "reason_access"},
    )
