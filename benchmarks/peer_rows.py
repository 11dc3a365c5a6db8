"""Rows of the other packages, which run in an environment of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from timing import Row, judged
from volume import Sample

PROJECT = Path(__file__).resolve().parent / "peers"
INSTALL_LIMIT_S = 900
RUN_LIMIT_S = 900


def peer_rows(sample: Sample, threads: int, limit: int | None = None) -> tuple[list[Row], dict[str, str]]:
    """Run every peer; return its rows and the versions that ran.

    Where the peers cannot be installed there is one row that says why.
    """
    uv = shutil.which("uv")
    if uv is None:
        return [Row("peers", "not run: no uv")], {}
    # The environment of the benchmark itself must not be taken for that of the peers.
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "sample.npz"), Path(folder, "answer.npz")
        np.savez(source, signal=sample.signal, te_ms=np.asarray(sample.te_ms))
        within = [uv, "run", "--quiet", "--project", str(PROJECT)]
        request = [str(PROJECT / "run_peers.py"), str(source), str(target), "--threads", str(threads)]
        request += [] if limit is None else ["--limit", str(limit)]
        for command, limit_s, failure in (
            ([*within, "python", "--version"], INSTALL_LIMIT_S, "not installed"),
            ([*within, "python", *request], RUN_LIMIT_S, "stopped"),
        ):
            # The words of the failure may hold hosts and paths of this machine: they stay out of tables.
            try:
                subprocess.run(command, env=environment, check=True, capture_output=True, timeout=limit_s)
            except subprocess.TimeoutExpired:
                return [Row("peers", f"{failure}: took over {limit_s} s")], {}
            except subprocess.CalledProcessError:
                return [
                    Row("peers", f"{failure}: `uv run python run_peers.py` in benchmarks/peers says why")
                ], {}
        with np.load(target) as answer:
            summaries = json.loads(str(answer["summary"]))
            rows = [_row(entry, answer, sample) for entry in summaries]
    return rows, {entry["name"].split(" ")[0]: entry["version"] for entry in summaries if "version" in entry}


def _row(entry: dict[str, Any], answer: Any, sample: Sample) -> Row:
    if "failed" in entry:
        return Row(entry["name"], f"failed: {entry['failed']}")
    truth = sample.t2star_ms[: entry["voxels"]]
    t2star = answer[f"t2star_ms:{entry['name']}"]
    return judged(entry["name"], entry["how"], entry["seconds"], t2star, truth)
