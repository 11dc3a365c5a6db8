"""From tissues to magnitude images: decay, beating of fat, coil shading, ghosts, noise."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

# Hamilton et al. 2011: shifts of liver fat from water (ppm), and shares.
FAT_PPM = np.array([-3.80, -3.40, -2.60, -1.94, -0.39, 0.60])
FAT_SHARE = np.array([0.087, 0.693, 0.128, 0.004, 0.039, 0.048]) / 0.999


def curve(s0, t2star_ms, fat, te_ms, field_t):
    """Complex signal of one tissue at every echo."""
    te = np.asarray(te_ms)
    beat = np.exp(2j * np.pi * 42.577 * field_t * 1e-3 * FAT_PPM[:, None] * te)
    return s0 * (1.0 - fat + fat * (FAT_SHARE @ beat)) * np.exp(-te / t2star_ms)


def smooth_field(rng, shape, pixel_mm, length_mm):
    """Return a random field of SD 1 that is smooth over a length."""
    field = ndimage.gaussian_filter(
        rng.standard_normal(shape), [length_mm / size for size in pixel_mm], mode="nearest"
    )
    return field / max(field.std(), 1e-9)


def shading(rng, shape, strength):
    """Return the reception of a few coils around the body, mean about 1."""
    rows, columns = np.meshgrid(*(np.linspace(-1, 1, size) for size in shape), indexing="ij")
    total = np.zeros(shape)
    for turn in rng.uniform(0, 2 * np.pi) + np.arange(4) * np.pi / 2:
        away = (columns - 1.3 * np.cos(turn)) ** 2 + (rows - 1.3 * np.sin(turn)) ** 2
        total += rng.uniform(0.5, 1.0) / (0.6 + away)
    return (total / total.mean()) ** strength


def ghosts(clean, body, rng, strength, axis):
    """Add dim copies of the images, shifted along the phase direction as breathing leaves them."""
    shift = int(clean.shape[axis] * rng.uniform(0.1, 0.3))
    phase = np.exp(2j * np.pi * rng.random())
    moving = clean * (ndimage.gaussian_filter(body.astype(float), 1.0) * 0.4 + 0.6)[..., None]
    edges = moving - ndimage.uniform_filter(moving.real, (5, 5, 1)) * 0.7
    return clean + strength * phase * (np.roll(edges, shift, axis) + np.roll(edges, -shift, axis))


def pulsation(clean, blood, rng, strength):
    """Add dim copies of the aorta above and below it."""
    shift = int(clean.shape[0] * rng.uniform(0.12, 0.25))
    vessel = clean * blood[..., None] * np.exp(2j * np.pi * rng.random())
    return clean + strength * sum(np.roll(vessel, n * shift, 0) / abs(n) for n in (-2, -1, 1, 2))


def magnitude(clean, sigma, n_coils, rng):
    """Return the root sum of squares over channels: Rician for one, non-central chi for more."""
    power = np.zeros(clean.shape)
    each = np.abs(clean) / np.sqrt(n_coils)
    for _ in range(n_coils):
        power += (each + sigma * rng.standard_normal(clean.shape)) ** 2
        power += (sigma * rng.standard_normal(clean.shape)) ** 2
    return np.sqrt(power).astype(np.float32)
