"""Benchmark of the fitting engine: IronQuant, scipy `curve_fit` and other packages on one volume.

``uv run benchmarks/fitting.py``; what is counted stands in ``benchmarks/README.md``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from first_call import FirstCall, first_calls
from models import CASES, Case, model_row
from peer_rows import peer_rows
from region import CASES as REGION_CASES
from region import RegionTime, region_time
from rich.console import Console
from rich.table import Table as RichTable
from tables import (
    MARKS,
    Floor,
    Table,
    as_markdown,
    first_call_table,
    floor_table,
    marks_table,
    rates_table,
    region_table,
    replace_results,
)
from timing import Row, copy_bandwidth, cpu_name, curve_fit_row
from volume import EVEN_TE_MS, GUANGXI_TE_MS, S0, SNR, build_volume, draw_sample

from ironquant.fitting import warm_up

README = Path(__file__).resolve().parent / "README.md"
PEER_VOXELS = 200_000
"""Given to the peers; each takes as many of them as its speed allows."""


@dataclass(frozen=True)
class Train:
    """One volume of one echo train, the yardstick on it, and everybody's rows."""

    name: str
    te_ms: tuple[float, ...]
    n_voxels: int
    baseline: Row
    ours: tuple[Row, ...]
    peers: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything that one run measured."""

    machine: str
    versions: dict[str, str]
    threads: int
    kernels: bool
    load: float | None
    trains: tuple[Train, ...]
    floor: Floor
    regions: tuple[RegionTime, ...]
    first_calls: tuple[FirstCall, ...]

    def tables(self) -> list[Table]:
        """Return all tables, marks last."""
        even = self.trains[0]
        tables = [
            rates_table(
                f"{train.name}, {len(train.te_ms)} echoes, {train.n_voxels:,} voxels, {self.threads} threads",
                (train.baseline, *train.peers, *train.ours),
                train.baseline,
                "Errors: median / 95th percentile of the absolute error in % of T2*, of the voxels answered.",
            )
            for train in self.trains
        ]
        tables.append(floor_table(even.ours, self.floor))
        tables.append(region_table(self.regions))
        if self.first_calls:
            tables.append(first_call_table(self.first_calls))
        older = next((row for row in even.peers if row.who == "older scipy curve_fit"), None)
        tables.append(marks_table(even.ours, even.baseline, older, self.regions, self.first_calls))
        return tables

    def heading(self) -> str:
        """Return machine and versions in one line."""
        packages = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        engine = "compiled kernels" if self.kernels else "NumPy path (kernels not ready)"
        busy = "" if self.load is None else f"; load of the machine before the run {self.load:.1f}"
        return f"{self.machine}; {engine}; {packages}{busy}"


def measure(options: argparse.Namespace, console: Console) -> Report:
    """Run everything, one thing after the other."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    console.print("compiled kernels …", style="dim")
    kernels = options.wait > 0 and warm_up(options.wait)
    cases = [case for case in CASES if not options.models or case.model in options.models]
    versions = {"Python": platform.python_version()}
    versions |= {name: version(name) for name in ("ironquant", "numpy", "numba", "scipy")}
    trains = []
    for name, te_ms in (("Even echoes", EVEN_TE_MS), ("Uneven echoes (Guangxi liver)", GUANGXI_TE_MS)):
        console.print(f"{name} …", style="dim")
        train, peer_versions = measure_train(name, te_ms, cases, options)
        trains.append(train)
        versions |= peer_versions
    console.print("memory, regions, new processes …", style="dim")
    floor = Floor(copy_bandwidth(options.threads), options.threads, 4 * len(EVEN_TE_MS))
    regions = tuple(region_time(case) for case in REGION_CASES)
    calls: list[FirstCall] = []
    for case in cases if options.first_calls else ():
        answered = any(row.who == case.who and row.voxels for row in trains[0].ours)
        if case.model in MARKS and answered and not any(call.model == case.model for call in calls):
            sigma = S0 / SNR if case.sigma_known else None
            calls += first_calls(case.model, sigma, options.matrix, options.slices, options.threads)
    return Report(
        machine=f"{cpu_name()}, {os.cpu_count()} cores",
        versions=versions,
        threads=options.threads,
        kernels=kernels,
        load=load,
        trains=tuple(trains),
        floor=floor,
        regions=regions,
        first_calls=tuple(calls),
    )


def measure_train(
    name: str, te_ms: tuple[float, ...], cases: Sequence[Case], options: argparse.Namespace
) -> tuple[Train, dict[str, str]]:
    """Measure the yardstick, ours and (on even echoes) the peers on the volume of one echo train."""
    volume = build_volume(te_ms, options.matrix, options.slices)
    sample = draw_sample(volume, PEER_VOXELS)
    few = dataclasses.replace(
        sample, signal=sample.signal[: options.voxels], t2star_ms=sample.t2star_ms[: options.voxels]
    )
    baseline = curve_fit_row(few)
    ours = tuple(model_row(case, volume, options.threads) for case in cases if case.magnitude)
    if any(not case.magnitude for case in cases):
        waves = build_volume(te_ms, options.matrix, options.slices, magnitude=False)
        ours += tuple(model_row(case, waves, options.threads) for case in cases if not case.magnitude)
    peers: list[Row] = []
    versions: dict[str, str] = {}
    if options.peers and te_ms == EVEN_TE_MS:
        peers, versions = peer_rows(sample, options.threads)
    return Train(name, te_ms, volume.n_voxels, baseline, ours, tuple(peers)), versions


def show(report: Report, console: Console) -> None:
    """Print the tables."""
    for table in report.tables():
        rich = RichTable(title=table.title, caption=table.note or None, title_justify="left")
        rich.caption_justify = "left"
        for column, head in enumerate(table.heads):
            rich.add_column(head, justify="left" if column == 0 else "right", overflow="fold")
        for row in table.rows:
            rich.add_row(*row)
        console.print(rich)
    console.print(report.heading())


def write_json(report: Report, path: Path) -> None:
    """Write every number."""
    document = dataclasses.asdict(report)
    for train in document["trains"]:
        for row in (train["baseline"], *train["ours"], *train["peers"]):
            row["rate"] = row["voxels"] / row["seconds"] if row["voxels"] else None
            row["times_curve_fit"] = (
                row["rate"] * train["baseline"]["seconds"] / train["baseline"]["voxels"]
                if row["rate"]
                else None
            )
            for key in ("seconds", "answered"):
                row[key] = row[key] if row["voxels"] else None
    path.write_text(
        json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )


def write_readme(report: Report, path: Path = README) -> None:
    """Put the tables between the marker lines of the README."""
    text = "\n".join([f"{report.heading()}.", "", *map(as_markdown, report.tables())])
    replace_results(path, "results", text)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Benchmark of the fitting engine.")
    parser.add_argument("--voxels", type=int, default=10_000, help="voxels that curve_fit gets")
    parser.add_argument("--matrix", type=int, default=256)
    parser.add_argument("--slices", type=int, default=20)
    parser.add_argument("--models", nargs="*", default=(), help="only these of our models")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--first-calls", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--wait", type=float, default=120.0, metavar="S", help="for the compiled kernels, at most"
    )
    parser.add_argument("--json", type=Path, default=None, metavar="FILE")
    parser.add_argument("--write-readme", action="store_true")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write what was asked for."""
    options = parsed(arguments)
    console = Console()
    if not console.is_terminal:
        console = Console(width=170)
    report = measure(options, console)
    show(report, console)
    if options.json is not None:
        write_json(report, options.json)
    if options.write_readme:
        write_readme(report)


if __name__ == "__main__":
    main()
