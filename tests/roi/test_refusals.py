"""Nothing is invented in brains, bottles, noise and planes that show no such organ."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from ironquant.core import Organ
from ironquant.roi import propose_region

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"
ORGANS = (Organ.HEART, Organ.LIVER)
TE = (1.2, 3.0, 4.8, 6.6, 8.4, 10.2)

# A short-axis plane as scanners plan it, and a transverse one; 2 mm pixels, the image centre at 0.
ALONG_ROW, ALONG_COLUMN = np.array([0.643, 0.766, 0.0]), np.array([-0.397, 0.333, -0.855])


def plane(rows, columns, pixel_mm, *, short_axis):
    affine = np.eye(4)
    affine[:3, 0] = pixel_mm * (ALONG_ROW if short_axis else np.array([1.0, 0.0, 0.0]))
    affine[:3, 1] = pixel_mm * (ALONG_COLUMN if short_axis else np.array([0.0, 1.0, 0.0]))
    affine[:3, 2] = 8.0 * np.cross(affine[:3, 0], affine[:3, 1]) / pixel_mm**2
    affine[:3, 3] = -affine[:3, :3] @ [(columns - 1) / 2, (rows - 1) / 2, 0.0]
    return affine


def assert_refused(echo_series, signal, te_ms, pixel_mm=2.0, *, transverse=False):
    """In the plane of the organ (or a transverse one), whether or not the series is named as the organ."""
    signal = np.asarray(signal, dtype=np.float32)
    for organ in ORGANS:
        for guessed in (True, False):
            series = echo_series(
                signal,
                te_ms,
                plane(*signal.shape[1:3], pixel_mm, short_axis=organ == Organ.HEART and not transverse),
                organ_guess=organ if guessed else None,
            )
            proposal = propose_region(series, organ)
            assert proposal.region is None, (organ, guessed, proposal.confidence)
            assert proposal.reason
            assert proposal.confidence == 0.0


def magnitude(clean, sigma, seed=0):
    rng = np.random.default_rng(seed)
    return np.hypot(clean + rng.normal(0, sigma, clean.shape), rng.normal(0, sigma, clean.shape))


def decay(s0, t2star_ms):
    return s0[..., None] * np.exp(-np.array(TE) / np.asarray(t2star_ms)[..., None])


def brain(size=128):
    """Scalp, skull, grey and white matter, ventricles; taller than wide, as a head lies."""
    y, x = (np.indices((size, size)) - size / 2) * 2.0
    s0, t2star = np.zeros((size, size)), np.ones((size, size))

    def paint(rx, ry, cx=0.0, cy=0.0, *, s, t):
        inside = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
        s0[inside], t2star[inside] = s, t

    paint(76, 96, s=500, t=30)
    paint(70, 90, s=40, t=2)
    paint(65, 85, s=420, t=45)
    for turn in np.linspace(0, 2 * np.pi, 18, endpoint=False):
        paint(9, 11, 52 * np.cos(turn), 70 * np.sin(turn), s=330, t=40)
    paint(46, 62, s=360, t=35)
    paint(8, 26, -10, -6, s=600, t=150)
    paint(8, 26, 10, -6, s=600, t=150)
    return s0, t2star


def bottle(size=128):
    y, x = (np.indices((size, size)) - size / 2) * 2.0
    inside = x**2 + y**2 < 80.0**2
    return 500.0 * inside, np.full((size, size), 12.0)


def box_wider_than_deep(size=128):
    """A canister with the outline of a trunk and nothing in it."""
    y, x = (np.indices((size, size)) - size / 2) * 2.0
    inside = (np.abs(x) < 105) & (np.abs(y) < 60)
    return 500.0 * inside, np.full((size, size), 12.0)


def vials(size=128):
    """Tubes of rising iron in a ring, as test objects are built."""
    y, x = (np.indices((size, size)) - size / 2) * 2.0
    s0 = 150.0 * (x**2 + y**2 < 90.0**2)
    t2star = np.full((size, size), 60.0)
    for index, turn in enumerate(np.linspace(0, 2 * np.pi, 8, endpoint=False)):
        tube = (x - 55 * np.cos(turn)) ** 2 + (y - 55 * np.sin(turn)) ** 2 < 14.0**2
        s0[tube], t2star[tube] = 600.0, 40.0 / (index + 1)
    return s0, t2star


@pytest.mark.parametrize("make", [brain, bottle, box_wider_than_deep, vials])
@pytest.mark.parametrize("sigma", [1.0, 12.0])
def test_objects(echo_series, make, sigma):
    assert_refused(echo_series, magnitude(decay(*make()), sigma)[None], TE)


@pytest.mark.parametrize("size", [64, 128, 160])
def test_pure_noise(echo_series, size):
    for seed in range(3):
        assert_refused(echo_series, magnitude(np.zeros((1, size, size, len(TE))), 20.0, seed), TE)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [0.0, 100.0, np.nan])
def test_nothing_at_all(echo_series, value):
    assert_refused(echo_series, np.full((1, 96, 96, len(TE)), value), TE)


def test_too_small(echo_series):
    for organ in ORGANS:
        series = echo_series(np.ones((1, 40, 90, 6)), TE)
        assert propose_region(series, organ).reason == "image_too_small"


def real(*parts):
    path = REAL.joinpath(*parts)
    if not path.exists():
        pytest.skip("shared real data are not here")
    return path


def test_bottles(echo_series):
    from scipy.io import loadmat

    data = loadmat(real("mat-phantom-16echo", "phantom_16echo_bipolar.mat"), squeeze_me=True)
    signal, te_ms = np.abs(data["data"])[None], tuple(1000.0 * data["te"])
    for pixel_mm in (1.5, 2.0, 3.0):
        assert_refused(echo_series, signal, te_ms, pixel_mm)
        assert_refused(echo_series, np.swapaxes(signal, 1, 2), te_ms, pixel_mm)


@pytest.mark.parametrize("turns", range(4))
def test_no_septum_in_a_transverse_thorax(echo_series, turns):
    from scipy.io import loadmat

    data = loadmat(real("mat-thorax-6echo", "99.mat"), squeeze_me=True, struct_as_record=False)[
        "imDataParams"
    ]
    signal = np.abs(np.rot90(data.images, turns))[None]
    series = echo_series(signal, 1000.0 * data.TE, plane(256, 256, 1.5, short_axis=False))
    proposal = propose_region(series, Organ.HEART)
    assert (proposal.region, proposal.reason) == (None, "not_short_axis")


def test_coronal_abdomen(echo_series):
    """The reference of the coronal set: neither a transverse liver nor a short axis."""
    folder = real("siemens-r2star12-nifti")
    images = [nib.load(path) for path in sorted(folder.glob("00024*_e?.nii.gz"))]
    signal = np.stack([np.asarray(image.dataobj, dtype=np.float32) for image in images], axis=-1)
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ images[0].affine
    te_ms = tuple(4.61 * n for n in range(1, len(images) + 1))
    assert len(images) == 9
    series = echo_series(signal.transpose(2, 1, 0, 3), te_ms, affine)
    assert propose_region(series, Organ.HEART).region is None
    assert propose_region(series, Organ.LIVER).reason == "not_transverse"


@pytest.fixture(scope="module")
def heads():
    """Two-echo heads and test objects of real scanners as decays of six echoes."""
    import pydicom

    found = {}
    for name, parts in {
        "philips": ("philips-elition-dualecho", "classic"),
        "siemens": ("siemens-e11-dualecho-classic", "2_gre_field_magph"),
    }.items():
        folder = real(*parts)
        headers = [pydicom.dcmread(path) for path in sorted(folder.rglob("*")) if path.is_file()]
        first = min(float(header.EchoTime) for header in headers)
        images = [
            header
            for header in headers
            if float(header.EchoTime) == first and "P" not in list(header.ImageType)[2:4]
        ]
        images.sort(key=lambda header: float(header.ImagePositionPatient[2]))
        picked = images[:: max(1, len(images) // 5)][:6]
        assert len(picked) >= 3
        spacing = float(picked[0].PixelSpacing[0])
        found[name] = ([header.pixel_array.astype(np.float64) for header in picked], spacing)
    return found


@pytest.mark.parametrize("name", ["philips", "siemens"])
@pytest.mark.parametrize("t2star_ms", [3.0, 25.0])
def test_real_heads_and_test_objects(echo_series, heads, name, t2star_ms):
    """In the transverse plane of their scanners, even if a series is named heart or liver."""
    images, pixel_mm = heads[name]
    level = np.percentile(images[len(images) // 2], 99)
    for seed, image in enumerate(images):
        clean = decay(image, np.full(image.shape, t2star_ms))
        noisy = magnitude(clean, level / 80, seed)[None]
        assert_refused(echo_series, noisy, TE, pixel_mm, transverse=True)
