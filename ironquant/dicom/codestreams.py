"""What a compressed image claims to become, read before it is decoded.

A decoder believes the compressed stream, not the DICOM header: a few bytes can claim 65535 × 65535.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_START_OF_FRAME = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
_JPEG_SYNTAX = {
    0xC0: "1.2.840.10008.1.2.4.50",
    0xC1: "1.2.840.10008.1.2.4.51",
    0xC3: "1.2.840.10008.1.2.4.70",
    0xF7: "1.2.840.10008.1.2.4.80",
}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN = 0xDA
_JPEG2000 = b"\xff\x4f\xff\x51"
_MAX_TILES = 4096
_RLE = "1.2.840.10008.1.2.5"
_RLE_HEADER = 64
_RLE_GAIN = 64
"""Two bytes of run-length code become at most 128."""
_RLE_TRUSTED = 2**22


@dataclass(frozen=True)
class _Claim:
    """What a stream says of itself; precision: of its deepest component."""

    size: tuple[int, int]
    samples: int
    precision: int


def check_stream(stream: bytes, syntax: str, size: tuple[int, int], samples: int, allocated: int) -> None:
    """Refuse a compressed image that would become something else than the header says.

    Parameters
    ----------
    syntax : str
        Transfer syntax UID.
    size : tuple of int
        Rows and columns.
    samples, allocated : int
        SamplesPerPixel and BitsAllocated.

    Raises
    ------
    ValueError
    """
    if syntax == _RLE:
        _check_rle(stream, size[0] * size[1] * samples * allocated // 8)
        return
    claim = _jpeg2000_claim(stream) if _JPEG2000 in stream[:4096] else _jpeg_claim(stream)
    if (claim.size, claim.samples) != (size, samples) or not 2 <= claim.precision <= allocated:
        raise ValueError(f"the compressed image is {claim}, the header says {size}, {samples}, {allocated}")


def syntax_of(stream: bytes) -> str:
    """Return the transfer syntax UID that a compressed image speaks for.

    Raises
    ------
    ValueError
        If it is none that is known.
    """
    if _JPEG2000 in stream[:4096]:
        return "1.2.840.10008.1.2.4.90"
    if stream[:2] == b"\xff\xd8":
        return _JPEG_SYNTAX[_frame_header(stream)[0]]
    n_segments, first = struct.unpack_from("<LL", stream.ljust(8, b"\0"))
    if 1 <= n_segments <= 15 and first == _RLE_HEADER:
        return _RLE
    raise ValueError("unknown compression")


def _jpeg_claim(stream: bytes) -> _Claim:
    """Return what the frame header of a JPEG or JPEG-LS stream says."""
    precision, rows, columns, samples = struct.unpack_from(">BHHB", stream, _frame_header(stream)[1] + 4)
    return _Claim((rows, columns), samples, precision)


def _frame_header(stream: bytes) -> tuple[int, int]:
    """Return the marker and the place of the frame header of a JPEG or JPEG-LS stream."""
    if stream[:2] != b"\xff\xd8":
        raise ValueError("no JPEG stream")
    position = 2
    while position + 9 <= len(stream):
        if stream[position] != 0xFF:
            raise ValueError("no JPEG marker where one must stand")
        marker = stream[position + 1]
        if marker in _START_OF_FRAME:
            return marker, position
        if marker == _START_OF_SCAN:
            break
        if marker == 0xFF:  # fill bytes
            position += 1
        elif marker in _ALONE:
            position += 2
        else:
            position += 2 + max(2, struct.unpack_from(">H", stream, position + 2)[0])
    raise ValueError("JPEG stream without a frame header")


def _jpeg2000_claim(stream: bytes) -> _Claim:
    """Return what a JPEG 2000 code stream says, bare or in a JP2 file (ISO/IEC 15444-1, A.5.1)."""
    at = stream.index(_JPEG2000, 0, 4096)
    width, height, left, top, tile_width, tile_height, _, _, samples = struct.unpack_from(
        ">8LH", stream, at + 8
    )
    if min(tile_width, tile_height) < 1 or width <= left or height <= top:
        raise ValueError("JPEG 2000 image without a size")
    if (width // tile_width + 1) * (height // tile_height + 1) > _MAX_TILES:
        raise ValueError("JPEG 2000 image of too many tiles")
    components = stream[at + 42 : at + 42 + 3 * samples]
    if len(components) < 3 * samples or any(step != 1 for step in components[1::3] + components[2::3]):
        raise ValueError("JPEG 2000 image of components that are not there or are coarser")
    precision = max((1 + (depth & 0x7F) for depth in components[::3]), default=0)
    return _Claim((height - top, width - left), samples, precision)


def _check_rle(stream: bytes, decoded_bytes: int) -> None:
    """Walk the runs of a stream long enough to become dangerous, and count what they give."""
    most = 2 * decoded_bytes + 2**16
    if len(stream) <= _RLE_TRUSTED and len(stream) * _RLE_GAIN <= max(most, 64 * _RLE_TRUSTED):
        return
    position, given = _RLE_HEADER, 0
    while position < len(stream):
        code = stream[position]
        if code < 128:
            given += code + 1
            position += code + 2
        else:
            given += 257 - code if code > 128 else 0
            position += 2 if code > 128 else 1
        if given > most:
            raise ValueError("run-length code of more pixels than the header says")
