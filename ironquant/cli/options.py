"""Parse what options hold: ORGAN=VALUE, echo lists, echo trains, sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast, get_args

from ironquant.core import (
    DICOM_OBJECTS,
    MOST_ECHOES,
    Organ,
    SettingsError,
    echo_times_of,
)
from ironquant.resources import LANGUAGES

if TYPE_CHECKING:
    from ironquant.roi import RegionFile

Parsed = TypeVar("Parsed")
Choice = TypeVar("Choice", bound=str)
NoiseMethod = Literal["background", "residual", "repeats"]
"""As in ``ironquant.fitting``, which is loaded when a command runs, not to show its help."""
PATH_HELP = "Folder, file, zip or tar archive, or DICOMDIR: DICOM, or NIfTI with BIDS sidecars."
REPORT_LANGUAGE_HELP = (
    f"Language of messages and report: {', '.join(LANGUAGES)}; a report in two languages side by side: zh+en."
)
MEASURED_ORGANS = tuple(Organ)


def parse_organ(name: str) -> Organ:
    """Return the organ of this name.

    Raises
    ------
    SettingsError
        ``organ_unknown``.
    """
    organ = next((organ for organ in MEASURED_ORGANS if organ == name.strip().lower()), None)
    if organ is None:
        raise SettingsError("organ_unknown", name=name, known=", ".join(MEASURED_ORGANS))
    return organ


def by_organ(option: str, items: Iterable[str], parse: Callable[[str], Parsed]) -> dict[Organ, Parsed]:
    """Return the values of a repeated ORGAN=VALUE option.

    Raises
    ------
    SettingsError
        ``option_invalid`` or ``organ_unknown``.
    """
    values = {}
    for item in items:
        organ, sign, value = item.partition("=")
        if not sign or not value:
            raise SettingsError("option_invalid", option=option, value=item, expected="ORGAN=VALUE")
        values[parse_organ(organ)] = parse(value)
    return values


def parse_echoes(value: str) -> tuple[int, ...]:
    """Return echo numbers of ``1-6`` or ``1,2,4-7``.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    echoes: list[int] = []
    for part in value.split(","):
        first, sign, last = part.partition("-")
        try:
            start = int(first)
            stop = int(last) if sign else start
        except ValueError:
            start, stop = 1, 0
        if not 1 <= start <= stop <= MOST_ECHOES:
            raise SettingsError("option_invalid", option="--echoes", value=value, expected="1-6 / 1,2,4-7")
        echoes.extend(range(start, stop + 1))
    return tuple(echoes)


def parse_outliers(value: str) -> bool:
    """Return whether outlying pixels are left out: ``exclude`` or ``keep``.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    choices = {"exclude": True, "keep": False}
    word = value.strip().lower()
    if word not in choices:
        raise SettingsError("option_invalid", option="--outliers", value=value, expected=" / ".join(choices))
    return choices[word]


def parse_noise(value: str) -> NoiseMethod | float:
    """Return a method of measuring the noise, or its SD per channel.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    word = value.strip().lower()
    for method in get_args(NoiseMethod):
        if word == method:
            return cast(NoiseMethod, method)
    sigma = _positive(word)
    if sigma is None:
        expected = f"{' / '.join(get_args(NoiseMethod))} / 12.5"
        raise SettingsError("option_invalid", option="--noise", value=value, expected=expected)
    return sigma


def parse_bounds(value: str) -> tuple[float, float]:
    """Return the least and the largest T2* (ms) of ``0.5,100``.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    low, _, high = value.partition(",")
    least, most = _positive(low), _positive(high)
    if least is None or most is None or least >= most:
        raise SettingsError("option_invalid", option="--bounds", value=value, expected="0.5,100")
    return least, most


def _positive(word: str) -> float | None:
    """Return a finite number above zero, else None."""
    try:
        number = float(word)
    except ValueError:
        return None
    return number if 0.0 < number < math.inf else None


def parse_train(option: str, value: str) -> tuple[float, ...]:
    """Return echo times (ms) of ``first:step:number`` or ``2.0,4.2,6.4``.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    try:
        if ":" in value:
            first, step, number = value.split(":")
            return tuple(round(float(first) + float(step) * index, 4) for index in range(int(number)))
        return tuple(float(part) for part in value.split(","))
    except ValueError:
        expected = "2.0:2.2:8 / 2.0,4.2,6.4"
        raise SettingsError("option_invalid", option=option, value=value, expected=expected) from None


