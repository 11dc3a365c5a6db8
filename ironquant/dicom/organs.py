"""Which organ a series shows, guessed from its words, then from its geometry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ironquant.core import Organ
from ironquant.dicom.classify import says
from ironquant.resources import load_table


def guess_organ(
    *,
    description: str = "",
    protocol: str = "",
    body_part: str = "",
    slice_normal: Sequence[float] | None = None,
    te_ms: Sequence[float] = (),
) -> tuple[Organ | None, str]:
    """Guess heart or liver.

    Parameters
    ----------
    description, protocol, body_part : str
        Words of the header; the first that names a part of the body decides.
    slice_normal : sequence of float or None
        Normal of the slices in patient coordinates (LPS).
    te_ms : sequence of float
        Echo times.

    Returns
    -------
    organ : Organ or None
        None where nothing tells, or where another part of the body is named.
    reason : str
        A term (``resources/texts``, section ``terms``), empty where nothing tells.
    """
    tables = load_table("organs")
    geometry = _by_geometry(slice_normal, te_ms)
    words = {"description": description, "protocol": protocol, "body_part": body_part}
    for field in tables["fields"]:
        named = [organ for organ in (Organ.HEART, Organ.LIVER) if says(words[field], tables[organ.value])]
        if len(named) == 1:
            return named[0], f"guess_{field}"
        if len(named) == 2:
            return geometry if geometry[0] in named else (None, "guess_ambiguous")
        if says(words[field], tables["other"]):
            return None, "guess_other_part"
        if says(words[field], tables["abdomen"]):
            transverse = slice_normal is not None and _is_transverse(slice_normal)
            return (Organ.LIVER, f"guess_{field}") if transverse else (None, "guess_not_transverse")
    return geometry


def _is_transverse(normal: Sequence[float]) -> bool:
    return bool(abs(normal[2]) >= load_table("organs")["geometry"]["transverse_min_z"])


def _is_short_axis(normal: Sequence[float]) -> bool:
    rules = load_table("organs")["geometry"]
    x, y, z = np.asarray(normal) * (1.0 if normal[0] >= 0 else -1.0)
    return bool(
        x >= rules["short_axis_min_x"]
        and y <= rules["short_axis_max_y"]
        and z <= rules["short_axis_max_z"]
        and max(abs(x), abs(y), abs(z)) <= rules["short_axis_max"]
    )


def _by_geometry(normal: Sequence[float] | None, te_ms: Sequence[float]) -> tuple[Organ | None, str]:
    if normal is None:
        return None, ""
    if _is_short_axis(normal):
        return Organ.HEART, "guess_short_axis"
    limit = load_table("organs")["geometry"]["liver_max_first_te_ms"]
    if te_ms and _is_transverse(normal) and min(te_ms) <= limit:
        return Organ.LIVER, "guess_transverse_short_te"
    return None, ""
