"""Resolve settings: defaults < profile < the user's file < a named file < flags."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from ironquant.core import (
    DICOM_OBJECTS,
    Method,
    Organ,
    OrganSettings,
    SegmentsWanted,
    Settings,
    SettingsError,
)
from ironquant.iron.calibrations import calibration
from ironquant.iron.schemes import scheme
from ironquant.resources import LANGUAGES, load_table, table_names

DEFAULT_PROFILE = "default"
_CONDITIONS = frozenset({"bright_blood", "black_blood", "noise_known", "noise_unknown"})


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_table_of_texts(value: Any) -> bool:
    return _is_table(value) and all(_is_text(item) for item in value.values())


def _is_percent(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value > 0


def _is_share(value: Any) -> bool:
    return _is_percent(value) and value < 1


_Check = Callable[[Any], bool]
_KEYS: Mapping[str, _Check] = {
    "profile": _is_text,
    "languages": lambda value: _is_texts(value) and bool(value),
    "organs": _is_table,
    "hospital": _is_table,
    "library": _is_text,
    "dicom": _is_table,
}
_DICOM_KEYS: Mapping[str, _Check] = {
    "objects": lambda value: _is_texts(value) and set(DICOM_OBJECTS).issuperset(value),
}
_ORGAN_KEYS: Mapping[str, _Check] = {
    "model": _is_text,
    "models_by_condition": lambda value: _is_table_of_texts(value) and _CONDITIONS.issuperset(value),
    "calibrations": _is_texts,
    "schemes": _is_texts,
    "repeatability_percent": _is_percent,
    "method": lambda value: value in get_args(Method),
    "truncation_r_squared": _is_share,
    "proposer": _is_text,
    "segments": lambda value: value in get_args(SegmentsWanted),
    "exclude_outliers": lambda value: isinstance(value, bool),
    "circles": lambda value: isinstance(value, bool),
}


def profile_names() -> tuple[str, ...]:
    """Return the names of the shipped profiles."""
    return table_names("profiles")


def load_settings(
    profile: str | None = None,
    *,
    file: Path | None = None,
    models: Mapping[Organ, str] | None = None,
    calibrations: Mapping[Organ, str] | None = None,
    schemes: Mapping[Organ, str] | None = None,
    languages: tuple[str, ...] | None = None,
    segments: SegmentsWanted | None = None,
    dicom_objects: tuple[str, ...] | None = None,
) -> Settings:
    """Merge the sources of settings into one.

    Parameters
    ----------
    profile : str, optional
        Shipped profile; a settings file may name one too (key ``profile``); else ``default``.
    file : Path, optional
        TOML file with any of the keys of a profile.
    models, calibrations, schemes : mapping of Organ to str, optional
        What the flags of the command line choose; they stand before all else.
    languages : tuple of str, optional
        Languages of the report.
    segments : {"off", "auto", "on"}, optional
        Whether the segments of the heart are measured.
    dicom_objects : tuple of str, optional
        Kinds of DICOM objects to write.

    Raises
    ------
    SettingsError
        Unknown profile, model, calibration, scheme or language, or an invalid file.
    """
    user = _user_table(file)
    name = profile or user.pop("profile", None) or DEFAULT_PROFILE
    user.pop("profile", None)
    if name not in profile_names():
        raise SettingsError("profile_unknown", name=str(name), known=", ".join(profile_names()))
    table = _merged(_merged(load_table(f"profiles/{DEFAULT_PROFILE}"), load_table(f"profiles/{name}")), user)
    organs = {}
    for key, row in table["organs"].items():
        organ = Organ(key)
        organs[organ] = _organ_settings(
            organ,
            row,
            model=(models or {}).get(organ),
            calibration_id=(calibrations or {}).get(organ),
            scheme_id=(schemes or {}).get(organ),
            segments=segments,
        )
    chosen_languages = languages or tuple(table["languages"])
    for language in chosen_languages:
        if language not in LANGUAGES:
            raise SettingsError("language_unknown", name=language, known=", ".join(LANGUAGES))
    return Settings(
        profile=name,
        organs=organs,
        languages=chosen_languages,
        hospital=table["hospital"],
        dicom_objects=tuple(table["dicom"]["objects"]) if dicom_objects is None else dicom_objects,
    )


def library_name(file: Path | None = None) -> str:
    """Return which library of another package keeps earlier examinations; empty: our own of this computer.

    It belongs to the computer: no profile and no case names one, and no number of an examination follows
    from it.

    Raises
    ------
    SettingsError
        ``settings_invalid``, ``path_missing``.
    """
    return str(_user_table(file).get("library", ""))


def _organ_settings(
    organ: Organ,
    row: Mapping[str, Any],
    *,
    model: str | None,
    calibration_id: str | None,
    scheme_id: str | None,
    segments: SegmentsWanted | None,
) -> OrganSettings:
    """Build the settings of one organ; names are checked against models and tables."""
    from ironquant.fitting import require_magnitude_model

    wanted_model = model or row["model"]
    for name in {wanted_model, *row["models_by_condition"].values()} - {"auto"}:
        require_magnitude_model(name)
    wanted_calibrations = (calibration_id,) if calibration_id else tuple(row["calibrations"])
    wanted_schemes = (scheme_id,) if scheme_id else tuple(row["schemes"])
    for name in wanted_calibrations:
        calibration(name, organ)
    for name in wanted_schemes:
        scheme(name, organ)
    return OrganSettings(
        model=wanted_model,
        models_by_condition=row["models_by_condition"],
        calibrations=wanted_calibrations,
        schemes=wanted_schemes,
        repeatability_percent=row.get("repeatability_percent"),
        method=row.get("method", "roi-mean"),
        truncation_r_squared=row.get("truncation_r_squared"),
        proposer=row.get("proposer", ""),
        segments=segments or row.get("segments", "auto"),
        exclude_outliers=row.get("exclude_outliers", False),
        circles=row.get("circles", True),
    )


def _user_table(file: Path | None) -> dict[str, Any]:
    """Read the user's own file (platform folder), then the named one over it."""
    import platformdirs

    own = Path(platformdirs.user_config_dir("ironquant", appauthor=False)) / "settings.toml"
    table: dict[str, Any] = {}
    for path in [own] * own.is_file() + ([file] if file else []):
        table = _merged(table, _read_checked(path))
    return table


