"""The 16 segments on an analytic stack that shares nothing with our phantom.

A left ventricle of circles that narrows from base to apex, a right ventricle of a circle that meets it at
known angles, lungs and a body of ellipses, and in each segment a T2* of its own; stored in any page
orientation. Truth is painted from the definition (Cerqueira 2002), in patient coordinates.
"""

from dataclasses import replace

import numpy as np
import pytest

from ironquant.core import Acquisition, EchoSeries, Organ
from ironquant.roi import region_mask
from ironquant.roi.aha import propose_segments
from ironquant.roi.ventricle import find_ventricles

TE_MS = (2.0, 4.2, 6.4, 8.6, 10.8, 13.0, 15.2, 17.4)
PIXEL_MM, SLICE_MM, SIZE = 1.7, 8.0, 200
APEX = np.array([0.62, -0.58, -0.53]) / np.linalg.norm([0.62, -0.58, -0.53])
T2STAR_MS = dict(
    zip(range(1, 17), np.random.default_rng(5).permutation(np.linspace(11.0, 38.0, 16)), strict=True)
)
LEVELS = ("basal",) * 3 + ("mid",) * 3 + ("apical",) * 3


def unit(vector):
    return np.asarray(vector) / np.linalg.norm(vector)


def axes():
    """Directions in the short-axis plane: to the right ventricle, and to the anterior wall.

    Seen from the apex, with the right ventricle on the left, the anterior wall is on top.
    """
    right = np.array([-1.0, -0.7, 0.0])
    septal = unit(right - (right @ APEX) * APEX)
    return septal, np.cross(APEX, -septal)


def number_of(level, degrees):
    """Segment by the angle from the anterior insertion through the septum, in degrees."""
    if level == "apical":
        return np.select(
            [
                (degrees >= 15) & (degrees < 105),
                (degrees >= 105) & (degrees < 195),
                (degrees >= 195) & (degrees < 285),
            ],
            [14, 15, 16],
            13,
        )
    first = {"basal": 1, "mid": 7}[level]
    return first + (np.floor(degrees / 60.0).astype(int) + 1) % 6


def painted(insertion_deg, levels=LEVELS, *, beyond=True, t2star=T2STAR_MS, liver=False, noise=0.012, seed=0):
    """Series with columns to the patient's right and rows to the feet, slices from base to apex; the truth.

    Parameters
    ----------
    levels : sequence of str
        Third of the ventricle that each slice shows.
    beyond : bool
        A slice through the atrium before the ventricle, and one through the apex without a cavity after it.
    liver : bool
        The inferolateral wall lies against tissue that looks like it, without fat between.
    """
    septal, anterior = axes()
    to_right = -unit([-APEX[1], APEX[0], 0.0])
    to_foot = np.cross(APEX, to_right)
    n_slices = len(levels)
    levels = (None, *levels, None) if beyond else levels
    position = (np.arange(SIZE) - SIZE / 2) * PIXEL_MM
    x, y = np.meshgrid(position, position)
    place = x[..., None] * to_right + y[..., None] * to_foot
    toward_septum, toward_front = place @ septal, place @ anterior
    rho = np.hypot(toward_septum, toward_front)
    below = (toward_septum < 10) & (toward_front < 0)
    # 0 at the anterior insertion, growing through the septum to the inferior one.
    degrees = np.mod(insertion_deg - np.degrees(np.arctan2(toward_front, toward_septum)), 360.0)
    rng = np.random.default_rng(seed)
    te = np.array(TE_MS)
    signal = np.zeros((len(levels), SIZE, SIZE, len(te)))
    truth = np.zeros((len(levels), SIZE, SIZE), dtype=int)
    for index, level in enumerate(levels):
        share = (index - beyond) / max(n_slices - 1, 1)
        outer = 35.0 - 9.0 * np.clip(share, 0, 1) ** 2
        inner = outer - 10.5
        r2 = np.full((SIZE, SIZE), 1000.0)
        s0 = np.zeros((SIZE, SIZE))

        def put(where, density, t2star_ms, s0=s0, r2=r2):
            s0[where], r2[where] = density, 1.0 / t2star_ms

        put((toward_septum - 25) ** 2 / 165**2 + (toward_front + 30) ** 2 / 140**2 < 1, 0.9, 28.0)
        put((toward_septum - 25) ** 2 / 140**2 + (toward_front + 30) ** 2 / 118**2 < 1, 0.05, 3.0)
        put((toward_front < -outer - 8) & (s0 == 0.05), 0.95, 22.0)
        if liver:
            put(below & (rho < outer + 25), 1.0, 25.0)
        if level is None:
            put(rho < outer, *((1.6, 90.0) if index == 0 else (1.0, 25.0)))
        else:
            offset = 2 * outer * np.cos(np.radians(insertion_deg))
            to_rv = np.hypot(toward_septum - offset, toward_front)
            put((rho < outer + 2.5) & ~(liver & below), 1.5, 30.0)
            put(to_rv < outer, 1.0, 30.0)
            put(to_rv < outer - 3.0, 1.55, 80.0)
            numbers = number_of(level, degrees)
            wall = rho < outer
            for number in np.unique(numbers[wall]):
                put(wall & (numbers == number), 1.0, t2star[int(number)])
            truth[index][wall & (rho > inner)] = numbers[wall & (rho > inner)]
            put(rho < inner, 1.6, 90.0)
        decay = s0[..., None] * np.exp(-te * r2[..., None])
        both = rng.normal(scale=noise, size=(2, SIZE, SIZE, len(te)))
        signal[index] = 500.0 * np.hypot(decay + both[0], both[1])
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = to_right * PIXEL_MM, to_foot * PIXEL_MM, APEX * SLICE_MM
    affine[:3, 3] = np.array([20.0, -15.0, 40.0]) - affine[:3, :3] @ [SIZE / 2, SIZE / 2, len(levels) / 2]
    acquisition = Acquisition(field_t=1.5, nominal_field_t=1.5, black_blood=False)
    made = EchoSeries(
        "k",
        "1.2",
        "sax",
        signal.astype(np.float32),
        TE_MS,
        affine,
        acquisition=acquisition,
        organ_guess=Organ.HEART,
    )
    return made, truth


