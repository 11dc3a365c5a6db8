"""A plain encoder of lossless JPEG (ITU-T T.81, process 14), to write every predictor; tests only."""

from __future__ import annotations

import struct

import numpy as np

_LENGTHS = [3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10]
"""Of the codes for the 17 categories of differences."""


def _codes() -> list[tuple[int, int]]:
    """Canonical Huffman codes of the categories 0 to 16: (code, length)."""
    codes, code, last = [], 0, _LENGTHS[0]
    for length in _LENGTHS:
        code <<= length - last
        codes.append((code, length))
        code, last = code + 1, length
    return codes


def _predicted(x: np.ndarray, row: int, column: int, predictor: int, bits: int) -> int:
    if row == 0 and column == 0:
        return 1 << (bits - 1)
    if row == 0:
        return int(x[row, column - 1])
    if column == 0:
        return int(x[row - 1, column])
    a, b, c = int(x[row, column - 1]), int(x[row - 1, column]), int(x[row - 1, column - 1])
    return {
        1: a,
        2: b,
        3: c,
        4: a + b - c,
        5: a + ((b - c) >> 1),
        6: b + ((a - c) >> 1),
        7: (a + b) >> 1,
    }[predictor]


def encode(image: np.ndarray, predictor: int, bits: int) -> bytes:
    """Encode an unsigned image of one component."""
    codes = _codes()
    stream: list[str] = []
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            difference = (int(image[row, column]) - _predicted(image, row, column, predictor, bits)) & 0xFFFF
            if difference > 32768:
                difference -= 65536
            size = 16 if difference == 32768 else abs(difference).bit_length()
            code, length = codes[size]
            stream.append(f"{code:0{length}b}")
            if 0 < size < 16:
                value = difference if difference > 0 else difference + (1 << size) - 1
                stream.append(f"{value:0{size}b}")
    text = "".join(stream)
    text += "1" * (-len(text) % 8)
    data = bytes(int(text[n : n + 8], 2) for n in range(0, len(text), 8)).replace(b"\xff", b"\xff\0")
    counts = bytes(_LENGTHS.count(length) for length in range(1, 17))
    table = struct.pack(">HHB", 0xFFC4, 19 + 17, 0) + counts + bytes(range(17))
    frame = struct.pack(">HHBHHBBBB", 0xFFC3, 11, bits, *image.shape, 1, 1, 0x11, 0)
    scan = struct.pack(">HHBBBBBB", 0xFFDA, 8, 1, 1, 0, predictor, 0, 0)
    return b"\xff\xd8" + frame + table + scan + data + b"\xff\xd9"
