"""Resolve settings: defaults < profile < the user's file < a named file < flags."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ironquant.core import (
    Organ,
    OrganSettings,
    Paper,
    ReportTemplate,
    SegmentsWanted,
    Settings,
    SettingsError,
    require_magnitude_name,
)
from ironquant.iron.calibrations import calibration
from ironquant.iron.schemes import scheme
from ironquant.iron.settingsfiles import DEFAULT_PROFILE, profile_table, user_table
from ironquant.iron.settingsfiles import merged as _merged
from ironquant.resources import LANGUAGES, spoken


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
    paper: Paper | None = None,
) -> Settings:
    """Merge the sources of settings into one.

    Parameters
    ----------
    profile : str, optional
        Shipped profile, one of the user's (``profiles/NAME.toml`` in the platform folder) or a TOML file; a
        settings file may name one too (key ``profile``); else ``default``.
    file : Path, optional
        TOML file with any of the keys of a profile.
    models, calibrations, schemes : mapping of Organ to str, optional
        What the flags of the command line choose; they stand before all else.
    languages : tuple of str, optional
        Languages of the report, the first that is used first; ``zh+en``: both side by side.
    segments : {"off", "auto", "on"}, optional
        Whether the segments of the heart are measured.
    dicom_objects : tuple of str, optional
        Kinds of DICOM objects to write.
    paper : {"A4", "Letter"}, optional
        Of the report.

    Raises
    ------
    SettingsError
        Unknown profile, model, calibration, scheme or language, or an invalid file.
    """
    user = user_table(file)
    name = profile or user.pop("profile", None) or DEFAULT_PROFILE
    user.pop("profile", None)
    table = _merged(profile_table(name), user)
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
        if not 1 <= len(spoken(language)) <= 2 or not set(spoken(language)) <= set(LANGUAGES):
            raise SettingsError("language_unknown", name=language, known=", ".join(LANGUAGES))
    return Settings(
        profile=Path(name).stem if name.endswith(".toml") else name,
        organs=organs,
        languages=chosen_languages,
        hospital=table["hospital"],
        dicom_objects=tuple(table["dicom"]["objects"]) if dicom_objects is None else dicom_objects,
        report=_template(table["report"], paper),
    )


def _template(row: Mapping[str, Any], paper: Paper | None) -> ReportTemplate:
    told = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return ReportTemplate(**(told if paper is None else {**told, "paper": paper}))


def library_name(file: Path | None = None) -> str:
    """Return which library of another package keeps earlier examinations; empty: our own of this computer.

    It belongs to the computer: no profile and no case names one, and no number of an examination follows
    from it.

    Raises
    ------
    SettingsError
        ``settings_invalid``, ``path_missing``.
    """
    return str(user_table(file).get("library", ""))


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
    wanted_model = model or row["model"]
    for name in {wanted_model, *row["models_by_condition"].values()} - {"auto"}:
        require_magnitude_name(name)
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
