"""Make ``ironquant/resources/confidence.toml``: how often the pixels of a piece of some score are right.

``uv run benchmarks/organ_confidence.py --write``: abdomens of the makes of ``tests/roi/othermake`` and
``tests/roi/thirdmake``, and as many images that show no such organ, none of them among the examples of
``organ_pieces.py``. Right: T2* within the tolerance of the organ, and 95 % of the pixels pure. The shares
rise with the score (pooled adjacent violators).
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from heart_confidence import pooled
from proposal_cases import Found, Outcome, other_abdomen, third_case

from ironquant.core import EchoSeries, Organ
from ironquant.roi.liver import LIVER
from ironquant.roi.organpiece import look_into
from ironquant.roi.pureorgan import pure_organs
from ironquant.roi.spleen import SPLEEN

TABLE = Path(__file__).resolve().parents[1] / "ironquant" / "resources" / "confidence.toml"
LEAST_CM2 = {rule.organ: rule.least_cm2 for rule in (LIVER, SPLEEN)}
PURE = 0.95
LIKELY = 0.0
"""Score from which on a piece is not passed over for another."""
HEAD = """\
# Confidence of a proposal by the raw score of its proposer: the share of regions that were right among random
# digital patients of known anatomy. Points of a line that never falls. Made by
# benchmarks/organ_confidence.py {how}.
# Right: T2* within the tolerance of the organ, {pure:.0f} % of the region pure; by the rule of succession.
"""


@dataclass(frozen=True)
class Case:
    """What looked most like an organ in an image: its score, and whether its value is right."""

    organ: Organ
    score: float
    right: bool


def likeliest(series: EchoSeries, organ: Organ) -> Found:
    """Return what looks most like an organ, however little, with its score in place of a confidence.

    As in a proposal the first piece that is likely will do, and no other is looked for.
    """
    abdomen = look_into(series, organ)
    if isinstance(abdomen, str):
        return Found(None, reason=abdomen)
    best = Found(None, -np.inf, reason="nothing")
    for found in pure_organs(series, abdomen, organ, LEAST_CM2[organ]):
        if found.score > best.confidence:
            best = Found(found.mask, found.score)
        if best.confidence >= LIKELY:
            break
    return best


def of_abdomen(job: tuple[str, int, int]) -> list[Case]:
    """Return liver and spleen of one abdomen; a spleen that is proposed where there is none is wrong."""
    from othermake import transverse
    from thirdmake.transverse import abdomen

    make, number, seed = job
    if make == "other":
        outcomes = other_abdomen((number, seed), likeliest)
        drawn = transverse.make(transverse.random_plan(number, seed))
        has_spleen = drawn.spleen.any()
    else:
        drawn = abdomen(1000 * seed + number)
        has_spleen = drawn.masks["spleen"].any()
        organs = list(LEAST_CM2) if has_spleen else [Organ.LIVER]
        outcomes = [third_case(drawn, organ, likeliest) for organ in organs]
    cases = [_case(outcome) for outcome in outcomes if not outcome.reason]
    return cases if has_spleen else cases + _wrong(drawn.series, Organ.SPLEEN)


def _case(outcome: Outcome) -> Case:
    return Case(outcome.organ, outcome.confidence, outcome.right and outcome.inside >= PURE)


def of_another_image(job: tuple[str, int, int]) -> list[Case]:
    """Return what looks like liver and spleen where there is neither."""
    from othermake.no_liver import wrong_series
    from thirdmake.wrong import wrong

    make, number, seed = job
    found = []
    for organ in LEAST_CM2:
        if make == "other":
            series = wrong_series(number, seed)[1]
        else:
            series = wrong(1000 * seed + number, str(organ)).series
        found += _wrong(series, organ)
    return found


def _wrong(series: EchoSeries, organ: Organ) -> list[Case]:
    piece = likeliest(series, organ)
    return [] if piece.mask is None else [Case(organ, piece.confidence, False)]


def main() -> None:
    """Draw, count, print, and if asked write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=200, help="abdomens of each make, and other images")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    jobs = [(make, n, arguments.seed) for make in ("other", "third") for n in range(arguments.number)]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        cases = [case for found in pool.map(of_abdomen, jobs, chunksize=4) for case in found]
        cases += [case for found in pool.map(of_another_image, jobs, chunksize=4) for case in found]
    lines = [HEAD.format(how=f"--number {arguments.number} --seed {arguments.seed}", pure=100 * PURE)]
    for organ in LEAST_CM2:
        own = [case for case in cases if case.organ == organ]
        scores, right = np.array([case.score for case in own]), np.array([case.right for case in own])
        points = pooled(scores, right)
        lines += [
            f"# {int(right.sum())} right of {len(own)}.",
            f"[{organ}]",
            f"raw = {[round(score, 2) for _, score, _ in points]}",
            f"right = {[round(float(share), 3) for _, _, share in points]}",
            "",
        ]
    text = "\n".join(lines)
    print(text)
    if arguments.write:
        TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
