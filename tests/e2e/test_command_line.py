"""The command line as a user meets it: help, wrong usage, exit codes, one line for each failure."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import real, run


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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_window_without_a_display_says_so(tmp_path: Path) -> None:
    finished = run("gui", cwd=tmp_path)
    assert finished.returncode == 2
    assert "display_missing" in finished.stderr
    assert "Traceback" not in finished.stderr
