"""How a report looks at one site: paper, unit of iron, what is shown, the site's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

Paper = Literal["A4", "Letter"]
IronUnit = Literal["mg/g", "umol/g"]
ReportField = Literal[
    "name",
    "sex",
    "age",
    "birth_date",
    "id",
    "accession",
    "exam_date",
    "scanner",
    "field",
    "diagnosis",
    "transfusion",
    "ferritin",
    "haemoglobin",
    "chelation",
    "splenectomy",
    "lvef",
]
ReportPart = Literal["details", "trend", "segments"]

FIELDS: Final[tuple[ReportField, ...]] = get_args(ReportField)
PARTS: Final[tuple[ReportPart, ...]] = get_args(ReportPart)


@dataclass(frozen=True)
class ReportTemplate:
    """The template of a site; no number of an analysis follows from it.

    Attributes
    ----------
    fields : tuple of str
        Of patient and examination, in their order on page 1.
    parts : tuple of str
        What follows page 1, where there is something to show.
    logo : str
        File of the picture beside the hospital's name (PNG or JPEG); empty: none.
    header, footer : str
        A line below the hospital's name, and one at the foot of each page.
    notice : bool
        Whether every page says that the software is for research and no certified medical device.
    words : mapping of str to mapping of str to str
        By language: texts of the section ``report`` in the site's own words.
    """

    paper: Paper = "A4"
    iron_unit: IronUnit = "mg/g"
    fields: tuple[ReportField, ...] = FIELDS
    parts: tuple[ReportPart, ...] = PARTS
    logo: str = ""
    header: str = ""
    footer: str = ""
    notice: bool = True
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        words = {lang: MappingProxyType(dict(own)) for lang, own in self.words.items()}
        object.__setattr__(self, "words", MappingProxyType(words))

    def __reduce__(self) -> tuple[type[ReportTemplate], tuple[Any, ...]]:
        words = {lang: dict(own) for lang, own in self.words.items()}
        return ReportTemplate, (*(vars(self)[name] for name in vars(self) if name != "words"), words)
