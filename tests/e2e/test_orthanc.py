"""A real archive, Orthanc, takes every object and gives it back as it was."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from io import BytesIO

import numpy as np
import pydicom
import pytest
from commands import results, run
from pydicom.misc import is_dicom

pytestmark = pytest.mark.tool("Orthanc")
_START_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Archive:
    """Orthanc's REST interface."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.root}{path}", timeout=30) as answer:
            return answer.read()

    def json(self, path: str):
        return json.loads(self.get(path))

    def store(self, data: bytes) -> dict:
        request = urllib.request.Request(f"{self.root}/instances", data=data, method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """An Orthanc of our own on a free port of this machine, empty."""
    folder, port = tmp_path_factory.mktemp("orthanc"), free_port()
    configuration = {
        "Name": "trial",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "index"),
        "HttpPort": port,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "Plugins": [],
    }
    path = folder / "orthanc.json"
    path.write_text(json.dumps(configuration), encoding="utf-8")
    program = shutil.which("Orthanc")
    assert program is not None
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, str(path)], stdout=log, stderr=log)
    try:
        started = Archive(port)
        deadline = time.monotonic() + _START_S
        while True:
            try:
                started.json("/system")
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, (folder / "log").read_text(errors="replace")
                assert time.monotonic() < deadline, "Orthanc does not answer"
                time.sleep(0.1)
        yield started
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def stored(archive, tmp_path_factory):
    """The images and everything that ``ironquant analyze`` made of them, sent to the archive."""
    folder = tmp_path_factory.mktemp("sent")
    assert run("phantom", folder / "images", "--case", "stack", cwd=folder).returncode == 0
    done = run("analyze", folder / "images", "--out", folder / "out", "--lang", "zh", cwd=folder)
    assert done.returncode == 0, done.stderr
    images = [path for path in (folder / "images").rglob("*") if path.is_file() and is_dicom(path)]
    objects = sorted((results(folder / "out") / "dicom").glob("*.dcm"))
    for path in images:
        archive.store(path.read_bytes())
    told = {}
    for path in objects:
        answer = archive.store(path.read_bytes())
        assert answer["Status"] == "Success", path.name
        told[path] = answer["ID"]
    return images, told, results(folder / "out")


def test_all_is_in_one_study_of_one_patient(archive, stored):
    images, objects, _ = stored
    assert len(archive.json("/patients")) == 1
    (study,) = archive.json("/studies")
    assert len(archive.json("/instances")) == len(images) + len(objects)
    told = archive.json(f"/studies/{study}")
    assert told["PatientMainDicomTags"]["PatientName"] == "Phantom^Stack=幻影^多层"
    named = [archive.json(f"/series/{series}")["MainDicomTags"] for series in told["Series"]]
    ours = {row["SeriesDescription"] for row in named if row.get("Manufacturer") == "IronQuant"}
    assert {"IronQuant measurements", "IronQuant report", "IronQuant T2* map liver"} <= ours
    assert len({row["SeriesNumber"] for row in named}) == len(named)


def test_sending_again_adds_nothing(archive, stored):
    for path in stored[1]:
        assert archive.store(path.read_bytes())["Status"] == "AlreadyStored"


def test_files_come_back_byte_for_byte_and_tags_are_read(archive, stored):
    for path, identifier in stored[1].items():
        assert archive.get(f"/instances/{identifier}/file") == path.read_bytes()
        tags = archive.json(f"/instances/{identifier}/simplified-tags")
        made = pydicom.dcmread(path)
        for keyword in ("PatientID", "StudyInstanceUID", "SOPClassUID", "SOPInstanceUID", "Modality"):
            assert tags[keyword] == str(made[keyword].value), (path.name, keyword)
        assert tags["PatientName"] == str(made.PatientName)
        assert tags["SeriesDescription"] == made.SeriesDescription


def test_the_report_is_read_as_pdf(archive, stored):
    (identifier,) = (value for path, value in stored[1].items() if path.name == "report.dcm")
    document = (stored[2] / "report.pdf").read_bytes()
    assert archive.get(f"/instances/{identifier}/pdf").rstrip(b"\0") == document.rstrip(b"\0")


def test_numbers_of_the_structured_report_are_read(archive, stored):
    (identifier,) = (value for path, value in stored[1].items() if path.name == "measurements.dcm")
    numbers = json.loads((stored[2] / "analysis.json").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}

    def walk(item: dict) -> None:
        for value in item.get("MeasuredValueSequence", ()):
            found.setdefault(item["ConceptNameCodeSequence"][0]["CodeValue"], set()).add(
                value["NumericValue"]
            )
        for child in item.get("ContentSequence", ()):
            walk(child)

    walk(archive.json(f"/instances/{identifier}/simplified-tags"))
    for organ in numbers["organs"]:
        value = organ["result"]["t2star_ms"]["value"]
        assert any(float(told) == pytest.approx(value, rel=1e-10) for told in found["113064"])


def test_pictures_and_masks_are_shown(archive, stored):
    for path, identifier in stored[1].items():
        if not path.name.startswith(("key_", "regions_")) or path.name == "key_images.dcm":
            continue
        shown = archive.get(f"/instances/{identifier}/preview")
        assert shown.startswith(b"\x89PNG"), path.name


def test_map_values_survive(archive, stored):
    for path, identifier in stored[1].items():
        if path.name.startswith("map_"):
            back = pydicom.dcmread(BytesIO(archive.get(f"/instances/{identifier}/file")))
            np.testing.assert_array_equal(back.pixel_array, pydicom.dcmread(path).pixel_array)
