"""What the commands are tried on."""

import subprocess
from pathlib import Path

import pytest
from commands import run


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Run the demonstration once."""
    folder = tmp_path_factory.mktemp("demo")
    return run("demo", "--out", folder / "out", cwd=folder), folder / "out"
