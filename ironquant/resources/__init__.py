"""Data that rules are made of: tables (TOML), texts, fonts, icons, schemas, translations."""

from ironquant.resources.loader import load_table, resource_path, table_names
from ironquant.resources.texts import LANGUAGES, message, term, terms, text

__all__ = ["LANGUAGES", "load_table", "message", "resource_path", "table_names", "term", "terms", "text"]
