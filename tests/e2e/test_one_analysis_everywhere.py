"""Report, folder and case tell the same bytes, and a case alone gives them again."""

import contextlib
import io
import shutil
from dataclasses import replace

import pytest

from ironquant.case import open_case
from ironquant.cli.main import app
from ironquant.export.sealing import read_seal
from ironquant.phantom import find_case, simulate, write_phantom


def run(*arguments):
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = app(list(map(str, arguments)), standalone_mode=False)
    return code or 0, output.getvalue()


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    write_phantom(simulate(replace(find_case("demo"), matrix=(96, 96))), folder)
    return folder / "DICOM"


def as_they_are(images, folder):
    return shutil.copytree(images, folder)


def without_place(images, folder):
    """DICOM whose results cannot be written as objects: the frame of reference is gone."""
    import pydicom

    shutil.copytree(images, folder)
    for path in folder.rglob("*"):
        if path.is_file() and pydicom.misc.is_dicom(path):
            image = pydicom.dcmread(path)
            del image.FrameOfReferenceUID
            image.save_as(path)
    return folder


def with_a_name_that_no_font_has(images, folder):
    import pydicom

    shutil.copytree(images, folder)
    for path in folder.rglob("*"):
        if path.is_file() and pydicom.misc.is_dicom(path):
            image = pydicom.dcmread(path)
            image.SpecificCharacterSet = "ISO_IR 192"
            image.PatientName = "韦\U00030edf明"
            image.save_as(path)
    return folder


@pytest.mark.parametrize("made", [as_they_are, without_place, with_a_name_that_no_font_has])
def test_the_same_bytes_in_report_folder_and_case(images, tmp_path, made):
    source = made(images, tmp_path / "in")
    code, said = run("analyze", source, "--out", tmp_path / "out", "--case", "--lang", "zh")
    assert code == 0, said
    assert ("dicom_not_written" in said) == (made is without_place)
    assert ("glyph_missing" in said) == (made is with_a_name_that_no_font_has)
    (folder,) = (tmp_path / "out").iterdir()
    numbers = (folder / "analysis.json").read_bytes()
    assert read_seal((folder / "report.pdf").read_bytes()).analysis_json == numbers
    assert open_case(folder / "case.iqcase").analysis_json == numbers
    assert (b"glyph_missing" in numbers) == (made is with_a_name_that_no_font_has)
    shutil.rmtree(source)
    for more in ((), ("--report", folder / "report.pdf")):
        now = tmp_path / "now.json"
        code, said = run("recompute", folder / "case.iqcase", "--json", now, *more)
        assert code == 0, said
        assert now.read_bytes() == numbers
