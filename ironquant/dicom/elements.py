"""The data elements of one file up to its pixels: wanted ones are read, the others stepped over.

Plain little-endian files, which is nearly all, are walked here in a few reads. Whatever is unusual
(sequences without length, big endian, VRs that contradict the transfer syntax, a cut) is left to pydicom;
both give the same data set.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import BinaryIO, cast

from pydicom.charset import convert_encodings
from pydicom.dataelem import RawDataElement, convert_raw_data_element, empty_value_for_VR
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_partial
from pydicom.tag import BaseTag
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ImplicitVRLittleEndian,
)
from pydicom.valuerep import EXPLICIT_VR_LENGTH_16, EXPLICIT_VR_LENGTH_32

from ironquant.dicom.bounded import MAX_HEADER_BYTES, MAX_ITEMS, HeaderReader, inflated
from ironquant.dicom.opening import Source

PIXELS = (0x7FE00008, 0x7FE00009, 0x7FE00010)
WINDOW = 8192
"""Bytes read at once: the header of most images, and little of the pixels behind it."""
_UNDEFINED = 0xFFFFFFFF
_TRANSFER_SYNTAX, _CHARACTER_SET = 0x00020010, 0x00080005
_ITEM = b"\xfe\xff\x00\xe0"
_SHORT = frozenset(vr.encode() for vr in EXPLICIT_VR_LENGTH_16)
_LONG = frozenset(vr.encode() for vr in EXPLICIT_VR_LENGTH_32)
_VR_NAMES = {vr: vr.decode() for vr in (*_SHORT, *_LONG)}
_explicit = struct.Struct("<HH2sH").unpack_from
_implicit = struct.Struct("<HHL").unpack_from
_length = struct.Struct("<L").unpack_from


@dataclass(frozen=True)
class PixelElement:
    """Where the pixel data lie.

    Attributes
    ----------
    offset : int
        Of the first byte of the value, in the file or (deflated) in the inflated data set.
    length : int or None
        As declared; None: undefined.
    encapsulated : bool
        Whether the value begins with an item, as compressed pixel data do.
    words : bool
        Whether the VR is OW: bytes in pairs, which big endian swaps.
    """

    tag: int
    offset: int
    length: int | None
    encapsulated: bool = False
    words: bool = False


@dataclass(frozen=True, eq=False)
class Parsed:
    """One file up to its pixels.

    Attributes
    ----------
    size : int
        Of the file, or of the inflated data set.
    """

    dataset: Dataset
    syntax: UID
    pixels: PixelElement | None
    size: int
    deflated: bool = False


def parse(source: Source, wanted: Collection[int]) -> Parsed:
    """Read the elements up to the pixel data.

    Parameters
    ----------
    wanted : collection of int
        Tags of the top level to read.

    Raises
    ------
    Exception
        Many kinds, on damaged data.
    """
    handle = source.handle
    start = handle.read(WINDOW)
    begin, syntax = _meta(start)
    if syntax == DeflatedExplicitVRLittleEndian:
        return _parse_deflated(source, begin, wanted)
    if syntax is None and b"1.2.840.10008.1.2.1.99" in start:
        raise ValueError("deflated, without sound file meta information")
    if syntax is not None and not syntax.is_private and syntax != ExplicitVRBigEndian:
        walked = _walk(handle, start, begin, source.size, syntax == ImplicitVRLittleEndian, wanted)
        if walked is not None:
            return Parsed(walked[0], syntax, walked[1], source.size)
    handle.seek(0)
    reader = HeaderReader(handle, source.size)
    dataset = read_partial(
        cast(BinaryIO, reader), _at_pixels, force=True, specific_tags=_tags(frozenset(wanted))
    )
    syntax = UID(str(getattr(dataset.file_meta, "TransferSyntaxUID", ImplicitVRLittleEndian)))
    return Parsed(dataset, syntax, _pixel_element(reader, syntax), source.size)


@cache
def _tags(wanted: frozenset[int]) -> list[BaseTag | int]:
    """Return the tags as pydicom wants them: thousands, made once."""
    return [BaseTag(tag) for tag in wanted]


def _at_pixels(tag: int, vr: str | None, length: int) -> bool:
    return tag in PIXELS


def deflated_data(source: Source, most: int) -> bytes:
    """Return the inflated data set of a deflated file.

    Raises
    ------
    ValueError
        If it is larger than `most`.
    """
    source.handle.seek(0)
    begin, _ = _meta(source.handle.read(WINDOW))
    source.handle.seek(begin)
    return inflated(source.handle.read(min(source.size, most)), most)


def _parse_deflated(source: Source, begin: int, wanted: Collection[int]) -> Parsed:
    data = deflated_data(source, MAX_HEADER_BYTES)
    handle, syntax = io.BytesIO(data), UID(DeflatedExplicitVRLittleEndian)
    walked = _walk(handle, data, 0, len(data), False, wanted)
    if walked is None:
        reader = HeaderReader(handle, len(data))
        dataset = read_dataset(
            cast(BinaryIO, reader),
            is_implicit_VR=False,
            is_little_endian=True,
            stop_when=_at_pixels,
            specific_tags=_tags(frozenset(wanted)),
        )
        walked = dataset, _pixel_element(reader, syntax)
    return Parsed(walked[0], syntax, walked[1], len(data), deflated=True)


def _meta(start: bytes) -> tuple[int, UID | None]:
    """Return where the data set begins and its transfer syntax; None where that is not plainly told."""
    if start[128:132] != b"DICM":
        return 0, None
    position, syntax = 132, None
    while position + 12 <= len(start):
        group, element, vr, length = _explicit(start, position)
        if group != 2:
            return (position, syntax) if group == 8 or syntax else (0, None)
        head = 8
        if vr in _LONG:
            head, length = 12, _length(start, position + 8)[0]
        elif vr not in _SHORT:
            return 0, None
        value = start[position + head : position + head + length]
        if len(value) < length:
            return 0, None
        if element == _TRANSFER_SYNTAX & 0xFFFF:
            syntax = UID(value.decode("ascii", "replace").strip(" \0"))
        position += head + length
        if syntax == DeflatedExplicitVRLittleEndian and start[position : position + 2] != b"\2\0":
            return position, syntax
    return 0, None


def _walk(
    handle: BinaryIO, start: bytes, begin: int, size: int, implicit: bool, wanted: Collection[int]
) -> tuple[Dataset, PixelElement | None] | None:
    """Return the wanted elements and the pixel data of a plain data set, None where it is not plain."""
    window, base, position = start, 0, begin  # the window begins at `base` in the file
    found: dict[BaseTag, RawDataElement] = {}
    pixels = None
    if implicit and start[begin + 4 : begin + 6] in _VR_NAMES:
        return None
    while True:
        if position + 12 > len(window):
            base, position = base + position, 0
            if size - base < 8:
                break
            handle.seek(base)
            window = handle.read(WINDOW)
            if len(window) < 8:
                return None
        if implicit:
            group, element, length = _implicit(window, position)
            name, head = None, 8
        else:
            group, element, vr, length = _explicit(window, position)
            head = 8
            if vr in _LONG:
                if position + 12 > len(window):
                    return None
                head, length = 12, _length(window, position + 8)[0]
            elif vr not in _SHORT:
                return None
            name = _VR_NAMES[vr]
        tag = group << 16 | element
        if tag in PIXELS:
            declared = None if length == _UNDEFINED else length
            offset = base + position + head
            handle.seek(offset)
            pixels = PixelElement(tag, offset, declared, handle.read(4) == _ITEM)
            break
        after = position + head + length
        if length == _UNDEFINED or base + after > size:
            return None
        if tag in wanted:
            value = window[position + head : after] if length else empty_value_for_VR(name, raw=True)
            if value is not None and len(value) < length:
                if length > MAX_HEADER_BYTES:
                    return None
                handle.seek(base + position + head)
                value = _read_all(handle, length)
                if len(value) < length or value.count(_ITEM) > MAX_ITEMS:
                    return None
            key = BaseTag(tag)
            found[key] = RawDataElement(key, name, length, value, base + position + head, implicit, True)
        position = after
        if position > len(window):  # step over what is not wanted, unread
            base, position, window = base + position, 0, b""
    return _dataset(found, implicit), pixels


def _read_all(handle: BinaryIO, length: int) -> bytes:
    """Read exactly `length` bytes, fewer at the end; unbuffered files may give them in pieces."""
    data = handle.read(length)
    while len(data) < length and (more := handle.read(length - len(data))):
        data += more
    return data


def _dataset(found: dict[BaseTag, RawDataElement], implicit: bool) -> Dataset:
    dataset = Dataset(found)
    character_set = found.get(BaseTag(_CHARACTER_SET))
    told = None if character_set is None else convert_raw_data_element(character_set).value
    encodings = convert_encodings(told)
    dataset.set_original_encoding(implicit, True, encodings)
    return dataset


def _pixel_element(reader: HeaderReader, syntax: UID) -> PixelElement | None:
    """Return the pixel data where pydicom stopped before them; None where it stopped for another reason."""
    if syntax.is_private or not syntax.is_transfer_syntax:
        syntax = ImplicitVRLittleEndian
    order = "<" if syntax.is_little_endian else ">"
    here = reader.tell()
    head = reader.read(12)
    if len(head) < 8:
        return None
    group, element = struct.unpack(f"{order}HH", head[:4])
    tag = group << 16 | element
    if tag not in PIXELS:
        return None
    implicit = head[4:6] not in _VR_NAMES
    declared = struct.unpack(f"{order}L", head[4:8] if implicit else head[8:12].ljust(4, b"\0"))[0]
    offset = here + (8 if implicit else 12)
    reader.seek(offset)
    items = reader.read(4) == _ITEM
    declared = None if declared == _UNDEFINED else declared
    return PixelElement(tag, offset, declared, items, words=head[4:6] == b"OW")
