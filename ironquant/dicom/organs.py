"""Which organ a series shows: by its words, else by its geometry, echo times and gating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ironquant.core import Finding, Organ
from ironquant.dicom.classify import says
from ironquant.resources import load_table

_KNOWN = (Organ.HEART, Organ.LIVER)


@dataclass(frozen=True)
class Guess:
    """Which organ a series is likely to show.

    Attributes
    ----------
    organ : Organ or None
        None where nothing tells, or where another part of the body is named.
    reason : str
        What decided (a term of ``resources/texts``), empty where nothing tells.
    evidence : tuple of str
        Everything that speaks for the organ (terms), the deciding reason first.
    against : tuple of str
        What speaks for the other organ (terms).
    """

    organ: Organ | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """``organ_doubtful`` where something speaks for the other organ."""
        if self.organ is None or not self.against:
            return ()
        other = next(organ for organ in _KNOWN if organ != self.organ)
        params = {"organ": str(self.organ), "reason": self.reason, "other_organ": str(other)}
        return (Finding("organ_doubtful", "info", {**params, "against": self.against}),)


def guess_organ(
    *,
    description: str = "",
    protocol: str = "",
    body_part: str = "",
    slice_normal: Sequence[float] | None = None,
    te_ms: Sequence[float] = (),
    ecg_gated: bool | None = None,
    black_blood: bool | None = None,
    fov_mm: float | None = None,
    n_slices: int | None = None,
) -> Guess:
    """Guess heart or liver.

    Parameters
    ----------
    description, protocol, body_part : str
        Words of the header; the first that names a part of the body decides.
    slice_normal : sequence of float or None
        Normal of the slices in patient coordinates (LPS).
    te_ms : sequence of float
        Echo times of a train; empty for other images, of which only the words tell.
    ecg_gated, black_blood : bool or None
        Signs of a cardiac sequence.
    fov_mm : float or None
        Longer side of the images.
    n_slices : int or None
    """
    tables = load_table("organs")
    words = {"description": description, "protocol": protocol, "body_part": body_part}
    shape = _by_shape(slice_normal, te_ms, ecg_gated, black_blood)
    by_words = _by_words(tables, words, slice_normal)
    if by_words is None:
        if _is_no_trunk(tables["geometry"], fov_mm, n_slices):
            return Guess(None, "guess_size")
        product = any(says(text, tables["liver_product"]) for text in words.values())
        if product and _is_transverse(slice_normal):
            shape[Organ.LIVER].append("guess_product")
        return _of_shape(shape)
    organ, reason = by_words
    if reason == "guess_ambiguous":
        # Both are named: the geometry decides, if it is of one mind.
        alone = _of_shape(shape)
        return alone if alone.organ is not None else Guess(None, reason)
    if organ is None:
        return Guess(None, reason)
    other = next(candidate for candidate in _KNOWN if candidate != organ)
    return Guess(organ, reason, (reason, *shape[organ]), tuple(shape[other]))


def _by_words(
    tables: dict[str, Any], words: dict[str, str], normal: Sequence[float] | None
) -> tuple[Organ | None, str] | None:
    """Return organ and reason by the first field that names a part of the body, None where none does."""
    for field in tables["fields"]:
        named = [organ for organ in _KNOWN if says(words[field], tables[organ.value])]
        if len(named) == 1:
            return named[0], f"guess_{field}"
        if len(named) == 2:
            return None, "guess_ambiguous"
        if says(words[field], tables["other"]):
            return None, "guess_other_part"
        if says(words[field], tables["abdomen"]):
            return (
                (Organ.LIVER, f"guess_{field}") if _is_transverse(normal) else (None, "guess_not_transverse")
            )
    return None


def _by_shape(
    normal: Sequence[float] | None,
    te_ms: Sequence[float],
    ecg_gated: bool | None,
    black_blood: bool | None,
) -> dict[Organ, list[str]]:
    """Return what speaks for each organ besides words."""
    heart, liver = [], []
    if normal is not None and _is_short_axis(normal):
        heart.append("guess_short_axis")
    if te_ms and ecg_gated:
        heart.append("guess_gated")
    if te_ms and black_blood:
        heart.append("guess_black_blood")
    limit = load_table("organs")["geometry"]["liver_max_first_te_ms"]
    if te_ms and _is_transverse(normal) and min(te_ms) <= limit:
        liver.append("guess_transverse_short_te")
    return {Organ.HEART: heart, Organ.LIVER: liver}


def _of_shape(shape: dict[Organ, list[str]]) -> Guess:
    """Guess without words: what speaks for one organ alone decides."""
    speaking = [organ for organ in _KNOWN if shape[organ]]
    if len(speaking) == 2:
        return Guess(None, "guess_contradictory")
    if not speaking:
        return Guess()
    evidence = tuple(shape[speaking[0]])
    return Guess(speaking[0], evidence[0], evidence)


def _is_no_trunk(rules: dict[str, Any], fov_mm: float | None, n_slices: int | None) -> bool:
    """Whether the images are too small or too many for heart or liver."""
    small = fov_mm is not None and fov_mm < rules["min_fov_mm"]
    return small or (n_slices is not None and n_slices > rules["max_slices"])


def _is_transverse(normal: Sequence[float] | None) -> bool:
    return normal is not None and bool(abs(normal[2]) >= load_table("organs")["geometry"]["transverse_min_z"])


def _is_short_axis(normal: Sequence[float]) -> bool:
    rules = load_table("organs")["geometry"]
    x, y, z = np.asarray(normal) * (1.0 if normal[0] >= 0 else -1.0)
    return bool(
        x >= rules["short_axis_min_x"]
        and y <= rules["short_axis_max_y"]
        and z <= rules["short_axis_max_z"]
        and max(abs(x), abs(y), abs(z)) <= rules["short_axis_max"]
    )