def _read_checked(path: Path) -> dict[str, Any]:
    """Read a settings file and refuse keys and types that no profile has."""

    def refuse(reason: str) -> SettingsError:
        return SettingsError("settings_invalid", file=str(path), reason=reason)

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SettingsError("path_missing", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise refuse("reason_not_utf8") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise refuse(str(error)) from error

    def check(table: Mapping[str, Any], checks: Mapping[str, _Check], where: str = "") -> None:
        for key, value in table.items():
            if key not in checks:
                raise refuse(f"“{where}{key}” – {', '.join(checks)}")
            if not checks[key](value):
                raise refuse(f"“{where}{key}” = {value!r}")

    check(table, _KEYS)
    known = dict.fromkeys(load_table(f"profiles/{DEFAULT_PROFILE}")["organs"], _is_table)
    check(table.get("organs", {}), known, "organs.")
    for organ, row in table.get("organs", {}).items():
        check(row, _ORGAN_KEYS, f"organs.{organ}.")
    check(table.get("dicom", {}), _DICOM_KEYS, "dicom.")
    hospital = table.get("hospital", {})
    check(hospital, dict.fromkeys(hospital, _is_text), "hospital.")
    return table


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `over` laid on it, table by table."""
    result = dict(base)
    for key, new in over.items():
        value, old = new, result.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and key != "models_by_condition":
            value = _merged(old, value)
        result[key] = value
    return result
