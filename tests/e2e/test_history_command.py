"""``ironquant history`` and ``analyze --library``: the course of a patient from images, library and cases."""

import json
from dataclasses import replace

import jsonschema
import pydicom
import pytest
from commands import NO_OBJECTS, run
from pydicom.uid import generate_uid

from ironquant.phantom import find_case, simulate, write_phantom
from ironquant.resources import resource_path

SCHEMA = json.loads(resource_path("schemas", "history-1.schema.json").read_text(encoding="utf-8"))
ANALYSIS = json.loads(resource_path("schemas", "analysis-1.schema.json").read_text(encoding="utf-8"))
TRUE_MS = {"20220610": {"heart": 8.0, "liver": 2.0}, "20230611": {"heart": 14.0, "liver": 2.05}}


def scanned(folder, date):
    """Write the sample patient as scanned on another day, with other T2*."""
    spec = replace(find_case("demo"), matrix=(128, 128))
    organs = {organ: TRUE_MS[date][str(organ)] for organ in spec.organs}
    spec = replace(spec, **{f"{organ}_t2star_ms": value for organ, value in organs.items()})
    write_phantom(simulate(spec), folder)
    renamed = {}
    for path in (folder / "DICOM").rglob("*"):
        if path.is_file():
            image = pydicom.dcmread(path)
            for name in ("StudyInstanceUID", "SeriesInstanceUID"):
                uid = image[name].value
                setattr(image, name, renamed.setdefault(uid, generate_uid(entropy_srcs=[uid, date])))
            image.StudyDate = date
            image.save_as(path)
    return folder / "DICOM"


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return {date: scanned(tmp_path_factory.mktemp(date), date) for date in TRUE_MS}


def test_nothing_enters_the_library_unasked(images, tmp_path):
    assert (
        run("analyze", images["20220610"], "--out", tmp_path / "out", *NO_OBJECTS, cwd=tmp_path).returncode
        == 0
    )
    assert not (tmp_path / "data").exists()
    finished = run("history", "IQ-DEMO", cwd=tmp_path)
    assert finished.returncode == 3
    assert "history_unknown" in finished.stderr


def test_the_course_of_a_patient(images, tmp_path):
    out = tmp_path / "out"
    for date, folder in images.items():
        finished = run("analyze", folder, "--out", out, "--library", "--case", *NO_OBJECTS, cwd=tmp_path)
        assert finished.returncode == 0, finished.stderr
        assert ("Compared with" in finished.stdout) == (date == "20230611")
    finished = run("history", "IQ-DEMO", "--json", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    document = json.loads(finished.stdout)
    jsonschema.validate(document, SCHEMA)
    (patient,) = document["patients"]
    told = {entry["organ"]: entry["follow_up"] for entry in patient["organs"]}
    heart = [point["value"]["value"] for point in told["heart"]["points"]]
    assert heart == pytest.approx([TRUE_MS[date]["heart"] for date in TRUE_MS], rel=0.06)
    lic = [point["value"]["value"] for point in told["liver"]["points"]]
    assert lic == pytest.approx([-0.16 + 26.03 / TRUE_MS[date]["liver"] for date in TRUE_MS], rel=0.06)
    assert told["heart"]["change"]["verdict"] == "increased"
    assert told["liver"]["change"]["verdict"] == "within"
    table = run("history", "IQ-DEMO", cwd=tmp_path).stdout
    assert "2022-06-10" in table
    assert "improved beyond measurement error" in table
    (analysis,) = out.glob("20230611_*/analysis.json")
    written = json.loads(analysis.read_text(encoding="utf-8"))
    jsonschema.validate(written, ANALYSIS)
    assert [entry["follow_up"] for entry in written["organs"]] == [told["heart"], told["liver"]]
    assert "improved beyond measurement error" in written["impression"]["proposed"]
    (case,) = out.glob("20230611_*/case.iqcase")
    assert run("recompute", case, cwd=tmp_path).returncode == 0
    assert "improved" in run("history", case, cwd=tmp_path).stdout


def test_images_are_the_newest_beside_each_other(images, tmp_path):
    """Both examinations in one folder, nothing in the library, and nothing put into it."""
    for date, folder in images.items():
        (tmp_path / "both" / date).mkdir(parents=True)
        for path in folder.rglob("*"):
            if path.is_file():
                (tmp_path / "both" / date / f"{path.parent.name}_{path.name}").write_bytes(path.read_bytes())
    finished = run("history", tmp_path / "both", "--json", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    (patient,) = json.loads(finished.stdout)["patients"]
    dates = [point["date"] for point in patient["organs"][0]["follow_up"]["points"]]
    assert dates == ["2022-06-10", "2023-06-11"]
    assert not (tmp_path / "data").exists()


def test_an_old_report_is_typed_in(tmp_path):
    told = ("--field", 1.5, "--method", "CMRtools")
    first = run(
        "history", "P7", "--add", "2019-02-03", "--heart", "9.5", "--lic", "> 25", *told, cwd=tmp_path
    )
    assert first.returncode == 0, first.stderr
    second = run("history", "P7", "--add", "2020-02-03", "--heart", "18", *told, cwd=tmp_path)
    assert "typed in: CMRtools" in second.stdout
    assert "improved" not in second.stdout
    document = json.loads(run("history", "P7", "--json", cwd=tmp_path).stdout)
    jsonschema.validate(document, SCHEMA)
    (heart,) = document["patients"][0]["organs"]
    assert [point["value"]["value"] for point in heart["follow_up"]["points"]] == [9.5, 18.0]
    assert heart["follow_up"]["change"] is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--add", "yesterday", "--heart", "9"), "option_invalid"),
        (("--add", "2019-02-03", "--heart", "many"), "history_values"),
        (("--add", "2019-02-03"), "history_nothing_told"),
    ],
)
def test_slips_are_told(arguments, code, tmp_path):
    finished = run("history", "P7", *arguments, cwd=tmp_path)
    assert finished.returncode in (2, 3)
    assert code in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not (tmp_path / "data").exists()
