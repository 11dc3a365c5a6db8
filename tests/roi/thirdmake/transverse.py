"""Transverse abdomens: their images and the truth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from thirdmake.abdomens import plan, tissues
from thirdmake.case import Case, series_of
from thirdmake.curves import Array, Canvas, Warp
from thirdmake.imaging import Protocol, acquire, beside, sensitivity
from thirdmake.organs import paint


def abdomen(seed: int, slices: int | None = None) -> Case:
    """Return one abdomen, its images and its truth."""
    own = plan(seed, slices)
    rng = np.random.default_rng([3, 13, seed])
    p = own.protocol
    x, y = p.points()
    tilt = rng.normal(0, 0.05)
    c, s = np.float32(np.cos(tilt)), np.float32(np.sin(tilt))
    u, v = c * x - s * y, s * x + c * y + np.float32(8 * own.size)
    warped = Warp.draw(rng, 3.0 * own.size, own.size)(u, v)
    slices = []
    for level in own.levels:
        through = []
        for part in (-1, 0, 1):
            canvas = Canvas(*warped)
            paint(canvas, own, level + part * p.slice_mm / 3 / own.size, seed)
            through.append(canvas)
        slices.append(through)
    amount = rng.uniform(30, 120) * p.field_t / 1.5
    gases = [
        np.maximum(beside(through[1], p, ("bowel_gas",), 6.0), 0.35 * beside(through[1], p, ("lung",), 6.0))
        for through in slices
    ]
    half = 150 * own.size + own.skin
    coil = sensitivity(
        u, v, [(-half, -60), (half, -60), (0, -0.75 * half), (-60, 0.75 * half), (60, 0.75 * half)], half
    )
    images = acquire(slices, tissues(own), p, coil, lambda n: amount * gases[n], rng)
    plane = np.array([[1.0, 0], [0, 1], [0, 0]]) @ np.array([[c, -s], [s, c]], float)
    origin = np.array([0.0, 0, -60]) + rng.normal(0, 10, 3)
    order = int(rng.choice([-1, 1]))
    series = series_of(
        images.signal[::order], p, plane, np.array([0, 0, -1.0 * order]), origin, "liver", None, rng
    )
    masks = truth(slices, p)
    return Case(
        "abdomen",
        f"LIC {own.lic_mg_per_g:.1f} mg/g, T2* {own.t2star_ms:.2f} ms, fat {own.liver_fat:.2f}, "
        f"spleen {own.spleen}, {p.field_t:g} T",
        seed,
        own,
        series,
        images.clean[::order],
        {name: mask[::order] for name, mask in masks.items()},
        tissues(own),
    )


def truth(slices: list[list[Canvas]], p: Protocol) -> dict[str, NDArray[np.bool_]]:
    """Return liver, vessels in it, and what is pure liver or spleen through the whole thickness of the slice.

    Vessel: where vessel and duct fill half of the acquired voxel. Pure: nine tenths of it or more.
    Deep: pure a voxel and a half around where there is such, so that its T2* is the tissue's.
    """
    f, size = p.fine, max(1, round(p.fine * p.voxel_mm / p.pixel_mm))
    masks: dict[str, list[NDArray[np.bool_]]] = {
        "liver": [],
        "vessels": [],
        "parenchyma": [],
        "spleen": [],
        "deep": [],
        "deep_spleen": [],
    }

    def share(through: list[Canvas], *names: str) -> Array:
        parts = [
            np.isin(canvas.labels, [canvas.names.index(n) for n in names if n in canvas.names])
            for canvas in through
        ]
        return ndimage.uniform_filter(np.mean(parts, axis=0).astype(np.float32), size)[::f, ::f]

    def depth(canvas: Canvas, name: str) -> Array:
        own = canvas.labels == (canvas.names.index(name) if name in canvas.names else 255)
        return ndimage.distance_transform_edt(own)[::f, ::f] * p.pixel_mm / f

    for through in slices:
        liver = share(through, "liver")
        masks["parenchyma"].append(liver >= 0.9)
        masks["liver"].append(share(through, "liver", "vessel", "duct") * (liver > 0) >= 0.5)
        masks["vessels"].append(share(through, "vessel", "duct", "artery") >= 0.5)
        masks["spleen"].append(share(through, "spleen") >= 0.9)
        for name, organ in (("deep", "liver"), ("deep_spleen", "spleen")):
            deep = np.min([depth(canvas, organ) for canvas in through], axis=0) > 1.5 * p.voxel_mm
            pure = masks["parenchyma" if organ == "liver" else organ][-1]
            masks[name].append(deep if deep.any() else pure)
    return {name: np.array(parts) for name, parts in masks.items()}
