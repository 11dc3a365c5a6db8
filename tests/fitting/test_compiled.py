"""When the compiled kernels are loaded: before a volume only where that is quicker, else after it."""

import importlib
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ironquant import fit
from ironquant.fitting import MODELS, compiled, engine, kernelcache
from ironquant.fitting.kernelmaker import KernelMaker


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A compile cache that is empty; returned is what fills it, and its folder."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    [folder] = kernelcache.folders()

    def fill(stamped=True):
        folder.mkdir(exist_ok=True)
        for function in compiled.KERNELS.values():
            (folder / f"{function}-1.py311.nbi").touch()
            (folder / f"{function}-1.py311.1.nbc").touch()
        if stamped:
            kernelcache.stamp()
        return folder

    return fill


def test_only_what_these_sources_left_counts(cache):
    assert not compiled.on_disk()
    folder = cache(stamped=False)
    assert not compiled.on_disk()
    kernelcache.stamp()
    assert compiled.on_disk()
    (folder / kernelcache.STAMP).write_text("of other sources")
    assert not compiled.on_disk()


def test_what_other_sources_left_is_removed(cache):
    folder = cache()
    others = [folder / "another.function-1.py311.nbi", folder.parent / "elsewhere_1" / "clear._all-1.nbi"]
    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert kernelcache.renew()
    assert compiled.on_disk()
    (folder / kernelcache.STAMP).write_text("of other sources")
    assert kernelcache.renew()
    assert not list(folder.glob("clear.*"))
    assert all(path.exists() for path in others)


def test_a_changed_function_in_another_file_changes_the_stamp(tmp_path, monkeypatch):
    """Numba looks at the file of a kernel only, not at those that it calls."""
    sources = shutil.copytree(kernelcache.SOURCES, tmp_path / "kernels", ignore=lambda *_: ["__pycache__"])
    monkeypatch.setattr(kernelcache, "SOURCES", sources)
    before = kernelcache.digest.__wrapped__()
    (sources / "lanes.py").write_text((sources / "lanes.py").read_text().replace("LANES = 128", "LANES = 64"))
    assert kernelcache.digest.__wrapped__() != before


def test_what_cannot_be_removed_is_not_loaded(cache, monkeypatch):
    folder = cache(stamped=False)
    path = folder / "clear._all-2.py311.nbi"
    path.mkdir()  # a folder cannot be unlinked, whoever tries
    with monkeypatch.context() as patch:  # root may write anywhere
        patch.setattr(kernelcache, "_writable", lambda where: where != folder)
        assert kernelcache.renew(), "Numba does not look into a folder that it cannot write to"
    assert not kernelcache.renew()
    monkeypatch.setattr(compiled, "_loaded", {})
    monkeypatch.setattr(compiled, "_threads", [])
    monkeypatch.setattr(compiled, "_settled", threading.Event())
    assert not compiled.warm_up(60.0)
    assert not compiled.compiling()
    assert not kernelcache.holds("clear._all")


def test_one_kernel_on_disk_is_not_all(cache):
    (cache() / "rician._march-1.py311.nbi").unlink()
    assert compiled.on_disk(("solve_decay", "solve_free_term"))
    assert not compiled.on_disk(("solve_decay", "solve_rician"))
    assert not compiled.on_disk()


def test_every_kernel_is_cached_under_the_name_looked_for():
    if not compiled.warm_up(600.0):
        pytest.skip("Numba is missing")
    from ironquant.fitting import kernels

    assert set(kernels.PARTS) == set(compiled.KERNELS)
    for function in compiled.KERNELS.values():
        file, name = function.split(".")
        found = getattr(importlib.import_module(f"ironquant.fitting.kernels.{file}"), name)
        assert found.stats.cache_path == str(next(kernelcache.folders()))
    assert compiled.on_disk()


def test_kernels_of_a_folder_that_cannot_be_written_are_looked_for_where_numba_keeps_them(monkeypatch):
    caching, appdirs = (pytest.importorskip(name) for name in ("numba.core.caching", "numba.misc.appdirs"))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    root = appdirs.AppDirs(appname="numba", appauthor=False).user_cache_dir
    own = caching._CacheLocator.get_suitable_cache_subpath(str(kernelcache.SOURCES / "clear.py"))
    assert list(kernelcache.folders())[1] == Path(root) / own


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if model.kernels])
def test_a_model_names_the_kernels_that_it_uses(model, monkeypatch):
    if not compiled.warm_up(600.0):
        pytest.skip("Numba is missing")
    asked = set()

    class Watched(dict):
        def get(self, name, default=None):
            asked.add(name)
            return super().get(name, default)

    monkeypatch.setattr(compiled, "_loaded", Watched(compiled._loaded))
    monkeypatch.setattr(engine, "VOLUME_VOXELS", 1)
    te = np.arange(1.0, 13.0)
    noise = np.random.default_rng(1).normal(size=(400, 12))
    curves = np.abs(np.linspace(0.0, 1.0, 400)[:, None] * np.exp(-te / 3.0) + 0.02 * noise)
    for sigma in (None, 0.02):
        fit(curves, te, model, sigma=sigma, field_t=1.5)
    assert asked == set(MODELS[model].kernels)


