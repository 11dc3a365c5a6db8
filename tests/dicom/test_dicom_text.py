"""Names and words in the scripts of the world, rightly and wrongly declared; nothing raises."""

from __future__ import annotations

import struct

import pytest
from dicom_samples import TE_MS, image, only, read_one, save
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import config
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from ironquant.dicom import scan
from ironquant.dicom.spelling import printable, repaired, spelled
from ironquant.dicom.values import parsed_age, parsed_date, parsed_time, person_name

NAME, DESCRIPTION = 0x00100010, 0x0008103E


def with_bytes(path, charset, values):
    """Write an image whose fields stand in the file byte by byte as given; pydicom would encode them anew."""
    ds = image(SpecificCharacterSet=charset)
    fillers = {}
    for number, (tag, (vr, value)) in enumerate(values.items()):
        padded = value + b" " * (len(value) % 2)
        filler = bytes([65 + number]) * len(padded)
        ds[tag] = RawDataElement(Tag(tag), vr, len(padded), filler, 0, False, True)
        fillers[tag] = (vr, filler, padded)
    with config.disable_value_validation():
        save(ds, path)
    data = path.read_bytes()
    for tag, (vr, filler, padded) in fillers.items():
        size = struct.pack("<HL", 0, len(padded)) if vr == "UN" else struct.pack("<H", len(padded))
        head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode() + size
        assert data.count(head + filler) == 1
        data = data.replace(head + filler, head + padded)
    path.write_bytes(data)
    return path


def patient(folder, name: bytes, charset, description: bytes = b"T2*"):
    with_bytes(folder / "a.dcm", charset, {NAME: ("PN", name), DESCRIPTION: ("LO", description)})
    exam = only(folder)
    return exam.patient.name, exam.series[0].description


@pytest.mark.parametrize(
    ("charset", "encoding", "name", "shown"),
    [
        ("GB18030", "gb18030", "王^小明", "王小明"),
        ("GB18030", "gb18030", "Wang^XiaoMing=王^小明", "王小明 (Wang XiaoMing)"),
        ("GB18030", "gb18030", "𠮷^喆", "𠮷喆"),
        ("GBK", "gbk", "李^喆", "李喆"),
        ("ISO_IR 192", "utf-8", "Nguyễn^Thị Hà", "Nguyễn Thị Hà"),
        ("ISO_IR 192", "utf-8", "สมชาย^ใจดี", "สมชาย ใจดี"),
        ("ISO_IR 166", "tis-620", "สมชาย^ใจดี", "สมชาย ใจดี"),
        ("ISO_IR 100", "latin-1", "Müller^Jörg", "Müller Jörg"),
        ("ISO_IR 101", "iso8859-2", "Dvořák^Anežka", "Dvořák Anežka"),
        ("ISO_IR 144", "iso8859-5", "Иванов^Пётр", "Иванов Пётр"),
        ("ISO_IR 127", "iso8859-6", "قباني^لنزار", "قباني لنزار"),
    ],
)
def test_rightly_declared(tmp_path, charset, encoding, name, shown):
    assert patient(tmp_path, name.encode(encoding), charset)[0] == shown


@pytest.mark.parametrize(
    ("charset", "name", "shown"),
    [  # PS3.5, annexes H, I and J
        (
            ["", "ISO 2022 IR 87"],
            b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
            "山田太郎 (Yamada Tarou)",
        ),
        (
            ["", "ISO 2022 IR 149"],
            b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
            "洪吉洞 (Hong Gildong)",
        ),
        (["", "ISO 2022 IR 166"], b"\x1b-T\xca\xc1\xaa\xd2\xc2", "สมชาย"),
        (
            ["", "ISO 2022 IR 58"],
            b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
            "张小东 (Zhang XiaoDong)",
        ),
    ],
)
def test_escape_sequences(tmp_path, charset, name, shown):
    assert patient(tmp_path, name, charset)[0] == shown


@pytest.mark.parametrize(
    "charset", [None, "", "ISO_IR 100", "ISO_IR 6", "ISO_IR 192", "NONSENSE", ["", "ISO 2022 IR 100"]]
)
@pytest.mark.parametrize(
    ("encoding", "name", "shown"),
    [
        ("gb18030", "王^小明", "王小明"),
        ("gb18030", "欧阳^娜娜", "欧阳娜娜"),
        ("utf-8", "王^小明", "王小明"),
        ("utf-8", "Nguyễn^Văn", "Nguyễn Văn"),
        ("latin-1", "Müller^Jörg", "Müller Jörg"),
        ("latin-1", "MÜLLER^JÖRG", "MÜLLER JÖRG"),
        ("latin-1", "Ñáñez^José María", "Ñáñez José María"),
        ("tis-620", "สมชาย^ใจดี", "สมชาย ใจดี"),
    ],
)
def test_wrongly_or_not_declared(tmp_path, charset, encoding, name, shown):
    found, description = patient(tmp_path, name.encode(encoding), charset, "T2* 肝脏".encode("gb18030"))
    assert found == shown
    assert description == "T2* 肝脏"


