"""Tables of older results in every dialect that centres have."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import record, source

from ironquant.agreement import compare, read_legacy
from ironquant.agreement.headers import recognize
from ironquant.agreement.legacyvalues import average, decimal_sign, parse_date, parse_value
from ironquant.core import InputError, Organ, Value

HEART, LIVER = Organ.HEART, Organ.LIVER


def written(tmp_path, text, encoding="utf-8", name="results.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def read(tmp_path, text, encoding="utf-8", **options):
    (found,) = read_legacy(written(tmp_path, text, encoding), **options)
    return found


def refusal(tmp_path, text, encoding="utf-8", **options):
    with pytest.raises(InputError) as caught:
        read_legacy(written(tmp_path, text, encoding), **options)
    return caught.value.finding


DIALECTS = {
    "english": (
        "Patient ID,Study Date,Heart T2* (ms),Liver T2* (ms),LIC (mg/g dw),Cardiac grade\n"
        "P001,2024-01-02,12.5,<1.2,>25,moderate\nP002,2024-01-03,25.1,6.3,4.0,Normal\n",
        "utf-8",
    ),
    "bom": (
        "\ufeffpatient_id,study_date,septal_t2star_ms,liver_t2star_ms,lic,heart_grade\n"
        "P001,2024/1/2,12.5,< 1.2,> 25,MODERATE\nP002,20240103,25.1,6.3,4,normal\n",
        "utf-8",
    ),
    "semicolon and comma": (
        "MRN;Exam date;T2* heart [ms];T2* liver [ms];LIC [mg/g];Grade heart\r\n"
        "P001;02.01.2024;12,5;<1,2;>25;moderate\r\nP002;03.01.2024;25,1;6,3;4,0;normal\r\n",
        "utf-8",
    ),
    "tabs, utf-16": (
        "Patient ID\tStudy Date\tMyocardial T2*/ms\tHepatic T2* ms\tLiver iron concentration\tHeart grade\n"
        "P001\t2024-01-02 10:20\t12.5\t≤1.2\t≥25\tModerate\nP002\t2024-01-03\t25.1\t6.3\t4.0\tNormal\n",
        "utf-16",
    ),
    "chinese": (
        "病历号,检查日期,心肌T2*值（ms）,肝脏T2*（ms）,肝铁浓度（mg/g干重）,心脏分级\n"
        "P001,2024年1月2日,12.5,＜1.2,大于25,中度\nP002,2024年1月3日,２５.１,6.3,4.0,正常\n",
        "gb18030",
    ),
    "with a preamble": (
        "Report of the T2* module;;;;;\nHospital;First;;;;\n;;;;;\n"
        "Patient ID;Study date;Septum T2* (ms);Liver T2* (ms);LIC;Heart severity\n"
        "P001;45293;12.5;<1.2;>25;moderate\nP002;45294;25.1;6.3;4.0;normal\n;;;;;\n",
        "utf-8",
    ),
    "umol": (
        "Pat. ID,Date,Heart T2* (ms),Liver T2* (ms),LIC (µmol/g),Heart grade\n"
        "P001,2/1/2024,12.5,<1.2 ms,>447.664,moderate\nP002,13/1/2024,25.1,6.3 ms,71.6263,normal\n",
        "cp1252",
    ),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_says_the_same(name, tmp_path):
    text, encoding = DIALECTS[name]
    found = read(tmp_path, text, encoding)
    first, second = found.records
    assert (first.patient_id, first.date) == ("P001", "2024-01-02")
    assert second.patient_id == "P002"
    assert first.measurements[HEART].t2star_ms == Value(12.5)
    assert first.measurements[HEART].r2star_per_s.value == pytest.approx(80.0)
    assert first.measurements[HEART].grade == "moderate"
    assert first.measurements[LIVER].t2star_ms == Value(1.2, "upper")
    assert first.measurements[LIVER].r2star_per_s.bound == "lower"
    lic = first.measurements[LIVER].iron_mg_per_g
    assert (lic.bound, lic.value) == ("lower", pytest.approx(25.0, rel=1e-4))
    assert second.measurements[HEART].t2star_ms == Value(25.1)
    assert second.measurements[LIVER].iron_mg_per_g.value == pytest.approx(4.0, rel=1e-4)
    assert second.measurements[HEART].grade == "normal"


def test_a_row_per_organ(tmp_path):
    text = (
        "ID,Date,ROI,T2* (ms),R2*\n7,2024-01-02,Septum,12.5,\n"
        "7,2024-01-02,Liver,,200\n7,2024-01-02,Spleen,9,\n"
    )
    found = read(tmp_path, text)
    (only,) = found.records
    assert only.measurements[HEART].t2star_ms == Value(12.5)
    assert only.measurements[LIVER].t2star_ms == Value(5.0)
    codes = {finding.code for finding in found.findings}
    assert codes == {"legacy_unit_assumed", "legacy_rows_organ"}


def test_one_organ_by_option(tmp_path):
    text = "ID,T2* (ms)\n7,12.5\n"
    assert refusal(tmp_path, text).code == "legacy_organ_missing"
    assert read(tmp_path, text, organs=[LIVER]).records[0].measurements[LIVER].t2star_ms == Value(12.5)


REPEATED = (
    "ID,Date,Heart T2* (ms),Heart grade\n7,2024-01-02,12,moderate\n"
    "8,2024-01-02,30,normal\n7,2024-01-02,14,moderate\n"
)


def test_repeated_readings_are_averaged(tmp_path):
    found = read(tmp_path, REPEATED)
    seven = found.records[0].measurements[HEART]
    assert (seven.t2star_ms, seven.grade) == (Value(13.0), "moderate")
    assert [finding.code for finding in found.findings] == ["legacy_averaged"]


def test_repeated_readings_are_kept(tmp_path):
    first, second = read_legacy(written(tmp_path, REPEATED), repeats=True)
    assert (first.name, second.name) == ("results.csv #1", "results.csv #2")
    assert [len(first.records), len(second.records)] == [2, 1]
    assert second.records[0].measurements[HEART].t2star_ms == Value(14.0)


def test_average_with_bounds():
    assert average([Value(1.2, "upper"), Value(1.0)]) == Value(1.2, "upper")
    assert average([Value(20.0, "lower"), Value(24.0)]) == Value(20.0, "lower")
    assert average([Value(1.2, "upper"), Value(20.0, "lower")]) is None
    assert average([Value(), Value(3.0)]) == Value(3.0)
    assert average([Value(), Value()]) == Value()


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("7,2024-01-02,twelve,", "legacy_number", "Heart T2* (ms)"),
        ("7,2024-01-02,0,", "legacy_number", "Heart T2* (ms)"),
        ("7,2024-01-02,-3,", "legacy_number", "Heart T2* (ms)"),
        ('7,2024-01-02,"1,234",', "legacy_number_unclear", "Heart T2* (ms)"),
        ("7,2024-01-02,12 kg,", "legacy_number", "Heart T2* (ms)"),
        ("7,2024-13-02,12,", "legacy_date", "Date"),
        ("7,3/4/2024,12,", "legacy_date", "Date"),
        ("7,soon,12,", "legacy_date", "Date"),
        ("7,2024-01-02,12,awful", "legacy_grade", "Heart grade"),
        ("7,2024-01-02,12,2", "legacy_grade", "Heart grade"),
    ],
)
def test_a_wrong_cell_is_named(row, code, column, tmp_path):
    found = refusal(tmp_path, f"ID,Date,Heart T2* (ms),Heart grade\n\n5,2024-01-02,12,mild\n{row}\n")
    assert found.code == code
    assert found.params["file"] == "results.csv"
    assert (found.params["row"], found.params["column"]) == (4, column)


def test_wrong_tables_are_refused(tmp_path):
    assert refusal(tmp_path, "").code == "legacy_unreadable"
    assert refusal(tmp_path, "PK\x03\x04").params["reason"] == "reason_spreadsheet"
    assert refusal(tmp_path, "name,value\nx,3\n").code == "legacy_no_header"
    assert "name | value" in refusal(tmp_path, "name,value\nx,3\n").params["headers"]
    assert refusal(tmp_path, "ID,Heart T2* (µs)\n7,3\n").params["unit"] == "μs"
    doubles = refusal(tmp_path, "ID,Heart T2* (ms),Septum T2*\n7,3,4\n")
    assert (doubles.code, doubles.params["other"]) == ("legacy_column_twice", "Septum T2*")
    assert refusal(tmp_path, "ID,Heart T2* (ms)\n,3\n").code == "legacy_no_rows"
    with pytest.raises(InputError):
        read_legacy(tmp_path / "absent.csv")


def test_rows_without_identity_and_unknown_columns_are_told(tmp_path):
    found = read(tmp_path, "ID,Heart T2* (ms),Ferritin\n7,3,900\n,4,800\nn/a,4,800\n")
    told = {finding.code: finding.params for finding in found.findings}
    assert told["legacy_rows_nameless"]["rows"] == "3, 4"
    assert told["legacy_columns_ignored"]["columns"] == "Ferritin"


@pytest.mark.parametrize(
    ("header", "kind", "organ", "factor"),
    [
        ("T2* (septum)", "t2star_ms", HEART, 1.0),
        ("Cardiac_T2_star_s", "t2star_ms", HEART, 1000.0),
        ("R2*[s⁻¹] liver", "r2star_per_s", LIVER, 1.0),
        ("Liver R2* (Hz)", "r2star_per_s", LIVER, 1.0),
        ("LIC (mg Fe/g dw)", "iron_mg_per_g", LIVER, 1.0),
        ("LIC (umol/g)", "iron_mg_per_g", LIVER, 0.055845),
        ("心脏铁浓度(mg/g)", "iron_mg_per_g", HEART, 1.0),
        ("室间隔 T2*", "t2star_ms", HEART, 1.0),
        ("肝脏分级", "grade", LIVER, 1.0),
        ("病案号", "patient_id", None, 1.0),
        ("Accession No.", "accession", None, 1.0),
        ("StudyInstanceUID", "study_uid", None, 1.0),
    ],
)
def test_headers(header, kind, organ, factor):
    found = recognize(header)
    assert (found.kind, found.organ, found.factor) == (kind, organ, factor)


def test_strange_headers_are_not_guessed():
    for header in ("", "Ferritin", "T2 (ms)", "T1", "heart", "Heart rate"):
        assert recognize(header) is None


def test_decimal_signs():
    assert decimal_sign(["12,5", "<3"], ",") == ","
    assert decimal_sign(["12.5", "3"], ";") == "."
    assert decimal_sign(["1,234", "2,345"], ";") == ","
    assert decimal_sign(["1,234", "2,345"], ",") == "unclear"
    assert decimal_sign(["1,5", "2.5"], ";") == "unclear"
    assert parse_value('="12,5"', "t2star_ms", 1.0, ",") == Value(12.5)


def test_dates():
    assert parse_date("3/4/2024", "mdy") == "2024-03-04"
    assert parse_date("3/4/2024", "dmy") == "2024-04-03"
    assert parse_date("3/3/2024", "unclear") == "2024-03-03"
    assert parse_date("", "dmy") == ""


def test_grades_that_the_table_lacks_are_computed(tmp_path):
    """A liver known by T2* is converted by the calibration of the other side, for its grade only."""
    ours = [record(n, heart=t2star, liver=t2star / 5) for n, t2star in enumerate((8.0, 12.0, 18.0, 30.0))]
    rows = "".join(
        f"{entry.patient_id},{entry.date},{entry.measurements[HEART].t2star_ms.value},"
        f"{entry.measurements[LIVER].t2star_ms.value}\n"
        for entry in ours
    )
    table = read(tmp_path, f"ID,Date,Heart T2* (ms),Liver T2* (ms)\n{rows}")
    found = compare([source("ours", *ours), table])
    assert {match.by for match in found.pairs[0].matching.matches} == {"patient_date"}
    for organ in found.pairs[0].organs:
        assert organ.grades.n == 4
        assert organ.grades.kappas[0].kappa.value == pytest.approx(1.0)
        assert organ.quantity("iron_mg_per_g").excluded == {"absent_second": 4}
    assert [finding.code for finding in found.findings] == ["compare_grades_computed"] * 2


cells = st.sampled_from(
    [
        "7",
        "",
        "<1,2",
        ">20",
        "12.5",
        "1,234",
        "轻度",
        "mild",
        "2024-01-02",
        "1/2/2024",
        "-",
        "=x",
        '"',
        "ms",
        "é",
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(st.lists(cells, max_size=6), max_size=6).map(
            lambda rows: ("ID;Date;Heart T2*;LIC;Grade;Organ\n" + "\n".join(map(";".join, rows))).encode()
        ),
    ),
    st.booleans(),
)
def test_any_bytes_are_read_or_refused_in_words(tmp_path, data, repeats):
    path = tmp_path / "any.csv"
    path.write_bytes(data)
    try:
        found = read_legacy(path, repeats=repeats)
    except InputError as error:
        code = error.finding.code
    else:
        code = "legacy_read"
        assert all(record.patient_id for one in found for record in one.records)
    assert code.startswith("legacy_")
