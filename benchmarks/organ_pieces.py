"""Make ``ironquant/resources/organ_pieces.toml``: how much a piece of one tissue looks like liver or spleen.

``uv run benchmarks/organ_pieces.py --write`` (long). Every piece of random digital abdomens of
all three makes, rough and drawn in full, and of images that show neither organ; small networks of one hidden
layer, their squared weights held small, and averaged.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from proposal_cases import random_spec
from scipy import ndimage
from scipy.optimize import minimize

from ironquant.core import Acquisition, EchoSeries, Organ
from ironquant.fitting import estimate_noise
from ironquant.phantom import simulate
from ironquant.roi.abdomen import AbdomenSlice, Turn, find_abdomen, is_transverse
from ironquant.roi.description import describe
from ironquant.roi.organpiece import FINE_PIXELS, LEAST_SHARE, LOOKS, Net, Scale
from ironquant.roi.tissues import Piece, Tissues

TABLE = Path(__file__).resolve().parents[1] / "ironquant" / "resources" / "organ_pieces.toml"
ORGANS = (Organ.LIVER, Organ.SPLEEN)
PURE, PURE_RANGE = 0.85, 0.1
"""A piece is the organ from this share of pure tissue on, wholly a tenth above …"""
COVERED = 0.2
"""… if it covers this share of the organ on the slice."""
POSITIVE_WEIGHT, STRENGTH, STEPS = 0.1, 2.0, 800
UNITS, NETS = 48, 4
"""Hidden units of a network, and how many networks from other starts are averaged."""
MOST_SLICES = 2

Mask = NDArray[np.bool_]
Values = NDArray[np.float64]


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


def third(number: int, seed: int) -> tuple[EchoSeries, tuple[Mask, Mask]]:
    """Return a patient of the third make."""
    from thirdmake.transverse import abdomen  # found where `proposals` looks

    drawn = abdomen(_third_seed(number, seed))
    return drawn.series, (drawn.masks["parenchyma"], drawn.masks["spleen"])


def _third_seed(number: int, seed: int) -> int:
    """Return a seed far from those of the tests and of the benchmark."""
    return 7_000_000 + 10_000 * seed + number


MAKES = {"own": own, "other": other, "third": third}


def with_organs(job: tuple[str, int, int]) -> list[Row]:
    """Return the pieces of one patient."""
    make, number, seed = job
    series, masks = MAKES[make](number, seed)
    turn, noise = Turn.of(series), estimate_noise(series.signal[:1])
    indices = range(0, series.shape[0], max(1, series.shape[0] // MOST_SLICES))
    found = []
    for index in indices:
        image = find_abdomen(series, index, turn, noise, FINE_PIXELS)
        if image is not None:
            truth = tuple(turn.there(mask[index]) for mask in masks)
            found += list(_rows(image, truth))
    return found


def without_organs(job: tuple[str, int, int]) -> list[Row]:
    """Return the pieces of one image that shows neither organ."""
    from othermake.no_liver import wrong_series
    from thirdmake.wrong import wrong

    make, number, seed = job
    series = (
        wrong(_third_seed(number, seed), "liver").series if make == "third" else wrong_series(number, seed)[1]
    )
    if not is_transverse(series):
        return []
    image = find_abdomen(series, 0, Turn.of(series), estimate_noise(series.signal), FINE_PIXELS)
    return [] if image is None else list(_rows(image, None))


def _rows(image: AbdomenSlice, truth: tuple[Mask, ...] | None) -> Iterator[Row]:
    for piece in _pieces(image):
        if truth is None:
            yield Row(describe(piece, image), (0.0, 0.0))
            continue
        core = image.to_fine(ndimage.binary_erosion(piece.mask))
        if core.any():
            liver, spleen = (_aim(core, organ) for organ in truth)
            yield Row(describe(piece, image), (liver, spleen))


def _pieces(image: AbdomenSlice) -> Iterator[Piece]:
    for lit, _ in LOOKS:
        tissues = Tissues.of(image, min(LEAST_SHARE.values()), lit=lit)
        for rough in tissues.pieces:
            yield rough
            refined = tissues.refined(rough)
            if refined is not None:
                yield refined


def _aim(core: Mask, organ: Mask) -> float:
    common = int((core & organ).sum())
    pure = np.clip((common / core.sum() - PURE) / PURE_RANGE, 0.0, 1.0)
    return float(pure * np.clip(common / max(1, organ.sum()) / COVERED, 0.0, 1.0))


def fitted(standard: Values, aim: Values, seed: int) -> Net:
    """Return a network of one hidden layer fitted as a logistic regression; constants are free."""
    units, entries = UNITS, standard.shape[1]
    rng = np.random.default_rng(seed)
    weight = np.ones(len(aim), dtype=np.float32)
    positive = aim > 0.3
    weight[positive] *= POSITIVE_WEIGHT * (~positive).sum() / positive.sum()
    target, z = aim.astype(np.float32), standard.astype(np.float32)
    cuts = np.cumsum([units * entries, units])
    held = np.ones(units * (entries + 2) + 1)
    held[cuts[0] : cuts[1]] = held[-1] = 0.0

    def parts(weights: Values) -> tuple[Values, Values, Values, float]:
        hidden, bias, out = np.split(weights[:-1], cuts)
        return hidden.reshape(units, entries), bias, out, float(weights[-1])

    def loss(weights: Values) -> tuple[float, Values]:
        hidden, bias, out, constant = parts(weights.astype(np.float32))
        active = np.tanh(z @ hidden.T + bias)
        score = active @ out + np.float32(constant)
        total = float((weight * (np.logaddexp(0, score) - target * score)).sum())
        slope = weight * (0.5 + 0.5 * np.tanh(0.5 * score) - target)
        back = slope[:, None] * out * (1.0 - active**2)
        slopes = [(back.T @ z).ravel(), back.sum(axis=0), active.T @ slope, [slope.sum()]]
        return total + STRENGTH * float(held @ weights**2), (
            np.concatenate(slopes).astype(np.float64) + 2 * STRENGTH * held * weights
        )

    start = np.zeros(len(held))
    start[: cuts[0]] = rng.normal(0.0, 0.5 / np.sqrt(entries), units * entries)
    start[cuts[1] : -1] = rng.normal(0.0, 0.3, units)
    return Net(*parts(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x))


def together(nets: list[Net]) -> Net:
    """Return the mean of networks, which is a network too."""
    return Net(
        np.concatenate([net.hidden for net in nets]),
        np.concatenate([net.bias for net in nets]),
        np.concatenate([net.out for net in nets]) / len(nets),
        float(np.mean([net.constant for net in nets])),
    )


def table(rows: list[Row], told: str, jobs: int) -> str:
    """Return the table as TOML."""
    names = tuple(rows[0].description)
    values = np.array([[row.description[name] for name in names] for row in rows])
    scale = Scale(names, values.mean(axis=0), values.std(axis=0))
    standard = np.array([scale.standard(row.description) for row in rows])
    quoted = ", ".join(f'"{name}"' for name in names)
    lines = [told, f"names = [{quoted}]"]
    aims = [np.array([row.aims[place] for row in rows]) for place in range(len(ORGANS))]
    with ProcessPoolExecutor(jobs) as pool:
        nets = [[pool.submit(fitted, standard, aim, seed) for seed in range(NETS)] for aim in aims]
        whole = [together([net.result() for net in own]) for own in nets]
    for organ, net in zip(ORGANS, whole, strict=True):
        lines += ["", f"[{organ}]"]
        lines += [f"mean = [{_numbers(scale.mean, 4)}]", f"sd = [{_numbers(scale.sd, 4)}]"]
        lines += [f"constant = {net.constant:.3f}", f"bias = [{_numbers(net.bias, 3)}]"]
        lines += [f"out = [{_numbers(net.out, 3)}]", "hidden = ["]
        lines += [f"  [{_numbers(row, 3)}]," for row in net.hidden]
        lines += ["]"]
    return "\n".join(lines) + "\n"


def _numbers(values: NDArray[np.float64], places: int) -> str:
    return ", ".join("0" if value == 0 else f"{value:.{places}f}" for value in values)


def main() -> None:
    """Draw, describe, fit, and if asked write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--other", type=int, default=600, help="patients of the other make")
    parser.add_argument("--third", type=int, default=250, help="patients of the third make")
    parser.add_argument("--own", type=int, default=60, help="patients of our own make")
    parser.add_argument("--without", type=int, default=2000, help="images without the organs, other make")
    parser.add_argument("--third-without", type=int, default=1600, help="such images, third make")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    makes = (("other", arguments.other), ("third", arguments.third), ("own", arguments.own))
    patients = [(make, number, arguments.seed) for make, count in makes for number in range(count)]
    kinds = (("other", arguments.without), ("third", arguments.third_without))
    images = [(make, number, arguments.seed) for make, count in kinds for number in range(count)]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        rows = [row for found in pool.map(with_organs, patients, chunksize=4) for row in found]
        rows += [row for found in pool.map(without_organs, images, chunksize=4) for row in found]
    head = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    made = table(rows, "\n".join(head) + "\n", arguments.jobs)
    print(f"{len(rows)} pieces")
    if arguments.write:
        TABLE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
