"""Files that are not there, locked, or gone meanwhile: told once, by name and reason, also by `info`."""

from __future__ import annotations

import gzip
import os
import zipfile

import pydicom
import pytest
from dicom_samples import TE_MS, codes, image, only, save, series
from typer.testing import CliRunner

from ironquant.cli.main import app
from ironquant.core import InputError
from ironquant.dicom import read_examination, scan


def shown(*arguments):
    """Return exit code and words of a command."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, " ".join(done.output.split())


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_links_that_lead_nowhere_are_told(tmp_path):
    series(tmp_path / "a")
    (tmp_path / "a/gone.dcm").symlink_to(tmp_path / "unplugged/gone.dcm")
    (tmp_path / "a/circle").symlink_to(tmp_path / "a/circle")
    (tmp_path / "a/readme.txt").symlink_to(tmp_path / "nowhere.txt")
    exam = only(tmp_path / "a")
    told = {(finding.params["file"], finding.params["reason"]) for finding in exam.findings}
    assert told == {("gone.dcm", "reason_link"), ("circle", "reason_link")}
    assert len(exam.readable_series) == 1


@pytest.mark.parametrize("how", ["gone", "changed"])
def test_a_drive_that_is_gone_is_told_once(tmp_path, how):
    exam = only(series(tmp_path))
    for path in tmp_path.iterdir():
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(path.read_bytes() + b"\0\0")
    found = [finding for finding in read_examination(exam).findings if "file" in finding.params]
    code = "unreadable_file_many" if how == "gone" else "file_changed_many"
    assert [(finding.code, finding.params["n_files"]) for finding in found] == [(code, 8)]


def test_folders_without_permission_are_told(tmp_path, monkeypatch):
    series(tmp_path / "a")
    (tmp_path / "locked").mkdir()
    scandir = os.scandir

    def refusing(path):
        if str(path).endswith("locked"):
            raise PermissionError(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    (finding,) = only(tmp_path).findings
    assert (finding.code, finding.params) == (
        "unreadable_file",
        {"file": "locked", "reason": "reason_access"},
    )


def test_info_says_which_echoes_are_missing_where_too_few_are_left(tmp_path):
    for slice_ in range(2):
        for echo in range(len(TE_MS)):
            if echo == 0 or echo % 2 == slice_:  # every later echo is missing on one slice
                save(image(slice_, echo), tmp_path / f"{slice_}{echo}.dcm")
    code, words = shown("info", tmp_path)
    assert code == 3
    assert "Only 1 echo(es)" in words
    assert "Echo 3.0, 4.5, 6.0 ms is missing on 2 slice(s)" in words
    assert "no T2* train" not in words


def test_info_names_a_damaged_file_once(tmp_path):
    series(tmp_path)
    path = sorted(tmp_path.iterdir())[0]
    path.write_bytes(path.read_bytes()[:-40])
    code, words = shown("info", tmp_path)
    assert code == 0
    assert words.count(path.name) == 1


def test_info_names_a_file_of_either_patient(tmp_path):
    series(tmp_path / "a")
    series(tmp_path / "b", PatientID="P2", SeriesInstanceUID="1.2.3")
    code, words = shown("info", tmp_path)
    assert code == 3
    assert "a/" in words
    assert "b/" in words
    assert codes(only(tmp_path)) == ["two_patients"]


def test_an_archive_is_deidentified_into_a_folder_beside_it(tmp_path, monkeypatch):
    series(tmp_path / "in", PatientName="Geheim^Otto")
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("study.zip", "w") as archive:
        for path in (tmp_path / "in").iterdir():
            archive.write(path, path.name)
    code, words = shown("deidentify", "study.zip", "--out", "copies", "--key", "key.json")
    assert code == 0
    assert "8 image(s)" in words
    names = {str(pydicom.dcmread(path).PatientName) for path in (tmp_path / "copies").rglob("*.dcm")}
    assert names == {scan("copies")[0].patient.id}


@pytest.mark.parametrize("alone", [False, True])
def test_a_file_packed_alone_is_to_be_unpacked(tmp_path, alone):
    path = save(image(), tmp_path / "a.dcm")
    (tmp_path / "a.dcm.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    with pytest.raises(InputError) as refusal:
        scan(tmp_path / "a.dcm.gz" if alone else tmp_path)
    assert refusal.value.finding.code == "archive_unsupported"
    assert refusal.value.finding.params["file"] == "a.dcm.gz"
