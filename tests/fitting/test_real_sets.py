"""Real sets of ten or more echoes: maps against an independent SciPy fit of some of their voxels."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import curve_fit

from ironquant import fit
from ironquant.core import FitStatus
from ironquant.fitting import noise_from_residual

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"
SAMPLE = 300


def ge():
    """GE MR750, 5 slices: magnitudes by the private type 0 of (0043,102F)."""
    import pydicom

    images = {}
    for path in sorted((REAL / "ge-mr750-r2star12" / "DICOM").glob("*.dcm")):
        data = pydicom.dcmread(path)
        kind = data[0x0043, 0x102F].value
        kind = kind[0] if isinstance(kind, bytes | list | pydicom.multival.MultiValue) else kind
        if int(kind) == 0:
            images[float(data.ImagePositionPatient[1]), float(data.EchoTime)] = data.pixel_array
    places, te = sorted({key[0] for key in images}), sorted({key[1] for key in images})
    return np.array([[images[place, time] for time in te] for place in places]), np.array(te)


def siemens(series):
    """Siemens NIfTI, one file per echo; TE from the sidecar, in seconds."""
    import json

    import nibabel as nib

    pairs = []
    for sidecar in (REAL / "siemens-r2star12-nifti").glob(f"{series}*.json"):
        te = 1000.0 * json.loads(sidecar.read_text(encoding="utf-8"))["EchoTime"]
        image = next(sidecar.parent.glob(sidecar.stem + ".nii*"))
        pairs.append((te, np.asarray(nib.load(image).dataobj)))
    pairs.sort(key=lambda pair: pair[0])
    return np.array([image for _, image in pairs]), np.array([te for te, _ in pairs])


def phantom():
    """Three bottles at 1.5 T, 16 bipolar echoes, complex."""
    from scipy.io import loadmat

    found = loadmat(REAL / "mat-phantom-16echo" / "phantom_16echo_bipolar.mat")
    data, te = np.squeeze(np.abs(found["data"])), 1000.0 * np.ravel(found["te"])
    return np.moveaxis(data, np.argmax(np.array(data.shape) == len(te)), 0)[None], te


SETS = {
    "ge": ge,
    "siemens 24": lambda: siemens("00024"),
    "siemens 25": lambda: siemens("00025"),
    "phantom": phantom,
}


@pytest.fixture(scope="module", params=SETS)
def real(request):
    """Voxels of tissue, shape (voxel, echo), and echo times in ms."""
    if not REAL.is_dir():
        pytest.skip(f"no shared data at {REAL}")
    images, te = SETS[request.param]()
    assert len(te) >= 10
    axis = images.shape.index(len(te))
    voxels = np.moveaxis(images, axis, -1).reshape(-1, len(te)).astype(np.float64)
    first = voxels[:, 0]
    return voxels[first > 0.25 * np.percentile(first, 99)], te


def scipy_rates(voxels, te):
    """R2* (1/ms) of every voxel by `curve_fit`, from two starts; NaN where it does not converge."""
    rates = np.full(len(voxels), np.nan)
    for index, curve in enumerate(voxels):
        best = np.inf
        for start in (0.02, 0.2):
            try:
                (s0, rate), _ = curve_fit(
                    lambda t, a, r: a * np.exp(-t * r), te, curve, (curve[0] * (1 + te[0] * start), start)
                )
            except RuntimeError:
                continue
            cost = np.sum((s0 * np.exp(-te * rate) - curve) ** 2)
            if cost < best:
                best, rates[index] = cost, rate
    return rates


def test_the_median_of_the_map_is_that_of_scipy(real):
    voxels, te = real
    rng = np.random.default_rng(1)
    sample = voxels[rng.choice(len(voxels), SAMPLE, replace=False)]
    fitted = fit(sample, te, "mono")
    good = fitted.status == FitStatus.OK
    assert good.mean() > 0.8
    reference = scipy_rates(sample, te)
    ours = 1.0 / fitted.t2star_ms[good]
    assert np.median(ours) == pytest.approx(np.nanmedian(reference[good]), rel=1e-3)
    # Nearly every voxel by itself, too: the same minimum.
    assert np.mean(np.abs(ours / reference[good] - 1.0) < 1e-4) > 0.98


def test_truncation_and_second_moment_are_sane(real):
    """In healthy tissue and bottles, far above the noise, all models say about the same."""
    voxels, te = real
    chosen = voxels[:: max(1, len(voxels) // 3000)]
    noise = noise_from_residual(chosen, te)
    assert noise is not None
    sigma = 0.3 * noise.sigma  # In vivo the residual overestimates the noise about threefold.
    plain = fit(chosen, te, "mono", sigma=sigma)
    for model in ("truncation", "second-moment"):
        fitted = fit(chosen, te, model, sigma=sigma)
        both = (fitted.status == FitStatus.OK) & (plain.status == FitStatus.OK)
        assert both.mean() > 0.8
        ratio = np.median(fitted.r2star_per_s[both]) / np.median(plain.r2star_per_s[both])
        assert 0.9 < ratio < 1.15, model
        assert np.all(fitted.ci95[both][:, 0] <= fitted.t2star_ms[both])


def test_few_voxels_of_tissue_have_no_answer(real):
    voxels, te = real
    for model in ("mono", "loglinear", "truncation", "arlo"):
        fitted = fit(voxels[::7], te, model)
        assert np.mean(fitted.status == FitStatus.OK) > 0.85, model
        assert np.nanmedian(fitted.r_squared) > 0.9, model
