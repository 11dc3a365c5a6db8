"""`ironquant demo` and `ironquant analyze` as a user meets them: numbers and files."""

import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pydicom
import pytest
from commands import document, real, results, run


def test_demo_measures_both_organs_within_five_percent(demo: tuple) -> None:
    finished, out = demo
    assert finished.returncode == 0, finished.stderr
    truth = json.loads((out / "truth" / "truth.json").read_text(encoding="utf-8"))
    organs = {organ["organ"]: organ for organ in document(out)["organs"]}
    assert {true["organ"] for true in truth["organs"]} == set(organs) == {"heart", "liver"}
    for true in truth["organs"]:
        measured = organs[true["organ"]]["result"]["t2star_ms"]
        assert measured["bound"] == "none"
        assert measured["value"] == pytest.approx(true["t2star_ms"], rel=0.05)
    assert "report.pdf" in finished.stdout
    assert "ironquant gui" in finished.stdout
    assert "not a certified medical device" in finished.stdout


def test_demo_writes_every_output_of_the_contract(demo: tuple) -> None:
    _, out = demo
    folder = results(out)
    expected = {
        "analysis.json",
        "report.pdf",
        "regions/heart_septum.nii.gz",
        "regions/liver_parenchyma.nii.gz",
        "regions/liver_circle-1.nii.gz",
        "regions/liver_circle-2.nii.gz",
        "regions/liver_circle-3.nii.gz",
        "regions/regions.json",
        "dicom/measurements.dcm",
        "dicom/report.dcm",
        "dicom/key_images.dcm",
    }
    expected |= {
        f"dicom/{name}.dcm"
        for organ in ("heart", "liver")
        for name in (
            f"regions_{organ}",
            *(f"map_{organ}_{kind}" for kind in ("t2star", "r2star")),
            *(f"key_{organ}_{kind}" for kind in ("region", "map", "curve")),
        )
    }
    expected |= {
        f"maps/{organ}_{name}.nii.gz"
        for organ in ("heart", "liver")
        for name in ("t2star", "r2star", "s0", "rsquared")
    }
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert written == expected
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_maps_and_regions_lie_where_the_truth_lies(demo: tuple) -> None:
    _, out = demo
    folder = results(out)
    t2star = nib.load(folder / "maps" / "liver_t2star.nii.gz")
    region = nib.load(folder / "regions" / "liver_parenchyma.nii.gz")
    truth = nib.load(out / "truth" / "liver_parenchyma.nii.gz")
    assert np.allclose(t2star.affine, truth.affine, atol=1e-3)
    assert np.allclose(region.affine, truth.affine, atol=1e-3)
    inside = np.asarray(region.dataobj) > 0
    assert np.mean(np.asarray(truth.dataobj)[inside] > 0) > 0.9
    assert np.nanmedian(np.asarray(t2star.dataobj)[inside]) == pytest.approx(2.6, rel=0.05)


