"""The command line in a process of its own, and what it leaves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from ironquant.resources import resource_path

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"
SCHEMA = json.loads(resource_path("schemas", "analysis-1.schema.json").read_text(encoding="utf-8"))

NO_OBJECTS = "--dicom", "none"
"""For ``analyze``, where no DICOM objects are looked at: they take a third of its time."""


def run(*arguments: object, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``ironquant`` in English, without a display and without the user's own settings and library."""
    own = {"LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(cwd / "config"), "XDG_DATA_HOME": str(cwd / "data")}
    dropped = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "COLUMNS")  # as in a pipe
    outside = {name: value for name, value in os.environ.items() if name not in dropped}
    environment = {**outside, **own, **variables}
    return subprocess.run(
        [sys.executable, "-c", "from ironquant.cli.main import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        env=environment,
        timeout=300,
        check=False,
    )


def real(name: str) -> Path:
    """Return a set of the shared real data, or skip."""
    path = REAL / name
    if not path.exists():
        pytest.skip(f"shared real data are not beside this checkout: {name}")
    return path


def results(out: Path) -> Path:
    """Return the one result folder under `out`."""
    (found,) = out.glob("*_????????")
    return found


def document(out: Path) -> dict:
    """Return the analysis.json under `out`, checked against the shipped schema."""
    content = json.loads((results(out) / "analysis.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, SCHEMA)
    return content
