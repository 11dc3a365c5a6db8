"""The public names, and what importing them costs."""

import importlib
import subprocess
import sys

import pytest

import ironquant

HEAVY = (
    "numpy",
    "scipy",
    "PySide6",
    "pyqtgraph",
    "pydicom",
    "nibabel",
    "skimage",
    "reportlab",
    "pydantic",
    "typer",
)
DOCUMENTED = ("scan", "read_examination", "propose", "analyze", "fit", "deidentify")


def modules_after(code):
    """Names of the modules loaded by `code` in a fresh interpreter."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in ran.stdout.splitlines()}


def test_import_is_light():
    assert not modules_after("import ironquant").intersection(HEAVY)


def test_fitting_loads_no_window_and_no_readers():
    loaded = modules_after("import ironquant; ironquant.fit([3.0, 2.0, 1.0], [1.0, 2.0, 3.0])")
    assert "numpy" in loaded
    assert not loaded.intersection({"PySide6", "pyqtgraph", "pydicom", "nibabel", "reportlab", "skimage"})


def test_settings_load_no_window_and_no_readers():
    loaded = modules_after("from ironquant import load_settings; load_settings()")
    assert not loaded.intersection({"PySide6", "pyqtgraph", "pydicom", "nibabel", "reportlab", "skimage"})


@pytest.mark.parametrize("name", ironquant.__all__)
def test_public_names_exist(name):
    assert getattr(ironquant, name) is not None
    assert name in dir(ironquant)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_documented_names_are_public(name):
    assert name in ironquant.__all__
    assert callable(getattr(ironquant, name))
    assert getattr(ironquant, name).__doc__


def test_unknown_name():
    with pytest.raises(AttributeError, match="nothing_like_it"):
        ironquant.nothing_like_it  # noqa: B018


def test_version_is_that_of_the_package():
    from importlib.metadata import version

    assert ironquant.__version__ == version("ironquant")


@pytest.mark.parametrize(
    "room", ["core", "resources", "fitting", "dicom", "roi", "iron", "phantom", "quality", "export"]
)
def test_every_room_keeps_its_promises(room):
    module = importlib.import_module(f"ironquant.{room}")
    for name in module.__all__:
        assert hasattr(module, name), name