def stored(series, truth, *, transpose=False, flips=(False, False, False)):
    """The same images in the same place with the page, or the order of slices, turned."""
    affine, signal = series.affine.copy(), series.signal
    if transpose:
        affine[:, [0, 1]] = affine[:, [1, 0]]
        signal, truth = np.swapaxes(signal, 1, 2), np.swapaxes(truth, 1, 2)
    for axis, flip in enumerate(flips):
        if flip:
            column = {0: 2, 1: 1, 2: 0}[axis]
            affine[:3, 3] += (signal.shape[axis] - 1) * affine[:3, column]
            affine[:3, column] *= -1
            signal, truth = np.flip(signal, axis), np.flip(truth, axis)
    return replace(series, signal=np.ascontiguousarray(signal), affine=affine), truth


def segments_of(series):
    found = find_ventricles(series)
    assert not isinstance(found, str), found
    return propose_segments(found, series)


def t2star_of(region, series):
    """A weighted line through the logarithm of the mean signal of all but the noisiest echoes."""
    mean = series.signal[region_mask(region, series)].astype(float).mean(axis=0)
    kept = mean > 0.15 * mean[0]
    slope, _ = np.polyfit(np.array(series.te_ms)[kept], np.log(mean[kept]), 1, w=mean[kept])
    return -1.0 / slope


def number(region):
    return int(region.site.removeprefix("aha-"))


def slices_of(region, series):
    return np.flatnonzero(region_mask(region, series).any(axis=(1, 2)))


@pytest.mark.parametrize(
    ("transpose", "flips"),
    [
        (False, (False, False, False)),
        (True, (False, True, False)),
        (False, (False, False, True)),
        (True, (True, False, False)),
        (False, (True, True, True)),
    ],
)
@pytest.mark.parametrize("insertion_deg", [52.0, 64.0])
def test_every_segment_has_its_own_t2star(transpose, flips, insertion_deg):
    series, truth = stored(*painted(insertion_deg), transpose=transpose, flips=flips)
    regions = segments_of(series)
    assert [region.site for region in regions] == [f"aha-{n}" for n in range(1, 17)]
    seen = set()
    for region in regions:
        assert (region.organ, region.reported, region.source) == (Organ.HEART, False, "auto")
        mask = region_mask(region, series)
        inside = truth[mask]
        assert np.mean(inside == number(region)) > 0.95, region.site
        assert np.all(inside > 0), region.site  # neither blood nor fat nor lung
        assert mask.sum() > 0.3 * (truth == number(region)).sum(), region.site
        assert t2star_of(region, series) == pytest.approx(T2STAR_MS[number(region)], rel=0.05), region.site
        assert region.confidence > 0.5
        seen |= set(slices_of(region, series).tolist())
    # Neither the atrium nor the apex without a cavity.
    assert seen == set(range(1, 10))


def test_three_slices_are_a_third_each():
    series, _ = painted(58.0, ("basal", "mid", "apical"), beyond=False)
    regions = segments_of(series)
    assert [number(region) for region in regions] == list(range(1, 17))
    for region in regions:
        expected = 0 if number(region) <= 6 else 1 if number(region) <= 12 else 2
        assert slices_of(region, series).tolist() == [expected]
        assert t2star_of(region, series) == pytest.approx(T2STAR_MS[number(region)], rel=0.05), region.site


def test_one_slice_is_taken_for_a_mid_one():
    series, _ = painted(58.0, ("mid",), beyond=False)
    regions = segments_of(series)
    assert [number(region) for region in regions] == list(range(7, 13))
    for region in regions:
        assert t2star_of(region, series) == pytest.approx(T2STAR_MS[number(region)], rel=0.05), region.site


def test_a_free_wall_that_cannot_be_seen_is_closed_and_told():
    """Tissue like the wall beside it: the border comes from the septum's thickness, with less confidence."""
    even = dict.fromkeys(range(1, 17), 25.0)
    series, truth = painted(58.0, ("basal", "mid", "apical"), beyond=False, t2star=even, liver=True)
    regions = {number(region): region for region in segments_of(series)}
    unseen, seen = (10, 11), (7, 8, 12)
    assert max(regions[n].confidence for n in unseen) < min(regions[n].confidence for n in seen) - 0.3
    for n in unseen:
        mask = region_mask(regions[n], series)
        assert np.mean(truth[mask] == n) > 0.95


def test_no_ventricle_no_segments():
    series, _ = painted(58.0, ("mid",), beyond=False)
    assert propose_segments((), series) == ()
