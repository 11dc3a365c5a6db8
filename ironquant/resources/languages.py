"""The languages that the program speaks: one table, ``languages.toml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ironquant.resources.loader import load_table

WINDOW, PDF = "window", "pdf"
"""What a language may cover beside the sections of its texts."""


@dataclass(frozen=True)
class Language:
    """One language: a row of ``languages.toml``, which says what the fields mean."""

    code: str
    name: str
    locale: str
    tag: str
    system: tuple[str, ...]
    key: str
    font: str
    covers: frozenset[str]
    fallback: str | None = None
    separator: str = "; "
    spaced: bool = False


def _read(code: str, row: Mapping[str, Any]) -> Language:
    fields = {**row, "system": tuple(row["system"]), "covers": frozenset(row["covers"])}
    return Language(code=code, **fields)


LANGUAGES: Mapping[str, Language] = MappingProxyType(
    {code: _read(code, row) for code, row in load_table("languages").items()}
)
"""By code, in the order in which they are offered."""
SIDE_BY_SIDE = ("zh+en",)
"""Reports in two languages that are offered; any two that can be printed may be asked for."""
DEFAULT = "en"
"""The language that knows every text."""


def language(code: str) -> Language:
    """Return the language of a code; the default one for a code that is not known."""
    return LANGUAGES.get(code, LANGUAGES[DEFAULT])


def spoken(code: str) -> tuple[str, ...]:
    """Return the languages of a code: ``zh+en`` is both, side by side."""
    return tuple(code.split("+"))


def fallbacks(code: str) -> Iterator[str]:
    """Yield a language and those that speak where it is silent, in their order."""
    at: str | None = language(code).code
    while at is not None:
        yield at
        at = LANGUAGES[at].fallback


def covering(part: str, code: str) -> str:
    """Return the first of a language and its fallbacks that covers a part, such as ``pdf``.

    Of two languages side by side (``zh+en``), each finds its own.
    """
    if "+" in code:
        return "+".join(dict.fromkeys(covering(part, each) for each in spoken(code)))
    return next(found for found in fallbacks(code) if part in LANGUAGES[found].covers)


def system_language(locale: str) -> str:
    """Return the language for the name of a system's locale, such as ``vi_VN.UTF-8`` or ``Thai_Thailand``."""
    name = locale.lower()
    fits = (code for code, row in LANGUAGES.items() if name.startswith(row.system))
    return next(fits, DEFAULT)
