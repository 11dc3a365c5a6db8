"""A cohort from start to end; whatever disturbs a run, the end is the same to the byte."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from cohort import FAILING, make_cohort, outputs

from ironquant.batch import BatchOptions, run
from ironquant.core import Organ, OutputError, SettingsError
from ironquant.iron import load_settings

COMMAND = [sys.executable, "-c", "from ironquant.cli.main import main; main()"]
COLUMNS = ["--model", "liver=second-moment", "--model", "liver=mono", "--calibration", "all"]
ENGLISH = os.environ | {"IRONQUANT_LANGUAGE": "en", "PYTHONUTF8": "1"}


def with_key_of(other: Path, out: Path) -> Path:
    """Begin an output folder with the same secret, so that pseudonyms are the same."""
    out.mkdir(parents=True)
    shutil.copy(other / "key.json", out / "key.json")
    return out


def test_every_examination_ends_as_its_flavour_says(cohort, measured):
    failing = sum(flavour in FAILING for flavour in cohort.flavours.values())
    statuses = [outcome.status for outcome in measured.outcomes]
    assert statuses.count("failed") == failing
    assert statuses.count("done") == len(cohort.flavours) - failing
    assert all(outcome.reason is not None for outcome in measured.outcomes if outcome.status == "failed")
    last = next(tally for tally in reversed(measured.tallies) if tally.phase == "measure")
    assert (last.total, last.done, last.failed) == (len(cohort.flavours), statuses.count("done"), failing)


def test_nothing_is_done_twice(cohort, measured):
    before = outputs(measured.out)
    assert list(run(cohort.root, measured.out, measured.options, settings=measured.settings, jobs=1)) == []
    assert outputs(measured.out) == before


def killed_run(root: Path, out: Path, n_kills: int, seed: int, longest_s: float) -> int:
    """Start a batch, kill it without warning, again and again; then let it end. Return how often it died."""
    chance, died = random.Random(seed), 0
    command = [*COMMAND, "batch", str(root), "--out", str(out), *COLUMNS, "--jobs", "2"]
    for _ in range(n_kills):
        process = subprocess.Popen(command, env=ENGLISH, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(chance.uniform(2.0, longest_s))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            process.wait()
            died += 1
    done = subprocess.run(command, env=ENGLISH, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 4, done.stderr
    return died


def test_killed_and_resumed_gives_the_same(cohort, measured, tmp_path):
    out = with_key_of(measured.out, tmp_path / "out")
    died = killed_run(cohort.root, out, 2, seed=7, longest_s=8.0)
    assert died >= 1
    assert outputs(out) == outputs(measured.out)


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_ctrl_c_ends_in_one_line_and_leaves_tables(cohort, tmp_path):
    command = [*COMMAND, "batch", str(cohort.root), "--out", str(tmp_path / "out"), "--log-json"]
    process = subprocess.Popen(
        command,
        env=ENGLISH,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        # A shell starts what runs in the background with the signal ignored.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    told = {}
    while told.get("phase") != "measure" or not told["done"]:
        told = json.loads(process.stdout.readline())
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    rows = (tmp_path / "out" / "results_wide.tsv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + told["total"]
    assert any("\tpending\t" in row for row in rows)


@pytest.mark.soak
def test_killed_ten_times_among_a_thousand(tmp_path):
    n = int(os.environ.get("IRONQUANT_SOAK_EXAMINATIONS", "1000"))
    make_cohort(tmp_path / "cohort", n, 11, anatomies=16)
    begun = time.monotonic()
    options = BatchOptions(
        models={Organ.LIVER: ("second-moment", "mono")}, calibrations=dict.fromkeys(Organ, ("all",))
    )
    undisturbed = tmp_path / "undisturbed"
    settings = load_settings(models={Organ.LIVER: "second-moment"}, languages=("en",))
    ended = list(run(tmp_path / "cohort", undisturbed, options, settings=settings))
    took = time.monotonic() - begun
    assert len(ended) == n
    out = with_key_of(undisturbed, tmp_path / "killed")
    assert killed_run(tmp_path / "cohort", out, 10, seed=3, longest_s=max(8.0, took / 6)) >= 9
    assert outputs(out) == outputs(undisturbed)


def told_address(file: Path) -> str:
    """Return the address that a scheduler has written, once all of it is there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(file.read_text(encoding="utf-8"))["address"]
        time.sleep(0.1)
    raise TimeoutError("the scheduler has not told its address")


