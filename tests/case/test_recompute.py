"""`ironquant recompute`: the numbers of a report come out of the archived case alone."""

import contextlib
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
import pytest

import ironquant
from ironquant.case import differences
from ironquant.cli.main import app
from ironquant.core import LPS_TO_RAS, IronQuantError, Organ
from ironquant.phantom import write_phantom


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    exit_code: int
    output: str = ""
    code: str = ""


def run(*arguments: object) -> Done:
    """Run a command in this process, as the entry point does."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            code = app(list(map(str, arguments)), standalone_mode=False)
        except IronQuantError as error:
            return Done(-1, output.getvalue(), error.finding.code)
    return Done(code or 0, output.getvalue())


def recompute(*arguments: object) -> Done:
    return run("recompute", *arguments)


def analyzed(path: Path, out: Path, *options: str) -> Path:
    """Run ``analyze --case`` and return the one case it wrote."""
    done = run("analyze", path, "--out", out, "--case", *options)
    assert done.exit_code == 0, done.output
    (case,) = out.glob("*/case.iqcase")
    return case


@pytest.fixture(scope="module")
def case_file(images, tmp_path_factory):
    return analyzed(images, tmp_path_factory.mktemp("dicom"), "--profile", "guangxi")


def test_dicom_comes_out_the_same_without_its_source(case_file, tmp_path):
    """Nothing but the case is there, and the user's settings are others."""
    alone = shutil.copy(case_file, tmp_path / "alone.iqcase")
    done = recompute(alone, "--json", tmp_path / "now.json")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Identical")
    now = json.loads((tmp_path / "now.json").read_bytes())
    kept = json.loads((case_file.parent / "analysis.json").read_bytes())
    assert now["organs"] == kept["organs"]
    assert now["software"] == kept["software"]
    assert {organ["organ"]: organ["result"]["iron_mg_per_g"]["value"] > 0 for organ in now["organs"]} == {
        "heart": True,
        "liver": True,
    }


@pytest.mark.parametrize("layout", ["enhanced", "series-per-echo"])
def test_other_layouts_from_a_zip(phantom_of, tmp_path, layout):
    write_phantom(phantom_of("demo", matrix=(96, 96)), tmp_path / "images", layout=layout)
    packed = shutil.make_archive(str(tmp_path / "study"), "zip", tmp_path / "images" / "DICOM")
    case = analyzed(Path(packed), tmp_path / "out")
    Path(packed).unlink()
    shutil.rmtree(tmp_path / "images")
    done = recompute(case)
    assert done.exit_code == 0, done.output


def test_nifti_with_echo_times_by_hand(phantom_of, tmp_path):
    """The files do not tell their echo times, and a sidecar of the folder above the scanner's field."""
    liver = phantom_of("demo", matrix=(96, 96)).organ(Organ.LIVER)
    folder = tmp_path / "in" / "sub-01" / "anat"
    folder.mkdir(parents=True)
    told = {"MagneticFieldStrength": 1.5, "ImagingFrequency": 63.87, "SeriesDescription": "liver T2*"}
    (folder / "sub-01_MEGRE.json").write_text(json.dumps(told))
    volumes = np.moveaxis(liver.signal, (0, 1, 2), (2, 1, 0))
    image = nibabel.Nifti1Image(volumes, LPS_TO_RAS @ liver.affine)
    nibabel.save(image, folder / "sub-01_MEGRE.nii.gz")
    (folder / "sub-01_MEGRE.json").rename(folder.parent.parent / "sub-01_MEGRE.json")
    times = ",".join(map(str, liver.te_ms))
    case = analyzed(tmp_path / "in", tmp_path / "out", "--te", times, "--organ", "liver")
    shutil.rmtree(tmp_path / "in")
    done = recompute(case)
    assert done.exit_code == 0, done.output
    (series,) = ironquant.open_case(case).examination.series
    assert series.te_ms == pytest.approx(liver.te_ms)


def test_one_series_of_two_in_one_file_keeps_its_key(phantom_of, tmp_path):
    """Heart and liver under one SeriesInstanceUID: the second has a key that a new search would not give."""
    import pydicom

    written = write_phantom(phantom_of("demo", matrix=(96, 96)), tmp_path / "images")
    for path in written:
        header = pydicom.dcmread(path)
        header.SeriesInstanceUID = "1.2.3.4"
        header.save_as(path)
    for organ in ("heart", "liver"):
        case = analyzed(written[0].parent, tmp_path / organ, "--organ", organ)
        assert recompute(case).exit_code == 0
        opened = ironquant.open_case(case)
        assert [series.key for series in opened.examination.series] == [opened.reading.organs[0].series_key]


