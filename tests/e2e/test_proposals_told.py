"""``ironquant proposals`` and ``--outliers`` as a user meets them."""

import csv
import json
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from commands import NO_OBJECTS, results, run


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The images of one phantom."""
    folder = tmp_path_factory.mktemp("images")
    sizes = ("--heart-slices", 1, "--liver-slices", 1)
    assert run("phantom", folder / "in", "--case", "moderate", *sizes, cwd=folder).returncode == 0
    return folder / "in"


def test_proposals_are_counted(images: Path, tmp_path: Path) -> None:
    assert run("analyze", images, "--out", tmp_path / "out", *NO_OBJECTS, cwd=tmp_path).returncode == 0
    done = run("proposals", tmp_path / "out", "--out", tmp_path / "proposals.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "IronQuant phantom laboratory · heart · ironquant-septum" in done.stdout
    assert "not looked at 1" in done.stdout
    rows = list(csv.DictReader((tmp_path / "proposals.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["organ"], row["outcome"], row["dice"]) for row in rows] == [
        ("heart", "unreviewed", "1.0"),
        ("liver", "unreviewed", "1.0"),
    ]


def test_no_record_is_one_clear_line(tmp_path: Path) -> None:
    missing = run("proposals", tmp_path, cwd=tmp_path)
    assert missing.returncode == 3
    assert missing.stderr.count("\n") == 1
    assert "Traceback" not in missing.stderr


def test_outliers_are_left_out_as_asked(images: Path, tmp_path: Path) -> None:
    heart = ("--organ", "heart", *NO_OBJECTS)
    assert run("analyze", images, "--out", tmp_path / "first", *heart, cwd=tmp_path).returncode == 0
    mask = nib.load(results(tmp_path / "first") / "regions" / "heart_septum.nii.gz")
    wide = np.asarray(mask.dataobj).astype(np.uint8)
    columns = np.flatnonzero(wide.any(axis=(1, 2)))
    wide[columns[-1] + 1 : columns[-1] + 3] = wide[columns[-1]]  # into the blood
    nib.save(nib.Nifti1Image(wide, mask.affine), tmp_path / "wide.nii.gz")
    found = {}
    for choice in ("keep", "exclude"):
        out = tmp_path / choice
        options = (*heart, "--region", f"heart={tmp_path / 'wide.nii.gz'}", "--outliers", f"heart={choice}")
        done = run("analyze", images, "--out", out, *options, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        document = json.loads((results(out) / "analysis.json").read_text(encoding="utf-8"))
        (found[choice],) = document["organs"][0]["regions"]
    assert found["keep"]["curve"]["n"] == found["keep"]["n_pixels"] == found["exclude"]["n_pixels"]
    pixels = found["exclude"]["pixels"]
    assert pixels["excluded_left_out"]
    assert pixels["n_excluded"] > 0
    assert found["exclude"]["curve"]["n"] == found["exclude"]["n_pixels"] - pixels["n_excluded"]
    reasons = ("n_without_value", "n_low_r_squared", "n_outliers")
    assert pixels["n_excluded"] == sum(pixels[name] for name in reasons)
    refused = run("analyze", images, "--out", tmp_path / "no", "--outliers", "heart=maybe", cwd=tmp_path)
    assert refused.returncode == 2
    assert "exclude / keep" in refused.stderr