def test_dask_gives_the_same(cohort, measured, tmp_path):
    distributed = pytest.importorskip("distributed")
    out = with_key_of(measured.out, tmp_path / "out")
    address_file = tmp_path / "scheduler.json"
    where = ["--scheduler-file", str(address_file), "--no-dashboard"]
    scheduler = ["distributed.cli.dask_scheduler", "--port", "0", "--host", "127.0.0.1", *where]
    worker = ["distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *where]
    worker += ["--local-directory", str(tmp_path)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = []
    try:
        for command in (scheduler, worker, worker):
            started.append(subprocess.Popen([sys.executable, "-m", *command], **quiet))
        address = told_address(address_file)
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        ended = list(run(cohort.root, out, measured.options, settings=measured.settings, scheduler=address))
    finally:
        for process in reversed(started):
            process.kill()  # a worker that is asked waits for its scheduler
        for process in started:
            process.wait()
    assert len(ended) == len(cohort.flavours)
    assert outputs(out) == outputs(measured.out)


def test_two_processes_give_the_same(cohort, measured, tmp_path):
    out = with_key_of(measured.out, tmp_path / "out")
    ended = list(run(cohort.root, out, measured.options, settings=measured.settings, jobs=2))
    assert len(ended) == len(cohort.flavours)
    assert outputs(out) == outputs(measured.out)


@pytest.fixture
def small(cohort, tmp_path):
    """Two good examinations and a damaged one, to be changed."""
    chosen = [name for name, kind in cohort.flavours.items() if kind in ("classic", "truncated")][:3]
    for name in chosen:
        shutil.copytree(cohort.root / name, tmp_path / "in" / name)
    return tmp_path / "in"


def test_a_changed_input_is_done_again_and_a_touched_one_is_not(small, tmp_path):
    out, options = tmp_path / "out", BatchOptions(bids=False)
    first = {outcome.job: outcome for outcome in run(small, out, options, jobs=1)}
    good = next(outcome for outcome in first.values() if outcome.status == "done")
    images = sorted(path for path in small.rglob("IM*") if path.stat().st_size > 5000)
    os.utime(images[0], ns=(1, 1))
    again = list(run(small, out, options, jobs=1))
    assert [outcome.status for outcome in again] == ["unchanged"]
    assert list(run(small, out, options, jobs=1)) == []
    data = bytearray(images[0].read_bytes())
    data[-1] ^= 1
    images[0].write_bytes(data)
    changed = list(run(small, out, options, jobs=1))
    assert [outcome.status for outcome in changed] == ["done"]
    assert (out / "studies" / good.job / "analysis.json").is_file()
    shutil.rmtree(small / images[0].relative_to(small).parts[0])
    assert list(run(small, out, options, jobs=1)) == []
    rows = (out / "results_wide.tsv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + len(first) - 1


def test_other_settings_are_refused_or_go_elsewhere(small, tmp_path):
    out = tmp_path / "out"
    list(run(small, out, BatchOptions(bids=False), jobs=1))
    other = load_settings(models={Organ.HEART: "mono"})
    with pytest.raises(SettingsError) as refused:
        next(run(small, out, BatchOptions(bids=False), settings=other, jobs=1))
    assert refused.value.finding.code == "batch_settings_changed"
    assert refused.value.finding.params["changed"] == "settings_sha256"
    named = list(run(small, out, BatchOptions(bids=False), settings=other, jobs=1, run_id="mono"))
    assert len(named) == 3
    assert (out / "mono" / "results.tsv").is_file()


def test_what_failed_is_tried_again_on_demand(small, tmp_path):
    out, options = tmp_path / "out", BatchOptions(bids=False)
    list(run(small, out, options, jobs=1))
    again = list(run(small, out, options, jobs=1, retry_failed=True))
    assert [outcome.status for outcome in again] == ["failed"]


def test_two_runs_do_not_share_a_folder(small, tmp_path):
    running = run(small, tmp_path / "out", BatchOptions(bids=False), jobs=1)
    next(running)
    with pytest.raises(OutputError) as refused:
        next(run(small, tmp_path / "out", BatchOptions(bids=False), jobs=1))
    running.close()
    assert refused.value.finding.code == "batch_running"
