"""Tissues of a slice: coil shading taken out and no organ with it; every organ is a tissue of its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ironquant.core import EchoSeries
from ironquant.fitting import estimate_noise
from ironquant.roi.abdomen import Turn, find_abdomen
from ironquant.roi.tissues import Tissues, lit_by_slopes

TE_MS = (1.1, 2.3, 3.5, 4.7, 5.9, 7.1)
WIDTH, SPACING_MM = 96, 3.2
NOISE = 0.004


def page(height):
    """Places from −1 to 1 across and down a trunk `height` pixels deep, and the trunk: a rounded box."""
    rows, columns = height + 16, WIDTH + 16
    down, across = np.meshgrid(
        (np.arange(rows) - (rows - 1) / 2) / (height / 2),
        (np.arange(columns) - (columns - 1) / 2) / (WIDTH / 2),
        indexing="ij",
    )
    return across, down, np.abs(across) ** 4 + np.abs(down) ** 4 < 1


def image_of(brightness, t2star_ms, body):
    """The slice of a body of given brightness and T2* (ms), with a little noise."""
    curves = brightness[..., None] * np.exp(-np.array(TE_MS) / t2star_ms[..., None]) * body[..., None]
    noise = np.random.default_rng(5).normal(0.0, NOISE, (2, *curves.shape))
    signal = np.hypot(curves + noise[0], noise[1]).astype(np.float32)[None]
    series = EchoSeries("k", "1.2", "", signal, TE_MS, np.diag([SPACING_MM, SPACING_MM, 8.0, 1.0]))
    found = find_abdomen(series, 0, Turn.of(series), estimate_noise(signal), 90)
    assert found is not None
    return found


def coarse(mask, image):
    """A mask of the page on the coarse grid of its slice."""
    size = (np.array(image.body.shape)[:, None, None] - 1) / 2
    rows, columns = (np.indices(image.body.shape) - size) * image.pixel_mm / SPACING_MM
    at = (np.array(mask.shape)[:, None, None] - 1) / 2
    return mask[tuple(np.rint(np.stack([rows, columns]) + at).astype(int))]


@settings(max_examples=25, deadline=None)
@given(
    slope=st.tuples(*[st.floats(-0.35, 0.35)] * 2),
    bend=st.tuples(*[st.floats(-0.2, 0.2)] * 2),
    contrast=st.floats(0.25, 0.6),
    edge=st.floats(-0.25, 0.25),
)
def test_shading_goes_and_a_large_organ_of_other_brightness_stays(slope, bend, contrast, edge):
    across, down, body = page(66)
    organ = (across < edge) & body
    shade = slope[0] * across + slope[1] * down + bend[0] * across**2 + bend[1] * across * down
    image = image_of(np.exp(shade + contrast * organ), np.full(body.shape, 25.0), body)
    level = lit_by_slopes(image)[..., 0]
    deep = image.body & (image.depth > 0.06)
    inside = coarse(across < edge - 0.08, image) & deep
    outside = coarse(across > edge + 0.08, image) & deep
    assert level[inside].mean() - level[outside].mean() == pytest.approx(contrast, abs=0.06)
    assert level[inside].std() < 0.03
    assert level[outside].std() < 0.03


@pytest.mark.parametrize("height", range(50, 86, 3))
@pytest.mark.parametrize("side", [-0.55, 0.55])
def test_an_organ_is_a_tissue_wherever_it_lies(height, side):
    across, down, body = page(height)
    organ = (np.hypot((across - side) / 0.2, down / 0.45) < 1) & body
    image = image_of(np.where(organ, 0.8, 1.0), np.where(organ, 4.0, 25.0), body)
    truth = coarse(organ, image)
    pieces = [piece.mask for piece in Tissues.of(image, 0.015).pieces]
    assert max((truth & mask).sum() / (truth | mask).sum() for mask in pieces) > 0.7
