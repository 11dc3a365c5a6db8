"""Reads damaged inputs one after the other, with bounded memory: ``fuzz_worker.py FOLDER REPORT``.

Writes one JSON line before and one after each input, so that the parent sees which one ended the process.
Seconds are those of the processor, which other work beside does not stretch; whoever hangs is ended.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import resource
import sys
import time
import traceback
from pathlib import Path

LIMIT_BYTES = 2 * 2**30
HANGS_S = 120


def path_to_open(case: Path) -> Path:
    """A DICOMDIR or an archive is opened itself, everything else as a folder."""
    archives = sorted(case.glob("*.zip"))
    listing = case / "DICOMDIR"
    if archives:
        return archives[0]
    return listing if listing.is_file() else case


def read(path: Path) -> dict[str, object]:
    from ironquant.cli.main import app
    from ironquant.core import InputError
    from ironquant.dicom import read_examination, scan

    out = io.StringIO()
    quiet = contextlib.redirect_stderr(io.StringIO())
    with contextlib.redirect_stdout(out), quiet, contextlib.suppress(InputError):
        app(["info", str(path), "--json"], standalone_mode=False)
    if out.getvalue():
        json.loads(out.getvalue())
    try:
        refs = scan(path)
    except InputError as error:
        return {"outcome": "refused", "codes": [error.finding.code]}
    codes: list[str] = []
    n_trains = 0
    for ref in refs:
        examination = read_examination(ref)
        n_trains += len(examination.series)
        codes += [finding.code for finding in examination.findings]
        codes += [finding.code for train in examination.series for finding in train.findings]
        codes += [finding.code for series in ref.series for finding in series.findings]
    outcome = "refused" if not n_trains else "finding" if codes else "read"
    return {"outcome": outcome, "codes": sorted(set(codes))}


def peak_kb() -> int:
    """Return the most memory that this process itself has held; `ru_maxrss` takes over its parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    folder, report = Path(sys.argv[1]), Path(sys.argv[2])
    with report.open("a", encoding="utf-8") as lines:
        for case in sorted(folder.iterdir()):
            lines.write(json.dumps({"begun": case.name}) + "\n")
            lines.flush()
            faulthandler.dump_traceback_later(HANGS_S, exit=True)
            start = time.process_time()
            try:
                result = read(path_to_open(case))
            except BaseException as error:
                where = traceback.format_exc(limit=-4)
                result = {"outcome": "raised", "error": f"{type(error).__name__}: {error}", "where": where}
            result |= {
                "case": case.name,
                "seconds": time.process_time() - start,
                "peak_kb": peak_kb(),
            }
            lines.write(json.dumps(result) + "\n")
            lines.flush()


if __name__ == "__main__":
    main()
