"""Which library is asked: our own, or one that another package brings.

A package adds one by an entry point of the group ``ironquant.libraries``, which names a function without
arguments that returns a `core.Library`. Settings choose it by name (``library = "my-centre"``).
"""

from __future__ import annotations

import logging
from importlib.metadata import entry_points
from pathlib import Path

from ironquant.core import Library, LibraryError, SettingsError
from ironquant.library.sqlite import SqliteLibrary

GROUP = "ironquant.libraries"
FILE = "library.sqlite"
_LOG = logging.getLogger(__name__)


def local_file() -> Path:
    """Return the file of our own library, in the user's folder of this computer."""
    import platformdirs

    return Path(platformdirs.user_data_dir("ironquant", appauthor=False)) / FILE


def library_names() -> tuple[str, ...]:
    """Return the names of the libraries that other packages bring."""
    return tuple(sorted(entry_points(group=GROUP).names))


def open_library(name: str = "") -> Library:
    """Return the library that settings name; our own of this computer for an empty name.

    Raises
    ------
    SettingsError
        ``library_unknown`` if no installed package brings it.
    LibraryError
        ``library_failed`` if its package brings no library.
    """
    if not name:
        return SqliteLibrary(local_file())
    if name not in library_names():
        raise SettingsError("library_unknown", name=name, known=", ".join(library_names()) or "–")
    try:
        found = entry_points(group=GROUP)[name].load()()
    except Exception as error:  # somebody else's package may raise anything, with anything in its words
        _LOG.error("%s: library %s cannot be opened", type(error), name)
        raise LibraryError("library_failed", name=name) from None
    if not isinstance(found, Library):
        raise LibraryError("library_failed", name=name)
    return found
