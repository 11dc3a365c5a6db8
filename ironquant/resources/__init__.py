"""Data that rules are made of: tables (TOML), texts, fonts, icons, schemas, translations."""

from ironquant.resources.languages import (
    LANGUAGES,
    PDF,
    SIDE_BY_SIDE,
    WINDOW,
    covering,
    language,
    spoken,
    system_language,
)
from ironquant.resources.loader import load_table, resource_path, table_names
from ironquant.resources.texts import message, term, terms, text, wording

__all__ = [
    "LANGUAGES",
    "PDF",
    "SIDE_BY_SIDE",
    "WINDOW",
    "covering",
    "language",
    "load_table",
    "message",
    "resource_path",
    "spoken",
    "system_language",
    "table_names",
    "term",
    "terms",
    "text",
    "wording",
]
