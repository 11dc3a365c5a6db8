"""Make the plots and the table of ``docs/models.md`` from simulation (about two minutes, 2 cores).

uv run --with matplotlib docs/make_model_plots.py [FOLDER]

With a FOLDER the plots go there and the page is left alone. Seeded: the same numbers every time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import FitStatus
from ironquant.fitting import MAGNITUDE_MODELS, MODELS, Noise, fit, fit_region, region_curve, warm_up
from ironquant.fitting.modelfit import Conditions, ModelFit
from ironquant.fitting.spectrum import fat_modulation

Array = NDArray[Any]

PAGE = Path(__file__).resolve().with_name("models.md")
IMAGES = PAGE.parent / "images" / "models"
BEGIN, END = "<!-- numbers: begin -->", "<!-- numbers: end -->"
RUNS, PIXELS, VOXELS, COVERAGE_RUNS = 200, 100, 3000, 400
SHOWN_SHARE = 0.9
"""A point stands in a plot if at least this share of the fits gave a value: fewer are a selection."""


@dataclass(frozen=True)
class Train:
    """An echo train, with the SNR of one pixel at TE 0 and the R2* (1/s) that plots go through."""

    name: str
    te: Array
    snr: float
    rates: Array


HEART = Train("Heart", 2.0 + 2.2 * np.arange(8), 20.0, np.array([25, 50, 75, *range(100, 701, 50)]))
LIVER = Train("Liver", 1.0 + 1.4 * np.arange(10), 30.0, np.array([25, 50, *range(100, 1401, 100)]))
TRAINS = HEART, LIVER
HEART_T2STAR_MS = 4, 6, 10, 20, 40
LIVER_R2STAR = 100, 200, 400, 600, 800, 1000, 1300

# Colours of Okabe and Ito, and two that colour-blind readers tell from them; shapes differ too.
LOOKS = {
    "mono": ("#000000", "o", "-"),
    "truncation": ("#E69F00", "s", "-"),
    "second-moment": ("#0072B2", "^", "-"),
    "rician": ("#56B4E9", "v", "--"),
    "fat-water": ("#5D3A9B", "D", ":"),
    "offset": ("#CC79A7", "P", "-"),
    "loglinear": ("#D55E00", "X", "-"),
    "arlo": ("#009E73", "<", "-"),
    "biexp": ("#777777", "*", "--"),
    "cse": ("#882255", "h", "-"),
}
REPORTED = "mono", "truncation", "second-moment", "rician", "fat-water"
OTHERS = "mono", "offset", "loglinear", "arlo", "biexp"
BY_SIGMA = "truncation", "second-moment", "rician", "fat-water"


def noisy(train: Train, rate: float, shape: tuple[int, ...], **tissue: float) -> Array:
    """Return complex echoes of shape (*shape, echo) with noise of SD 1 per part; magnitude is Rician.

    `tissue`: ``snr``, ``fat`` (fraction) with ``field_t``. The seed is made of everything asked for.
    """
    snr, fat = tissue.get("snr", train.snr), tissue.get("fat", 0.0)
    seed = [round(100 * value) for value in (len(train.te), rate, *tissue.values(), *shape)]
    rng = np.random.default_rng(seed)
    mixed = 1.0 - fat + fat * fat_modulation(train.te, tissue.get("field_t", 1.5))
    parts = rng.normal(size=(*shape, len(train.te), 2))
    return np.asarray(snr * mixed * np.exp(-train.te * rate / 1000.0) + parts @ [1.0, 1.0j])


def solved(name: str, pixels: Array, te: Array, *, known: bool = True, **more: Any) -> ModelFit:
    """Fit every run's region, `pixels` of shape (run, pixel, echo): its mean, or its mean square."""
    model = MODELS[name]
    if model.complex_signal:
        curves = pixels.mean(axis=1)
    elif model.region_signal == "rms":
        curves = np.sqrt(np.mean(np.abs(pixels) ** 2, axis=1))
    else:
        curves = np.abs(pixels).mean(axis=1)
    noise = Noise(1.0, 1) if known else None
    with np.errstate(all="ignore"):
        return model.solve(curves.T, te, Conditions(**{"noise": noise, "field_t": 1.5, **more}))


def middle(fitted: ModelFit) -> float:
    """Return the median R2* in 1/s."""
    return float(1000.0 * np.nanmedian(fitted.rate))


def percent(found: float, truth: float) -> float:
    """Return the bias of T2* in % for two R2*."""
    return 100.0 * (truth / found - 1.0)


