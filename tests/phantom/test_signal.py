"""The simulated signal against scipy: decay, fat, noise, reproducibility."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import least_squares

from ironquant.core import CancelledError, CancelToken, Organ
from ironquant.fitting.spectrum import fat_modulation
from ironquant.phantom import REPORTED_MASK, Phantom, PhantomSpec, simulate
from ironquant.phantom.tissues import Tissue, tissue_properties


def fit_mono(signal: np.ndarray, te_ms: tuple[float, ...]) -> float:
    te = np.asarray(te_ms)
    scale = float(signal[0])
    fitted = least_squares(
        lambda p: p[0] * np.exp(-te * p[1]) - signal / scale, (1.2, 0.2), xtol=1e-14, ftol=1e-14, gtol=1e-14
    )
    return 1 / float(fitted.x[1])


@pytest.mark.parametrize("organ", [Organ.HEART, Organ.LIVER])
def test_clean_signal_decays_with_the_true_t2star(small_phantom: Phantom, organ: Organ) -> None:
    images = small_phantom.organ(organ)
    mask = images.masks[REPORTED_MASK[organ]]
    assert mask.sum() > 12
    pixels = images.clean[mask][:: max(1, mask.sum() // 25)]
    fitted = [fit_mono(pixel.astype(np.float64), images.te_ms) for pixel in pixels]
    np.testing.assert_allclose(fitted, small_phantom.spec.t2star_ms(organ), rtol=1e-4)
    np.testing.assert_allclose(images.t2star_ms[mask], small_phantom.spec.t2star_ms(organ), rtol=1e-5)


def test_myocardium_near_the_lung_decays_faster(small_phantom: Phantom) -> None:
    heart = small_phantom.organ(Organ.HEART)
    elsewhere = heart.masks["myocardium"] & ~heart.masks["septum"]
    assert np.percentile(heart.t2star_ms[elsewhere], 5) < 0.85 * small_phantom.spec.heart_t2star_ms
    assert heart.t2star_ms[elsewhere].max() <= small_phantom.spec.heart_t2star_ms * (1 + 1e-6)


def test_single_coil_noise_is_rician(small_phantom: Phantom) -> None:
    for images in small_phantom.organs:
        air = images.signal[images.masks["air"]].ravel()[::7]
        assert stats.kstest(air, stats.rayleigh(scale=images.sigma).cdf).pvalue > 1e-3
        assert stats.kstest(air, stats.rayleigh(scale=1.05 * images.sigma).cdf).pvalue < 1e-6
        inside = images.masks[REPORTED_MASK[images.organ]]
        uniform = stats.rice.cdf(
            images.signal[inside] / images.sigma, images.clean[inside].astype(np.float64) / images.sigma
        )
        assert stats.kstest(uniform.ravel(), "uniform").pvalue > 1e-3


def test_many_coils_give_non_central_chi(small_spec: PhantomSpec) -> None:
    images = simulate(replace(small_spec, n_coils=4, liver_slices=0)).organ(Organ.HEART)
    power = (images.signal.astype(np.float64) / images.sigma) ** 2
    air = power[images.masks["air"]].ravel()[::7]
    assert stats.kstest(air, stats.chi2(8).cdf).pvalue > 1e-3
    inside = images.masks["myocardium"]
    centre = (images.clean[inside].astype(np.float64) / images.sigma) ** 2
    uniform = stats.ncx2.cdf(power[inside], 8, centre)
    assert stats.kstest(uniform.ravel(), "uniform").pvalue > 1e-3


def test_snr_is_s0_over_sigma(small_phantom: Phantom) -> None:
    for images in small_phantom.organs:
        mask = images.masks[REPORTED_MASK[images.organ]]
        t2star_ms = small_phantom.spec.t2star_ms(images.organ)
        s0 = images.clean[mask][:, 0].mean() * np.exp(images.te_ms[0] / t2star_ms)
        assert s0 / images.sigma == pytest.approx(small_phantom.spec.snr, rel=1e-3)


def test_same_seed_same_pixels_other_seed_other_anatomy(
    small_spec: PhantomSpec, small_phantom: Phantom
) -> None:
    again = simulate(small_spec)
    other = simulate(replace(small_spec, seed=small_spec.seed + 1))
    iron = simulate(replace(small_spec, heart_t2star_ms=5.0, heart_te_ms=(1.0, 2.0, 3.0)))
    for first, second, third in zip(small_phantom.organs, again.organs, other.organs, strict=True):
        np.testing.assert_array_equal(first.signal, second.signal)
        assert np.mean(first.labels != third.labels) > 0.05
    np.testing.assert_array_equal(small_phantom.organ(Organ.HEART).labels, iron.organ(Organ.HEART).labels)


def test_black_blood_is_dark_and_bright_blood_bright(small_phantom: Phantom, stack_phantom: Phantom) -> None:
    for phantom, sense in ((small_phantom, 1), (stack_phantom, -1)):
        heart = phantom.organ(Organ.HEART)
        blood = heart.clean[heart.masks["lv_blood"]][:, 0].mean()
        wall = heart.clean[heart.masks["septum"]][:, 0].mean()
        assert sense * np.log(blood / wall) > 0.3
        # Only the heart's series nulls blood.
        liver = phantom.organ(Organ.LIVER)
        vessels = liver.clean[liver.masks["vessels"]][:, 0].mean()
        assert vessels > liver.clean[liver.masks["parenchyma"]][:, 0].mean()


@pytest.mark.parametrize(("matrix", "scale"), [((128, 128), 1.0), ((96, 160), 1.3), ((160, 96), 0.6)])
def test_body_stays_in_the_field_and_the_septum_is_resolved(
    small_spec: PhantomSpec, matrix: tuple[int, int], scale: float
) -> None:
    phantom = simulate(replace(small_spec, matrix=matrix, body_scale=scale, seed=3))
    for images in phantom.organs:
        body = images.labels[0] > 0
        assert body.mean() > 0.2
        assert not (body[0].any())
        assert not (body[-1].any())
        assert not (body[:, 0].any())
        assert not (body[:, -1].any())
        assert images.masks[REPORTED_MASK[images.organ]].sum() > 8


def test_slices_of_a_stack_hang_together(stack_phantom: Phantom) -> None:
    for images in stack_phantom.organs:
        first, second = images.labels
        same = np.mean(first[first > 0] == second[first > 0])
        assert 0.6 < same < 0.999


def test_field_scales_other_tissues_and_the_fat_beat() -> None:
    at_15, at_3 = PhantomSpec(field_t=1.5), PhantomSpec(field_t=3.0)
    muscle = [tissue_properties(spec, Organ.HEART)[Tissue.MUSCLE].r2star_per_s for spec in (at_15, at_3)]
    assert muscle[1] == pytest.approx(2 * muscle[0])
    liver = [tissue_properties(spec, Organ.LIVER)[Tissue.LIVER].r2star_per_s for spec in (at_15, at_3)]
    assert liver[0] == liver[1] == pytest.approx(1000 / 2.6)
    # Main methylene peak at 3.4 ppm (CLINICAL 1.4): opposed at 2.30 ms, in phase at 4.61 ms, 1.5 T.
    opposed, in_phase = fat_modulation((2.30, 4.61), 1.5).real
    assert opposed < -0.6
    assert in_phase > 0.6
    np.testing.assert_allclose(fat_modulation((2.30,), 1.5), fat_modulation((1.15,), 3.0), rtol=1e-9)
    assert fat_modulation((0.0,), 1.5)[0] == pytest.approx(1.0)


def test_fatty_liver_follows_the_hamilton_spectrum(small_spec: PhantomSpec) -> None:
    spec = replace(small_spec, liver_fat_fraction=0.3, liver_t2star_ms=12.0, heart_slices=0)
    liver = simulate(spec).organ(Organ.LIVER)
    te_s = np.asarray(liver.te_ms) / 1000
    ppm = np.array([-3.80, -3.40, -2.60, -1.94, -0.39, 0.60])
    weight = np.array([0.087, 0.693, 0.128, 0.004, 0.039, 0.048])
    weight = weight / weight.sum()
    fat = sum(w * np.exp(2j * np.pi * p * 42.577 * 1.5 * te_s) for w, p in zip(weight, ppm, strict=True))
    expected = np.abs(0.7 + 0.3 * fat) * np.exp(-te_s / 0.012)
    pixels = liver.clean[liver.masks["parenchyma"]]
    np.testing.assert_allclose(
        pixels / pixels[:, :1], np.broadcast_to(expected / expected[0], pixels.shape), rtol=2e-5
    )


def test_cancel_and_progress(small_spec: PhantomSpec) -> None:
    token = CancelToken()
    seen: list[float] = []

    def note(fraction: float, step: str) -> None:
        assert step == "phantom"
        seen.append(fraction)
        token.cancel()

    with pytest.raises(CancelledError):
        simulate(small_spec, progress=note, cancel=token)
    assert seen == [0.0]
