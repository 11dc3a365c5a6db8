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


def painted(insertion_deg, *, n_slices=9, t2star=T2STAR_MS, noise=0.012, seed=0):
    """Series with columns to the patient's left and back, rows to the feet; and the true segments.

    Slice 0 lies at the base. Before the ventricle stands a slice through the atrium, after it the apex
    without a cavity.
    """
    septal, anterior = axes()
    to_right, to_foot = unit([-APEX[1], APEX[0], 0.0]), None
    to_foot = np.cross(APEX, to_right)
    if to_foot[2] > 0:
        to_right, to_foot = -to_right, -to_foot
    levels = (
        [None]
        + [
            LEVELS[round(i * 8 / max(n_slices - 1, 1)) if n_slices > 3 else (0, 4, 8)[i]]
            for i in range(n_slices)
        ]
        + [None]
    )
    position = (np.arange(SIZE) - SIZE / 2) * PIXEL_MM
    x, y = np.meshgrid(position, position)
    place = x[..., None] * to_right + y[..., None] * to_foot
    toward_septum, toward_front = place @ septal, place @ anterior
    rho = np.hypot(toward_septum, toward_front)
    # 0 at the anterior insertion, growing through the septum to the inferior one.
    degrees = np.mod(insertion_deg - np.degrees(np.arctan2(toward_front, toward_septum)), 360.0)
    rng = np.random.default_rng(seed)
    te = np.array(TE_MS)
    signal = np.zeros((len(levels), SIZE, SIZE, len(te)))
    truth = np.zeros((len(levels), SIZE, SIZE), dtype=int)
    for index, level in enumerate(levels):
        share = (index - 1) / max(n_slices - 1, 1)
        outer = 35.0 - 9.0 * np.clip(share, 0, 1) ** 2
        inner = outer - 10.5
        r2 = np.full((SIZE, SIZE), 1000.0)
        s0 = np.zeros((SIZE, SIZE))

        def put(where, density, t2star_ms, s0=s0, r2=r2):
            s0[where], r2[where] = density, 1.0 / t2star_ms

        put((toward_septum - 25) ** 2 / 165**2 + (toward_front + 30) ** 2 / 140**2 < 1, 0.9, 28.0)
        put((toward_septum - 25) ** 2 / 140**2 + (toward_front + 30) ** 2 / 118**2 < 1, 0.05, 3.0)
        put((toward_front < -outer - 8) & (s0 == 0.05), 0.95, 22.0)
        if level is None:
            put(rho < outer, *((1.6, 90.0) if index == 0 else (1.0, 25.0)))
        else:
            offset = 2 * outer * np.cos(np.radians(insertion_deg))
            to_rv = np.hypot(toward_septum - offset, toward_front)
            put(rho < outer + 2.5, 1.5, 30.0)
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
@pytest.mark.parametrize("insertion_deg", [52.0, 60.0])
def test_every_segment_has_its_own_t2star(transpose, flips, insertion_deg):
    series, truth = stored(*painted(insertion_deg), transpose=transpose, flips=flips)
    regions = segments_of(series)
    assert [region.site for region in regions] == [f"aha-{n}" for n in range(1, 17)]
    for region in regions:
        assert not region.reported
        assert region.organ == Organ.HEART
        assert region.proposer
        mask = region_mask(region, series)
        inside = truth[mask]
        assert np.mean(inside == number(region)) > 0.95, region.site
        assert mask.sum() > 0.3 * (truth == number(region)).sum(), region.site
        assert t2star_of(region, series) == pytest.approx(T2STAR_MS[number(region)], rel=0.05), region.site
