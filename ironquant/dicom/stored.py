"""Stored values of one file: where its pixels lie, and how to read them without trusting its header."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import UID, ExplicitVRBigEndian

from ironquant.dicom.bounded import BoundedReader
from ironquant.dicom.codestreams import check_stream, syntax_of
from ironquant.dicom.elements import deflated_data
from ironquant.dicom.opening import Opener, Source, Stamp

Stored = NDArray[Any]
MAX_COMPRESSED_BYTES = 2**28
MAX_INFLATED_BYTES = 2**29
_TYPES = frozenset(("u1", "u2", "u4", "i1", "i2", "i4", "f4", "f8"))


class ChangedError(OSError):
    """The file is no longer the one that was scanned."""


@dataclass(frozen=True)
class Pixels:
    """Where and how the pixel data of a file lie.

    Attributes
    ----------
    offset, length : int
        Of the native pixel data, in the file or (deflated) in its inflated data set; length -1:
        compressed.
    high : int
        HighBit: the topmost bit that belongs to the value.
    kind : str
        As of NumPy: ``u``, ``i`` or ``f``.
    swapped : bool
        Whether single bytes were written as words of the other byte order.
    stamp : Stamp
        Of the file when it was scanned.
    """

    syntax: str
    offset: int
    length: int
    rows: int
    columns: int
    samples: int
    allocated: int
    bits: int
    high: int
    kind: str
    n_frames: int
    deflated: bool
    swapped: bool
    stamp: Stamp


def read_frames(
    opener: Opener, path: Path, pixels: Pixels | None, indices: Sequence[int]
) -> Iterator[Stored | Exception]:
    """Yield the stored values of some frames of one file, in the order asked for; never raises.

    In the place of a frame that cannot be read stands why: `EOFError` if the pixel data end before it,
    `ChangedError` if the file is no longer the one scanned, another `OSError` if it cannot be opened, any
    other exception if it cannot be decoded. The last one may stand for all frames that follow.
    """
    try:
        with opener.open(path) as source:
            if pixels is None:
                raise ValueError("no pixel data")
            if source.stamp != pixels.stamp:
                raise ChangedError(path.name)
            read = _compressed if pixels.length < 0 else _plain
            yield from read(source, pixels, indices)
    except Exception as error:  # decoders raise many kinds of errors on damaged data
        yield error


def _plain(source: Source, pixels: Pixels, indices: Sequence[int]) -> Iterator[Stored]:
    handle = io.BytesIO(deflated_data(source, MAX_INFLATED_BYTES)) if pixels.deflated else source.handle
    for index in indices:
        yield _without_spare_bits(_native(handle, pixels, index), pixels)


def _native(handle: BinaryIO, pixels: Pixels, index: int) -> Stored:
    """Read one frame of uncompressed pixel data; complete frames of a cut file stay readable."""
    if f"{pixels.kind}{pixels.allocated // 8}" not in _TYPES or pixels.allocated % 8 or pixels.samples != 1:
        raise ValueError("unsupported bit depth")
    count = pixels.rows * pixels.columns
    size = count * pixels.allocated // 8
    if (index + 1) * size > pixels.length:
        raise EOFError
    data = _bytes(handle, pixels.offset + index * size, size)
    if pixels.swapped:
        start = index * size % 2  # a frame may begin within a word
        words = _bytes(handle, pixels.offset + index * size - start, size + start + (size + start) % 2)
        data = np.frombuffer(words, dtype="u2").byteswap().tobytes()[start : start + size]
    order = ">" if pixels.syntax == ExplicitVRBigEndian else "<"
    values = np.frombuffer(data, dtype=f"{order}{pixels.kind}{pixels.allocated // 8}")
    return values.reshape(pixels.rows, pixels.columns)


def _bytes(handle: BinaryIO, offset: int, size: int) -> bytes:
    """Read exactly `size` bytes; unbuffered files may give them in pieces."""
    handle.seek(offset)
    data = handle.read(size)
    while len(data) < size:
        more = handle.read(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _without_spare_bits(stored: Stored, pixels: Pixels) -> Stored:
    """Clear the bits above BitsStored (old overlays live there) and extend the sign."""
    if stored.dtype.kind == "f":
        return stored
    allocated = 8 * stored.dtype.itemsize
    bits, high = pixels.bits, pixels.high
    if not (0 < bits < allocated and bits - 1 <= high < allocated):
        return stored
    shifted = np.left_shift(stored, stored.dtype.type(allocated - 1 - high))
    return np.asarray(np.right_shift(shifted, stored.dtype.type(allocated - bits)))


def _compressed(source: Source, pixels: Pixels, indices: Sequence[int]) -> Iterator[Stored | Exception]:
    """Decode compressed frames, each only if it will become the size that the header says."""
    if source.size > MAX_COMPRESSED_BYTES:
        raise ValueError("too much compressed data")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = cast(BinaryIO, BoundedReader(source.handle, source.size))
        dataset = pydicom.dcmread(reader, force=True)
        streams = generate_frames(
            dataset.PixelData, number_of_frames=pixels.n_frames, extended_offsets=_extended_offsets(dataset)
        )
        wanted = iter(indices)
        index = next(wanted, None)
        for number, stream in enumerate(streams):
            if number != index:
                continue
            try:
                yield _decoded(stream, dataset, pixels)
            except Exception as error:  # one damaged frame does not take the others with it
                yield error
            index = next(wanted, None)
            if index is None:
                return
    raise EOFError


def _decoded(stream: bytes, dataset: pydicom.Dataset, pixels: Pixels) -> Stored:
    from pydicom.pixels import get_decoder

    syntax = UID(pixels.syntax)
    if not syntax.is_encapsulated:  # the header is wrong: it is compressed all the same
        syntax = UID(syntax_of(stream))
    check_stream(stream, syntax, (pixels.rows, pixels.columns), pixels.samples, pixels.allocated)
    values, _ = get_decoder(syntax).as_array(
        encapsulate([stream], has_bot=False),
        index=0,
        raw=True,
        pixel_keyword="PixelData",
        number_of_frames=1,
        rows=pixels.rows,
        columns=pixels.columns,
        samples_per_pixel=pixels.samples,
        bits_allocated=pixels.allocated,
        bits_stored=pixels.bits,
        pixel_representation=int(pixels.kind == "i"),
        photometric_interpretation=dataset.get("PhotometricInterpretation", "MONOCHROME2"),
    )
    if values.shape != (pixels.rows, pixels.columns):
        raise ValueError("the decoded matrix is not that of the header")
    return cast(Stored, values)


def _extended_offsets(dataset: pydicom.Dataset) -> tuple[bytes, bytes] | None:
    if "ExtendedOffsetTable" in dataset and "ExtendedOffsetTableLengths" in dataset:
        return dataset.ExtendedOffsetTable, dataset.ExtendedOffsetTableLengths
    return None
