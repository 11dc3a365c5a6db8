"""All maps of a fit on disk: the same numbers, and a file that says what they are."""

import json

import nibabel
import numpy as np
import pytest
from synthetic import AFFINE

from ironquant.core import EchoSeries, FitStatus
from ironquant.export import FitRecord, write_fit
from ironquant.fitting import MAGNITUDE_MODELS, Noise, fit_series

TE = tuple(1.1 + 1.3 * n for n in range(12))
NOISE = Noise(6.0, 1, "residual")
EXTRAS = {
    "offset": {"offset": "offset"},
    "biexp": {"fractionsecond": "fraction_second", "t2starsecond": "t2star_second_ms"},
    "fat-water": {"fatfraction": "fat_fraction", "fatfractionse": "fat_fraction_se"},
}


@pytest.fixture(scope="module")
def series():
    """A bright disc, half of it decaying before the first echo, in noise."""
    rng = np.random.default_rng(3)
    row, column = np.mgrid[:40, :48]
    s0 = np.where(np.hypot(row - 20, column - 24) < 16, 500.0, 0.0)
    t2star = np.where(column < 24, 0.15, 14.0)
    truth = s0[..., None] * np.exp(-np.array(TE) / t2star[..., None])
    noisy = np.hypot(truth + rng.normal(0, 6.0, truth.shape), rng.normal(0, 6.0, truth.shape))
    return EchoSeries("k", "1.2.3", "legs", noisy[None].astype(np.float32), TE, AFFINE)


@pytest.mark.parametrize("model", MAGNITUDE_MODELS)
def test_maps_hold_the_numbers_of_the_fit(series, model, tmp_path):
    fit = fit_series(series, model, noise=NOISE, field_t=1.5)
    paths = write_fit(fit, series, FitRecord(NOISE, 1.5), tmp_path, "legs")
    assert {path.name for path in paths} == {path.name for path in tmp_path.iterdir()}
    sidecar = json.loads((tmp_path / "legs_fit.json").read_text(encoding="utf-8"))
    assert set(sidecar["files"]) == {path.name for path in paths if path.name.endswith(".nii.gz")}
    expected = {
        "t2star": fit.t2star_ms,
        "r2star": fit.r2star_per_s,
        "s0": fit.s0,
        "rsquared": fit.r_squared,
        "r2starse": fit.r2star_se_per_s,
        "nechoes": fit.n_echoes_used,
        "status": fit.status,
        "t2starbound": fit.extra["t2star_bound_ms"],
    }
    for ending, name in EXTRAS.get(model, {}).items():
        expected[ending] = fit.extra[name] if name in fit.extra else getattr(fit, name)
    assert {name.removeprefix("legs_").removesuffix(".nii.gz") for name in sidecar["files"]} == set(expected)
    for ending, array in expected.items():
        written = np.asarray(nibabel.load(tmp_path / f"legs_{ending}.nii.gz").dataobj)
        np.testing.assert_allclose(written.transpose(2, 1, 0), array, rtol=1e-6)
    counts = {name: entry["voxels"] for name, entry in sidecar["status"].items()}
    assert sum(counts.values()) == series.signal[..., 0].size
    assert counts["masked"] > 0
    assert counts["ok"] == np.isfinite(fit.r2star_per_s).sum() > 100
    assert {entry["code"]: name for name, entry in sidecar["status"].items()} == {
        int(status): status.name.lower() for status in FitStatus
    }


def test_the_file_beside_the_maps_says_how_they_were_made(series, tmp_path):
    fit = fit_series(series, "mono", noise=NOISE, echoes=(1, 2, 3, 4))
    record = FitRecord(NOISE, None, (1, 2, 3, 4), {"bounds_ms": [0.5, 90.0]})
    write_fit(fit, series, record, tmp_path, "legs")
    sidecar = json.loads((tmp_path / "legs_fit.json").read_text(encoding="utf-8"))
    assert sidecar["schema"] == "ironquant.fit/1"
    assert sidecar["model"] == "mono"
    assert sidecar["te_ms"] == pytest.approx(TE)
    assert sidecar["echoes"] == [1, 2, 3, 4]
    assert sidecar["noise"] == {"sigma": 6.0, "n_coils": 1, "source": "residual"}
    assert sidecar["options"] == {"bounds_ms": [0.5, 90.0]}
    assert sidecar["software"]["name"] == "IronQuant"
    assert sidecar["files"]["legs_r2starse.nii.gz"] == {"quantity": "r2star_se_per_s", "unit": "1/s"}
    assert sidecar["status"]["below_first_echo"]["t2star_bound"] == "upper"
    assert sidecar["status"]["no_decay"]["t2star_bound"] == "lower"
    assert sidecar["status"]["ok"]["t2star_bound"] == "none"


def test_no_map_of_an_earlier_model_stays_beside_the_new_ones(series, tmp_path):
    record = FitRecord(None, 1.5)
    write_fit(fit_series(series, "fat-water", noise=None, field_t=1.5), series, record, tmp_path, "legs")
    write_fit(fit_series(series, "offset", noise=None), series, record, tmp_path, "other")
    write_fit(fit_series(series, "mono", noise=None), series, record, tmp_path, "legs")
    names = {path.name for path in tmp_path.iterdir()}
    assert not any("fatfraction" in name for name in names)
    assert "other_offset.nii.gz" in names
    assert json.loads((tmp_path / "legs_fit.json").read_text(encoding="utf-8"))["noise"] is None
