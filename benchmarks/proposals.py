"""Benchmark of the proposals: hundreds of random digital patients, their true anatomy known.

``uv run benchmarks/proposals.py --patients 200``, with ``--make other`` on phantoms of the other make
(``tests/roi/othermake``), with ``--make third`` on those of ``tests/roi/thirdmake``, and on images that
show no such organ; what is counted stands in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
from proposal_cases import MAKES, Outcome
from rich.console import Console
from rich.table import Table
from tables import replace_results

from ironquant.core import Organ

README = Path(__file__).resolve().parent / "README.md"
HEADS = (
    "organ",
    "patients",
    "proposed",
    "median Dice",
    "outside",
    "vessel",
    "T2* right",
    "median error",
    "slowest",
    "right by confidence < 0.5 · < 0.75 · < 0.9 · above",
)


def report(found: list[Outcome]) -> list[tuple[str, ...]]:
    """Return a row per organ."""
    rows = []
    for organ in Organ:
        own = [item for item in found if item.organ == organ]
        if not own:
            continue
        made = [item for item in own if not item.reason]
        vessel = np.mean([item.vessel for item in made])
        rows.append(
            (
                str(organ),
                f"{len(own)}",
                f"{100 * len(made) / len(own):.1f} %",
                f"{np.median([item.dice for item in made]):.3f}",
                f"{100 * np.mean([1 - item.inside for item in made]):.2f} %",
                "–" if np.isnan(vessel) else f"{100 * vessel:.2f} %",
                f"{100 * np.mean([item.right for item in made]):.1f} %",
                f"{100 * np.median([abs(item.error) for item in made]):.2f} %",
                f"{max(item.seconds for item in own):.2f} s",
                calibration(made),
            )
        )
    return rows


def calibration(made: list[Outcome]) -> str:
    """Return the share of right values by confidence: below 0.5, to 0.75, to 0.9, above."""
    edges = (0.0, 0.5, 0.75, 0.9, 1.01)
    shares = []
    for low, high in pairwise(edges):
        own = [item for item in made if low <= item.confidence < high]
        shares.append(f"{100 * np.mean([item.right for item in own]):.0f} % of {len(own)}" if own else "–")
    return " · ".join(shares)


def main() -> None:
    """Measure, print, and if asked put the table into the read-me."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--make", choices=tuple(MAKES), default="own", help="whose digital patients")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--worst", type=int, default=0, help="print so many of the worst patients")
    parser.add_argument("--write-readme", action="store_true")
    arguments = parser.parse_args()
    jobs = [(number, arguments.seed) for number in range(arguments.patients)]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        made, negatives = MAKES[arguments.make]
        found = [item for items in pool.map(made, jobs, chunksize=4) for item in items]
        refused = (
            [item for items in pool.map(negatives, jobs, chunksize=4) for item in items] if negatives else []
        )
    rows = report(found)
    table = Table(*HEADS)
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table)
    for organ, kind in dict.fromkeys((organ, kind) for organ, kind, _ in refused):
        own = [right for where, name, right in refused if (where, name) == (organ, kind)]
        console.print(f"no {organ} proposed in {kind}: {sum(own)} of {len(own)}")
    for item in sorted(found, key=lambda item: -np.nan_to_num(abs(item.error), nan=9.0))[: arguments.worst]:
        console.print(item)
    if arguments.write_readme:
        lines = ["| " + " | ".join(cells) + " |" for cells in (HEADS, ("---",) * len(HEADS), *rows)]
        block = "proposals" if arguments.make == "own" else f"proposals, {arguments.make} make"
        replace_results(README, block, "\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()
