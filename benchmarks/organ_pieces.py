"""Make ``ironquant/resources/organ_pieces.toml``: how much a piece of one tissue looks like liver or spleen.

``uv run benchmarks/organ_pieces.py --write`` (long). Every piece of random digital abdomens of
both makes, rough and drawn in full, and of images that show neither organ; a logistic regression with all
products of two entries of the description, its squared weights held small.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from proposals import random_spec
from scipy import ndimage
from scipy.optimize import minimize

from ironquant.core import Acquisition, EchoSeries, Organ
from ironquant.fitting import estimate_noise
from ironquant.phantom import simulate
from ironquant.roi.abdomen import AbdomenSlice, Turn, find_abdomen
from ironquant.roi.organpiece import CLIPPED, FINE_PIXELS
from ironquant.roi.tissues import Tissues, describe

TABLE = Path(__file__).resolve().parents[1] / "ironquant" / "resources" / "organ_pieces.toml"
ORGANS = (Organ.LIVER, Organ.SPLEEN)
PURE, PURE_RANGE = 0.85, 0.1
"""A piece is the organ from this share of pure tissue on, wholly a tenth above …"""
COVERED = 0.2
"""… if it covers this share of the organ on the slice."""
POSITIVE_WEIGHT, STRENGTH, STEPS = 0.35, 3.0, 150
MOST_SLICES = 3

Mask = NDArray[np.bool_]


class Row(NamedTuple):
    """One piece: its description, and for liver and spleen how much it is the organ (0 to 1)."""

    description: dict[str, float]
    aims: tuple[float, float]


def own(number: int, seed: int) -> tuple[EchoSeries, tuple[Mask, Mask]]:
    """Return a patient of our own make with liver and spleen."""
    spec = random_spec(number, seed)
    images = simulate(spec).organ(Organ.LIVER)
    acquisition = Acquisition(field_t=spec.field_t)
    series = EchoSeries(
        "k",
        "1.2",
        "",
        images.signal,
        images.te_ms,
        images.affine,
        acquisition=acquisition,
        organ_guess=Organ.LIVER,
    )
    return series, (images.masks["liver"], images.masks["spleen"])


def other(number: int, seed: int) -> tuple[EchoSeries, tuple[Mask, Mask]]:
    """Return a patient of the other make."""
    from othermake import transverse  # found where `proposals` looks

    drawn = transverse.make(transverse.random_plan(number, seed))
    return drawn.series, (drawn.parenchyma, drawn.spleen)


def with_organs(job: tuple[str, int, int]) -> list[Row]:
    """Return the pieces of one patient."""
    make, number, seed = job
    series, masks = (own if make == "own" else other)(number, seed)
    turn, noise = Turn.of(series), estimate_noise(series.signal[:1])
    indices = range(0, series.shape[0], max(1, series.shape[0] // MOST_SLICES))
    found = []
    for index in indices:
        image = find_abdomen(series, index, turn, noise, FINE_PIXELS)
        if image is not None:
            truth = tuple(turn.there(mask[index]) for mask in masks)
            found += list(_rows(image, truth))
    return found


def without_organs(job: tuple[int, int]) -> list[Row]:
    """Return the pieces of one image that shows neither organ."""
    from othermake.no_liver import wrong_series

    _, series = wrong_series(*job)
    image = find_abdomen(series, 0, Turn.of(series), estimate_noise(series.signal), FINE_PIXELS)
    return [] if image is None else list(_rows(image, None))


def _rows(image: AbdomenSlice, truth: tuple[Mask, ...] | None) -> Iterator[Row]:
    tissues = Tissues.of(image)
    for rough in tissues.pieces:
        for piece in (rough, tissues.refined(rough)):
            if piece is None:
                continue
            if truth is None:
                yield Row(describe(piece, image), (0.0, 0.0))
                continue
            core = image.to_fine(ndimage.binary_erosion(piece.mask))
            if core.any():
                liver, spleen = (_aim(core, organ) for organ in truth)
                yield Row(describe(piece, image), (liver, spleen))


def _aim(core: Mask, organ: Mask) -> float:
    common = int((core & organ).sum())
    pure = np.clip((common / core.sum() - PURE) / PURE_RANGE, 0.0, 1.0)
    return float(pure * np.clip(common / max(1, organ.sum()) / COVERED, 0.0, 1.0))


def fitted(terms: NDArray[np.float32], aim: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of a logistic regression; the last one, the constant, is free."""
    weight = np.ones(len(aim), dtype=np.float32)
    positive = aim > 0.3
    weight[positive] *= POSITIVE_WEIGHT * (~positive).sum() / positive.sum()
    target = aim.astype(np.float32)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        score = terms @ weights.astype(np.float32)
        each = np.logaddexp(0, score) - target * score
        slope = terms.T @ (weight * (1 / (1 + np.exp(-score)) - target))
        held = weights.copy()
        held[-1] = 0.0
        total = float((weight * each).sum()) + STRENGTH * float((held**2).sum())
        return total, slope.astype(np.float64) + 2 * STRENGTH * held

    start = np.zeros(terms.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(found.x)


def table(rows: list[Row], told: str) -> str:
    """Return the table as TOML."""
    names = list(rows[0].description)
    values = np.array([[row.description[name] for name in names] for row in rows])
    mean, sd = values.mean(axis=0), values.std(axis=0)
    z = np.clip((values - mean) / sd, -CLIPPED, CLIPPED)
    upper = np.triu_indices(len(names))
    products = (z[:, :, None] * z[:, None, :])[:, upper[0], upper[1]]
    terms = np.concatenate([z, products, np.ones((len(z), 1))], axis=1).astype(np.float32)
    quoted = ", ".join(f'"{name}"' for name in names)
    lines = [told, "[description]", f"names = [{quoted}]"]
    lines += [f"mean = [{_numbers(mean, 4)}]", f"sd = [{_numbers(sd, 4)}]"]
    for place, organ in enumerate(ORGANS):
        weights = fitted(terms, np.array([row.aims[place] for row in rows]))
        square = np.zeros((len(names), len(names)))
        square[upper] = weights[len(names) : -1]
        lines += ["", f"[{organ}]", f"constant = {weights[-1]:.3f}"]
        lines += [f"line = [{_numbers(weights[: len(names)], 3)}]", "square = ["]
        lines += [f"  [{_numbers(row, 3)}]," for row in square]
        lines += ["]"]
    return "\n".join(lines) + "\n"


def _numbers(values: NDArray[np.float64], places: int) -> str:
    return ", ".join("0" if value == 0 else f"{value:.{places}f}" for value in values)


def main() -> None:
    """Draw, describe, fit, and if asked write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--other", type=int, default=260, help="patients of the other make")
    parser.add_argument("--own", type=int, default=120, help="patients of our own make")
    parser.add_argument("--without", type=int, default=1400, help="images without the organs")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    makes = (("other", arguments.other), ("own", arguments.own))
    patients = [(make, number, arguments.seed) for make, count in makes for number in range(count)]
    images = [(number, arguments.seed) for number in range(arguments.without)]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        rows = [row for found in pool.map(with_organs, patients, chunksize=4) for row in found]
        rows += [row for found in pool.map(without_organs, images, chunksize=4) for row in found]
    head = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    made = table(rows, "\n".join(head) + "\n")
    print(f"{len(rows)} pieces")
    if arguments.write:
        TABLE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
