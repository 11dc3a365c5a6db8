"""The bull's-eye: where the segments lie, what colour and number they have, on paper, in SVG and PNG."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from synthetic import SETTINGS, analysis, liver, organ_analysis

from ironquant.core import SegmentalT2star, Value
from ironquant.export.band import COLOURS
from ironquant.export.brushes import bullseye_png, bullseye_svg, write_bullseye
from ironquant.export.bullseye import bullseye, cell_at
from ironquant.export.report import compose

T2STAR_MS = {n: 8.0 + 1.7 * n for n in range(1, 17)}
SVG = "{http://www.w3.org/2000/svg}"


def heart(values=T2STAR_MS, **summary):
    """An organ whose segments hold these T2*."""
    entry = organ_analysis()
    septum = entry.regions[0]
    segments = [
        replace(
            septum,
            region=replace(septum.region, site=f"aha-{n}", reported=False),
            models=(replace(septum.models[0], t2star_ms=Value(value)),),
        )
        for n, value in values.items()
    ]
    told = {"n_segments": len(values), "n_abnormal": 7, "cut_ms": 20.0, "scheme": "t2star-20-15-10"}
    told |= {"pattern": "heterogeneous", "global_t2star_ms": Value(22.45), **summary}
    return replace(entry, regions=(septum, *segments), segmental=SegmentalT2star(**told))


def at(degrees, radius):
    """Point of the circle by the angle from the lateral wall, counterclockwise as a reader sees it."""
    return radius * np.cos(np.radians(degrees)), -radius * np.sin(np.radians(degrees))


def test_segments_lie_where_the_standard_puts_them():
    # Cerqueira 2002, figure 4: anterior on top, septum on the left, lateral on the right.
    for first, radius in ((1, 0.85), (7, 0.6)):
        ring = [cell_at(*at(degrees, radius)) for degrees in (90, 150, 210, 270, 330, 30)]
        assert ring == list(range(first, first + 6))
    assert [cell_at(*at(degrees, 0.3)) for degrees in (90, 180, 270, 0)] == [13, 14, 15, 16]
    assert cell_at(0.0, 0.0) is None
    assert cell_at(1.1, 0.0) is None


def test_cells_fill_the_rings_without_overlap():
    cells = bullseye(heart(), "en").cells
    areas = [
        0.5 * abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
        for x, y in ((cell.outline[:, 0], cell.outline[:, 1]) for cell in cells)
    ]
    assert sum(areas) == pytest.approx(np.pi * (1.0 - 0.14**2), rel=0.01)
    for cell in cells:
        assert cell_at(*cell.middle) == cell.number


def test_colours_are_those_of_the_grade_band_and_numbers_agree_with_them():
    shown = bullseye(heart({1: 9.9, 2: 10.0, 3: 14.96, 4: 15.0, 5: 19.97, 6: 20.0}), "en").cells
    expected = ("severe", "moderate", "moderate", "mild", "mild", "normal")
    assert [cell.fill for cell in shown[:6]] == [COLOURS[code] for code in expected]
    # 14.96 and 19.97 would round across a cut.
    assert [cell.words for cell in shown[:6]] == ["9.90", "10.0", "14.9", "15.0", "19.9", "20.0"]


def test_what_was_not_measured_or_is_unsure_is_told_without_colour():
    values = {n: value for n, value in T2STAR_MS.items() if n != 12}
    shown = bullseye(heart(values, unsure=(4,)), "en").cells
    assert (shown[11].words, shown[11].fill) == ("–", None)
    assert shown[3].words == "14.8?"
    svg = bullseye_svg(bullseye(heart(values), "en"))
    whole = bullseye_svg(bullseye(heart(), "en"))
    assert svg.count("<line") > whole.count("<line") + 3  # hatched


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_svg_and_png_show_the_same(lang):
    shown = bullseye(heart(), lang)
    root = ElementTree.fromstring(bullseye_svg(shown))
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert shown.title in words
    assert "22.4" in shown.summary or "22.5" in shown.summary
    assert {cell.words for cell in shown.cells} <= set(words)
    assert len(list(root.iter(f"{SVG}polygon"))) == 16
    width, height = (float(root.get(side)) for side in ("width", "height"))
    image = Image.open(BytesIO(bullseye_png(shown, 2.0)))
    assert image.size == (round(2 * width), round(2 * height))
    pixels = np.asarray(image.convert("RGB"))
    for polygon, cell in zip(root.iter(f"{SVG}polygon"), shown.cells, strict=True):
        corners = np.array(
            [[float(v) for v in re.split(",", pair)] for pair in polygon.get("points").split()]
        )
        # Beside the edge at which the segment begins, where no words stand.
        inside = 0.5 * (corners[2] + corners[-3])
        column, row = np.round(2 * inside).astype(int)
        expected = tuple(int(cell.fill[k : k + 2], 16) for k in (1, 3, 5))
        assert np.abs(pixels[row, column].astype(int) - expected).max() <= 3, cell.number


def test_files_stand_beside_the_maps(tmp_path):
    svg, png = write_bullseye(heart(), tmp_path, "en")
    assert (svg.name, png.name) == ("heart_bullseye.svg", "heart_bullseye.png")
    assert write_bullseye(organ_analysis(), tmp_path, "en") == ()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_fits_a_page_of_its_own(lang):
    made = analysis(heart(unsure=(4, 10)), liver())
    page, _ = compose(made, lang=lang, settings=SETTINGS)
    shown = [box for box in page.boxes if box.text.strip() and box.page == 3]
    texts = [box.text for box in shown]
    assert sum(cell.words in texts for cell in bullseye(heart(unsure=(4, 10)), lang).cells) == 16
    assert not any(text.endswith("…") for text in texts)
    for one, other in combinations(shown, 2):
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert across <= 0.5 or down <= 0.2 * min(one.height, other.height), (one, other)
