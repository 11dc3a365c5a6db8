"""Analyses made by hand: no other room is asked, so that the report is tested alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from ironquant.core import (
    Analysis,
    Curve,
    EchoSeries,
    Finding,
    Grade,
    IronValue,
    ModelResult,
    Organ,
    OrganAnalysis,
    OrganMaps,
    OrganResult,
    Patient,
    PixelStatistics,
    Region,
    RegionAnalysis,
    Settings,
    Study,
    Value,
)

SETTINGS = Settings(
    profile="default",
    organs={},
    languages=("en", "zh"),
    hospital={"name_zh": "广西某某医院", "department_zh": "放射科", "name_en": "County Hospital"},
)

AFFINE = np.array(
    [[1.5, 0.0, 0.0, -140.0], [0.0, 1.5, 0.0, -120.0], [0.0, 0.0, 8.0, 33.0], [0.0, 0.0, 0.0, 1.0]]
)
"""Transverse, columns to the left of the patient, rows to the back; spacing 1.5 × 1.5 × 8 mm."""

HEART_TE = tuple(round(2.0 + 2.2 * k, 2) for k in range(8))
LIVER_TE = tuple(round(1.0 + 1.4 * k, 2) for k in range(12))


def body(te_ms, organ, t2star_ms, shape=(1, 160, 192), seed=1):
    """An ellipse of muscle with fat around, an organ of known T2*, lungs for the heart; Rician noise."""
    slices, rows, columns = shape
    row, column = np.mgrid[:rows, :columns]
    radius = np.hypot((row - rows / 2) / (0.40 * rows), (column - columns / 2) / (0.44 * columns))
    t2star = np.where(radius < 1, 28.0, np.nan)
    s0 = np.where(radius < 1, 260.0, 0.0)
    s0 = np.where((radius < 1) & (radius > 0.9), 420.0, s0)
    if organ == Organ.HEART:
        for side in (-1, 1):
            lung = np.hypot((row - rows / 2) / 40, (column - columns / 2 - side * 48) / 22) < 1
            s0, t2star = np.where(lung, 25.0, s0), np.where(lung, 3.0, t2star)
        wall = np.hypot(row - 84, column - 100)
        s0 = np.where(wall < 17, 420.0, s0)
        t2star = np.where(wall < 17, 45.0, t2star)
        muscle = (wall >= 17) & (wall < 27)
        s0, t2star = np.where(muscle, 300.0, s0), np.where(muscle, t2star_ms, t2star)
        mask2 = (wall > 19) & (wall < 25) & (column < 86)
    else:
        liver = np.hypot((row - 78) / 44, (column - 68) / 42) < 1
        s0, t2star = np.where(liver, 310.0, s0), np.where(liver, t2star_ms, t2star)
        vessel = np.hypot(row - 80, column - 70) < 5
        t2star = np.where(vessel, 30.0, t2star)
        mask2 = (np.hypot((row - 78) / 34, (column - 62) / 30) < 1) & (np.hypot(row - 80, column - 70) > 8)
    signal = s0[..., None] * np.exp(-np.array(te_ms) / np.nan_to_num(t2star, nan=1.0)[..., None])
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 8.0, (2, *signal.shape))
    magnitude = np.hypot(signal + noise[0], noise[1])
    stack = np.repeat(magnitude[None], slices, axis=0)
    return stack.astype(np.float32), np.repeat(mask2[None], slices, axis=0), t2star, s0


def ring(mask, affine=AFFINE):
    """A polygon around the (convex) hull of a mask: enough for a picture."""
    from scipy.spatial import ConvexHull

    points = np.argwhere(mask[0])
    hull = points[ConvexHull(points).vertices]
    pixels = np.column_stack([hull[:, 1], hull[:, 0], np.zeros(len(hull)), np.ones(len(hull))])
    return (pixels @ affine.T)[:, :3]


def organ_analysis(
    organ=Organ.HEART,
    t2star_ms=12.3,
    *,
    bound="none",
    iron=2.1,
    iron_bound="none",
    calibration=None,
    scheme=None,
    code="moderate",
    indicative=False,
    findings=(),
    contours=True,
):
    """One measured organ."""
    heart = organ == Organ.HEART
    te = HEART_TE if heart else LIVER_TE
    signal, mask, t2star_map, s0_map = body(te, organ, t2star_ms)
    series = EchoSeries(
        key="1.2.3",
        instance_uid="1.2.3",
        description="T2star_SA_BB" if heart else "T2star_liver_tra_bh",
        signal=signal,
        te_ms=te,
        affine=AFFINE,
    )
    site = "septum" if heart else "parenchyma"
    region = Region(organ, site, (ring(mask),) if contours else (), "auto", "polar", 0.86)
    inside = signal[mask]
    mean = tuple(float(value) for value in inside.mean(axis=0))
    n_used = 6 if heart else 10
    t2 = Value(t2star_ms, bound, None if bound != "none" else (t2star_ms * 0.97, t2star_ms * 1.03))
    rate = t2.reciprocal(1000.0)
    bounded = bound != "none"
    model = "truncation" if heart else "second-moment"
    fit = ModelResult(
        model, t2, rate, None if bounded else 300.0 if heart else 310.0, None, None, 0.998, 21.0, sigma=8.0
    )
    curve = Curve(
        te_ms=te,
        signal=mean,
        signal_sd=tuple(float(value) for value in inside.std(axis=0)),
        n=int(mask.sum()),
        sigma=8.0,
        n_coils=1,
        snr=tuple(value / 8.0 for value in mean),
        echoes_used=tuple(range(1, n_used + 1)),
        echoes_chosen_by="auto",
    )
    statistics = PixelStatistics(t2star_ms * 1.01, (t2star_ms * 0.9, t2star_ms * 1.1), 3)
    measured = RegionAnalysis(
        region, mask, (0,), int(mask.sum()), float(mask.sum()) * 2.25, curve, (fit,), statistics
    )
    calibration = calibration or ("carpenter2011" if heart else "hernando2023_15")
    scheme = scheme or ("t2star-20-15-10" if heart else "lic-3-7-15")
    value = None if iron is None else IronValue(calibration, Value(iron, iron_bound), iron_bound == "none")
    graded = heart or iron is not None
    result = OrganResult(
        site=site,
        model=model,
        method="roi-mean",
        t2star_ms=t2,
        r2star_per_s=rate,
        r_squared=None if bounded else 0.998,
        iron=value,
        grade=Grade(scheme, code, indicative) if graded else None,
        repeatability_percent=20.0 if heart else 15.0,
    )
    noisy = (t2star_map * (1 + 0.05 * np.random.default_rng(3).normal(size=t2star_map.shape)))[None]
    maps = OrganMaps(
        model=model,
        t2star_ms=noisy.astype(np.float32),
        r2star_per_s=(1000 / noisy).astype(np.float32),
        s0=s0_map[None].astype(np.float32),
        r_squared=np.where(np.isfinite(noisy), 0.97, np.nan).astype(np.float32),
    )
    others = () if iron is None or heart else (IronValue("garbowski2014_15", Value(iron * 1.25), True),)
    return OrganAnalysis(organ, series, (measured,), result, others, maps, tuple(findings))


def unmeasured(organ=Organ.HEART, reason="no_septum"):
    """An organ that could not be measured."""
    finding = Finding("region_not_found", "error", {"organ": str(organ), "reason": reason}, str(organ))
    return OrganAnalysis(organ, None, findings=(finding,))


def analysis(*organs, **changes):
    """One examination."""
    made = Analysis(
        patient=Patient("P-000123", "韦小明", "M", dt.date(2008, 4, 2), 18.0),
        study=Study(
            instance_uid="1.2.840.99.1",
            date=dt.date(2026, 5, 17),
            accession="A20260517-007",
            institution="County Hospital",
            manufacturer="SIEMENS",
            model="Avanto",
            field_t=1.494,
            nominal_field_t=1.5,
        ),
        profile="default",
        settings_sha256="0123456789abcdef" * 4,
        organs=organs,
    )
    return replace(made, **changes)


def liver(t2star_ms=2.6, iron=9.85, code="moderate", **options):
    """One measured liver."""
    return organ_analysis(Organ.LIVER, t2star_ms, iron=iron, code=code, **options)


MANY_FINDINGS = (
    Finding("field_3t", "info", {"field_t": 2.89}),
    Finding("first_te_too_long", "warning", {"te_ms": 2.6, "organ": "heart", "limit_ms": 2.0}),
    Finding("few_echoes_for_protocol", "warning", {"n_echoes": 6, "limit": 8, "organ": "heart"}),
    Finding("echo_spacing", "warning", {"spacing_ms": 2.9, "organ": "heart", "limit_ms": 2.3}),
    Finding("noise_floor", "info", {"n_echoes": 3}),
    Finding("low_snr", "warning", {"snr": 8.0, "limit": 15.0}),
    Finding("poor_fit", "warning", {"r_squared": 0.951}),
    Finding("heterogeneous", "warning", {"percent": 48.0}),
    Finding("model_disagreement", "warning", {"percent": 22.0, "low_ms": 9.8, "high_ms": 12.3}),
    Finding("region_low_confidence", "warning", {"organ": "heart", "confidence": 0.41}),
    Finding(
        "calibration_model_mismatch",
        "warning",
        {"calibration": "carpenter2011", "models": ("truncation", "mono"), "model": "second-moment"},
    ),
    Finding("filtered_images", "info", {"filters": "DIS2D, NORM"}),
)


def cases():
    """The analyses that the report is looked at with, by name."""
    both = analysis(organ_analysis(), liver())
    name = "Nguyễn-Hohenberger Ángela María del Carmen Șerban Łukasiewicz 韦"
    long_name = replace(both.patient, name=name, id="X" * 40)
    model = "MAGNETOM Avanto Fit XQ " * 5
    bound = organ_analysis(t2star_ms=0.9, bound="upper", iron=None, code="severe")
    severe_liver = liver(0.9, 25.0, "severe", bound="upper", iron_bound="lower")
    heart_3t = organ_analysis(
        iron=None, scheme="t2star-3t-storey", code="normal", t2star_ms=13.4, indicative=True
    )
    missing = Finding("calibration_missing", "warning", {"organ": "liver", "field_t": 2.893})
    no_iron = liver(3.0, None, findings=(missing,))
    return {
        "both": both,
        "liver": analysis(unmeasured(), liver()),
        "bound": analysis(bound, severe_liver),
        "many": analysis(organ_analysis(findings=MANY_FINDINGS), liver(findings=MANY_FINDINGS[:6])),
        "long": replace(
            both,
            patient=long_name,
            study=replace(both.study, accession="ACC-" + "0123456789" * 4, model=model),
            impression="心肌及肝脏均为中度铁过载，建议结合临床并于十二个月后复查。" * 12,
        ),
        "uncalibrated": analysis(
            heart_3t,
            no_iron,
            study=replace(both.study, field_t=2.893, nominal_field_t=3.0),
        ),
    }
