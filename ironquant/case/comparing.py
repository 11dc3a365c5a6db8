"""Compare two analyses as documents: what differs, apart from words and from who computed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ABSENT = "–"
_WORDS = ("message", "proposed", "follow_up")
"""Texts in the language of the report, made of the codes and numbers beside them; and the follow-up, which
follows from the library of earlier examinations too and is no part of a case."""
_SOFTWARE = "software.version"
_OF_VERSION = ("software.settings_sha256",)
"""Follows the fields that settings have, which a later version may add."""


@dataclass(frozen=True)
class Difference:
    """One place in which two documents differ.

    Attributes
    ----------
    path : str
        Such as ``organs[0].result.t2star_ms.value``.
    old, new : object
        JSON values; `ABSENT` where one document has no such place.
    """

    path: str
    old: Any
    new: Any


def differences(old: Any, new: Any) -> tuple[Difference, ...]:
    """Return where two ``analysis.json`` differ, to the last digit.

    Parameters
    ----------
    old, new
        Parsed JSON. The version of the software, and words that follow from codes, are not compared; of
        another version, neither are places that it has added.
    """
    found = tuple(_differences(old, new, ""))
    later = any(entry.path == _SOFTWARE for entry in found)
    passed_over = (_SOFTWARE, *(_OF_VERSION if later else ()))
    compared = (entry for entry in found if entry.path not in passed_over)
    return tuple(entry for entry in compared if not (later and entry.old is ABSENT))


def _differences(old: Any, new: Any, path: str) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            if key not in _WORDS:
                place = f"{path}.{key}" if path else key
                yield from _differences(old.get(key, ABSENT), new.get(key, ABSENT), place)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            first = old[index] if index < len(old) else ABSENT
            second = new[index] if index < len(new) else ABSENT
            yield from _differences(first, second, f"{path}[{index}]")
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield Difference(path, old, new)
