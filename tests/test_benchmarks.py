"""The benchmark runs, and its numbers are sane. Nothing is timed here: a busy machine must not fail it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "benchmarks" / "fitting.py"
MODELS = ("mono", "truncation", "second-moment", "loglinear")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict]:
    """Run it on a tiny volume; what it prints, what it writes."""
    target = tmp_path_factory.mktemp("benchmark") / "out.json"
    small = [
        "--matrix",
        "24",
        "--slices",
        "2",
        "--voxels",
        "150",
        "--no-peers",
        "--no-first-calls",
        "--wait",
        "0",
    ]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *small, "--models", *MODELS, "--json", str(target)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(target.read_text(encoding="utf-8"))


def test_every_model_gets_a_ratio(run):
    _, report = run
    assert [len(train["te_ms"]) for train in report["trains"]] == [12, 12]
    for train in report["trains"]:
        fitted = {row["who"].split(" ")[0]: row for row in train["ours"]}
        assert set(fitted) == set(MODELS)
        assert all(row["times_curve_fit"] > 0 for row in fitted.values())
        assert train["baseline"]["times_curve_fit"] == pytest.approx(1.0)


def test_mono_is_as_precise_as_curve_fit(run):
    _, report = run
    even = report["trains"][0]
    (mono,) = (row for row in even["ours"] if row["who"] == "mono")
    assert mono["voxels"] == even["n_voxels"]
    assert mono["answered"] > 0.95
    for ours, theirs in zip(mono["errors"], even["baseline"]["errors"], strict=True):
        assert ours[0] < ours[1]
        # Different voxels: medians of a few dozen errors scatter.
        assert 0.5 * theirs[0] < ours[0] < 2.0 * theirs[0]


def test_floor_regions_and_marks_are_told(run):
    printed, report = run
    assert report["floor"]["bandwidth"] > 1e8
    assert [(entry["pixels"], entry["echoes"]) for entry in report["regions"]] == [(100, 8), (2336, 12)]
    assert all(0 < entry["fits_ms"] < 1000 and 0 < entry["analysis_ms"] < 1000 for entry in report["regions"])
    assert set(MODELS) <= set(report["regions"][0]["models"])
    assert "Marks" in printed
    assert "5,000 ×" in printed
    assert any(word in printed for word in ("pass", "fail"))


def test_tables_go_between_the_marker_lines():
    text = SCRIPT.with_name("README.md").read_text(encoding="utf-8")
    assert text.count("<!-- results: begin -->") == 1
    assert text.index("<!-- results: begin -->") < text.index("<!-- results: end -->")


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="bytes read are counted by Linux only")
def test_reading_is_compared_and_a_scan_reads_no_pixels():
    small = ["--slices", "2", "--matrix", "32", "--files", "148", "--repeats", "1"]
    done = subprocess.run(
        [sys.executable, str(SCRIPT.with_name("reading.py")), *small],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONUTF8": "1", "COLUMNS": "120"},
    )
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in ("pydicom", "IronQuant", "SimpleITK", "dcm2niix"))
    (asked,) = re.findall(r"([0-9.]+) KiB read of each", done.stdout)
    assert float(asked) < 12  # a file has 32 KiB of pixels
