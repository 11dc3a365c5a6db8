"""Numbers of a structured report: a value with its unit, its limit, its interval and its method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from pydicom.sr.coding import Code

from ironquant.core import Curve, IronValue, Organ, OrganResult, RegionAnalysis, Value
from ironquant.export.dicomobjects.codes import known, private, quantity, short, unit
from ironquant.export.numbers import UNITS, format_value
from ironquant.iron import calibration
from ironquant.resources import term

_INTERVAL = ("ci95_low", "ci95_high")
_LANG = "en"


def model_code(model: str) -> Code:
    """Return the code of a fit model."""
    return private(f"MODEL-{model}".upper(), term(model, _LANG))


def iron_quantity(organ: Organ) -> str:
    """Return under which name the iron of an organ stands in the table of quantities."""
    return f"iron_{organ}" if organ in (Organ.HEART, Organ.LIVER) else "iron"


def measurement(
    name: str,
    value: float,
    *,
    derivation: str = "",
    method: Code | None = None,
    qualifier: str = "",
    images: Sequence[Any] | None = None,
) -> Any:
    """Return one number of the table of quantities.

    Parameters
    ----------
    derivation, qualifier : str
        Names of concepts.
    images : sequence of SourceImageForMeasurement, optional
        What it was measured on.
    """
    highdicom: Any = import_module("highdicom")
    return highdicom.sr.Measurement(
        name=quantity(name),
        value=value,
        unit=unit(name),
        derivation=known("concept", derivation) if derivation else None,
        method=method,
        qualifier=known("concept", qualifier) if qualifier else None,
        referenced_images=images,
    )


def bounded(name: str, value: Value, shown: str = "", **told: Any) -> Any:
    """Return a value that may be a limit; None where there is no number.

    A limit is out of the range that can be measured: it is qualified so, says on which side the truth
    lies, and is worded like ``< 0.9 ms``.

    Parameters
    ----------
    shown : str
        Quantity by whose rules the limit is worded, if not `name`.
    """
    if value.value is None:
        return None
    limit = value.bound != "none"
    result = measurement(name, value.value, qualifier="out_of_range" if limit else "", **told)
    if limit:
        words = f"{format_value(value, shown or name, _LANG)} {UNITS[shown or name]}"
        add_code(result, known("concept", "range_flag"), known("value", value.bound))
        add_text(result, known("concept", "meaning"), words)
    if value.ci95 is not None:
        for name_of_end, end in zip(_INTERVAL, value.ci95, strict=True):
            _add_number(result, quantity(name_of_end), float(end), unit(name), "HAS PROPERTIES")
    return result


def result_numbers(result: OrganResult, organ: Organ, images: Sequence[Any] | None) -> list[Any]:
    """Return T2* with the images that it was measured on, R2*, R² and iron of the result of an organ."""
    told = {
        "method": model_code(result.model),
        "derivation": "median" if result.method == "pixel-median" else "",
    }
    found = [
        bounded("t2star_ms", result.t2star_ms, images=images, **told),
        bounded("r2star_per_s", result.r2star_per_s, **told),
    ]
    if result.iron is not None:
        found.append(_iron(result.iron, organ))
    return [entry for entry in (*found, *_fit_quality(result.r_squared, result.model)) if entry is not None]


def region_numbers(entry: RegionAnalysis, model: str) -> list[Any]:
    """Return T2*, R2* and R² of a region that is not the reported one, by the model that is reported."""
    fit = entry.model(model)
    if fit is None:
        return []
    told = {"method": model_code(model)}
    found = (
        bounded("t2star_ms", fit.t2star_ms, **told),
        bounded("r2star_per_s", fit.r2star_per_s, **told),
        *_fit_quality(fit.r_squared, model),
    )
    return [number for number in found if number is not None]


def extent_numbers(entry: RegionAnalysis) -> list[Any]:
    """Return how large a region is, and the median of its pixels where they were fitted."""
    found = [measurement("area_mm2", entry.area_mm2), measurement("n_pixels", int(entry.n_pixels))]
    if entry.exclusion is not None:
        found.append(measurement("n_excluded", int(entry.pixels.n_excluded)))
    return found


def signal_numbers(curve: Curve) -> Iterator[Any]:
    """Yield mean and standard deviation of the signal, echo by echo."""
    for time, mean, spread in zip(curve.te_ms, curve.signal, curve.signal_sd, strict=True):
        for value, derivation in ((mean, "mean"), (spread, "sd")):
            if value != value:  # NaN: no pixel on this echo
                continue
            number = measurement("signal", float(value), derivation=derivation)
            _add_number(number, quantity("te_ms"), float(time), unit("te_ms"), "HAS ACQ CONTEXT")
            yield number


def add_text(number: Any, name: Code, words: str) -> None:
    """Lay a text beneath a number."""
    highdicom: Any = import_module("highdicom")
    _below(number, highdicom.sr.TextContentItem(name, words, "HAS PROPERTIES"))


def add_code(number: Any, name: Code, value: Code) -> None:
    """Lay a code beneath a number."""
    highdicom: Any = import_module("highdicom")
    _below(number, highdicom.sr.CodeContentItem(name, value, "HAS PROPERTIES"))


def _add_number(number: Any, name: Code, value: float, unit_of: Code, relation: str) -> None:
    highdicom: Any = import_module("highdicom")
    _below(number, highdicom.sr.NumContentItem(name, value, unit_of, relationship_type=relation))


def _below(number: Any, item: Any) -> None:
    highdicom: Any = import_module("highdicom")
    content = number[0]
    if "ContentSequence" not in content:
        content.ContentSequence = highdicom.sr.ContentSequence()
    content.ContentSequence.append(item)


def _iron(iron: IronValue, organ: Organ) -> Any:
    row = calibration(iron.calibration)
    made = bounded(
        iron_quantity(organ),
        iron.iron_mg_per_g,
        "iron_mg_per_g",
        method=private(iron.calibration, row.source),
    )
    if made is not None:
        add_text(made, known("concept", "calibration"), f"{iron.calibration}: {row.source}")
        add_code(made, known("concept", "in_range"), known("value", "yes" if iron.in_valid_range else "no"))
    return made


def _fit_quality(r_squared: float | None, model: str) -> Sequence[Any]:
    if r_squared is None:
        return ()
    return (measurement("r_squared", float(r_squared), method=model_code(model)),)


def comment(words: str) -> Any:
    """Return a free text as an item of a group."""
    highdicom: Any = import_module("highdicom")
    return highdicom.sr.TextContentItem(known("concept", "comment"), short(words, 1024), "CONTAINS")
