"""Find and read the files of this folder."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent


def resource_path(*parts: str) -> Path:
    """Return the path of a shipped file or folder."""
    return _ROOT.joinpath(*parts)


@cache
def load_table(name: str) -> dict[str, Any]:
    """Read ``resources/{name}.toml`` once; treat the result as read-only."""
    with resource_path(*f"{name}.toml".split("/")).open("rb") as handle:
        return tomllib.load(handle)


def table_names(folder: str) -> tuple[str, ...]:
    """Return the names of the TOML tables in a folder, sorted."""
    return tuple(sorted(path.stem for path in resource_path(folder).glob("*.toml")))
