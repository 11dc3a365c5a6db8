"""What an image shows: magnitude, phase, a map, a mosaic. Rules are data (``resources/vendors.toml``)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from ironquant.resources import load_table

MAGNITUDE = "magnitude"
PHASE = "phase"
MOSAIC = "mosaic"
OTHER = "other"
MAP = "map"
MAP_PREFIX = "map:"


def component(
    image_type: Sequence[str],
    *,
    ge_image_type: float | None = None,
    complex_image_component: str = "",
    philips_component: str = "",
    n_tiles: float = 0,
) -> str:
    """Return what one image shows.

    Parameters
    ----------
    image_type : sequence of str
        ImageType or FrameType.
    ge_image_type : float or None
        GE private (0043,102F).
    complex_image_component : str
        ComplexImageComponent (0008,9208).
    philips_component : str
        Philips private (2005,1011).
    n_tiles : float
        Slices tiled in the image, by a private count.

    Returns
    -------
    str
        ``magnitude``, ``phase``, ``real``, ``imaginary``, ``mosaic`` or ``map:`` with its quantity.
    """
    tokens = [token.strip().upper() for token in image_type]
    table = load_table("vendors")
    if n_tiles > 1 or set(tokens) & set(table["mosaic"]["image_type"]):
        return MOSAIC
    quantity = _map_quantity(tokens)
    if quantity:
        return MAP_PREFIX + quantity
    said = {
        "ge_image_type": [] if ge_image_type is None else [str(round(ge_image_type))],
        "complex_image_component": [complex_image_component.strip().upper()],
        "image_type": tokens[2:],
        "philips_component": [philips_component.strip().upper()],
    }
    rules = table["component"]
    for rule in rules["order"]:
        # The first word of a token only where no whole token tells: PHASE IMAGE, but PHASE CONTRAST M.
        for token in (*said[rule], *(re.split(r"[ _]", token)[0] for token in said[rule])):
            if token in rules[rule]:
                return str(rules[rule][token])
    return str(rules["default"])


def _map_quantity(tokens: Sequence[str]) -> str:
    derived = is_derived(tokens)
    for rule in load_table("vendors")["map"]:
        if set(tokens[2:]) & set(rule["image_type"]) or (derived and set(tokens[2:]) & set(rule["derived"])):
            return str(rule["quantity"])
    return ""


def is_derived(image_type: Sequence[str]) -> bool:
    """Whether an image was computed from others: the first value of ImageType."""
    return bool(image_type) and image_type[0].strip().upper() == "DERIVED"


@lru_cache(maxsize=1024)
def map_quantity_by_description(description: str, *, derived: bool = False) -> str:
    """Return the quantity that a series description names as a map, empty if none.

    Believe it only of images with too few echo times: acquired trains are called ``T2* map`` as well.

    Parameters
    ----------
    derived : bool
        Whether ImageType says that the images were computed: fewer words suffice then.
    """
    for rule in load_table("vendors")["map"]:
        patterns = (*rule["description"], *(rule["derived_description"] if derived else ()))
        if any(re.search(pattern, description.lower()) for pattern in patterns):
            return str(rule["quantity"])
    return ""


@lru_cache(maxsize=1024)
def map_quantity_by_scanner(description: str) -> str:
    """Return the quantity by the words that the scanner itself puts into a description, empty if none."""
    for rule in load_table("vendors")["map"]:
        if any(re.search(pattern, description.lower()) for pattern in rule["own_description"]):
            return str(rule["quantity"])
    return ""


def map_quantity_by_contrast(image_type: Sequence[str]) -> str:
    """Return the quantity of an image type that acquired images have as well, empty if none."""
    tokens = {token.strip().upper() for token in image_type[2:]}
    for rule in load_table("vendors")["map"]:
        if tokens & set(rule["original"]):
            return str(rule["quantity"])
    return ""


def map_quantity_by_code(codes: Sequence[str]) -> str:
    """Return the quantity that a concept code (PS3.16, DCM) stands for, empty if none."""
    for rule in load_table("vendors")["map"]:
        if set(codes) & set(rule["code"]):
            return str(rule["quantity"])
    return ""


def map_quantity_by_suffix(suffix: str) -> str:
    """Return the quantity that a BIDS file name suffix stands for, empty if none."""
    for rule in load_table("vendors")["map"]:
        if suffix in rule["suffix"]:
            return str(rule["quantity"])
    return ""


def filters(image_type: Sequence[str], scan_options: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the filters of the scanner that the header names."""
    table = load_table("vendors")["filters"]
    found = [token for token in image_type if token.upper() in table["image_type"]]
    found += [token for token in scan_options if token.upper() in table["scan_options"]]
    return tuple(dict.fromkeys(found))


def says(text: str, words: dict[str, Any]) -> bool:
    """Whether a description holds one of the words of a table (``words``, ``stems``, ``within``)."""
    lowered = unicodedata.normalize("NFC", text).lower()
    for part in words["without"]:
        lowered = lowered.replace(part, " ")
    tokens = re.findall(r"[^\W\d_]+", lowered)
    return (
        any(token in words["words"] for token in tokens)
        or any(token.startswith(stem) for token in tokens for stem in words["stems"])
        or any(part in lowered for part in words["within"])
    )
