"""Proposals on digital patients of known anatomy, however the page is turned."""

from dataclasses import replace

import numpy as np
import pytest

from ironquant.core import EchoSeries, Organ
from ironquant.phantom import REPORTED_MASK
from ironquant.roi import propose_region, region_mask

CASES = ("demo", "normal", "severe", "black-blood", "field-3t", "child")
ORGANS = (Organ.HEART, Organ.LIVER)
WHOLE = {Organ.HEART: "myocardium", Organ.LIVER: "liver"}
TURNS = {
    "flipped left-right": (False, (False, True)),
    "upside down": (False, (True, False)),
    "half turn": (False, (True, True)),
    "transposed": (True, (False, False)),
    "quarter turn": (True, (False, True)),
}


def turned(array, transpose, flips):
    """Turn the page of an array (slice, row, column, …)."""
    array = np.swapaxes(array, 1, 2) if transpose else array
    array = array[:, ::-1] if flips[0] else array
    return array[:, :, ::-1] if flips[1] else array


def turned_series(series, transpose, flips):
    """The same images in the same place, stored otherwise."""
    affine = series.affine.copy()
    if transpose:
        affine[:, [0, 1]] = affine[:, [1, 0]]
    signal = turned(series.signal, transpose, flips)
    for axis, (flip, size) in enumerate(zip(flips, signal.shape[1:3], strict=True)):
        if flip:
            column = 1 - axis
            affine[:3, 3] += (size - 1) * affine[:3, column]
            affine[:3, column] *= -1
    return EchoSeries(
        series.key,
        series.instance_uid,
        series.description,
        signal,
        series.te_ms,
        affine,
        acquisition=series.acquisition,
        organ_guess=series.organ_guess,
    )


def t2star_of(signal, te_ms):
    """T2* of a mean noise-free curve: a weighted straight line through its logarithm."""
    slope, _ = np.polyfit(te_ms, np.log(signal), 1, w=signal)
    return -1.0 / slope


def check(proposal, series, masks, clean, truth, *, whole, reported, inside=0.9):
    assert proposal.reason == ""
    region = proposal.region
    assert region is not None
    assert region.source == "auto"
    assert region.proposer
    assert 0.25 <= region.confidence <= 1.0
    mask = region_mask(region, series)
    assert np.count_nonzero(mask.any(axis=(1, 2))) == 1
    assert (mask & masks[whole]).sum() >= inside * mask.sum()
    assert (mask & masks[reported]).sum() >= 0.85 * mask.sum()
    assert t2star_of(clean[mask].astype(float).mean(axis=0), series.te_ms) == pytest.approx(truth, rel=0.05)
    return mask


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("organ", ORGANS)
def test_inside_the_organ(phantom_of, series_of, name, organ):
    phantom = phantom_of(name)
    series, images = series_of(phantom, organ), phantom.organ(organ)
    mask = check(
        propose_region(series, organ),
        series,
        images.masks,
        images.clean,
        phantom.spec.t2star_ms(organ),
        whole=WHOLE[organ],
        reported=REPORTED_MASK[organ],
    )
    area_mm2 = mask.sum() * series.pixel_area_mm2
    assert area_mm2 > (50 if organ == Organ.HEART else 2000)
    # No vessel in the liver, no blood beside the septum.
    others = ("vessels",) if organ == Organ.LIVER else ("lv_blood", "rv_blood")
    for other in others:
        assert not (mask & images.masks.get(other, np.zeros_like(mask))).any()


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("organ", ORGANS)
def test_however_the_page_is_turned(phantom_of, series_of, turn, organ):
    phantom = phantom_of("demo")
    images = phantom.organ(organ)
    series = turned_series(series_of(phantom, organ), *TURNS[turn])
    masks = {name: turned(mask, *TURNS[turn]) for name, mask in images.masks.items()}
    check(
        propose_region(series, organ),
        series,
        masks,
        turned(images.clean, *TURNS[turn]),
        phantom.spec.t2star_ms(organ),
        whole=WHOLE[organ],
        reported=REPORTED_MASK[organ],
    )


