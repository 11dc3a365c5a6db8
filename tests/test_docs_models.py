"""The page "Which model when" speaks of every model, and of the engine as it is."""

from __future__ import annotations

import importlib.util
import re
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import pytest

from ironquant.core import FitStatus
from ironquant.fitting import MODELS
from ironquant.resources.loader import load_table, table_names

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "models.md"
LARGEST_IMAGE = 150_000
POINTS = ("what", "Equation", "Assumes", "σ not given", "Fails when", "Uncertainty", "Reference")


@lru_cache
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def rows(header: str) -> list[list[str]]:
    """Return the cells of the table below a header line, without its ruler."""
    lines = text().splitlines()
    start = lines.index(header) + 2
    stop = next(i for i in range(start, len(lines)) if not lines[i].startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:stop]]


@lru_cache
def script() -> ModuleType:
    """The script without its plots: they alone need matplotlib."""
    spec = importlib.util.spec_from_file_location("make_model_plots", DOCS / "make_model_plots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclass looks for its module there.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_model_has_its_section_with_every_point():
    found = re.split(r"^### `([a-z-]+)`$", text(), flags=re.MULTILINE)[1:]
    sections = dict(zip(found[::2], found[1::2], strict=True))
    assert set(sections) == set(MODELS)
    for name, section in sections.items():
        for point in POINTS[1:]:
            assert f"**{point}**" in section, (name, point)


def test_the_situations_name_every_model():
    named = " ".join(cells[1] for cells in rows("| your situation | model | why |"))
    assert {name for name in MODELS if f"`{name}`" in named} == set(MODELS)


def test_the_defaults_are_those_of_the_profiles():
    stated = {
        tuple(cell.strip("`") for cell in cells) for cells in rows("| profile | organ | condition | model |")
    }
    default = load_table("profiles/default")["organs"]
    expected = set()
    for profile in table_names("profiles"):
        for organ, row in load_table(f"profiles/{profile}")["organs"].items():
            merged = {**default[organ], **row}
            if merged["model"] != "auto":
                expected.add((profile, organ, "always", merged["model"]))
                continue
            for condition, model in merged["models_by_condition"].items():
                expected.add((profile, organ, condition.replace("_", " "), model))
    assert stated == expected


def test_every_status_is_explained():
    assert [cells[0].strip("`") for cells in rows("| status | meaning |")] == [
        status.name for status in FitStatus
    ]


def test_links_and_images_exist_and_none_is_large():
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text())
    assert sum(target.endswith(".png") for target in targets) == 6
    for target in targets:
        linked = (DOCS / target).resolve()
        assert linked.is_file(), target
        assert linked.suffix != ".png" or linked.stat().st_size <= LARGEST_IMAGE
    made = {f"images/models/{path.name}" for path in (DOCS / "images" / "models").iterdir()}
    assert made == {target for target in targets if target.endswith(".png")}


@pytest.mark.parametrize(
    ("header", "digits"),
    [
        ("| true T2* in ms | 4 | 6 | 10 | 20 | 40 |", 2),
        ("| true R2* in 1/s | 100 | 200 | 400 | 600 | 800 | 1000 | 1300 |", 0),
    ],
)
def test_the_numbers_are_those_of_the_engine(header, digits):
    """Every second column made again: a page that was not renewed after a change of the engine fails."""
    make = script()
    train = make.HEART if digits else make.LIVER
    truths = [float(cell) for cell in header.strip("|").split("|")[1:]]
    table = {cells[0]: [float(cell) for cell in cells[1:]] for cells in rows(header)}
    for column in range(0, len(truths), 2):
        pixels = make.noisy(
            train, 1000.0 / truths[column] if digits else truths[column], (make.RUNS, make.PIXELS)
        )
        for name in MODELS:
            rate = make.middle(make.solved(name, pixels, train.te))
            shown = table[f"`{name}`"][column]
            # The compiled and the NumPy path may part where a misfit has several minima.
            assert (1000.0 / rate if digits else rate) == pytest.approx(shown, rel=0.01, abs=10.0**-digits), (
                name
            )


def test_the_noise_corrected_models_are_near_the_truth_in_the_table():
    for header in (
        "| true T2* in ms | 4 | 6 | 10 | 20 | 40 |",
        "| true R2* in 1/s | 100 | 200 | 400 | 600 | 800 | 1000 | 1300 |",
    ):
        truths = [float(cell) for cell in header.strip("|").split("|")[1:]]
        for cells in rows(header):
            if cells[0] in ("`second-moment`", "`rician`", "`fat-water`"):
                assert [float(cell) for cell in cells[1:]] == pytest.approx(truths, rel=0.01), cells[0]