def parse_echo_times(value: str | None) -> tuple[float, ...] | None:
    """Return the echo times (ms) of ``--te``, None where the option is not used.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    if value is None:
        return None
    times = echo_times_of(value)
    if times is None:
        raise SettingsError("option_invalid", option="--te", value=value, expected="1.2,2.4,3.6 / 1.2:1.2:8")
    return times


def parse_choice(option: str, value: str | None, known: Sequence[Choice]) -> Choice | None:
    """Return the one of the known words that an option names, None where the option is not used.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    chosen = next(
        (word for word in known if value is not None and word.lower() == value.strip().lower()), None
    )
    if value is not None and chosen is None:
        raise SettingsError("option_invalid", option=option, value=value, expected=" / ".join(known))
    return chosen


def parse_dicom_objects(value: str) -> tuple[str, ...]:
    """Return which DICOM objects are written: kinds with commas between, ``all`` or ``none``.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    words = tuple(word.strip().lower() for word in value.split(","))
    chosen = DICOM_OBJECTS if words == ("all",) else () if words == ("none",) else words
    if not set(DICOM_OBJECTS).issuperset(chosen):
        expected = f"{','.join(DICOM_OBJECTS)} / all / none"
        raise SettingsError("option_invalid", option="--dicom", value=value, expected=expected)
    return tuple(kind for kind in DICOM_OBJECTS if kind in chosen)


def parse_size(option: str, value: str) -> tuple[int, int]:
    """Return rows and columns of ``256x256`` or ``256``.

    Raises
    ------
    SettingsError
        ``option_invalid``.
    """
    parts = value.lower().replace("×", "x").split("x")
    try:
        sides = [int(part) for part in parts]
    except ValueError:
        sides = []
    if len(sides) not in (1, 2):
        raise SettingsError("option_invalid", option=option, value=value, expected="256x256")
    return sides[0], sides[-1]


def region_file(value: str) -> RegionFile:
    """Return file and name of ``FILE`` or ``FILE#NAME``.

    Raises
    ------
    SettingsError
        ``path_missing``.
    """
    from ironquant.roi import RegionFile

    if Path(value).is_file():
        return RegionFile(Path(value))
    path, _, name = value.rpartition("#")
    if not path or not Path(path).is_file():
        raise SettingsError("path_missing", file=value)
    return RegionFile(Path(path), name)


def by_organ_several(option: str, items: Iterable[str]) -> dict[Organ, tuple[str, ...]]:
    """Return the values of a repeated ORGAN=VALUE option, of which an organ may have several.

    Raises
    ------
    SettingsError
        ``option_invalid`` or ``organ_unknown``.
    """
    found: dict[Organ, tuple[str, ...]] = {}
    for item in items:
        for organ, value in by_organ(option, [item], str).items():
            found[organ] = tuple(dict.fromkeys((*found.get(organ, ()), value)))
    return found


def parse_calibrations(items: Iterable[str]) -> dict[Organ, tuple[str, ...]]:
    """Return the calibrations of ``ORGAN=ID``, several for an organ; ``all`` alone means every organ.

    Raises
    ------
    SettingsError
        ``option_invalid``, ``organ_unknown`` or ``calibration_unknown``.
    """
    from ironquant.iron import calibration

    everything = "all"
    written = list(items)
    named = by_organ_several("--calibration", (item for item in written if item != everything))
    for organ, names in named.items():
        for name in names:
            if name != everything:
                calibration(name, organ)
    if everything in written:
        named = {organ: (*named.get(organ, ()), everything) for organ in Organ}
    return named