def test_japanese_by_its_escape_sequences_alone(tmp_path):
    name = b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"
    assert patient(tmp_path, name, None)[0] == "山田太郎"


LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORDS = st.text(LATIN, min_size=1, max_size=5)


@given(st.lists(st.tuples(WORDS, st.sampled_from("äöüßéèêáíóúñçÄÖÜÉÑ"), WORDS), min_size=1, max_size=3))
def test_latin_words_are_never_taken_for_chinese(parts):
    name = "^".join("".join(part) for part in parts)
    assert repaired(name) == name
    assert spelled(name.encode("latin-1"), name, ["ISO_IR 100"]) == name


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4))
def test_chinese_names_in_utf8_come_back(name):
    assert spelled(name.encode(), name.encode().decode("latin-1"), [""]) == name


CHARSETS = ["", "ISO_IR 100", "ISO_IR 192", "GB18030", "GBK", "ISO_IR 166", "ISO_IR 13", "rubbish"]
CHARSETS += [
    ["", code] for code in ("ISO 2022 IR 87", "ISO 2022 IR 149", "ISO 2022 IR 58", "ISO 2022 IR 166")
]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.binary(max_size=40),
    description=st.binary(max_size=40),
    charset=st.sampled_from(CHARSETS),
    date=st.binary(max_size=12),
    age=st.binary(max_size=6),
)
def test_no_bytes_raise(tmp_path, name, description, charset, date, age):
    values = {
        NAME: ("PN", name),
        DESCRIPTION: ("LO", description),
        0x00080020: ("DA", date),
        0x00100030: ("DA", date),
        0x00080030: ("TM", date),
        0x00101010: ("AS", age),
        0x00100040: ("CS", age),
        0x00080080: ("LO", description),
        0x00090010: ("LO", name),
        0x00091001: ("UN", description),
        0x00430010: ("LO", name),
        0x0043102F: ("SS", age),
    }
    with_bytes(tmp_path / "a.dcm", charset, values)
    (exam,) = scan(tmp_path)
    for text in (exam.patient.name, exam.patient.id, exam.series[0].description, exam.study.institution):
        assert isinstance(text, str)
        text.encode("utf-8")  # no half characters


@given(st.text(max_size=20))
def test_values_of_any_text(text):
    for parse in (parsed_age, parsed_date, parsed_time, person_name, repaired):
        parse(text)


def test_empty_fields(tmp_path):
    empty = dict.fromkeys(
        ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime"), ""
    )
    empty |= {"ImagingFrequency": None, "SeriesDescription": "", "SpecificCharacterSet": ""}
    for echo in range(4):
        save(image(0, echo, **empty), tmp_path / f"{echo}.dcm")
    assert read_one(tmp_path).te_ms == TE_MS


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("2024.03.11", "2024-03-11"),
        ("2024-03-11", "2024-03-11"),
        ("2024/03/11", "2024-03-11"),
        ("20240311 ", "2024-03-11"),
        ("11.03.2024", None),
        ("0", None),
        ("20241340", None),
    ],
)
def test_dates(tmp_path, written, date):
    with config.disable_value_validation():
        save(image(StudyDate=written, PatientBirthDate="19000101"), tmp_path / "a.dcm")
    study = only(tmp_path).study
    assert (study.date and str(study.date)) == date


def test_unicode_called_chinese(tmp_path):
    shown = patient(tmp_path, "王^小东".encode(), "GB18030", "肝脏 T2*".encode())
    assert shown == ("王小东", "肝脏 T2*")


@given(name=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4))
def test_chinese_that_is_called_chinese_is_never_taken_for_unicode(name):
    try:
        written = name.encode("gb2312")
    except UnicodeEncodeError:
        return
    assert spelled(written, name, ["GB18030"]) == name


def test_text_does_not_act_on_the_terminal(tmp_path):
    shown = patient(tmp_path, b"A\x1b[31mRED^\x07\r\nB", "ISO_IR 100", b"x\x1b[2J\0y\nz")
    assert shown == ("A [31mRED B", "x [2J y z")
    assert printable("ab\u202etxt.exe") == "ab txt.exe"
