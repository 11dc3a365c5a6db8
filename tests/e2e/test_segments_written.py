"""``ironquant analyze --segments``: what stands in analysis.json, masks, DICOM and on the command line."""

import json
import subprocess

import jsonschema
import nibabel as nib
import numpy as np
import pydicom
import pytest
from commands import SCHEMA, results, run

NAMES = [f"aha-{n}" for n in range(1, 17)]


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    """The images of the case ``stack``, and the results of its analysis."""
    folder = tmp_path_factory.mktemp("stack")
    assert run("phantom", folder / "images", "--case", "stack", cwd=folder).returncode == 0
    done = run("analyze", folder / "images", "--out", folder / "out", "--organ", "heart", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done, results(folder / "out")


@pytest.fixture(scope="module")
def heart(stack):
    document = json.loads((stack[2] / "analysis.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, SCHEMA)
    return document["organs"][0]


def test_the_septum_is_reported_and_the_segments_follow(stack, heart):
    _, done, _ = stack
    assert [region["site"] for region in heart["regions"]] == ["septum", *NAMES]
    assert [region["reported"] for region in heart["regions"]] == [True] + [False] * 16
    assert heart["result"]["site"] == "septum"
    values = [region["models"][0]["t2star_ms"]["value"] for region in heart["regions"][1:]]
    summary = heart["segmental"]
    assert summary["global_t2star_ms"]["value"] == pytest.approx(np.mean(values))
    assert summary["n_abnormal"] == sum(value < 20.0 for value in values)
    assert f"{summary['n_abnormal']} of 16 segments below 20 ms" in done.stdout


def test_septal_segments_hold_the_true_t2star(heart):
    values = {region["site"]: region["models"][0]["t2star_ms"]["value"] for region in heart["regions"]}
    for number in (2, 3, 8, 9, 14):
        assert values[f"aha-{number}"] == pytest.approx(20.0, rel=0.03)


def test_masks_lie_on_the_myocardium_of_their_own_slices(stack, heart):
    folder, _, out = stack
    myocardium = nib.load(next(folder.glob("images/**/heart_myocardium.nii.gz"))).get_fdata() > 0
    blood = [
        nib.load(next(folder.glob(f"images/**/heart_{b}_blood.nii.gz"))).get_fdata() > 0 for b in ("lv", "rv")
    ]
    whole = np.zeros(myocardium.shape)
    for region in heart["regions"][1:]:
        mask = nib.load(out / region["mask"]).get_fdata() > 0
        assert mask.sum() == region["n_pixels"]
        assert not any((mask & other).any() for other in blood), region["site"]
        assert (mask & myocardium).sum() > 0.85 * mask.sum(), region["site"]
        whole += mask
    assert whole.max() == 1  # no pixel in two segments


@pytest.mark.tool("dciodvfy")
def test_the_segmentation_names_them_by_snomed(stack):
    path = stack[2] / "dicom" / "regions_heart.dcm"
    segments = pydicom.dcmread(path).SegmentSequence
    kinds = {item.SegmentLabel: item.SegmentedPropertyTypeCodeSequence[0] for item in segments}
    assert len(kinds) == 17
    # PS3.16, CID 3717 Myocardial Wall Segments.
    for number, value, meaning in (
        (1, "264850008", "left ventricle basal anterior segment"),
        (8, "396647004", "left ventricle mid anteroseptal segment"),
        (11, "396655006", "left ventricle mid inferolateral segment"),
        (14, "264845002", "left ventricle apical septal segment"),
        (16, "264853005", "left ventricle apical lateral segment"),
    ):
        kind = kinds[f"heart aha-{number}"]
        assert (kind.CodeValue, kind.CodingSchemeDesignator, kind.CodeMeaning) == (value, "SCT", meaning)
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False)
    assert not [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]


def test_the_written_regions_give_back_the_septum(stack, heart):
    folder, _, out = stack
    for name, file in (
        ("json", out / "regions" / "regions.json"),
        ("dcm", out / "dicom" / "regions_heart.dcm"),
    ):
        back = folder / f"back_{name}"
        done = run("analyze", folder / "images", "--out", back, "--region", f"heart={file}", cwd=folder)
        assert done.returncode == 0, done.stderr
        document = json.loads((results(back) / "analysis.json").read_text(encoding="utf-8"))
        (region,) = (region for region in document["organs"][0]["regions"] if region["reported"])
        assert region["n_pixels"] == heart["regions"][0]["n_pixels"]


def test_off_and_a_wrong_word(stack):
    folder, _, _ = stack
    images = folder / "images"
    done = run(
        "analyze", images, "--out", folder / "off", "--organ", "heart", "--segments", "off", cwd=folder
    )
    assert done.returncode == 0
    document = json.loads((results(folder / "off") / "analysis.json").read_text(encoding="utf-8"))
    assert [region["site"] for region in document["organs"][0]["regions"]] == ["septum"]
    assert document["organs"][0]["segmental"] is None
    assert not list(results(folder / "off").glob("maps/*bullseye*"))
    done = run("analyze", images, "--out", folder / "bad", "--segments", "some", cwd=folder)
    assert done.returncode == 2
    assert "off / auto / on" in done.stderr
