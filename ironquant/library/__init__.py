"""The library of earlier examinations: our own file on this computer, or one that another package brings."""

from ironquant.library.asking import earlier_examinations, keep
from ironquant.library.opening import library_names, local_file, open_library
from ironquant.library.sqlite import SqliteLibrary
from ironquant.library.typed import parse_value, typed_examination

__all__ = [
    "SqliteLibrary",
    "earlier_examinations",
    "keep",
    "library_names",
    "local_file",
    "open_library",
    "parse_value",
    "typed_examination",
]
