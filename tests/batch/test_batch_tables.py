"""What a batch leaves behind: tables, derivative, contact sheet, methods; nothing in them names anybody."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import shutil
import subprocess

import numpy as np
import pytest
from cohort import tree
from PIL import Image

from ironquant.batch import load, run
from ironquant.batch.clinical import read_clinical
from ironquant.batch.readerqueue import make_queue
from ironquant.core import Organ, SettingsError
from ironquant.iron import calibration, calibrations, load_settings


def rows_of(path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t"))


def test_tables_say_what_analysis_json_says(measured):
    wide = {row["examination_id"]: row for row in rows_of(measured.out / "results_wide.tsv")}
    studies = rows_of(measured.out / "studies.tsv")
    compared = 0
    for study in studies:
        path = measured.out / "studies" / study["study"] / "analysis.json"
        if not path.is_file():
            assert study["status"] == "failed"
            continue
        for organ in json.loads(path.read_bytes())["organs"]:
            row, result = wide[study["examination_id"]], organ["result"]
            if result is None:
                assert row[f"{organ['organ']}_t2star_ms"] == "n/a"
                continue
            told = float(row[f"{organ['organ']}_t2star_ms"])
            assert told == pytest.approx(result["t2star_ms"]["value"], rel=1e-6)
            assert row[f"{organ['organ']}_grade"] == (result["grade"] or {}).get("code", "n/a")
            compared += 1
    assert compared >= 10


def test_every_calibration_has_a_column_with_its_flag(measured):
    covering = [line for line in calibrations().values() if line.organ == Organ.LIVER and line.covers(1.5)]
    assert len(covering) >= 2
    for row in rows_of(measured.out / "results_wide.tsv"):
        if row["status"] != "done" or row["liver_mono_t2star_ms"] == "n/a":
            continue
        t2star = float(row["liver_mono_t2star_ms"])
        for line in covering:
            low, high = line.range_mg_per_g
            flag = row[f"liver_mono_{line.id}_in_range"]
            if row["liver_mono_t2star_bound"] == "none" and flag == "true":
                iron = float(row[f"liver_mono_{line.id}_iron_mg_per_g"])
                assert iron == pytest.approx(calibration(line.id).iron_mg_per_g(t2star), rel=1e-5)
                assert low <= iron <= high


def test_loaded_tables_are_those_of_the_text(measured):
    batch = load(measured.out)
    assert len(batch.wide) == len(rows_of(measured.out / "results_wide.tsv"))
    assert len(batch.long) == len(rows_of(measured.out / "results.tsv"))
    assert set(batch.dictionary["results_wide"]) == set(batch.wide.columns)
    assert set(batch.dictionary["results"]) == set(batch.long.columns)
    text = [row["heart_t2star_ms"] for row in rows_of(measured.out / "results_wide.tsv")]
    numbers = [np.nan if cell == "n/a" else float(cell) for cell in text]
    loaded = batch.wide["heart_t2star_ms"].to_numpy(dtype=float, na_value=np.nan)
    np.testing.assert_allclose(loaded, numbers, rtol=1e-6)


def test_nothing_for_others_names_anybody(cohort, measured):
    names = re.compile(rb"P0{2}\d\d|Made\^Up|Made Up|case\d{4}|2020-?0[1-4]-?\d\d")
    shared = [
        path for path in measured.out.iterdir() if path.name.startswith(("results", "contact", "methods"))
    ]
    assert len(shared) >= 8
    for path in shared:
        if path.suffix != ".parquet":
            assert not names.search(path.read_bytes()), path.name
    for name, data in tree(measured.out / "bids").items():
        assert not names.search(name.encode())
        assert name.endswith(".gz") or not names.search(data), name


@pytest.mark.skipif(os.name == "nt", reason="no such rights on Windows")
def test_what_names_people_is_for_its_owner_alone(measured):
    for name in ("key.json", "studies.tsv"):
        assert (measured.out / name).stat().st_mode & 0o777 == 0o600


def test_the_derivative_is_valid(measured):
    done = subprocess.run(
        ["bids-validator-deno", str(measured.out / "bids"), "--json"],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    report = json.loads(done.stdout)
    errors = [issue for issue in report["issues"]["issues"] if issue["severity"] == "error"]
    assert errors == []
    assert done.returncode == 0
    assert report["summary"]["subjectMetadata"] or report["summary"]["subjects"]


def test_maps_of_the_derivative_are_in_seconds(measured):
    import nibabel

    for study in rows_of(measured.out / "studies.tsv"):
        if study["status"] != "done":
            continue
        folder = measured.out / "bids" / study["participant_id"] / study["session_id"] / "anat"
        for path in folder.glob("*_T2starmap.nii.gz"):
            organ = re.search(r"desc-([a-z]+)_", path.name)[1]
            own = nibabel.load(measured.out / "studies" / study["study"] / "maps" / f"{organ}_t2star.nii.gz")
            seconds = nibabel.load(path)
            np.testing.assert_allclose(seconds.get_fdata() * 1000.0, own.get_fdata(), rtol=1e-5)
            np.testing.assert_array_equal(seconds.affine, own.affine)


def test_the_contact_sheet_needs_nothing_else(measured):
    page = (measured.out / "contact.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!data:)[^\"]*", page)
    assert "http" not in page
    pictures = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page)
    done = [row for row in rows_of(measured.out / "studies.tsv") if row["status"] == "done"]
    assert len(pictures) >= len(done)
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(pictures[0]))))
    assert image.shape[2] == 3
    yellow = (image[..., 0].astype(int) - image[..., 2]) > 80
    assert yellow.sum() > 10  # the outline of the region
    confidences = [float(value) for value in re.findall(r'data-confidence="([\d.]+)"', page)]
    assert confidences == sorted(confidences)


def test_methods_cite_what_was_used_and_nothing_else(measured):
    text = (measured.out / "methods.md").read_text(encoding="utf-8")
    assert calibration("carpenter2011").source in text
    numbers = {int(number) for number in re.findall(r"\[(\d+)\]", text)}
    listed = {int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)}
    assert numbers == listed
    assert "#" not in (measured.out / "methods.txt").read_text(encoding="utf-8")


def test_a_clinical_table_is_joined_by_pseudonym(cohort, measured, tmp_path):
    from dataclasses import replace

    out = shutil.copytree(measured.out, tmp_path / "out")
    wide = rows_of(out / "results_wide.tsv")
    subject = next(row["participant_id"] for row in wide if row["status"] == "done")
    table = tmp_path / "clinic.csv"
    written = f"IQ-{subject.removeprefix('sub-IQ')}"
    table.write_text(f"pseudonym;ferritin;drug\n{written};1234.5;DFX\n", encoding="utf-8")
    options = replace(measured.options, clinical=table)
    assert list(run(cohort.root, out, options, settings=measured.settings, jobs=1)) == []
    joined = rows_of(out / "results_wide.tsv")
    cells = {row["participant_id"]: (row["clinical_ferritin"], row["clinical_drug"]) for row in joined}
    assert cells[subject] == ("1234.5", "DFX")
    assert {cell for name, cell in cells.items() if name != subject} == {("n/a", "n/a")}
    assert load(out).wide["clinical_ferritin"].max() == 1234.5


@pytest.mark.parametrize("text", ["id,x\nA,1\n", "participant_id,x\nsub-A,1\nA,2\n", ""])
def test_a_clinical_table_that_cannot_be_joined_is_refused(tmp_path, text):
    path = tmp_path / "clinic.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        read_clinical(path)


def test_regions_and_fits_of_an_earlier_batch_are_used_again(cohort, measured, tmp_path):
    from dataclasses import replace

    settings = load_settings(
        models={Organ.LIVER: "second-moment"}, calibrations={Organ.LIVER: "garbowski2014"}, languages=("en",)
    )
    options = replace(measured.options, earlier=measured.out, key=measured.out / "key.json")
    out = tmp_path / "out"
    list(run(cohort.root, out, options, settings=settings, jobs=1))
    changes = rows_of(out / "changes.tsv")
    assert len(changes) >= 10
    assert all(row["old_t2star_ms"] == row["new_t2star_ms"] for row in changes)
    liver = [row for row in changes if row["organ"] == "liver" and row["new_iron_mg_per_g"] != "n/a"]
    assert {row["new_calibration"] for row in liver} == {"garbowski2014"}
    assert any(row["old_iron_mg_per_g"] != row["new_iron_mg_per_g"] for row in liver)
    moved = rows_of(out / "changes_of_grade.tsv")
    assert sum(int(row["n"]) for row in moved) == len(changes)
    for name, data in tree(measured.out / "studies").items():
        if "/maps/" in name or name.endswith("reading.json"):
            assert (out / "studies" / name).read_bytes() == data


def test_a_reader_who_knows_nothing_corrects_a_region(cohort, measured, tmp_path):
    from dataclasses import replace

    from ironquant.analysis import propose
    from ironquant.core import write_bytes_atomic
    from ironquant.dicom import read_examination, scan
    from ironquant.roi.document import to_regions_document

    out = shutil.copytree(measured.out, tmp_path / "out")
    make_queue(cohort.root, out, seed=3, jobs=1)
    key = rows_of(out / "queue_key.tsv")
    with (out / "queue.csv").open(encoding="utf-8", newline="") as handle:
        queue = list(csv.DictReader(handle))
    assert [row["code"] for row in queue] == [row["code"] for row in key]
    assert [row["study"] for row in key] != sorted(row["study"] for row in key)
    study = next(
        row for row in key if (out / "studies" / row["study"] / "maps" / "liver_t2star.nii.gz").is_file()
    )
    images = out / "queue" / study["code"]
    assert not any(re.search(rb"P0{2}\d\d|Made", path.read_bytes()) for path in images.glob("*.json"))
    (ref,) = scan(images)
    exam = read_examination(ref)
    entry = propose(exam).organ(Organ.LIVER)
    circle = replace(entry.regions[1], site="parenchyma", source="manual", reported=True)
    document = to_regions_document([(circle, exam.series_by_key(entry.series_key).instance_uid)])
    write_bytes_atomic(
        tmp_path / "drawn" / f"{study['code']}.json", document.model_dump_json(by_alias=True).encode()
    )
    options = replace(measured.options, regions=tmp_path / "drawn")
    again = list(run(cohort.root, out, options, settings=measured.settings, jobs=1))
    assert [outcome.job for outcome in again] == [study["study"]]
    row = next(
        row for row in rows_of(out / "results_wide.tsv") if row["examination_id"] == study["examination_id"]
    )
    assert row["liver_source"] == "manual"
