"""What the header of a scanner-made map says: quantity, scaling, unit, product (``vendor_maps.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ironquant.dicom.classify import (
    MAGNITUDE,
    MAP_PREFIX,
    is_derived,
    map_quantity_by_code,
    map_quantity_by_contrast,
    map_quantity_by_description,
    map_quantity_by_scanner,
)
from ironquant.dicom.frames import MapHeader
from ironquant.dicom.values import Header
from ironquant.resources import load_table

_BRACKETED = re.compile(
    r"[\[(]\s*([^\])]{1,12}?)\s*[\])]|\bunits?\s*[:=]\s*((?:[\d.]+\s+)?\S{1,12})", re.IGNORECASE
)

COMPUTED = "cse"
"""The model of products that compute maps from complex images."""


@dataclass(frozen=True)
class Unit:
    """A unit in which a map may be stored.

    Attributes
    ----------
    name : str
        As shown to people, such as ``0.1 ms``.
    quantity : str
        ``t2star``, ``r2star`` or ``fat_fraction``.
    factor : float
        Makes ms, 1/s or % of it.
    """

    name: str
    quantity: str
    factor: float


def unit_called(name: str) -> Unit:
    """Return the unit of this name; ``KeyError`` if the table has none."""
    for row in load_table("vendor_maps")["unit"]:
        if row["name"] == name:
            return Unit(row["name"], row["quantity"], float(row["factor"]))
    raise KeyError(name)


def unit_spelled(text: str) -> Unit | None:
    """Return the unit that a header means, None where it is none of a map."""
    spelled = re.sub(r"\s+", "", text.lower())
    row = next((row for row in load_table("vendor_maps")["unit"] if spelled in row["spelled"]), None)
    return None if row is None else unit_called(row["name"])


def told_unit(quantity: str, units: Iterable[tuple[str, str]]) -> tuple[Unit, str] | None:
    """Return the first unit that fits a quantity, with its reason; T2* and R2* fit each other.

    Parameters
    ----------
    units : iterable of tuple
        Texts of the header, each with the term that names its place.
    """
    kin = {"t2star": ("t2star", "r2star"), "r2star": ("r2star", "t2star")}.get(quantity, (quantity,))
    for text, reason in units:
        unit = unit_spelled(text)
        if unit is not None and unit.quantity in kin:
            return unit, reason
    return None


def product_of(manufacturer: str, words: str) -> tuple[str, str]:
    """Return the product that made a map and the fit model it uses.

    Returns
    -------
    tuple of str
        The manufacturer and ``vendor-map`` where no product is known.
    """
    maker, said = manufacturer.upper(), words.lower()
    for row in load_table("vendor_maps")["product"]:
        if maker.startswith(tuple(row["manufacturer"])) and any(word in said for word in row["words"]):
            return str(row["name"]), str(row["model"])
    return manufacturer, "vendor-map"


def map_header(
    header: Header, component: str, image_type: Sequence[str], description: str
) -> tuple[str, MapHeader | None]:
    """Return the component of an image, and what the header says of its values if it may be a map.

    A concept code of the header decides before the image type.
    """
    mapping = Header(header.items("RealWorldValueMappingSequence")[:1], header)
    quantity = map_quantity_by_code(_concepts(mapping))
    if quantity:
        component = MAP_PREFIX + quantity
    typed = component.startswith(MAP_PREFIX)
    computed = map_quantity_by_scanner(description) or map_quantity_by_contrast(image_type)
    named = typed or computed or map_quantity_by_description(description, derived=is_derived(image_type))
    if not named:
        return component, None
    units = tuple(_units(mapping, header, description))
    told = any(unit_spelled(text) is not None for text, _ in units)
    if computed and component == MAGNITUDE and _is_computed(computed, units, header, description):
        component, typed = MAP_PREFIX + computed, True
    elif not typed and not map_quantity_by_description(description, derived=is_derived(image_type)):
        return component, None
    return component, MapHeader(units=units, trusted=typed or is_derived(image_type) or told)


def _is_computed(quantity: str, units: Sequence[tuple[str, str]], header: Header, description: str) -> bool:
    """Whether the scanner says that it computed a quantity: by its own words, a unit or a product."""
    words = f"{description} {header.text('ProtocolName')}"
    _, model = product_of(header.text("Manufacturer"), words)
    return (
        map_quantity_by_scanner(description) == quantity
        or told_unit(quantity, units) is not None
        or model == COMPUTED
    )


def _units(mapping: Header, header: Header, description: str) -> Iterable[tuple[str, str]]:
    """Yield what may name the unit, the surest first."""
    for item in mapping.items("MeasurementUnitsCodeSequence"):
        code = Header([item])
        yield code.text("CodeValue"), "unit_real_world"
        yield code.text("CodeMeaning"), "unit_real_world"
    yield header.text("RescaleType"), "unit_rescale_type"
    for words in (header.text("ImageComments"), description):
        for unit in bracketed(words):
            yield unit, "unit_words"


def bracketed(words: str) -> list[str]:
    """Return what stands in brackets, or after ``unit``: it may be the unit of the values."""
    return [match[1] or match[2] for match in _BRACKETED.finditer(words)]


def _concepts(mapping: Header) -> list[str]:
    """Return the codes of the quantities that a mapping defines."""
    definitions = mapping.items("QuantityDefinitionSequence")
    return [
        Header([concept]).text("CodeValue")
        for definition in definitions
        for concept in Header([definition]).items("ConceptCodeSequence")
    ]
