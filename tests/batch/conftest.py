"""One cohort and its undisturbed batch, for every test that only looks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from cohort import make_cohort

from ironquant.batch import BatchOptions, Tally, run
from ironquant.core import Organ
from ironquant.iron import load_settings

N, SEED = 12, 4


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Root, and flavour by name."""
    root = tmp_path_factory.mktemp("cohort")
    return SimpleNamespace(root=root, flavours=make_cohort(root, N, SEED, anatomies=3))


@pytest.fixture(scope="session")
def measured(cohort: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Output of one process, what was yielded and what a watcher was told."""
    out = tmp_path_factory.mktemp("batch") / "out"
    tallies: list[Tally] = []
    options = BatchOptions(
        models={Organ.LIVER: ("second-moment", "mono")}, calibrations=dict.fromkeys(Organ, ("all",))
    )
    settings = load_settings(models={Organ.LIVER: "second-moment"}, languages=("en",))
    yielded = list(run(cohort.root, out, options, settings=settings, jobs=1, watch=tallies.append))
    return SimpleNamespace(
        out=Path(out), outcomes=yielded, tallies=tallies, options=options, settings=settings
    )
