"""Reading that never takes more than is there, whatever a header claims."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

MAX_HEADER_BYTES = 2**28
MAX_ITEMS = 200_000
"""Sequence items that one header may hold: each becomes an object of a kilobyte."""
_ITEM = b"\xfe\xff\x00\xe0"


class BoundedReader(io.RawIOBase):
    """A file that is asked for at most what it holds.

    Python sets memory aside for as many bytes as a read asks for; a damaged length asks for 4 GiB.

    Parameters
    ----------
    handle : BinaryIO
        Read from where it stands.
    end : int
        Position where the end of the file is told.
    """

    def __init__(self, handle: BinaryIO, end: int) -> None:
        self._handle = handle
        self._end = end

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Read at most `size` bytes, all that are left by default."""
        left = max(0, self._end - self._handle.tell())
        return self._handle.read(left if size is None or size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move."""
        if whence == io.SEEK_END:
            return self._handle.seek(self._end + offset)
        return self._handle.seek(offset, whence)

    def tell(self) -> int:
        """Return the position in the file."""
        return self._handle.tell()


class HeaderReader(BoundedReader):
    """A header being read: bounded in bytes, and in sequence items.

    Raises
    ------
    ValueError
        From `read`, for more items than any image has.
    """

    def __init__(self, handle: BinaryIO, end: int) -> None:
        super().__init__(handle, min(end, handle.tell() + MAX_HEADER_BYTES))
        self._items = 0

    def read(self, size: int | None = -1) -> bytes:
        """Read, and count the items that come by."""
        data = super().read(size)
        self._items += data.count(_ITEM)
        if self._items > MAX_ITEMS:
            raise ValueError("too many sequence items")
        return data


def inflated(data: bytes, limit: int) -> bytes:
    """Return inflated raw deflate data; what a damaged stream holds up to the damage.

    Raises
    ------
    ValueError
        If more than `limit` bytes come out.
    """
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces, total = [], 0
    while data and not engine.eof:
        try:
            piece = engine.decompress(data, min(2**20, limit + 1 - total))
        except zlib.error:
            break
        pieces.append(piece)
        total += len(piece)
        if total > limit:
            raise ValueError("inflates to too much")
        data = engine.unconsumed_tail
    return b"".join(pieces)
