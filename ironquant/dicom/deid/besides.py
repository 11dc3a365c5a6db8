"""What stands beside the pixels in pixel data: comments of encoders, bytes behind the last pixel."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

from pydicom.dataset import Dataset
from pydicom.uid import UID

_ITEM = b"\xfe\xff\x00\xe0"
_JPEG, _JPEG2000, _END = b"\xff\xd8", b"\xff\x4f\xff\x51", b"\xff\xd9"
_COMMENT, _COMMENT_2000 = 0xFE, 0x64
_APPLICATION = frozenset(range(0xE0, 0xF0)) - {0xE0, 0xE8, 0xEE}
"""Notes of programs (Exif and the like); JFIF, SPIFF and Adobe tell how to decode."""
_STOP = frozenset({0xDA, 0xD9, 0x90})
_ALONE = frozenset({0x01, 0x4F, *range(0xD0, 0xD9)})


def hold_nothing_else(dataset: Dataset, syntax: UID) -> None:
    """Take out what is no pixel, in place; the pixels and their encoding stay byte for byte."""
    data = dataset.get("PixelData")
    if not isinstance(data, bytes):
        return
    if not syntax.is_encapsulated:
        size = _native_bytes(dataset)
        if 0 < size < len(data):
            dataset.PixelData = data[: size + size % 2]
        return
    cleaned = bytearray(data)
    for start, end in _fragments(data):
        _blank(cleaned, start, end)
    if cleaned != data:
        dataset.PixelData = bytes(cleaned)


def _native_bytes(dataset: Dataset) -> int:
    """Return what the header says that uncompressed pixels take, 0 where it does not say."""
    try:
        sides = (dataset.Rows, dataset.Columns, dataset.get("SamplesPerPixel") or 1)
        bits = math.prod(map(int, sides)) * int(dataset.BitsAllocated)
        return math.ceil(bits * int(dataset.get("NumberOfFrames") or 1) / 8)
    except (AttributeError, TypeError, ValueError):
        return 0


def _fragments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of the fragments of encapsulated pixel data, the offset table among them."""
    position = 0
    while data[position : position + 4] == _ITEM and position + 8 <= len(data):
        size = struct.unpack_from("<L", data, position + 4)[0]
        start, position = position + 8, position + 8 + size
        yield start, min(position, len(data))


def _blank(data: bytearray, start: int, end: int) -> None:
    """Overwrite comments before the first scan and all behind the end of a JPEG stream; lengths stay."""
    if not data.startswith((_JPEG, _JPEG2000), start):
        return
    position = start + 2
    while position + 4 <= end and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in _STOP:
            break
        if marker == 0xFF or marker in _ALONE:
            position += 1 if marker == 0xFF else 2
            continue
        following = position + 2 + max(2, struct.unpack_from(">H", data, position + 2)[0])
        text = position + (6 if marker == _COMMENT_2000 else 4)  # JPEG 2000 tells the kind of text first
        if marker in (_COMMENT, _COMMENT_2000) or marker in _APPLICATION:
            stop = min(following, end)
            data[text:stop] = b" " * max(0, stop - text)
        position = following
    behind = data.rfind(_END, start, end)
    if behind >= 0:
        data[behind + 2 : end] = bytes(end - behind - 2)
