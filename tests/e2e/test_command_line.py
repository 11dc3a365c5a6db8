"""The command line as a user meets it: in processes of its own, with exit codes and files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import nibabel as nib
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless

from ironquant.resources import resource_path

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"
SCHEMA = json.loads(resource_path("schemas", "analysis-1.schema.json").read_text(encoding="utf-8"))


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run ``ironquant`` in English, without a display and without the user's own settings."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(cwd / "config")}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, "-c", "from ironquant.cli.main import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=environment,
        timeout=120,
        check=False,
    )


def real(name: str) -> Path:
    """Return a set of the shared real data, or skip."""
    path = REAL / name
    if not path.exists():
        pytest.skip(f"shared real data are not beside this checkout: {name}")
    return path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run the demonstration once."""
    folder = tmp_path_factory.mktemp("demo")
    return run("demo", "--out", folder / "out", cwd=folder), folder / "out"


def results(out: Path) -> Path:
    """Return the one result folder under `out`."""
    (found,) = out.glob("*_????????")
    return found


def document(out: Path) -> dict:
    """Return the analysis.json under `out`, checked against the shipped schema."""
    content = json.loads((results(out) / "analysis.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    return content


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


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("philips-elition-dualecho/classic", {"few_echoes", "phase_only"}),
        ("philips-elition-dualecho/enhanced", {"few_echoes", "phase_only"}),
        ("siemens-xa30-enh-dualecho", {"few_echoes", "phase_only"}),
        ("siemens-xa30-enh-dualecho/9_gre_field_mapping", {"phase_only"}),
        ("siemens-e11-dualecho-classic", {"few_echoes", "phase_only"}),
        ("siemens-transfer-syntaxes", {"few_echoes"}),
        ("ge-mr750-r2star12", {"region_not_found"}),
        ("siemens-r2star12-nifti", {"region_not_found"}),
    ],
)
def test_real_sets_without_a_measurable_organ_end_with_three(
    name: str, codes: set[str], tmp_path: Path
) -> None:
    finished = run("analyze", real(name), "--out", tmp_path, cwd=tmp_path)
    assert finished.returncode == 3
    assert "Traceback" not in finished.stderr
    assert codes <= {line.split("[")[1].split("]")[0] for line in finished.stderr.splitlines() if "[" in line}


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