@pytest.fixture
def made(monkeypatch):
    """Names of kernels in the order in which they are made, in a process that has none yet."""
    made = []
    module = SimpleNamespace(
        PARTS={name: (partial(made.append, name),) for name in compiled.KERNELS},
        **dict.fromkeys(compiled.KERNELS, len),
    )
    monkeypatch.setattr(compiled.importlib, "import_module", lambda name: module)
    monkeypatch.setattr(compiled, "_maker", SimpleNamespace(make=lambda name: False, close=lambda: None))
    for name, fresh in (("_loaded", {}), ("_threads", []), ("_urgent", []), ("_settled", threading.Event())):
        monkeypatch.setattr(compiled, name, fresh)
    return made


def test_while_a_volume_is_fitted_only_its_kernels_are_made(made, monkeypatch):
    monkeypatch.setattr(compiled, "on_disk", lambda names: True)
    with compiled.kernels_for_volume(("solve_rician",), True):
        assert compiled.ready(("solve_rician",))
        assert not compiled.warm_up(0.3)
        assert made == ["solve_rician"]
        assert compiled.warm_up(60.0, ("solve_decay",))
        with compiled.kernels_for_volume(("test_term",), False):
            assert compiled.warm_up(60.0, ("test_term",))
        assert made == ["solve_rician", "solve_decay", "test_term"]
    assert compiled.warm_up(60.0)
    assert sorted(made) == sorted(compiled.KERNELS)


def test_kernels_asked_for_are_made_first(made):
    assert compiled.warm_up(60.0, ("solve_rician", "solve_decay"))
    assert made[:2] == ["solve_rician", "solve_decay"]
    assert compiled.warm_up(60.0)
    assert sorted(made) == sorted(compiled.KERNELS)


@pytest.mark.parametrize(
    ("model", "filled", "expected"),
    [
        ("second-moment", True, [compiled.PATIENCE_S, "fitted", 0.0]),
        ("second-moment", False, ["fitted", 0.0]),
        ("mono", True, ["fitted", 0.0]),
    ],
)
def test_a_first_volume(model, filled, expected, cache, monkeypatch):
    if filled:
        cache()
    seen = []
    monkeypatch.setattr(compiled, "_loaded", {})
    monkeypatch.setattr(compiled, "_threads", [])
    monkeypatch.setattr(compiled, "warm_up", lambda patience_s=0.0, names=(): bool(seen.append(patience_s)))
    monkeypatch.setattr(engine, "VOLUME_VOXELS", 1)
    fit_rows = engine.fit_rows
    monkeypatch.setattr(engine, "fit_rows", lambda *given: (seen.append("fitted"), fit_rows(*given)))
    te = np.arange(1.0, 9.0)
    fit(np.exp(-te / 3.0) * np.ones((5, 1)), te, model, sigma=0.01)
    assert seen == expected


def test_another_process_compiles(tmp_path):
    """Here it is loaded only: what the compiler does holds the lock of the interpreter."""
    pytest.importorskip("numba")
    program = (
        "from ironquant.fitting import compiled, kernels; assert compiled.warm_up(600.0, ('refine_two',));"
        "stats = kernels.biexp._refine.stats; print(sum(stats.cache_hits.values()), len(stats.cache_misses))"
    )
    done = run_anew(program, tmp_path)
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["1", "0"], "")


def test_where_no_other_process_can_be_started_kernels_are_made_here(made, monkeypatch):
    monkeypatch.setattr(compiled, "on_disk", lambda names: False)
    for broken in ("", sys.executable + "-missing", shutil.which("false")):
        monkeypatch.setattr(sys, "executable", broken)
        maker = KernelMaker()
        assert not maker.make("test_term")
        assert not maker.make("test_term")
    monkeypatch.setattr(compiled, "_maker", maker)
    assert compiled.warm_up(60.0)
    assert sorted(made) == sorted(compiled.KERNELS)


def test_an_unknown_kernel_is_not_made():
    pytest.importorskip("numba")
    assert not KernelMaker().make("no_kernel")


def test_closing_ends_the_other_process_while_it_compiles(tmp_path, monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    maker = KernelMaker()
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(maker.make, "solve_free_term")
        while maker._process is None and not made.done():
            time.sleep(0.01)
        assert maker._process.poll() is None
        maker.close()
        assert made.result(timeout=60.0) is False
    assert maker._process.poll() is not None
    assert not maker.make("test_term")


def run_anew(program, cache):
    return subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"NUMBA_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.parametrize(
    "program",
    [
        "from ironquant.fitting import compiled; compiled.warm_up(1.0)",
        "from ironquant.fitting import compiled; compiled.warm_up(1.0)\n"
        "import sys; from ironquant.cli.main import main; sys.argv = ['ironquant', '--version']; main()",
    ],
    ids=["script", "command line"],
)
def test_a_process_that_ends_while_kernels_are_compiled_ends_well(program, tmp_path):
    """The compiler aborts (exit code -6) where the interpreter ends under it."""
    done = run_anew(program, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "" or done.stdout.startswith("IronQuant")
