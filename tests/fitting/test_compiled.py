"""When the compiled kernels are loaded: before a volume only where that is quicker, else after it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ironquant import fit
from ironquant.fitting import compiled, engine


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A compile cache that is empty; returned is what fills it."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folder = tmp_path / "kernels_1"

    def fill(age_s=0.0):
        folder.mkdir(exist_ok=True)
        index = folder / "fatwater._refine-1.py311.nbi"
        index.touch()
        source = Path(compiled.__file__).parent / "kernels" / "fatwater.py"
        os.utime(index, (source.stat().st_mtime - age_s,) * 2)

    return fill


def test_an_empty_or_outdated_cache_holds_no_kernels(cache):
    assert not compiled.on_disk()
    cache(age_s=10.0)
    assert not compiled.on_disk()
    cache()
    assert compiled.on_disk()


def test_the_kernel_looked_for_is_one_that_is_cached():
    if not compiled.warm_up(300.0):
        pytest.skip("Numba is missing")
    from ironquant.fitting.kernels import fatwater

    assert fatwater._refine.stats.cache_path
    assert compiled.on_disk()


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
    monkeypatch.setattr(compiled, "_loaded", [])
    monkeypatch.setattr(compiled, "_threads", [])
    monkeypatch.setattr(compiled, "warm_up", lambda patience_s=0.0: bool(seen.append(patience_s)))
    monkeypatch.setattr(engine, "VOLUME_VOXELS", 1)
    fit_rows = engine.fit_rows
    monkeypatch.setattr(engine, "fit_rows", lambda *given: (seen.append("fitted"), fit_rows(*given)))
    te = np.arange(1.0, 9.0)
    fit(np.exp(-te / 3.0) * np.ones((5, 1)), te, model, sigma=0.01)
    assert seen == expected


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
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "" or done.stdout.startswith("IronQuant")