def test_analyze_repeats_the_demo_with_its_own_region_file(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    mask = results(out) / "regions" / "liver_parenchyma.nii.gz"
    finished = run(
        "analyze", out / "DICOM", "--out", tmp_path / "r", "--organ", "liver", f"--region=liver={mask}",
        "--lang", "zh", "--model", "liver=truncation", "--calibration", "liver=garbowski2014",
        "--scheme", "liver=esgar-sar-2023", "--echoes", "liver=1-6", cwd=tmp_path,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    (liver,) = document(tmp_path / "r")["organs"]
    region = liver["regions"][0]
    assert region["source"] == "file"
    assert region["curve"]["echoes_used"] == [1, 2, 3, 4, 5, 6]
    assert region["curve"]["echoes_chosen_by"] == "reader"
    assert region["n_pixels"] == int(np.count_nonzero(nib.load(mask).dataobj))
    assert liver["result"]["model"] == "truncation"
    assert liver["result"]["grade"]["scheme"] == "esgar-sar-2023"
    t2star = liver["result"]["t2star_ms"]["value"]
    iron = liver["result"]["iron_mg_per_g"]
    assert iron["calibration"] == "garbowski2014"
    assert iron["value"] == pytest.approx(31.94 * t2star**-1.014, rel=1e-6)


def test_profile_guangxi_uses_its_own_calibration(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    finished = run("analyze", out / "DICOM", "--out", tmp_path, "--profile", "guangxi", cwd=tmp_path)
    assert finished.returncode == 0
    liver = next(organ for organ in document(tmp_path)["organs"] if organ["organ"] == "liver")
    assert liver["result"]["model"] == "truncation"
    assert liver["result"]["iron_mg_per_g"]["value"] == pytest.approx(
        37.393 * liver["result"]["t2star_ms"]["value"] ** -1.22, rel=1e-6
    )


def test_liver_decayed_before_the_first_echo_is_severe(tmp_path: Path) -> None:
    made = run("phantom", tmp_path / "p", "--liver-t2star", "0.8", "--liver-te", "1.3:1.1:12", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    finished = run("analyze", tmp_path / "p" / "DICOM", "--out", tmp_path / "r", cwd=tmp_path)
    assert finished.returncode == 0
    liver = next(organ for organ in document(tmp_path / "r")["organs"] if organ["organ"] == "liver")
    assert liver["result"]["grade"]["code"] == "severe"
    t2star = liver["result"]["t2star_ms"]
    assert t2star["value"] >= 0.8 * 0.95
    assert t2star["bound"] in ("none", "upper")
    assert liver["result"]["iron_mg_per_g"]["value"] > 15


def test_field_without_calibration_invents_no_iron(tmp_path: Path) -> None:
    run("phantom", tmp_path / "p", "--field", "0.55", "--matrix", "160", cwd=tmp_path)
    finished = run("analyze", tmp_path / "p", "--out", tmp_path / "r", cwd=tmp_path)
    assert finished.returncode == 0
    for organ in document(tmp_path / "r")["organs"]:
        assert organ["result"]["t2star_ms"]["value"] > 0
        assert organ["result"]["iron_mg_per_g"] is None
        assert organ["result"]["grade"] is None
        assert "field_unsupported" in {finding["code"] for finding in organ["findings"]}


def test_region_by_hand_measures_the_coronal_liver(tmp_path: Path) -> None:
    """The box named in the README of the shared data: T2* 20.6 ms by a plain log-linear line."""
    from ironquant.dicom import read_examination, scan

    folder = real("ge-mr750-r2star12")
    (ref,) = scan(folder)
    (series,) = read_examination(ref).series
    mask = np.zeros(series.shape, dtype=np.uint8)
    mask[0, 60:75, 70:85] = 1
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ series.affine
    nib.save(nib.Nifti1Image(mask.transpose(2, 1, 0), affine), tmp_path / "box.nii.gz")
    finished = run(
        "analyze", folder, "--out", tmp_path / "r", "--organ", "liver",
        f"--region=liver={tmp_path}/box.nii.gz", cwd=tmp_path,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    (liver,) = document(tmp_path / "r")["organs"]
    assert liver["result"]["t2star_ms"]["value"] == pytest.approx(20.6, rel=0.05)
    assert liver["result"]["iron_mg_per_g"]["calibration"] == "hernando2023_30"


def test_region_of_another_organ_is_refused(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    for organ, other in (("heart", "liver_parenchyma"), ("liver", "heart_septum")):
        mask = results(out) / "regions" / f"{other}.nii.gz"
        finished = run(
            "analyze", out / "DICOM", "--out", tmp_path / organ, f"--region={organ}={mask}", cwd=tmp_path
        )
        assert finished.returncode == 3
        assert "region_other_organ" in finished.stderr


def test_map_is_no_region(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    image = results(out) / "maps" / "heart_t2star.nii.gz"
    finished = run("analyze", out / "DICOM", "--out", tmp_path, f"--region=heart={image}", cwd=tmp_path)
    assert finished.returncode == 3
    assert "not a mask" in finished.stderr


def test_organ_lost_to_missing_echoes_is_named(demo: tuple, tmp_path: Path) -> None:
    """A heart series of two echoes beside a good liver: measured, and told what became of the heart."""

    _, out = demo
    folder = tmp_path / "in"
    folder.mkdir()
    for path in (out / "DICOM").iterdir():
        header = pydicom.dcmread(path, stop_before_pixels=True)
        if "heart" not in header.SeriesDescription or header.EchoNumbers <= 2:
            (folder / path.name).write_bytes(path.read_bytes())
    finished = run("analyze", folder, "--out", tmp_path / "r", cwd=tmp_path)
    assert finished.returncode == 0
    (line,) = [line for line in finished.stderr.splitlines() if "few_echoes" in line]
    assert "heart" in line
    assert "few_echoes" in {finding["code"] for finding in document(tmp_path / "r")["findings"]}


def test_dicom_objects_are_chosen_and_a_wrong_word_is_refused(tmp_path):
    assert run("phantom", tmp_path / "images", "--case", "severe", cwd=tmp_path).returncode == 0
    for words, expected in (("pdf, sr", {"measurements.dcm", "report.dcm"}), ("none", set())):
        done = run("analyze", tmp_path / "images", "--out", tmp_path / "out", "--dicom", words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert {path.name for path in results(tmp_path / "out").glob("dicom/*")} == expected
    done = run("analyze", tmp_path / "images", "--out", tmp_path / "x", "--dicom", "sr,video", cwd=tmp_path)
    assert done.returncode == 2
    assert "sr,seg,map,pdf,images / all / none" in done.stderr
