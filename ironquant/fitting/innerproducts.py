"""Curves of unit size and their inner products with exponentials, for many voxels at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.modelfit import Array
from ironquant.fitting.pieces import pieces

DEEPEST = -700.0
"""Exponent below which exp is as good as nothing."""
TINY = 1e-300


def columns_of(weights: Array, rows: NDArray[np.intp] | slice) -> Array:
    """Return the weights of some voxels, shape (echo, voxel), or (echo, 1) where all have the same."""
    if weights.shape[1] == 1:
        return weights
    return weights[:, rows] if isinstance(rows, slice) else np.take(weights, rows, axis=1)


def limited_weights(expected: Array, floor: float | Array, least: float | Array) -> Array:
    """Return 1 / max(expected + floor, least)."""
    weights = expected + floor
    np.maximum(weights, least, out=weights)
    return np.asarray(np.divide(1.0, weights, out=weights))


def over_echoes(factors: Array, rows: Array) -> Array:
    """Return Σ factors[k, echo]·rows[echo, voxel]; with BLAS a voxel would depend on how many there are."""
    return np.asarray(np.einsum("ke,ev->kv", factors, rows))


class Sums(NamedTuple):
    """Inner products ⟨e, e⟩ = p0, ⟨e, te⟩ = p1, ⟨te, te⟩ = p11, ⟨e, t²e⟩ = p02, ⟨y, tᵏe⟩ = qk."""

    p0: Array
    p1: Array
    p11: Array
    p02: Array
    q0: Array
    q1: Array
    q2: Array


@dataclass(frozen=True, eq=False)
class ScaledCurves:
    """Curves of unit size, weights and times, and their inner products with exp(−R·t).

    With a constant these are centred. `w` has shape (echo, voxel) or, where voxels share them, (echo, 1).
    `powers` are t⁰, t¹ and t²; shared weights are taken along in them.
    """

    y: Array
    w: Array
    tau: Array
    shared: bool
    intercept: bool
    powers: Array

    @classmethod
    def of(
        cls, curves: Array, weights: Array, tau: Array, intercept: bool = False
    ) -> tuple[ScaledCurves, Array]:
        """Scale each curve to unit size: no overflow for any input, and A scales exactly with the signal."""
        y, scale, shared = np.empty(curves.shape), np.empty(curves.shape[1]), weights.shape[1] == 1
        for here in pieces(len(scale)):
            given, kept = columns_of(weights, here), curves[:, here]
            if not given.min(initial=1.0) > 0:
                kept = kept * (given > 0)
            size = np.maximum(kept.max(axis=0, initial=0.0), -kept.min(axis=0, initial=0.0))
            scale[here] = np.where(size > 0, size, 1.0)
            np.divide(kept, scale[here], out=y[:, here])
        powers = _powers(tau) * weights[:, 0] if shared else _powers(tau)
        return cls(y, weights, tau, shared, intercept, powers), scale

    def part(self, rows: NDArray[np.intp] | slice) -> ScaledCurves:
        """Return the curves of some voxels."""
        y = self.y[:, rows] if isinstance(rows, slice) else np.take(self.y, rows, axis=1)
        return replace(self, y=y, w=columns_of(self.w, rows))

    def with_weights(self, weights: Array) -> ScaledCurves:
        """Return the same curves with the weights of each voxel, shape (echo, voxel)."""
        return replace(self, w=weights, shared=False, powers=_powers(self.tau))

    @cached_property
    def total(self) -> Array:
        """Σ w, shape (voxel,) or (1,)."""
        return np.asarray(np.einsum("ev->v", self.w))

    @cached_property
    def first(self) -> Array:
        """Σ w·y, shape (voxel,)."""
        if self.shared:
            return np.asarray(np.einsum("e,ev->v", self.w[:, 0], self.y))
        return np.asarray(np.einsum("ev,ev->v", self.w, self.y))

    def decays(self, rate: Array) -> Array:
        """Return exp(−R·t), shape (echo, voxel)."""
        # In place: fresh arrays cost more than the arithmetic.
        e = -self.tau[:, None] * rate
        if e[-1].min(initial=0.0) < DEEPEST:
            np.maximum(e, DEEPEST, out=e)
        return np.asarray(np.exp(e, out=e))

    def projected(self, rate: Array) -> tuple[Array, Array, Array]:
        """Return amplitude, the share of Σ w·y² that it holds, and exp(−R·t); there is no constant."""
        e = self.decays(rate)
        wy = self.w * self.y
        whole, gained = np.einsum("ev,ev->v", wy, self.y), np.einsum("ev,ev->v", wy, e)
        size = np.einsum("ev,ev->v", np.multiply(self.w, e, out=wy), e)
        amplitude = gained / np.maximum(size, TINY)
        return amplitude, amplitude * gained / np.maximum(whole, TINY), e

    def sums(self, e: Array) -> Sums:
        """Return the inner products for these decays, which are worked in."""
        we = e if self.shared else self.w * e
        q0, q1, q2 = over_echoes(self.powers, we * self.y)
        if not self.intercept:
            p0, p1, p2 = over_echoes(self.powers, np.multiply(we, e, out=e))
            return Sums(np.maximum(p0, TINY), p1, p2, p2, q0, q1, q2)
        s0, s1, s2 = over_echoes(self.powers, we)
        p0, p1, p2 = over_echoes(self.powers, np.multiply(we, e, out=e))
        mean, first = s0 / self.total, self.first / self.total
        p11, p02 = p2 - s1 * s1 / self.total, p2 - mean * s2
        p0, p1 = np.maximum(p0 - mean * s0, TINY), p1 - mean * s1
        return Sums(p0, p1, p11, p02, q0 - first * s0, q1 - first * s1, q2 - first * s2)


def _powers(tau: Array) -> Array:
    return np.stack([np.ones_like(tau), tau, tau**2])
