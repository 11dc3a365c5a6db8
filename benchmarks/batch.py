"""Throughput of a batch against the common script, its scaling, and its cost from ten examinations on.

    uv run benchmarks/batch.py                        # 10, 100 and 1000 examinations: an hour
    uv run benchmarks/batch.py --sizes 10 40 --scripts 1

The common script is what a researcher writes: a loop of pydicom over the files, and scipy's ``curve_fit``
for every voxel. It gets the voxels for which the batch computes its maps, and no region, report or table.
Times per core are processor times of all processes together, start included; only the scaling is by the
clock, and needs a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import nibabel
import numpy as np
import pydicom
from scipy.optimize import curve_fit

from ironquant.batch import BatchOptions, run
from ironquant.phantom import find_case, simulate, write_phantom

MATRIX = (256, 256)
ANATOMIES = 10


def main() -> None:
    """Run everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--scripts", type=int, default=2, help="examinations that the common script gets")
    parser.add_argument("--matrix", type=int, default=MATRIX[0])
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ironquant-batch-") as made:
        report = measure(Path(made), sorted(told.sizes), told.scripts, (told.matrix, told.matrix))
    print_report(report)
    if told.json:
        told.json.write_text(json.dumps(report, indent=2), encoding="utf-8")


def measure(folder: Path, sizes: list[int], n_scripts: int, matrix: tuple[int, int]) -> dict:
    """Return every number."""
    originals = make_originals(folder / "originals", matrix)
    cohorts = {size: make_cohort(originals, folder / f"cohort{size}", size) for size in sizes}
    smallest, largest = sizes[0], sizes[-1]
    list(run(cohorts[smallest], folder / "warm", jobs=1))  # compiles the kernels where they are not
    costs = {size: timed_run(cohorts[size], folder / f"out{size}", 1) for size in sizes}
    two = timed_run(cohorts[largest], folder / "two", 2)
    voxels = voxels_of(folder / f"out{smallest}", n_scripts)
    scripts = [timed_script(path, masks) for path, masks in voxels]
    script_s = float(np.mean([seconds for seconds, _ in scripts]))
    own_s = costs[largest]["cpu_s"]
    return {
        "script_cpu_s": script_s,
        "script_voxels": int(np.mean([n for _, n in scripts])),
        "batch_cpu_s": {size: cost["cpu_s"] for size, cost in costs.items()},
        "times_script": script_s / own_s,
        "scaling_1_to_2": costs[largest]["wall_s"] / two["wall_s"],
        "n": largest,
    }


def make_originals(folder: Path, matrix: tuple[int, int]) -> list[Path]:
    """Write some digital patients with iron of every kind."""
    made = []
    for number in range(ANATOMIES):
        spec = replace(
            find_case("demo"),
            matrix=matrix,
            seed=number,
            heart_t2star_ms=6.0 + 3.0 * number,
            liver_t2star_ms=1.5 + 1.5 * number,
        )
        write_phantom(simulate(spec), folder / str(number))
        made.append(folder / str(number) / "DICOM")
    return made


def make_cohort(originals: list[Path], folder: Path, n: int) -> Path:
    """Copy them under identities of their own."""
    for number in range(n):
        target = folder / f"{number:05d}"
        target.mkdir(parents=True)
        for path in sorted(originals[number % len(originals)].iterdir()):
            image = pydicom.dcmread(path)
            for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
                image[name].value = f"{image[name].value}.{number + 1}"[-64:].lstrip(".")
            image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
            image.PatientID = f"P{number:05d}"
            image.save_as(target / path.name)
    return folder


def timed_run(root: Path, out: Path, jobs: int) -> dict[str, float]:
    """Return processor and clock seconds per examination."""
    cpu, wall = processor_s(), time.perf_counter()
    n = sum(outcome.status == "done" for outcome in run(root, out, BatchOptions(), jobs=jobs))
    return {"cpu_s": (processor_s() - cpu) / n, "wall_s": (time.perf_counter() - wall) / n}


def processor_s() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(entry.ru_utime + entry.ru_stime for entry in used)


def voxels_of(out: Path, n: int) -> list[tuple[Path, dict[int, np.ndarray]]]:
    """Return images of some examinations with the voxels that the maps cover, by number of echoes."""
    found = []
    places = [line.split("\t") for line in (out / "studies.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    for row in places[:n]:
        maps = sorted((out / "studies" / row[3] / "maps").glob("*_r2star.nii.gz"))
        masks = {}
        for path in maps:
            document = json.loads((out / "studies" / row[3] / "analysis.json").read_bytes())
            organ = next(entry for entry in document["organs"] if path.name.startswith(entry["organ"]))
            values = np.asarray(nibabel.load(path).dataobj).transpose(2, 1, 0)
            masks[len(organ["series"]["te_ms"])] = np.isfinite(values)
        found.append((out.parent / f"cohort{out.name.removeprefix('out')}" / row[4], masks))
    return found


def timed_script(folder: Path, masks: dict[int, np.ndarray]) -> tuple[float, int]:
    """Return processor seconds and voxels of the common script."""
    begun = time.process_time()
    series: dict[str, list] = {}
    for path in sorted(folder.iterdir()):
        image = pydicom.dcmread(path)
        series.setdefault(image.SeriesInstanceUID, []).append(image)
    fitted = 0
    for images in series.values():
        images.sort(key=lambda image: image.EchoTime)
        te = np.array([float(image.EchoTime) for image in images])
        stack = np.stack([image.pixel_array for image in images], axis=-1).astype(float)
        for decay in stack[masks[len(te)][0]]:
            try:
                curve_fit(lambda t, s0, t2: s0 * np.exp(-t / t2), te, decay, p0=(decay[0], 10.0))
            except RuntimeError:
                continue
            finally:
                fitted += 1
    return time.process_time() - begun, fitted


def print_report(report: dict) -> None:
    """Print a table."""
    print(f"common script: {report['script_cpu_s']:.2f} s per examination ({report['script_voxels']} voxels)")
    for size, seconds in report["batch_cpu_s"].items():
        print(f"batch of {size}: {seconds:.3f} s per examination and core, start and tables included")
    print(f"throughput per core: {report['times_script']:.1f} × the common script (at least 10)")
    print(f"1 to 2 processes, {report['n']} examinations: {report['scaling_1_to_2']:.2f} × (at least 1.8)")


if __name__ == "__main__":
    main()
