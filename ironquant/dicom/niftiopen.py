"""Open a NIfTI file from a folder or an archive, with claims of its header checked first."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

from ironquant.dicom.opening import Opener

MAX_NIFTI_BYTES = 2**29
"""Of a file in an archive, inflated: it is held in memory."""
_MAX_HEADER_BYTES = 2**26
_GZIP = b"\x1f\x8b"


def load_image(path: Path, opener: Opener) -> Any:
    """Return the image as nibabel gives it; its pixels are read when asked for.

    Raises
    ------
    OSError
        If it cannot be opened.
    Exception
        Many kinds, if it is damaged.
    """
    import nibabel

    with opener.open(path) as source:
        start = source.handle.read(4096)
        _check_claims(_inflated(start, 540) if start.startswith(_GZIP) else start)
        if path.is_file():
            return nibabel.load(path)
        data = start + source.handle.read(MAX_NIFTI_BYTES)
    if data.startswith(_GZIP):
        data = _inflated(data, MAX_NIFTI_BYTES)
    kind = nibabel.Nifti2Image if _header_size(data) == 540 else nibabel.Nifti1Image
    return kind.from_bytes(data)


def _inflated(data: bytes, most: int) -> bytes:
    return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, most)


def _header_size(data: bytes) -> int:
    sizes = {struct.unpack(f"{order}i", data[:4])[0] for order in "<>"}
    return next((size for size in (348, 540) if size in sizes), 0)


def _check_claims(head: bytes) -> None:
    """Refuse a header whose extensions would be read into more memory than any have."""
    order = "<" if struct.unpack("<i", head[:4])[0] in (348, 540) else ">"
    size = _header_size(head)
    if size == 348:
        offset = struct.unpack_from(f"{order}f", head, 108)[0]
    elif size == 540:
        offset = struct.unpack_from(f"{order}q", head, 168)[0]
    else:
        raise ValueError("no NIfTI header")
    if not 0 <= offset <= _MAX_HEADER_BYTES:
        raise ValueError("implausible offset of the pixels")