@pytest.mark.parametrize("organ", ORGANS)
def test_brightness_of_the_images_does_not_matter(phantom_of, series_of, organ):
    series = series_of(phantom_of("demo"), organ)
    bright = EchoSeries("k", "1", "", series.signal * 1000.0, series.te_ms, series.affine, organ_guess=organ)
    dark = EchoSeries("k", "1", "", series.signal * 1e-3, series.te_ms, series.affine, organ_guess=organ)
    one, other = (region_mask(propose_region(entry, organ).region, entry) for entry in (bright, dark))
    assert (one & other).sum() > 0.95 * (one | other).sum()


def test_same_images_same_region(phantom_of, series_of):
    series = series_of(phantom_of("demo"), Organ.HEART)
    one, other = propose_region(series, Organ.HEART), propose_region(series, Organ.HEART)
    np.testing.assert_array_equal(one.region.contours[0], other.region.contours[0])


def test_a_stack_is_read_on_one_slice_inside_the_organ(phantom_of, series_of):
    phantom = phantom_of("stack")
    for organ in ORGANS:
        series, images = series_of(phantom, organ), phantom.organ(organ)
        check(
            propose_region(series, organ),
            series,
            images.masks,
            images.clean,
            phantom.spec.t2star_ms(organ),
            whole=WHOLE[organ],
            reported=REPORTED_MASK[organ],
        )


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8])
def test_of_slices_alike_the_one_amidst_is_read(phantom_of, series_of, count):
    one = series_of(phantom_of("demo"), Organ.LIVER)
    mask = region_mask(propose_region(one, Organ.LIVER).region, one)
    stack = replace(one, signal=np.repeat(one.signal, count, axis=0))
    found = region_mask(propose_region(stack, Organ.LIVER).region, stack)
    (used,) = np.flatnonzero(found.any(axis=(1, 2)))
    # Of a long stack not every slice is looked at.
    assert abs(used - (count - 1) / 2) <= max(0.5, (count // 4) / 2)
    common = (found[used] & mask[0]).sum()
    assert common > 0.8 * max(found.sum(), mask.sum())


def test_the_other_organ_is_not_invented(phantom_of, series_of):
    phantom = phantom_of("demo")
    heart, liver = (series_of(phantom, organ) for organ in ORGANS)
    for series, organ in ((heart, Organ.LIVER), (liver, Organ.HEART)):
        proposal = propose_region(series, organ)
        assert proposal.region is None
        assert proposal.reason
        assert proposal.confidence == 0.0


def test_the_pancreas_is_drawn_by_hand(phantom_of, series_of):
    proposal = propose_region(series_of(phantom_of("demo"), Organ.LIVER), Organ.PANCREAS)
    assert (proposal.region, proposal.reason) == (None, "no_series_for_organ")


@pytest.mark.parametrize("axis", [1, 2])
@pytest.mark.parametrize("organ", ORGANS)
def test_pixels_twice_as_long_as_wide(phantom_of, series_of, organ, axis):
    """Every second row or column of a fine matrix: same place, same T2*."""
    phantom = phantom_of("demo", matrix=(320, 320))
    images, whole = phantom.organ(organ), series_of(phantom, organ)
    take = [slice(None)] * 3
    take[axis] = slice(None, None, 2)
    affine = whole.affine.copy()
    affine[:3, {1: 1, 2: 0}[axis]] *= 2
    series = replace(whole, signal=whole.signal[tuple(take)], affine=affine)
    region = propose_region(series, organ).region
    assert region is not None
    mask = region_mask(region, series)
    true = images.masks[REPORTED_MASK[organ]][tuple(take)]
    assert (mask & true).sum() >= 0.85 * mask.sum()
    mean = images.clean[tuple(take)][mask].astype(float).mean(axis=0)
    assert t2star_of(mean, series.te_ms) == pytest.approx(phantom.spec.t2star_ms(organ), rel=0.05)
