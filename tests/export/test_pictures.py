import numpy as np
import pytest
from synthetic import AFFINE, liver, organ_analysis

from ironquant.core import EchoSeries, Organ
from ironquant.export import pictures


def test_the_colour_table_is_ordered_in_lightness():
    table = pictures.colours(np.linspace(0, 1, 200))
    lightness = table @ (0.2126, 0.7152, 0.0722)
    assert (np.diff(lightness) > 0).all()
    np.testing.assert_array_equal(pictures.colours(np.array([-1.0, 2.0])), table[[0, -1]])


def test_the_view_holds_the_region_and_keeps_the_proportions():
    for entry in (organ_analysis(), liver()):
        region = entry.regions[0]
        view = pictures.choose_view(entry.series, region, entry.organ, 1.3)
        assert view.width / view.height == pytest.approx(1.3)
        (outline,) = pictures.outline(region, entry.series, 0)
        unit = view.to_unit(outline)
        assert (unit > 0).all()
        assert (unit < 1).all()


def test_image_and_outline_lie_on_the_same_place():
    signal = np.zeros((1, 40, 60, 2), dtype=np.float32)
    signal[0, 10:20, 30:45] = 100.0
    series = EchoSeries("k", "k", "", signal, (1.0, 2.0), AFFINE)
    view = pictures.View(0, 5.0, 2.0, 50.0, 25.0)
    picture = pictures.anatomy(series, view, (100.0, 50.0))[..., 0]
    bright = np.argwhere(picture > 128)
    edges = view.to_unit(np.array([[29.5, 9.5], [44.5, 19.5]])) * (100.0, 50.0)
    found = np.stack([bright.min(axis=0), bright.max(axis=0) + 1])[:, ::-1] / pictures.PIXELS_PER_POINT
    np.testing.assert_allclose(found, edges, atol=0.5)


def test_the_map_is_coloured_where_the_fit_holds_and_grey_elsewhere():
    entry = organ_analysis()
    maps = entry.maps
    maps.r_squared[0, :, :96] = 0.1
    view = pictures.View(0, 0.0, 0.0, 192.0, 160.0)
    picture = pictures.t2star_map(entry.series, maps, view, (64.0, 53.3), 30.0).astype(int)
    spread = np.ptp(picture, axis=2)
    assert (spread[:, :90] == 0).all()
    assert (spread[60:100, 110:150] > 20).mean() > 0.9


def test_scale_and_sides():
    assert pictures.map_top_ms(12.3) == 30.0
    assert pictures.map_top_ms(0.5) == 5.0
    assert pictures.map_top_ms(None) == 20.0
    assert pictures.map_top_ms(500.0) == 100.0
    assert pictures.side_letters(organ_analysis().series) == ("R", "A")


def test_a_region_without_contours_is_outlined_by_its_pixels():
    entry = organ_analysis(Organ.HEART, contours=False)
    region = entry.regions[0]
    lines = pictures.outline(region, entry.series, 0)
    mask = region.mask[0]
    padded = np.pad(mask, 1).astype(int)
    perimeter = np.abs(np.diff(padded, axis=0)).sum() + np.abs(np.diff(padded, axis=1)).sum()
    assert len(lines) == perimeter
    points = np.concatenate(lines)
    rows, columns = np.nonzero(mask)
    np.testing.assert_allclose(points.min(axis=0), (columns.min() - 0.5, rows.min() - 0.5))
    np.testing.assert_allclose(points.max(axis=0), (columns.max() + 0.5, rows.max() + 0.5))