def test_some_failed_ends_with_four(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    both = tmp_path / "both"
    both.mkdir()
    (both / "one").symlink_to(out / "DICOM", target_is_directory=True)
    (both / "two").symlink_to(real("siemens-e11-dualecho-classic"), target_is_directory=True)
    finished = run("analyze", both, "--out", tmp_path / "r", cwd=tmp_path)
    assert finished.returncode == 4
    assert "few_echoes" in finished.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze",),
        ("analyze", ".", "--out", "r", "--organ", "brain"),
        ("analyze", ".", "--out", "r", "--organ", "kidney"),
        ("analyze", ".", "--out", "r", "--settings", "missing.toml"),
        ("analyze", ".", "--out", "r", "--model", "liver=magic"),
        ("analyze", ".", "--out", "r", "--model", "liver"),
        ("analyze", ".", "--out", "r", "--calibration", "liver=carpenter2011"),
        ("analyze", ".", "--out", "r", "--scheme", "heart=lic-3-7-15"),
        ("analyze", ".", "--out", "r", "--echoes", "liver=6-1"),
        ("analyze", ".", "--out", "r", "--profile", "nowhere"),
        ("analyze", ".", "--out", "r", "--lang", "xx"),
        ("analyze", ".", "--out", "r", "--region", "liver=missing.nii.gz"),
        ("phantom", "out", "--case", "nobody"),
        ("phantom", "out", "--matrix", "3x3"),
        ("analyze", ".", "--out", "r", "--model", "liver=cse"),
        ("fit", ".", "--out", "r", "--model", "magic"),
        ("fit", ".", "--out", "r", "--model", "cse"),
        ("fit", ".", "--out", "r", "--noise", "loud"),
        ("fit", ".", "--out", "r", "--noise", "0"),
        ("fit", ".", "--out", "r", "--noise", "inf"),
        ("fit", ".", "--out", "r", "--coils", "0"),
        ("fit", ".", "--out", "r", "--echoes", "6-1"),
        ("fit", ".", "--out", "r", "--weights", "all"),
        ("fit", ".", "--out", "r", "--weights", "none", "--model", "arlo"),
        ("fit", ".", "--out", "r", "--r-squared", "1.5"),
        ("fit", ".", "--out", "r", "--r-squared", "0.99", "--model", "mono"),
        ("fit", ".", "--out", "r", "--bounds", "60,1"),
        ("fit", ".", "--out", "r", "--bounds", "60"),
        ("fit", ".", "--out", "r", "--threads", "0"),
        ("nonsense",),
    ],
)
def test_wrong_usage_ends_with_two_and_one_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    finished = run(*arguments, cwd=tmp_path)
    assert finished.returncode == 2
    assert finished.stderr.strip()
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("content", [None, b"", b"hello", b"\x00" * 128 + b"DICM" + b"\xff" * 50])
def test_nothing_to_analyze_ends_with_three(content: bytes | None, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    if content is not None:
        (folder / "IM1").write_bytes(content)
    finished = run("analyze", folder, "--out", tmp_path / "r", cwd=tmp_path)
    assert finished.returncode == 3
    assert (str(folder) if content in (None, b"hello") else "IM1") in finished.stderr
    assert "Traceback" not in finished.stderr


def test_unwritable_output_is_told(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    finished = run("analyze", out / "DICOM", "--out", tmp_path / "taken", cwd=tmp_path)
    assert finished.returncode == 2
    assert len(finished.stderr.strip().splitlines()) == 1
    assert "output_not_written" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_info_lists_trains_as_json(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    finished = run("info", out / "DICOM", "--json", cwd=tmp_path)
    assert finished.returncode == 0
    (examination,) = json.loads(finished.stdout)["examinations"]
    trains = {series["organ_guess"]: series for series in examination["series"]}
    assert trains["heart"]["te_ms"] == pytest.approx([2.0 + 2.2 * index for index in range(8)])
    assert trains["liver"]["shape"] == [1, 256, 256]


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    heavy = ("PySide6", "scipy.optimize", "nibabel", "reportlab", "skimage", "pyqtgraph")
    code = (
        "import sys\n"
        "from ironquant.cli.main import app\n"
        "try:\n    app(['--help'], standalone_mode=False)\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules])\n"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip().endswith("[]")


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
    import pydicom

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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_window_without_a_display_says_so(tmp_path: Path) -> None:
    finished = run("gui", cwd=tmp_path)
    assert finished.returncode == 2
    assert "display_missing" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_deidentify_and_read_again(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    order = ("deidentify", out / "DICOM", "--out", tmp_path / "copies", "--key", tmp_path / "key.json")
    dry = run(*order, "--dry-run", cwd=tmp_path)
    assert dry.returncode == 0, dry.stderr
    assert "nothing written" in dry.stdout
    assert not (tmp_path / "copies").exists()
    assert not (tmp_path / "key.json").exists()
    done = run(*order, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 patient(s)" in done.stdout
    (patient,) = json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))["patients"]
    assert patient["pseudonym"] not in done.stdout + done.stderr
    told = json.loads(run("info", tmp_path / "copies", "--json", cwd=tmp_path).stdout)
    assert told["examinations"][0]["patient"]["id"] == patient["pseudonym"]


def test_deidentify_exit_codes(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    inside = run(
        "deidentify", out / "DICOM", "--out", tmp_path / "c", "--key", tmp_path / "c" / "k", cwd=tmp_path
    )
    assert (inside.returncode, "deid_key_inside" in inside.stderr) == (2, True)
    (tmp_path / "empty").mkdir()
    empty = run(
        "deidentify", tmp_path / "empty", "--out", tmp_path / "c", "--key", tmp_path / "k", cwd=tmp_path
    )
    assert (empty.returncode, "no_images" in empty.stderr) == (3, True)
    one = tmp_path / "some" / "cut.dcm"
    one.parent.mkdir()
    files = sorted((out / "DICOM").rglob("IM*"))
    (one.parent / "whole.dcm").write_bytes(files[0].read_bytes())
    one.write_bytes(files[1].read_bytes()[:600])
    some = run("deidentify", one.parent, "--out", tmp_path / "c", "--key", tmp_path / "k", cwd=tmp_path)
    assert (some.returncode, "cut.dcm" in some.stderr) == (4, True)


def test_dicom_objects_are_chosen_and_a_wrong_word_is_refused(tmp_path):
    assert run("phantom", tmp_path / "images", "--case", "severe", cwd=tmp_path).returncode == 0
    for words, expected in (("pdf, sr", {"measurements.dcm", "report.dcm"}), ("none", set())):
        done = run("analyze", tmp_path / "images", "--out", tmp_path / "out", "--dicom", words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert {path.name for path in results(tmp_path / "out").glob("dicom/*")} == expected
    done = run("analyze", tmp_path / "images", "--out", tmp_path / "x", "--dicom", "sr,video", cwd=tmp_path)
    assert done.returncode == 2
    assert "sr,seg,map,pdf,images / all / none" in done.stderr
