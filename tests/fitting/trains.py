"""Echo trains, and magnitudes of many channels, that several tests of the fits share."""

import numpy as np

TRAINS = {
    "heart": 2.0 + 2.2 * np.arange(8),
    "liver": 1.0 + 1.1 * np.arange(12),
    "guangxi": np.array([1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6]),
    "six": 1.2 + 1.5 * np.arange(6),
}


def magnitudes(te_ms, r2star_per_s, snr, count, seed, n_coils=1):
    """Magnitude of `n_coils` channels with σ = 1 and S0 = `snr`, shape (count, echo)."""
    rng = np.random.default_rng(seed)
    clean = snr * np.exp(-np.asarray(te_ms) * r2star_per_s / 1000.0)
    square = (clean + rng.normal(size=(count, len(clean)))) ** 2
    for _ in range(2 * n_coils - 1):
        square += rng.normal(size=square.shape) ** 2
    return np.sqrt(square)


def crlb_relative_se(te_ms, r2star_per_s, snr):
    """Least relative standard error of R2* for Gaussian noise of SD 1 (amplitude unknown too)."""
    te, rate = np.asarray(te_ms), r2star_per_s / 1000.0
    e = snr * np.exp(-te * rate)
    by_amplitude, by_log_rate = e / snr, -te * rate * e
    overlap = (by_amplitude @ by_log_rate) ** 2 / (by_amplitude @ by_amplitude)
    return 1.0 / np.sqrt(by_log_rate @ by_log_rate - overlap)


def crlb_without_sigma(te_ms, r2star_per_s, snr):
    """The same from S² where the noise term of one channel is unknown too; its variance is 4σ²(A² + σ²)."""
    te, rate = np.asarray(te_ms), r2star_per_s / 1000.0
    square = (snr * np.exp(-te * rate)) ** 2
    slopes = np.stack([square, -2.0 * te * rate * square, np.ones_like(te)]) / np.sqrt(4.0 * (square + 1.0))
    return np.sqrt(np.linalg.inv(slopes @ slopes.T)[1, 1])
