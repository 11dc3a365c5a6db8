"""Signal of a page whose tissues are painted on a fine grid: the tools of a second make of phantoms.

It shares nothing with `ironquant.phantom`: labels on a grid three times as fine as the pixels, shares of
tissue by averaging, S0 · exp(−TE / T2*) of each, a coil's shading, noise of L channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FINE = 3


@dataclass(frozen=True)
class Tissue:
    """S0 beside myocardium's 1, T2* in ms, and off-resonance in ppm (fat)."""

    s0: float
    t2star_ms: float
    ppm: float = 0.0


@dataclass(frozen=True)
class Page:
    """Where the pixels lie: matrix, pixel size (row, column) in mm, turn and mirror of the page."""

    shape: tuple[int, int]
    pixel_mm: tuple[float, float]
    turn: float = 0.0
    mirror: bool = False
    centre_mm: tuple[float, float] = (0.0, 0.0)

    def axes(self):
        """Return the anatomic (u, v) components of the column and of the row direction."""
        column = np.array([np.cos(self.turn), np.sin(self.turn)])
        row = np.array([-np.sin(self.turn), np.cos(self.turn)])
        return column, -row if self.mirror else row

    def grid(self, fine=FINE):
        """Return anatomic u and v of the centres of fine cells, shape (fine·rows, fine·columns)."""
        rows, columns = (
            ((np.arange(n * fine) + 0.5) / fine - n / 2) * mm
            for n, mm in zip(self.shape, self.pixel_mm, strict=True)
        )
        column, row = self.axes()
        u = columns * column[0] + rows[:, None] * row[0] + self.centre_mm[0]
        v = columns * column[1] + rows[:, None] * row[1] + self.centre_mm[1]
        return u, v


def ellipse(u, v, centre, radii, turn=0.0):
    """Whether points lie in an ellipse."""
    x, y = u - centre[0], v - centre[1]
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    return (along / radii[0]) ** 2 + (across / radii[1]) ** 2 <= 1.0


def shares(labels, count):
    """Return the share of each label in each pixel, shape (row, column, label)."""
    rows, columns = (n // FINE for n in labels.shape)
    blocks = labels.reshape(rows, FINE, columns, FINE)
    return np.stack([(blocks == label).mean(axis=(1, 3)) for label in range(count)], axis=-1)


def decay(parts, tissues, te_ms, field_t, extra_r2=None):
    """Return the noise-free magnitude, shape (row, column, echo); fat and water add as vectors."""
    te = np.asarray(te_ms)
    s0, rate, ppm = (
        np.array(column) for column in zip(*[(t.s0, 1.0 / t.t2star_ms, t.ppm) for t in tissues], strict=True)
    )
    wave = 2j * np.pi * ppm * field_t * 42.577e-3
    curves = s0[:, None] * np.exp((wave - rate)[:, None] * te)
    image = np.abs(parts @ curves)
    return image if extra_r2 is None else image * np.exp(-extra_r2[..., None] * te)


def noisy(clean, sigma, coils, rng):
    """Return the root sum of squares of `coils` channels with noise of SD `sigma` each."""
    power = np.zeros(clean.shape)
    for _ in range(coils):
        real = clean / np.sqrt(coils) + rng.normal(0, sigma, clean.shape)
        power += real**2 + rng.normal(0, sigma, clean.shape) ** 2
    return np.sqrt(power).astype(np.float32)
