"""Make ``ironquant/resources/heart_confidence.toml``: how much each evidence for a ventricle weighs, and how
often a value is right at a likelihood.

``uv run benchmarks/heart_confidence.py --number 150 --write``: so many hearts of each make of phantoms, and
more images of each kind that shows none (two makes of phantoms, real images). What is right: a septum on a
heart whose T2* is within 5 %. The weights are those of a logistic regression that are not negative, so that
each evidence counts the way it is meant, and alike unless the images say otherwise; fitted once to all finds,
then to those that are taken for the likeliest. The shares are counted on images that the weights were not
fitted to, and rise with the likelihood (pooled adjacent violators).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from proposal_cases import TOLERANCE, random_spec, t2star_of
from realimages import unlike_a_heart
from scipy.optimize import minimize

from ironquant.core import Acquisition, EchoSeries, Organ
from ironquant.phantom import simulate
from ironquant.resources import load_table
from ironquant.roi.masks import polygon_mask
from ironquant.roi.septum import septum_contour
from ironquant.roi.ventricle import Ventricle, find_candidates, only_one

ROOT = Path(__file__).resolve().parents[1]

TABLE = ROOT / "ironquant" / "resources" / "heart_confidence.toml"
STRENGTH = 0.002
"""Of the penalty on the squares of what the weights differ by."""
OTHERS = 5 / 3
"""Images of each kind that shows no heart, over hearts of a make."""
LIKELIEST = 3
"""Finds of an image that are fitted again, beside the ventricles."""
FOLDS = 5
POOL = 25
"""Cases whose share is taken together, at least."""


@dataclass(frozen=True, eq=False)
class Find:
    """A candidate, where a septum can be drawn; whether it is a ventricle, whether its value is right."""

    ventricle: Ventricle
    is_heart: bool
    right: bool


@dataclass(frozen=True, eq=False)
class Case:
    """What was found in an image, by slice."""

    slices: list[list[Find]]
    spacing_mm: tuple[float, float]

    def best(self, likelihood: Callable[[Ventricle], float]) -> tuple[float, Find]:
        """Return what is taken, with its likelihood."""
        taken = []
        for finds in self.slices:
            again = [replace(find.ventricle, confidence=likelihood(find.ventricle)) for find in finds]
            one = only_one(again, self.spacing_mm)
            (find,) = [item for item in finds if item.ventricle.rays is one.rays]
            taken.append((one.confidence, find))
        return max(taken, key=lambda item: item[0])


@dataclass(frozen=True, eq=False)
class Weights:
    """Of a logistic regression."""

    offset: float
    of_evidence: np.ndarray

    def likelihood(self, item: Ventricle, names: list[str]) -> float:
        """Return how likely it is that this is a ventricle."""
        total = self.offset + self.of_evidence @ [item.evidence[name] for name in names]
        return float(1.0 / (1.0 + np.exp(-total)))


def case(job: tuple[str, int]) -> Case | None:
    """Return what is found in an image; None where that is nothing."""
    from othermake import short_axis as other_make  # found where `proposals` looks
    from othermake.wrong_anatomy import wrong
    from thirdmake import short_axis as third_make
    from thirdmake.wrong import wrong as third_wrong

    kind, seed = job
    clean = core = None
    truth = 1.0
    if kind == "wrong":
        series = wrong(seed)[0]
    elif kind == "third wrong":
        series = third_wrong(seed, "heart").series
    elif kind == "real":
        series = unlike_a_heart(seed)
    elif kind == "other":
        other = other_make.heart(seed)
        series, clean, core, truth = other.series, other.clean, other.core, other.t2star_ms
    elif kind == "third":
        third = third_make.heart(seed)
        series, clean, core, truth = third.series, third.clean, third.masks["core"], third.t2star_ms["septum"]
    else:
        spec = random_spec(seed, 77)
        images = simulate(spec).organ(Organ.HEART)
        acquisition = Acquisition(field_t=spec.field_t, black_blood=spec.black_blood)
        series = EchoSeries("k", "1", "", images.signal, images.te_ms, images.affine, acquisition=acquisition)
        clean, core, truth = images.clean, images.masks["septum"], spec.t2star_ms(Organ.HEART)
    found = find_candidates(series)
    if isinstance(found, str):
        return None
    slices = [
        [find for item in items if (find := judged(item, series, clean, core, truth))] for items in found
    ]
    return Case([finds for finds in slices if finds], series.spacing_mm[1:]) if any(slices) else None


def judged(
    item: Ventricle, series: EchoSeries, clean: np.ndarray | None, core: np.ndarray | None, truth: float
) -> Find | None:
    """Compare a candidate with the truth; None where no septum can be drawn or all evidence is missing."""
    contour = septum_contour(item, series) if item.confidence > 0 else None
    if contour is None:
        return None
    if clean is None or core is None:
        return Find(item, False, False)
    mask = polygon_mask(contour, series.shape[1:])
    if (mask & core[item.slice_index]).sum() <= 0.5 * mask.sum():
        return Find(item, False, False)
    read, exact = (
        t2star_of(clean[item.slice_index][part].astype(float).mean(axis=0), series.te_ms, truth)
        for part in (mask, core[item.slice_index])
    )
    # As `proposals.judged`: what lies between the tissue and what the images themselves hold is right.
    error = read / float(np.clip(read, *sorted((exact, truth)))) - 1.0
    return Find(item, True, abs(error) <= TOLERANCE[Organ.HEART])


def weigh(evidence: np.ndarray, is_heart: np.ndarray) -> Weights:
    """Return a logistic regression without negative weights, classes weighed alike."""
    share = np.where(is_heart, 0.5 / is_heart.mean(), 0.5 / (~is_heart).mean()) / len(is_heart)
    sign = np.where(is_heart, 1.0, -1.0)

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (at[0] + evidence @ at[1:])
        differ = at[1:] - at[1:].mean()
        pull = -share * sign / (1.0 + np.exp(margin))
        slope = np.append(pull.sum(), evidence.T @ pull + STRENGTH * differ)
        return float(share @ np.logaddexp(0.0, -margin) + 0.5 * STRENGTH * differ @ differ), slope

    bounds = [(None, None)] + [(0.0, None)] * evidence.shape[1]
    found = minimize(loss, np.zeros(evidence.shape[1] + 1), jac=True, bounds=bounds, method="L-BFGS-B")
    return Weights(float(found.x[0]), found.x[1:])


def fitted(cases: list[Case], names: list[str]) -> Weights:
    """Return the weights: of all finds, then of ventricles and of what was taken for likeliest."""
    images = [[find for part in item.slices for find in part] for item in cases]

    def of(finds: list[Find]) -> Weights:
        evidence = np.array([[find.ventricle.evidence[name] for name in names] for find in finds])
        return weigh(evidence, np.array([find.is_heart for find in finds]))

    rough = of([find for finds in images for find in finds])

    def hard(finds: list[Find]) -> list[Find]:
        order = sorted(finds, key=lambda find: -rough.likelihood(find.ventricle, names))
        return [find for number, find in enumerate(order) if number < LIKELIEST or find.is_heart]

    return of([find for finds in images for find in hard(finds)])


def pooled(score: np.ndarray, right: np.ndarray) -> list[tuple[float, float, float]]:
    """Return pools of cases by rising score, each its number, mean score and share of right values.

    The share rises from pool to pool. By the rule of succession: none is 1 because nothing went wrong yet.
    """
    order = np.argsort(score)
    pools = [
        (float(part.size), float(score[part].mean()), (right[part].sum() + 1.0) / (part.size + 2.0))
        for part in np.array_split(order, max(1, len(order) // POOL))
    ]
    merged: list[tuple[float, float, float]] = []
    for pool in pools:
        merged.append(pool)
        while len(merged) > 1 and merged[-2][2] >= merged[-1][2]:
            (m, x, y), (n, u, v) = merged[-2:]
            merged[-2:] = [(m + n, (m * x + n * u) / (m + n), (m * y + n * v) / (m + n))]
    return merged


def calibrate(likelihood: np.ndarray, right: np.ndarray) -> tuple[list[float], list[float]]:
    """Return knots of a rising line from likelihood to the share of right values."""
    merged = pooled(likelihood, right)
    return [0.0, *(x for _, x, _ in merged), 1.0], [0.0, *(y for _, _, y in merged), merged[-1][2]]


def table(cases: list[Case], how: str) -> list[str]:
    """Return the lines of the table, and print how well the likelihood parts ventricles from the rest."""
    names = list(load_table("heart_confidence")["weights"])
    best: list[tuple[float, Find]] = []
    for fold in range(FOLDS):
        weights = fitted([item for n, item in enumerate(cases) if n % FOLDS != fold], names)
        best += [item.best(partial(weights.likelihood, names=names)) for item in cases[fold::FOLDS]]
    likelihood = np.array([chance for chance, _ in best])
    is_heart, right = (np.array([getattr(find, name) for _, find in best]) for name in ("is_heart", "right"))
    knots, shares = calibrate(likelihood, right)
    weights = fitted(cases, names)
    lines = [
        "# How likely it is that what was found is a left ventricle, and how often its value is then right.",
        f"# Made by benchmarks/heart_confidence.py {how}: {int(is_heart.sum())}",
        f"# ventricles of three makes of phantoms, {int((~is_heart).sum())} other finds.",
        "# likelihood = 1 / (1 + exp(-(offset + sum of weight x evidence))); evidence: roi/evidence.py;",
        "# confidence: the share of right values (T2* within 5 %) at that likelihood, a line between knots.",
        f"offset = {weights.offset:.3f}",
        f"likelihood = {[round(x, 4) for x in knots]}",
        f"right = {[round(float(y), 3) for y in shares]}",
        "",
        "[weights]",
        *(f"{name} = {weight:.3f}" for name, weight in zip(names, weights.of_evidence, strict=True)),
    ]
    for level in (0.3, 0.5, 0.6, 0.7, 0.9):
        kept, passed = (np.mean(likelihood[part] >= level) for part in (is_heart, ~is_heart))
        print(f"from {level}: {100 * kept:.1f} % of ventricles, {100 * passed:.1f} % of other finds")
    return lines


def main() -> None:
    """Draw, fit, print, and if asked write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=150, help="of hearts of each make")
    parser.add_argument("--seed", type=int, default=400_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    first, number = arguments.seed, arguments.number
    counts = dict.fromkeys(("own", "other", "third"), number)
    counts |= dict.fromkeys(("wrong", "third wrong", "real"), round(OTHERS * number))
    jobs = [(kind, first + n) for kind, count in counts.items() for n in range(count)]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        found = [item for item in pool.map(case, jobs, chunksize=4) if item is not None]
    lines = table(found, f"--number {number} --seed {first}")
    print("\n".join(lines))
    if arguments.write:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
