"""Render codes as words: the border between data and people (command line, PDF, window, JSON)."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from ironquant.resources.languages import fallbacks, language
from ironquant.resources.loader import load_table

_GRADE_PARAMS = frozenset({"grade", "other"})
_TRANSLATED_PARAMS = frozenset(
    {
        "organ",
        "other_organ",
        "reason",
        "against",
        "model",
        "models",
        "site",
        "quantity",
        "component",
        "object",
        "role",
    }
)


class _Formatter(string.Formatter):
    """`str.format` that shows a dash for a missing or None value instead of failing."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key) if isinstance(key, str) else None

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None:
            return "–"
        if isinstance(value, tuple):
            return ", ".join(self.format_field(item, format_spec) for item in value)
        try:
            return str(super().format_field(value, format_spec))
        except (ValueError, TypeError):
            return str(value)


_FORMATTER = _Formatter()
_OWN: ContextVar[Mapping[str, Mapping[str, str]]] = ContextVar("own_words", default=MappingProxyType({}))


@contextmanager
def wording(own: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Speak with a site's own words of the section ``report`` meanwhile, by language and key."""
    before = _OWN.set(own)
    try:
        yield
    finally:
        _OWN.reset(before)


def text(section: str, key: str, lang: str, **params: Any) -> str:
    """Return the text `key` of `section` in `lang`, filled with `params`.

    Falls back to English, then to the key itself, so that a new code is never lost.
    """
    for code in fallbacks(lang):
        own = _OWN.get().get(code, {}) if section == "report" else {}
        template = own.get(key, load_table(f"texts/{code}").get(section, {}).get(key))
        if template is not None:
            return _FORMATTER.vformat(template, (), params)
    return key


def term(key: str, lang: str) -> str:
    """Return a field term (organ, site, model, grade, reason) in `lang`."""
    return text("terms", key, lang)


def terms(keys: Sequence[str], lang: str) -> str:
    """Return several field terms in one line."""
    return language(lang).separator.join(term(key, lang) for key in keys)


def message(code: str, params: Mapping[str, Any], lang: str) -> str:
    """Render a finding: its text with the parameters, terms among them translated."""
    shown = {key: _translate(key, value, lang) for key, value in params.items()}
    rendered = text("findings", code, lang, **shown)
    if rendered == code and params:
        return f"{code} ({', '.join(f'{key}: {value}' for key, value in shown.items())})"
    return rendered


def _translate(key: str, value: Any, lang: str) -> Any:
    if key in _GRADE_PARAMS and isinstance(value, str):
        return text("grades", value, lang)
    if key not in _TRANSLATED_PARAMS:
        return value
    if isinstance(value, tuple):
        return tuple(_translate(key, item, lang) for item in value)
    return term(value, lang) if isinstance(value, str) else value
