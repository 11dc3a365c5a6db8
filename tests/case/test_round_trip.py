"""The numbers of a report come out of the archived case alone, whatever the reader decided."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from test_recompute import analyzed, recompute, run

from ironquant.analysis import analyze, propose
from ironquant.case import differences, open_case, save_case
from ironquant.core import ClinicalData, EchoShift, Organ, PixelExclusion
from ironquant.dicom import read_examination, scan
from ironquant.export import to_json, write_report, write_results
from ironquant.export.sealing import read_seal
from ironquant.iron import load_settings
from ironquant.phantom import write_phantom


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory, phantom_of):
    """Call with a phantom case: a folder of its images."""

    def make(name, **changes):
        folder = tmp_path_factory.mktemp(name)
        write_phantom(phantom_of(name, matrix=(96, 96), **changes), folder)
        return folder / "DICOM"

    return make


OPTIONS = {
    "both": ("demo", ()),
    "heart": ("severe", ("--organ", "heart")),
    "liver": ("mild", ("--organ", "liver")),
    "bounds": ("extreme", ()),
    "no-calibration": ("field-3t", ()),
    "guangxi": ("guangxi", ("--profile", "guangxi", "--lang", "zh")),
    "segments": ("stack", ("--segments", "on")),
    "echoes": ("demo", ("--echoes", "heart=1-5", "--echoes", "liver=1-7")),
    "models": ("moderate", ("--model", "heart=mono", "--model", "liver=truncation")),
    "calibration": ("mild", ("--calibration", "liver=garbowski2014", "--scheme", "liver=esgar-sar-2023")),
    "outliers": ("low-snr", ("--outliers", "liver=exclude", "--outliers", "heart=exclude")),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_report_and_its_case(folder_of, tmp_path, name):
    phantom, options = OPTIONS[name]
    case = analyzed(folder_of(phantom), tmp_path / "out", *options)
    alone = shutil.move(case, tmp_path / "alone.iqcase")
    report = shutil.move(case.parent / "report.pdf", tmp_path / "report.pdf")
    attached = read_seal((tmp_path / "report.pdf").read_bytes()).analysis_json
    assert attached == (case.parent / "analysis.json").read_bytes()
    for compared in ((), ("--report", report)):
        done = recompute(alone, *compared)
        assert done.exit_code == 0, done.output


def shrunk(region):
    """The region as a reader may edit it: every contour drawn in by a tenth."""
    contours = tuple(
        contour.mean(axis=0) + 0.9 * (contour - contour.mean(axis=0)) for contour in region.contours
    )
    return replace(region, contours=contours, source="edited")


def edited(reading):
    organs = (
        replace(entry, regions=tuple(map(shrunk, entry.regions)), echoes=(1, 2, 3, 4, 5, 6))
        for entry in reading.organs
    )
    return replace(
        reading,
        organs=tuple(organs),
        reader="张三丰",
        reviewer="Trần Thị Hồng",
        impression="读者的措辞\nin two lines",
        clinical=ClinicalData(diagnosis="tdt", ferritin_ng_per_ml=2345.6),
    )


def with_shift(reading):
    organs = (
        replace(
            entry,
            regions=tuple(
                replace(region, echo_shifts=(EchoShift(3, (1.5, -0.25, 0.0)),)) for region in entry.regions
            ),
        )
        for entry in reading.organs
    )
    return replace(reading, organs=tuple(organs))


def chosen(reading):
    heart, liver = (reading.organ(organ) for organ in (Organ.HEART, Organ.LIVER))
    return reading.with_organ(replace(heart, model="mono", exclude_outliers=True)).with_organ(
        replace(liver, model="second-moment", calibration="garbowski2014", scheme="esgar-sar-2023")
    )


@pytest.mark.parametrize("change", [edited, with_shift, chosen])
@pytest.mark.parametrize("profile", ["default", "guangxi"])
def test_what_the_reader_decided(folder_of, tmp_path, change, profile):
    """As the window saves: report and case of the same reading, in processes that know nothing else."""
    source, settings = folder_of("demo"), load_settings(profile)
    (ref,) = scan(source)
    examination = read_examination(ref)
    reading = change(propose(examination, settings=settings))
    result = analyze(examination, reading, settings)
    lang = settings.languages[0]
    report, case = tmp_path / "report.pdf", tmp_path / "a.iqcase"
    write_report(result, report, lang=lang, settings=settings)
    save_case(case, ref, examination, reading, settings, analysis_json=to_json(result, lang))
    shutil.rmtree(source)
    done = recompute(case, "--report", report, "--json", tmp_path / "now.json")
    assert done.exit_code == 0, done.output
    opened = open_case(case)
    assert opened.reading.impression == reading.impression
    again = analyze(opened.examination, opened.reading, opened.settings)
    for old, new in zip(result.organs, again.organs, strict=True):
        assert (old.reported.mask == new.reported.mask).all()
        for why in PixelExclusion:
            assert old.reported.n_excluded_for(why) == new.reported.n_excluded_for(why)
    assert differences(json.loads(to_json(result, lang)), json.loads(to_json(again, lang))) == ()
    # Not only the numbers: the report itself.
    write_report(again, tmp_path / "again.pdf", lang=lang, settings=opened.settings)
    assert (tmp_path / "again.pdf").read_bytes() == report.read_bytes()


def test_another_patients_report_differs(folder_of, tmp_path):
    case = analyzed(folder_of("mild"), tmp_path / "a")
    other = analyzed(folder_of("severe"), tmp_path / "b").parent / "report.pdf"
    done = recompute(case, "--report", other)
    assert done.exit_code == 1
    assert "organs[0].result.t2star_ms.value" in done.output
    assert recompute(case, "--report", tmp_path / "none.pdf").code == "path_missing"


def test_results_written_twice_are_the_same(folder_of, tmp_path):
    source = folder_of("demo")
    for name in ("a", "b"):
        assert (
            run("analyze", source, "--out", tmp_path / name, "--export", "xlsx", "--export", "fhir").exit_code
            == 0
        )
    files = {path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file()}
    assert {path.name for path in files} >= {"report.pdf", "analysis.json", "regions.xlsx"}
    for name in files:
        if name.suffix != ".dcm":
            assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_forms_of_an_earlier_analysis_do_not_stay(folder_of, tmp_path):
    (ref,) = scan(folder_of("demo"))
    examination, settings = read_examination(ref), load_settings()
    result = analyze(examination, propose(examination, settings=settings), settings)
    folder = write_results(result, tmp_path, lang="en", settings=settings).folder
    assert run("export", folder, "--to", "csv,tsv,xlsx,fhir", "--out", folder).exit_code == 0
    assert (folder / "regions.csv").is_file()
    write_results(result, tmp_path, lang="en", settings=settings)
    left = {path.name for path in folder.iterdir() if path.is_file()}
    assert left == {"analysis.json", "report.pdf"}
