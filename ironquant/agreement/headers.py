"""Which column of a table of older results holds what, by the words of ``legacy_results.toml``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from ironquant.core import Organ
from ironquant.resources import load_table

TABLE: Final = "legacy_results"
_BRACKETS: Final = re.compile(r"[(\[{【]([^)\]}】]*)[)\]}】]")
_SEPARATORS: Final = re.compile(r"[\s_:;,.\-–—]+")
_STAR: Final = re.compile(r"(?<![a-z0-9])([tr]2)[\s_-]*(?:star|\*)")


@dataclass(frozen=True)
class Meaning:
    """What a column holds.

    Attributes
    ----------
    kind : str
        ``patient_id``, ``date``, ``accession``, ``study_uid``, ``organ``, a quantity, or ``grade``.
    organ : Organ or None
        None: the row, or the user, tells.
    factor : float
        To the unit of the quantity.
    unit_named : bool
    """

    kind: str
    organ: Organ | None = None
    factor: float = 1.0
    unit_named: bool = False


class UnknownUnitError(ValueError):
    """A header names a quantity that we know in a unit that we do not."""


def recognize(header: str) -> Meaning | None:
    """Return what a column of this header holds; None where no list knows it.

    Raises
    ------
    UnknownUnitError
        Its argument is the unit.
    """
    plain = normal_form(header)
    bracket = _BRACKETS.search(plain)
    if bracket is None:
        return _with_unit_at_end(plain)
    outside = f"{plain[: bracket.start()]} {plain[bracket.end() :]}"
    inside = bracket.group(1)
    meaning = _known(outside)
    if meaning is not None:
        if (factor := unit_factor(meaning.kind, inside)) is not None:
            return Meaning(meaning.kind, meaning.organ, factor, True)
        named = _known(f"{outside} {inside}")
        if named is not None:  # T2* (septum)
            return named
        if meaning.kind in load_table(TABLE)["units"]:
            raise UnknownUnitError(inside)
        return meaning
    return _with_unit_at_end(f"{outside} {inside}")


def unit_factor(kind: str, unit: str) -> float | None:
    """Return the factor from a unit to that of a quantity; None for an unknown unit."""
    factor = load_table(TABLE)["units"].get(kind, {}).get(_unit_form(unit))
    return None if factor is None else float(factor)


def normal_form(text: str) -> str:
    """Return text in one width and case, with ``T2 star`` as ``t2*``."""
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip().strip("\ufeff").lower()
    return _STAR.sub(r"\1*", plain)


def compact(text: str) -> str:
    """Return a normal form without spaces and punctuation, for comparison."""
    return _SEPARATORS.sub("", normal_form(text))


def organ_of(word: str) -> Organ | None:
    """Return the organ that a word names."""
    return _organ_words().get(compact(word))


def grade_of(word: str) -> str | None:
    """Return the grade code that a word stands for."""
    return _grade_words().get(compact(word))


def _with_unit_at_end(plain: str) -> Meaning | None:
    """Recognize ``T2*_ms`` and ``R2* 1/s``."""
    meaning = _known(plain)
    if meaning is not None:
        return meaning
    for kind, units in load_table(TABLE)["units"].items():
        for unit, factor in units.items():
            ending = re.search(rf"[\s_/,*]+(?P<unit>{_spaced(unit)})$", plain)
            found = None if ending is None else _known(plain[: ending.start("unit")].rstrip(" _/,"))
            if found is not None and found.kind == kind:
                return Meaning(kind, found.organ, float(factor), True)
    return None


def _spaced(unit: str) -> str:
    """Return a pattern of a unit that may have spaces and underscores within."""
    return r"[\s_]*".join(re.escape(character) for character in unit)


def _unit_form(unit: str) -> str:
    return re.sub(r"[\s_^·*]+", "", normal_form(unit)).replace("µ", "μ")


def _known(words: str) -> Meaning | None:
    return _meanings().get(compact(words))


@cache
def _meanings() -> dict[str, Meaning]:
    """Return every header that the lists know, in compact form."""
    table = load_table(TABLE)
    known: dict[str, Meaning] = {}
    for kind, words in table["quantities"].items():
        for word in words:
            known[compact(word)] = Meaning(kind)
            for organ, names in table["organs"].items():
                for name in names:
                    for header in (f"{name} {word}", f"{word} {name}"):
                        known[compact(header)] = Meaning(kind, Organ(organ))
    for entry in table["whole"].values():
        for word in entry["words"]:
            known[compact(word)] = Meaning(entry["quantity"], Organ(entry["organ"]))
            known[compact(f"{entry['organ']} {word}")] = Meaning(entry["quantity"], Organ(entry["organ"]))
    for kind, words in table["identity"].items():
        known |= {compact(word): Meaning(kind) for word in words}
    return known


@cache
def _organ_words() -> dict[str, Organ]:
    organs = load_table(TABLE)["organs"]
    return {compact(word): Organ(organ) for organ, words in organs.items() for word in words}


@cache
def _grade_words() -> dict[str, str]:
    grades = load_table(TABLE)["grades"]
    return {compact(word): code for code, words in grades.items() for word in words}
