"""Resolve settings: defaults < profile < the user's file < a named file < flags."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ironquant.core import Organ, OrganSettings, Settings, SettingsError
from ironquant.iron.calibrations import calibration
from ironquant.iron.schemes import scheme
from ironquant.resources import LANGUAGES, load_table, table_names

DEFAULT_PROFILE = "default"
_ORGAN_KEYS = {
    "model": str,
    "models_by_condition": dict,
    "calibrations": list,
    "schemes": list,
    "repeatability_percent": float,
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

    Raises
    ------
    SettingsError
        Unknown profile, calibration, scheme or language, or an invalid file.
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
        )
    chosen_languages = languages or tuple(table["languages"])
    for language in chosen_languages:
        if language not in LANGUAGES:
            raise SettingsError("language_unknown", name=language, known=", ".join(LANGUAGES))
    return Settings(
        profile=name,
        organs=MappingProxyType(organs),
        languages=chosen_languages,
        hospital=MappingProxyType({key: str(value) for key, value in table["hospital"].items()}),
    )


def _organ_settings(
    organ: Organ,
    row: Mapping[str, Any],
    *,
    model: str | None,
    calibration_id: str | None,
    scheme_id: str | None,
) -> OrganSettings:
    """Build the settings of one organ; names are checked against the tables."""
    wanted_calibrations = (calibration_id,) if calibration_id else tuple(row["calibrations"])
    wanted_schemes = (scheme_id,) if scheme_id else tuple(row["schemes"])
    for name in wanted_calibrations:
        calibration(name, organ)
    for name in wanted_schemes:
        scheme(name, organ)
    return OrganSettings(
        model=model or row["model"],
        models_by_condition=MappingProxyType(dict(row["models_by_condition"])),
        calibrations=wanted_calibrations,
        schemes=wanted_schemes,
        repeatability_percent=row.get("repeatability_percent"),
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
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refuse(str(error)) from error
    kinds = {"profile": str, "languages": list, "organs": dict, "hospital": dict}
    for key, value in table.items():
        if key not in kinds:
            raise refuse(f"“{key}” – {', '.join(kinds)}")
        if not isinstance(value, kinds[key]):
            raise refuse(f"“{key}” = {value!r}")
    for organ, row in table.get("organs", {}).items():
        if organ not in load_table(f"profiles/{DEFAULT_PROFILE}")["organs"] or not isinstance(row, dict):
            raise refuse(f"“organs.{organ}” – heart, liver")
        for key, value in row.items():
            if key not in _ORGAN_KEYS:
                raise refuse(f"“organs.{organ}.{key}” – {', '.join(_ORGAN_KEYS)}")
            expected = (int, float) if _ORGAN_KEYS[key] is float else _ORGAN_KEYS[key]
            if not isinstance(value, expected):
                raise refuse(f"“organs.{organ}.{key}” = {value!r}")
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