def test_what_the_scanner_measured_and_damaged_images_are_told_again(images, tmp_path):
    """A map that is compared with, and findings that name files, stand in the numbers too."""
    import pydicom

    folder = tmp_path / "in"
    shutil.copytree(images, folder)
    headers = {path: pydicom.dcmread(path) for path in sorted(folder.iterdir())}
    liver = [path for path, header in headers.items() if "liver" in header.SeriesDescription]
    late = max(liver, key=lambda path: headers[path].EchoTime)
    late.write_bytes(late.read_bytes()[:-2000])
    scanner = headers[liver[0]]
    pixels = np.full(scanner.pixel_array.shape, 4, dtype=np.uint16)
    scanner.PixelData = pixels.tobytes()
    scanner.ImageType = ["DERIVED", "PRIMARY", "T2_STAR MAP"]
    scanner.SeriesDescription, scanner.SeriesInstanceUID, scanner.SOPInstanceUID = (
        "T2Star_map",
        "1.2.9",
        "1.2.9.1",
    )
    scanner.save_as(folder / "map")
    case = analyzed(folder, tmp_path / "out")
    opened = ironquant.open_case(case)
    told = json.loads(opened.analysis_json)
    codes = [finding["code"] for organ in told["organs"] for finding in organ["findings"]]
    assert "scanner_value" in codes
    assert late.name in json.dumps(told)
    assert [shown.quantity for shown in opened.examination.maps] == ["t2star"]
    shutil.rmtree(folder)
    done = recompute(case)
    assert done.exit_code == 0, done.output


def test_a_number_that_is_not_ours_is_told(case_file, patient, tmp_path):
    changed = json.loads(patient.analysis_json)
    value = changed["organs"][1]["result"]["t2star_ms"]["value"]
    changed["organs"][1]["result"]["t2star_ms"]["value"] = np.nextafter(value, 0)
    changed["organs"][0]["findings"] = []
    path = patient.save(tmp_path / "a.iqcase", analysis_json=json.dumps(changed).encode())
    done = recompute(path)
    assert done.exit_code == 1
    assert (
        f"organs[1].result.t2star_ms.value: {np.nextafter(value, 0)!r} → {value!r}".replace("np.float64", "")
        .replace("(", "")
        .replace(")", "")
        in done.output
    )
    n_findings = len(json.loads(patient.analysis_json)["organs"][0]["findings"])
    assert f"Different in {1 + n_findings} place(s)" in done.output


def test_a_case_without_numbers_and_a_damaged_one_are_errors(patient, tmp_path):
    path = patient.save(tmp_path / "a.iqcase", analysis_json=None)
    assert recompute(path).code == "case_without_analysis"
    path.write_bytes(path.read_bytes()[:-40])
    assert recompute(path).code == "not_a_case"


def test_a_final_case_is_not_written_over_by_analyze(images, tmp_path, patient):
    case = analyzed(images, tmp_path / "out", "--organ", "liver")
    patient.save(case, state="final")
    numbers = (case.parent / "analysis.json").read_bytes()
    done = run("analyze", images, "--out", tmp_path / "out", "--case")
    assert done.code == "case_final"
    assert (case.parent / "analysis.json").read_bytes() == numbers


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 1.5}, ["a"]),
        ({"a": True}, {"a": 1}, ["a"]),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": 0}, 3]}, ["a[1].b", "a[2]"]),
        ({"a": 1}, {"b": 1}, ["a", "b"]),
        (
            {"findings": [{"code": "x", "message": "m"}]},
            {"findings": [{"code": "y", "message": "n"}]},
            ["findings[0].code"],
        ),
        (
            {"software": {"version": "1", "settings_sha256": "a"}},
            {"software": {"version": "1", "settings_sha256": "b"}},
            ["software.settings_sha256"],
        ),
        (
            {"software": {"version": "1", "settings_sha256": "a"}},
            {"software": {"version": "2", "settings_sha256": "b"}, "more": 1},
            [],
        ),
    ],
)
def test_differences(old, new, places):
    assert [entry.path for entry in differences(old, new)] == places
