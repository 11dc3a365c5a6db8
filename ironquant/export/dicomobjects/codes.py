"""Codes of the objects, from their table, and how a name is made to fit."""

from __future__ import annotations

from collections.abc import Mapping

from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from ironquant.core import RegionAnalysis
from ironquant.resources import load_table

TABLE = "dicom_objects"
_LONGEST_CODE = 16
_LONGEST_NAME = 64
_LONGEST_MEANING = 64


def code(row: Mapping[str, str]) -> Code:
    """Return the code of a row."""
    return Code(row["value"], row["scheme"], row["meaning"])


def known(section: str, name: str) -> Code:
    """Return a code of the table: of ``concept``, ``value`` or ``grade``."""
    return code(load_table(TABLE)[section][name])


def quantity(name: str) -> Code:
    """Return the concept of a quantity."""
    return code(load_table(TABLE)["quantity"][name]["concept"])


def unit(name: str) -> Code:
    """Return the unit of a quantity."""
    return code(load_table(TABLE)["quantity"][name]["unit"])


def private(value: str, meaning: str) -> Code:
    """Return a code of our own: of a model, a calibration, a scheme, a reason."""
    return Code(value, load_table(TABLE)["private"]["designator"], short(meaning) or value[:_LONGEST_MEANING])


def short(words: str, longest: int = _LONGEST_MEANING) -> str:
    """Return words that fit a text of DICOM, counted in bytes as some receivers do."""
    words = " ".join(words.replace("\\", "/").split())
    if len(words.encode()) <= longest:
        return words
    return f"{words.encode()[: longest - 3].decode(errors='ignore').rstrip()}..."


def observer_name(name: str) -> str:
    """Return a physician's name as DICOM holds it: whole in the family name, unless it is already divided."""
    told = name.replace("\\", " ").replace("=", " ").strip()[: _LONGEST_NAME - 1]
    return told if "^" in told or not told else f"{told}^"


def code_item(entry: Code) -> Dataset:
    """Return a code as an item of a sequence."""
    item = Dataset()
    setattr(item, "CodeValue" if len(entry.value) <= _LONGEST_CODE else "LongCodeValue", entry.value)
    item.CodingSchemeDesignator = entry.scheme_designator
    item.CodeMeaning = entry.meaning
    return item


def private_scheme() -> Dataset:
    """Return what our own codes are, for the table of coding schemes."""
    row, item = load_table(TABLE)["private"], Dataset()
    item.CodingSchemeDesignator = row["designator"]
    item.CodingSchemeName = row["name"]
    item.CodingSchemeResponsibleOrganization = row["organization"]
    return item


def place_of(region: RegionAnalysis) -> Code:
    """Return what was measured: the code of the site, else that of the organ."""
    table = load_table("segments")
    site = table["site"].get(region.region.site)
    return code(site) if site else organ_place(region.region.organ.value)


def organ_place(organ: str) -> Code:
    """Return the code of an organ."""
    organs = load_table("segments")["organ"]
    return code(organs.get(organ, organs["other"]))