def biases(
    te: Array, samples: Iterable[tuple[float, Array]], names: Sequence[str], **more: Any
) -> dict[str, list[float]]:
    """Return the median bias of T2* in % per model, for regions of one true R2* after the other."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for rate, pixels in samples:
        for name in names:
            found[name].append(percent(middle(solved(name, pixels, te, **more)), rate))
    return found


def panels(rows: int, height: float, **share: Any) -> tuple[Any, Any]:
    """Return figure and axes (row, 2)."""
    # By name, for it is no dependency of the project.
    mpl, plt = (import_module(f"matplotlib{part}") for part in ("", ".pyplot"))
    plt.switch_backend("Agg")
    mpl.rcParams.update(
        {"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 9.5}
    )
    figure, axes = plt.subplots(rows, 2, figsize=(9.0, height), layout="constrained", squeeze=False, **share)
    return figure, axes


def draw(axis: Any, x: Sequence[float] | Array, lines: dict[str, list[float]], **look: Any) -> None:
    """Draw one line per model; values that are not finite are left out."""
    for name, values in lines.items():
        colour, marker, style = LOOKS[name]
        kind = {"color": colour, "marker": marker, "linestyle": style, "label": name, **look}
        # What often lies under another line gets a larger, open marker.
        wide = {"markersize": 7, "markerfacecolor": "none"} if name == "cse" else {"markersize": 4}
        axis.plot(x, values, linewidth=1.4, **kind, **wide)


def finish(figure: Any, axes: Any, folder: Path, name: str, *, first_echo: bool = True) -> None:
    """Mark the first echo time, put one legend beside each row and write the picture."""
    from PIL import Image

    for row in axes:
        row[-1].legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
        for axis, train in zip(row, TRAINS, strict=True):
            axis.grid(alpha=0.25, linewidth=0.6)
            if first_echo:
                axis.axvline(1000.0 / train.te[0], color="#999999", linewidth=0.8, linestyle=(0, (1, 3)))
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(picture := BytesIO(), dpi=100)
    # A palette: a third of the size, and nothing of the making in the file.
    image = Image.open(picture).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    image.save(folder / f"{name}.png", optimize=True)


def zero(axis: Any, low: float, high: float) -> None:
    """Set the limits of a bias axis and mark no bias."""
    axis.axhline(0.0, color="#999999", linewidth=0.8)
    axis.set_ylim(low, high)


def title(train: Train) -> str:
    """Return a train in words."""
    step = train.te[1] - train.te[0]
    return f"{train.name}: {len(train.te)} echoes, TE {train.te[0]:.1f} + {step:.1f} ms, SNR {train.snr:.0f}"


def bias_plot(folder: Path) -> None:
    """Figure 1: bias of region fits."""
    figure, axes = panels(3, 9.0)
    for column, train in zip(axes.T, TRAINS, strict=True):
        samples = [(float(rate), noisy(train, rate, (RUNS, PIXELS))) for rate in train.rates]
        draw(column[0], train.rates, biases(train.te, samples, REPORTED))
        draw(column[1], train.rates, biases(train.te, samples, REPORTED, known=False))
        draw(column[2], train.rates, biases(train.te, samples, OTHERS))
        for axis, limits in zip(column, ((-8, 20), (-8, 20), (-60, 120)), strict=True):
            zero(axis, *limits)
        column[0].set_title(title(train))
        column[2].set_xlabel("true R2* (1/s)")
    for axis, label in zip(axes[:, 0], ("σ given", "σ not given", "models without σ"), strict=True):
        axis.set_ylabel(f"{label}: bias of T2* (%)")
    finish(figure, axes, folder, "bias")


def voxel_scatter(name: str, train: Train, rate: float) -> tuple[float, float]:
    """Return robust SD of R2* and bias of T2* of single voxels, in %."""
    found = fit(np.abs(noisy(train, rate, (VOXELS,))), train.te, name, sigma=1.0, field_t=1.5).r2star_per_s
    found = found[np.isfinite(found)]
    if len(found) < SHOWN_SHARE * VOXELS:
        return np.nan, np.nan
    centre = float(np.median(found))
    return 148.26 * float(np.median(np.abs(found - centre))) / rate, percent(centre, rate)


def voxel_plot(folder: Path) -> None:
    """Figure 2: precision and bias of single voxels."""
    names = [name for name in MODELS if name not in ("biexp", "cse")]
    figure, axes = panels(2, 6.4, sharex="col")
    for (above, below), train in zip(axes.T, TRAINS, strict=True):
        found = {name: [voxel_scatter(name, train, rate) for rate in train.rates] for name in names}
        draw(above, train.rates, {name: [sd for sd, _ in values] for name, values in found.items()})
        draw(below, train.rates, {name: [bias for _, bias in values] for name, values in found.items()})
        least = [least_sd(train, rate) for rate in train.rates]
        above.plot(train.rates, least, color="#999999", label="Cramér–Rao")
        above.set_yscale("log")
        above.set_ylim(2.0, 100.0)
        above.set_yticks((2, 5, 10, 20, 50, 100), ("2", "5", "10", "20", "50", "100"))
        above.set_title(title(train))
        zero(below, -40.0, 60.0)
        below.set_xlabel("true R2* (1/s)")
    axes[0, 0].set_ylabel("robust SD of R2* (% of truth)")
    axes[1, 0].set_ylabel("bias of T2* (%)")
    finish(figure, axes, folder, "voxel")


def least_sd(train: Train, rate: float) -> float:
    """Return the Cramér–Rao bound of R2* in % of it, for Gaussian noise: Rician noise tells less."""
    e = np.exp(-train.te * rate / 1000.0)
    jacobian = np.stack([e, -train.snr * train.te * e], axis=1)
    return float(100.0 * np.sqrt(np.linalg.inv(jacobian.T @ jacobian)[1, 1]) * 1000.0 / rate)


def snr_plot(folder: Path) -> None:
    """Figure 3: bias of region fits against SNR at R2* 500."""
    snrs, names = (5, 7, 10, 15, 20, 30, 50, 70, 100), [name for name in MODELS if name != "cse"]
    figure, axes = panels(1, 3.7, sharey=True)
    for axis, train in zip(axes[0], TRAINS, strict=True):
        samples = [(500.0, noisy(train, 500, (RUNS, PIXELS), snr=snr)) for snr in snrs]
        draw(axis, snrs, biases(train.te, samples, names))
        zero(axis, -45, 105)
        axis.set_xscale("log")
        axis.set_xticks(snrs, [str(snr) for snr in snrs])
        axis.minorticks_off()
        axis.set_xlabel("SNR of one pixel at TE 0")
        axis.set_title(title(train).rsplit(",", 1)[0])
    axes[0, 0].set_ylabel("bias of T2* (%)")
    finish(figure, axes, folder, "snr", first_echo=False)


def fat_plot(folder: Path) -> None:
    """Figure 4: bias of region fits of a liver against fat."""
    fractions = np.arange(0, 41, 4) / 100.0
    names = "mono", "truncation", "second-moment", "cse", "fat-water"
    figure, axes = panels(2, 5.6, sharex=True, sharey="row")
    for row, rate in zip(axes, (60.0, 300.0), strict=True):
        for axis, field in zip(row, (1.5, 3.0), strict=True):
            samples = [(rate, noisy(LIVER, rate, (RUNS, PIXELS), fat=f, field_t=field)) for f in fractions]
            draw(axis, 100.0 * fractions, biases(LIVER.te, samples, names, field_t=field))
            axis.axhline(0.0, color="#999999", linewidth=0.8)
            axis.set_title(f"Liver train, SNR 30, {field:.1f} T, R2* {rate:.0f} 1/s")
        row[0].set_ylabel("bias of T2* (%)")
    for axis in axes[-1]:
        axis.set_xlabel("fat fraction (%)")
    finish(figure, axes, folder, "fat", first_echo=False)


def voxel_coverage(name: str, train: Train, rate: float, sigma: float | None) -> float:
    """Return how many of the intervals of single voxels hold the truth, in %."""
    signal = noisy(train, rate, (VOXELS,))
    signal = signal if MODELS[name].complex_signal else np.abs(signal)
    found = fit(signal, train.te, name, sigma=sigma, field_t=1.5)
    low, high = found.ci95[found.status == FitStatus.OK].T
    held = (low <= 1000.0 / rate) & (1000.0 / rate <= high)
    return float(100.0 * held.mean()) if len(held) >= SHOWN_SHARE * VOXELS else np.nan


def region_coverage(name: str, train: Train, rate: float) -> float:
    """Return how many of the intervals of regions hold the truth, in %."""
    pixels = np.abs(noisy(train, rate, (COVERAGE_RUNS, PIXELS)))
    fits = (
        fit_region(region_curve(run), train.te.tolist(), name, noise=Noise(1.0, 1), field_t=1.5)
        for run in pixels
    )
    values = [found.result.t2star_ms for found in fits if found.status == FitStatus.OK]
    held = [value.ci95[0] <= 1000.0 / rate <= value.ci95[1] for value in values if value.ci95]
    return float(100.0 * np.mean(held)) if len(held) >= SHOWN_SHARE * COVERAGE_RUNS else np.nan


def coverage_plot(folder: Path) -> None:
    """Figure 5: how often the 95 % interval holds the truth."""
    rows: tuple[tuple[str, Callable[[str, Train, float], float]], ...] = (
        ("voxel, σ given", lambda name, train, rate: voxel_coverage(name, train, rate, 1.0)),
        ("voxel, σ not given", lambda name, train, rate: voxel_coverage(name, train, rate, None)),
        ("region of 100 pixels", region_coverage),
    )
    figure, axes = panels(3, 9.0, sharey=True)
    for row, (label, measure) in zip(axes, rows, strict=True):
        known = MAGNITUDE_MODELS if measure is region_coverage else tuple(MODELS)
        names = [name for name in known if name != "biexp"]
        for axis, train in zip(row, TRAINS, strict=True):
            rates = train.rates[1::2]
            draw(axis, rates, {name: [measure(name, train, rate) for rate in rates] for name in names})
            axis.axhspan(93.0, 97.0, color="#000000", alpha=0.08, linewidth=0)
            axis.set_ylim(60.0, 101.0)
        row[0].set_ylabel(f"{label}:\nintervals that hold the truth (%)")
    for column, train in zip(axes.T, TRAINS, strict=True):
        column[0].set_title(title(train))
        column[-1].set_xlabel("true R2* (1/s)")
    finish(figure, axes, folder, "coverage")


def truncation_plot(folder: Path) -> None:
    """Figure 6: which echoes truncation keeps, and what that does."""
    figure, axes = panels(2, 6.2, sharex="col")
    ways: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
        "rule, σ given": ("truncation", {}, {"color": "#E69F00"}),
        "rule, σ not given": ("truncation", {"known": False}, {"color": "#0072B2", "marker": "^"}),
        "R² target 0.995": ("truncation", {"r_squared_target": 0.995}, {"color": "#009E73", "marker": "D"}),
        "mono, all echoes": ("mono", {}, {}),
    }
    for column, train in zip(axes.T, TRAINS, strict=True):
        for label, (name, more, look) in ways.items():
            fits = [solved(name, noisy(train, r, (RUNS, PIXELS)), train.te, **more) for r in train.rates]
            biases = [percent(middle(found), rate) for found, rate in zip(fits, train.rates, strict=True)]
            draw(column[0], train.rates, {name: biases}, **look, label=label)
            draw(column[1], train.rates, {name: [float(f.used.mean()) for f in fits]}, **look, label=label)
        zero(column[0], -6.0, 20.0)
        column[0].set_title(title(train))
        column[1].set_ylim(0.0, len(train.te) + 0.5)
        column[1].set_xlabel("true R2* (1/s)")
    axes[0, 0].set_ylabel("bias of T2* (%)")
    axes[1, 0].set_ylabel("echoes used (mean)")
    finish(figure, axes, folder, "truncation")


def numbers() -> str:
    """Return the tables of fitted values, as Markdown."""
    rows: list[tuple[str, str, dict[str, Any]]] = [(f"`{name}`", name, {}) for name in MODELS]
    rows += [(f"`{name}`, σ not given", name, {"known": False}) for name in BY_SIGMA]
    plain = {"weights": np.ones((1, 1))}
    rows += [('`loglinear`, `weights="none"`', "loglinear", plain)]
    rows += [("`truncation`, R² target 0.995", "truncation", {"r_squared_target": 0.995})]
    grids: tuple[tuple[Train, str, Sequence[int], str], ...] = (
        (HEART, "T2* in ms", HEART_T2STAR_MS, ".2f"),
        (LIVER, "R2* in 1/s", LIVER_R2STAR, ".0f"),
    )
    lines = []
    for train, what, truths, digits in grids:
        lines += [f"{title(train)}; fitted {what}:", "", f"| true {what} | {' | '.join(map(str, truths))} |"]
        lines += ["| --- " * (len(truths) + 1) + "|"]
        samples = [noisy(train, 1000.0 / t if train is HEART else t, (RUNS, PIXELS)) for t in truths]
        for label, name, more in rows:
            found = [middle(solved(name, pixels, train.te, **more)) for pixels in samples]
            shown = [1000.0 / rate if train is HEART else rate for rate in found]
            lines += [f"| {label} | {' | '.join(format(value, digits) for value in shown)} |"]
        lines += [""]
    return "\n".join(lines)


def main(folder: Path | None) -> None:
    """Write the plots; without a folder of their own also the tables of the page."""
    warm_up(120.0)
    for plot in (bias_plot, voxel_plot, snr_plot, fat_plot, coverage_plot, truncation_plot):
        plot(folder or IMAGES)
    if folder is None:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{numbers()}\n{END}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
