"""Settings files and profiles: read, checked key by key, laid over each other."""

from __future__ import annotations

import math
import string
import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, get_args

from ironquant.core import (
    DICOM_OBJECTS,
    FIELDS,
    PARTS,
    IronUnit,
    Method,
    Paper,
    SegmentsWanted,
    SettingsError,
)
from ironquant.resources import LANGUAGES, load_table, table_names

DEFAULT_PROFILE = "default"
_CONDITIONS = frozenset({"bright_blood", "black_blood", "noise_known", "noise_unknown"})
_PICTURES = (".png", ".jpg", ".jpeg")


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


def _is_choice(value: Any) -> bool:
    return isinstance(value, bool)


def _some_of(known: Collection[str]) -> Check:
    """Return a check for a list of known words, each once."""
    return lambda value: _is_texts(value) and set(value) <= set(known) and len(set(value)) == len(value)


Check = Callable[[Any], bool]
_KEYS: Mapping[str, Check] = {
    "profile": _is_text,
    "languages": lambda value: _is_texts(value) and bool(value),
    "organs": _is_table,
    "hospital": _is_table,
    "report": _is_table,
    "library": _is_text,
    "dicom": _is_table,
}
_ORGAN_KEYS: Mapping[str, Check] = {
    "model": _is_text,
    "models_by_condition": lambda value: _is_table_of_texts(value) and _CONDITIONS.issuperset(value),
    "calibrations": _is_texts,
    "schemes": _is_texts,
    "repeatability_percent": _is_percent,
    "method": lambda value: value in get_args(Method),
    "truncation_r_squared": _is_share,
    "proposer": _is_text,
    "segments": lambda value: value in get_args(SegmentsWanted),
    "exclude_outliers": _is_choice,
    "circles": _is_choice,
}
_REPORT_KEYS: Mapping[str, Check] = {
    "paper": lambda value: value in get_args(Paper),
    "iron_unit": lambda value: value in get_args(IronUnit),
    "fields": _some_of(FIELDS),
    "parts": _some_of(PARTS),
    "logo": lambda value: _is_text(value) and (not value or value.lower().endswith(_PICTURES)),
    "header": _is_text,
    "footer": _is_text,
    "notice": _is_choice,
    "words": _is_table,
}
_DICOM_KEYS: Mapping[str, Check] = {"objects": _some_of(DICOM_OBJECTS)}
_ALLOWED: Mapping[str, Collection[str]] = {
    "paper": get_args(Paper),
    "iron_unit": get_args(IronUnit),
    "fields": FIELDS,
    "parts": PARTS,
    "logo": _PICTURES,
    "method": get_args(Method),
    "segments": get_args(SegmentsWanted),
    "models_by_condition": sorted(_CONDITIONS),
    "objects": DICOM_OBJECTS,
}
"""What may stand at a key, for the message."""


def user_folder() -> Path:
    """Return the folder of the user's own settings and profiles."""
    import platformdirs

    return Path(platformdirs.user_config_dir("ironquant", appauthor=False))


def profile_names() -> tuple[str, ...]:
    """Return the names of the shipped profiles, and of those of the user (``profiles/*.toml``)."""
    own = (path.stem for path in (user_folder() / "profiles").glob("*.toml"))
    return tuple(dict.fromkeys((*table_names("profiles"), *sorted(own))))


def profile_table(name: str) -> dict[str, Any]:
    """Return a profile over the default one.

    Parameters
    ----------
    name : str
        Of a shipped profile or one of the user's; or a TOML file.

    Raises
    ------
    SettingsError
        ``profile_unknown``; ``settings_invalid``, ``path_missing`` of the user's own.
    """
    base = load_table(f"profiles/{DEFAULT_PROFILE}")
    if name in table_names("profiles"):
        return merged(base, load_table(f"profiles/{name}"))
    path = Path(name) if name.endswith(".toml") else user_folder() / "profiles" / f"{name}.toml"
    if not path.is_file() and not name.endswith(".toml"):
        raise SettingsError("profile_unknown", name=name, known=", ".join(profile_names()))
    return merged(base, read_checked(path))


def user_table(file: Path | None) -> dict[str, Any]:
    """Read the user's own file (platform folder), then the named one over it."""
    own = user_folder() / "settings.toml"
    table: dict[str, Any] = {}
    for path in [own] * own.is_file() + ([file] if file else []):
        table = merged(table, read_checked(path))
    return table


def read_checked(path: Path) -> dict[str, Any]:
    """Read a settings file and refuse keys and types that no profile has.

    Raises
    ------
    SettingsError
        ``settings_invalid``, with file and key; ``path_missing``.
    """

    def refuse(reason: str) -> SettingsError:
        return SettingsError("settings_invalid", file=str(path), reason=reason)

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise SettingsError("path_missing", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise refuse("reason_not_utf8") from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise refuse(str(error)) from error

    def check(table: Mapping[str, Any], checks: Mapping[str, Check], where: str = "") -> None:
        for key, value in table.items():
            if key not in checks:
                raise refuse(f"“{where}{key}” – {', '.join(checks)}")
            if not checks[key](value):
                allowed = f" – {', '.join(_ALLOWED[key])}" if key in _ALLOWED else ""
                raise refuse(f"“{where}{key}” = {value!r}{allowed}")

    check(table, _KEYS)
    known = dict.fromkeys(load_table(f"profiles/{DEFAULT_PROFILE}")["organs"], _is_table)
    check(table.get("organs", {}), known, "organs.")
    for organ, row in table.get("organs", {}).items():
        check(row, _ORGAN_KEYS, f"organs.{organ}.")
    hospital = table.get("hospital", {})
    check(hospital, dict.fromkeys(hospital, _is_text), "hospital.")
    check(table.get("dicom", {}), _DICOM_KEYS, "dicom.")
    report = table.get("report", {})
    check(report, _REPORT_KEYS, "report.")
    check(report.get("words", {}), dict.fromkeys(LANGUAGES, _is_table), "report.words.")
    for lang, own in report.get("words", {}).items():
        check(own, _word_checks(lang, own), f"report.words.{lang}.")
    if report.get("logo"):
        logo = path.parent / report["logo"]
        if not logo.is_file():
            raise refuse(f"“report.logo” = {report['logo']!r}")
        report["logo"] = str(logo)
    return table


def _word_checks(lang: str, own: Mapping[str, Any]) -> dict[str, Check]:
    """Return the checks of own words: of known texts, with no place to fill that these do not have."""
    texts = load_table(f"texts/{lang}")["report"]

    def fits(key: str) -> Check:
        return lambda value: _is_text(value) and _places(value) <= _places(texts[key])

    return {key: fits(key) for key in texts if key in own} or {"title": _is_text}


def _places(template: str) -> set[str]:
    """Return the names of what is filled in; one that is impossible where braces do not match."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError:
        return {"{"}


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `over` laid on it, table by table."""
    result = dict(base)
    for key, new in over.items():
        value, old = new, result.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and key != "models_by_condition":
            value = merged(old, value)
        result[key] = value
    return result
