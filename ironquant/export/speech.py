"""One or two languages side by side, and the unit of iron that the site prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ironquant.core import IronUnit
from ironquant.export.wording import say
from ironquant.resources import spoken, text


@dataclass(frozen=True)
class Speech:
    """How the words of a report are said.

    Attributes
    ----------
    lang : str
        ``zh``, or ``zh+en``: both side by side.
    """

    lang: str
    iron_unit: IronUnit = "mg/g"

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages, the first one leads."""
        return spoken(self.lang)

    def each(self, make: Callable[[str], str]) -> tuple[str, ...]:
        """Return the words of every language, those that are alike once."""
        return tuple(dict.fromkeys(filter(None, map(make, self.langs))))

    def both(self, make: Callable[[str], str], join: str = " ") -> str:
        """Return the words of all languages in one line."""
        return join.join(self.each(make))

    def say(self, key: str, join: str = " ", **params: Any) -> str:
        """Return a text of the section ``report`` in all languages in one line."""
        return self.both(lambda lang: say(key, lang, **params), join)

    def say_of(self, section: str, key: str, join: str = " ") -> str:
        """Return a text of another section in all languages in one line."""
        return self.both(lambda lang: text(section, key, lang), join)
