"""Tables with a row per region, read by other programs: csv, openpyxl."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import analysis, liver, organ_analysis

from ironquant.core import InputError, Organ, Patient
from ironquant.export import to_json
from ironquant.export.forms import write_forms
from ironquant.export.tables import (
    columns,
    csv_bytes,
    dictionary_rows,
    header,
    table_rows,
    xlsx_bytes,
)
from ironquant.resources import LANGUAGES, load_table

NAMES = ["韦小明", "𠮷田", "Nguyễn Thị Ánh", "สมชาย", "=1+1", "@cmd", "-x", "+1", "a,b\"c'd", "line\nbreak"]


def made(name="韦小明", **options):
    patient = Patient("000123", name, "M", dt.date(2008, 4, 2), 18.0)
    return to_json(
        analysis(
            organ_analysis(**options),
            liver(0.9, 25.0, "severe", bound="upper", iron_bound="lower"),
            patient=patient,
        )
    )


def dicts(content: bytes, **options):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), **options))


def test_a_row_per_region_as_analysis_json_tells():
    numbers = made()
    document = json.loads(numbers)
    rows = dicts(csv_bytes([header(), *table_rows(numbers)]))
    assert len(rows) == sum(len(organ["regions"]) for organ in document["organs"])
    for row, organ in zip(rows, document["organs"], strict=True):
        result = organ["result"]
        assert row["organ"] == organ["organ"]
        assert float(row["t2star_ms"]) == result["t2star_ms"]["value"]
        assert row["t2star_bound"] == result["t2star_ms"]["bound"]
        assert float(row["iron_mg_per_g"]) == result["iron_mg_per_g"]["value"]
        assert row["iron_bound"] == result["iron_mg_per_g"]["bound"]
        assert row["grade"] == result["grade"]["code"]
        assert row["patient_id"] == "000123"
        assert row["reported"] == "true"
    assert rows[1]["t2star_ci95_low_ms"] == ""
    assert float(rows[0]["t2star_ci95_low_ms"]) == document["organs"][0]["result"]["t2star_ms"]["ci95"][0]


@pytest.mark.parametrize("name", NAMES)
def test_names_come_out_as_they_went_in(name):
    rows = table_rows(made(name))
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(rows, "zh")))["区域"]
    head = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, head.index("patient_name") + 1)
    assert cell.value == name
    assert cell.data_type == "s"
    (row, _) = dicts(csv_bytes([header(), *rows]))
    guarded = name[0] in "=+-@"
    assert row["patient_name"] == (f"'{name}" if guarded else name)
    (row, _) = dicts(csv_bytes([header(), *rows], tabs=True), delimiter="\t")
    assert row["patient_name"] == (f"'{name}" if guarded else name.replace("\n", " "))


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20))
def test_no_text_is_a_formula(words):
    for tabs in (False, True):
        ((shown,),) = csv.reader(
            io.StringIO(csv_bytes([[words]], tabs=tabs).decode("utf-8-sig")), delimiter="\t" if tabs else ","
        ) or [[""]]
        assert not shown or shown[0] not in "=+-@"


def test_numbers_stay_numbers_and_negative_ones_too():
    assert dicts(csv_bytes([["a", "b", "c"], [-1.5, None, True]])) == [{"a": "-1.5", "b": "", "c": "true"}]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table_rows(made()), "en")))["Regions"]
    head = [cell.value for cell in sheet[1]]
    kinds = {column.name: column.kind for column in columns()}
    for place, name in enumerate(head, start=1):
        for row in (2, 3):
            cell = sheet.cell(row, place)
            wanted = {"text": "s", "number": "n", "boolean": "b"}[kinds[name]]
            assert cell.value is None or cell.data_type == wanted, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_dictionary_explains_every_column(lang):
    rows = dictionary_rows(lang)
    assert [row[0] for row in rows[1:]] == header()
    assert all(all(isinstance(cell, str) for cell in row) and row[3] for row in rows)
    assert {column.name for column in columns()} <= set(load_table(f"texts/{lang}")["columns"])
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(table_rows(made()), lang)))
    assert len(book.sheetnames) == 2
    assert [cell.value for cell in book.worksheets[1]["A"][1:]] == header()


def test_the_same_numbers_give_the_same_bytes(tmp_path):
    numbers = made()
    for folder in ("a", "b"):
        write_forms([numbers, numbers], tmp_path / folder, ("csv", "tsv", "xlsx", "fhir"))
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 6
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert len(dicts((tmp_path / "a" / "regions.csv").read_bytes())) == 4


def test_an_organ_that_was_not_measured_has_a_row():
    from ironquant.core import Finding, OrganAnalysis

    nothing = OrganAnalysis(
        Organ.LIVER, None, findings=(Finding("region_not_found", "error", {"organ": "liver"}),)
    )
    (row,) = dicts(csv_bytes([header(), *table_rows(to_json(analysis(nothing)))]))
    assert row["organ"] == "liver"
    assert row["t2star_ms"] == row["region"] == ""
    assert row["findings"] == "region_not_found"


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]"])
def test_other_files_are_refused(content, tmp_path):
    with pytest.raises(InputError):
        write_forms([content], tmp_path / "out", ("csv",))
    assert not (tmp_path / "out").exists()
