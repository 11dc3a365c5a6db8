"""`ironquant fit` as a user meets it: maps of any body part."""

import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pydicom
import pytest
from commands import real, run
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless


def test_fit_maps_any_body_part(tmp_path: Path) -> None:
    finished = run("fit", real("ge-mr750-r2star12"), "--out", tmp_path, "--model", "mono", cwd=tmp_path)
    assert finished.returncode == 0
    (path,) = tmp_path.rglob("*_t2star.nii.gz")
    values = np.asarray(nib.load(path).dataobj)
    assert values.shape == (256, 256, 5)
    # Median over the body by the quick log-linear check of the shared data's README: 20.1 ms.
    assert np.nanmedian(values) == pytest.approx(20.1, rel=0.1)


def test_fit_by_options_says_beside_the_maps_what_was_done(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    finished = run(
        "fit", out / "DICOM", "--out", tmp_path, "--model", "offset", "--noise", "17.5", "--coils", "2",
        "--echoes", "1-7", "--weights", "none", "--bounds", "1,60", "--threads", "1", cwd=tmp_path,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    heart, liver = sorted(tmp_path.rglob("*_fit.json"))
    made = json.loads(heart.read_text(encoding="utf-8"))
    assert made["model"] == "offset"
    assert made["noise"] == {"sigma": 17.5, "n_coils": 2, "source": "given"}
    assert made["echoes"] == [1, 2, 3, 4, 5, 6, 7]
    assert made["options"] == {
        "noise": 17.5, "coils": 2, "weights": "none", "r_squared": None, "bounds_ms": [1.0, 60.0]
    }  # fmt: skip
    values = np.asarray(nib.load(heart.parent / heart.name.replace("_fit.json", "_t2star.nii.gz")).dataobj)
    assert 1.0 < np.nanmin(values) < np.nanmax(values) < 60.0
    names = {path.name.split("_")[-1].removesuffix(".nii.gz") for path in heart.parent.glob("*.nii.gz")}
    assert names == {
        "t2star", "r2star", "s0", "rsquared", "r2starse", "nechoes", "status", "t2starbound", "offset"
    }  # fmt: skip
    assert json.loads(liver.read_text(encoding="utf-8"))["status"]["ok"]["voxels"] > 100


def test_fit_by_a_target_keeps_fewer_echoes(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    used = []
    for target in ("0.9", "0.9999"):
        finished = run("fit", out / "DICOM", "--out", tmp_path / target, "--r-squared", target, cwd=tmp_path)
        assert finished.returncode == 0, finished.stderr
        maps = sorted((tmp_path / target).rglob("*_nechoes.nii.gz"))
        used.append(np.mean([np.asarray(nib.load(path).dataobj).mean() for path in maps]))
    assert used[1] < 0.9 * used[0]


def test_what_one_train_lacks_is_told_and_the_other_is_fitted(demo: tuple, tmp_path: Path) -> None:
    """The heart has 8 echoes, the liver 12; nothing was repeated."""
    _, out = demo
    some = run("fit", out / "DICOM", "--out", tmp_path, "--echoes", "1-10", cwd=tmp_path)
    assert some.returncode == 4
    assert "echoes_invalid" in some.stderr
    assert len(list(tmp_path.rglob("*_fit.json"))) == 1
    none = run("fit", out / "DICOM", "--out", tmp_path / "none", "--noise", "repeats", cwd=tmp_path)
    assert none.returncode == 2
    assert none.stderr.count("repeats_missing") == 2
    assert "Traceback" not in none.stderr
    assert not list((tmp_path / "none").rglob("*.nii.gz"))


def test_fit_of_images_that_cannot_be_decoded_ends_with_three(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    (tmp_path / "in").mkdir()
    for path in (out / "DICOM").iterdir():
        image = pydicom.dcmread(path)
        image.file_meta.TransferSyntaxUID = JPEG2000Lossless
        image.PixelData = encapsulate([b"no picture"])
        image["PixelData"].is_undefined_length = True
        image.save_as(tmp_path / "in" / path.name)
    finished = run("fit", tmp_path / "in", "--out", tmp_path / "r", cwd=tmp_path)
    assert finished.returncode == 3
    assert "few_echoes" in finished.stderr
    assert not list(tmp_path.rglob("*.nii.gz"))
