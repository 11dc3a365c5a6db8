"""Archives as folders: zip and tar files are read where they lie, nothing is unpacked to the disk."""

from __future__ import annotations

import re
import stat
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from ironquant.core import InputError
from ironquant.dicom.bounded import BoundedReader

MAX_MEMBERS = 200_000
MAX_MEMBER_BYTES = 2 * 2**30
MAX_TOTAL_BYTES = 64 * 2**30
MAX_TAR_BYTES = 8 * 2**30
"""A compressed tar is inflated into a nameless temporary file, as it has no other way to a member."""
MAX_RATIO, FREE_BYTES = 250, 2**28
"""Images shrink to a half or a tenth. What shrinks far more, and is large, is no set of images."""
_CODECS = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "lzma"}
NEVER_IN_A_NAME = re.compile(r'[\x00-\x1f<>:"|?*]')


class Archive(Protocol):
    """The files of an archive by name; names are harmless and each is there once."""

    sizes: dict[str, int]

    def open(self, name: str) -> BinaryIO:
        """Open a member for reading."""

    def close(self) -> None:
        """Close the archive."""


def open_archive(path: Path) -> Archive:
    """Open a zip or tar archive.

    Raises
    ------
    InputError
        ``archive_damaged``, ``archive_encrypted``, ``archive_too_large`` (a bomb, or far more than one
        examination) or ``unreadable_file``.
    """
    try:
        return ZipArchive(path) if zipfile.is_zipfile(path) else TarArchive(path)
    except InputError:
        raise
    except OSError:
        raise InputError("unreadable_file", file=path.name, reason="reason_access") from None
    except Exception:  # zipfile and tarfile raise many kinds of errors on damaged archives
        raise InputError("archive_damaged", file=path.name) from None


def is_archive(start: bytes) -> bool:
    """Whether a file that begins like this is a zip or tar archive that can be opened."""
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06", *_CODECS)) or start[257:262] == b"ustar"


class ZipArchive:
    """A zip archive."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        try:
            infos = [info for info in self._zip.infolist() if _is_file(info)]
            if any(info.flag_bits & 0x1 for info in infos):
                raise InputError("archive_encrypted", file=path.name)
            sizes = [info.file_size for info in infos]
            _refuse_bomb(path, sizes, path.stat().st_size)
            self._infos = dict(zip(_unique_names(map(_zip_name, infos)), infos, strict=True))
        except BaseException:
            self._zip.close()
            raise
        self.sizes = {name: info.file_size for name, info in self._infos.items()}

    def open(self, name: str) -> BinaryIO:
        """Open a member; it never gives more bytes than the archive's directory says."""
        return cast(BinaryIO, self._zip.open(self._infos[name]))

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()


class TarArchive:
    """A tar archive, plain or compressed by gzip, bzip2 or xz."""

    def __init__(self, path: Path) -> None:
        self._plain = _plain_tar(path)
        try:
            size = self._plain.seek(0, 2)
            self._plain.seek(0)
            bounded = cast(IO[bytes], BoundedReader(self._plain, size))
            self._tar = tarfile.open(fileobj=bounded, mode="r:")  # noqa: SIM115
            infos: list[tarfile.TarInfo] = []
            for info in self._tar:
                if info.isreg() and not info.issparse():
                    infos.append(info)
                _refuse_many(path, len(infos))
            _refuse_bomb(path, [info.size for info in infos], path.stat().st_size)
        except BaseException:
            self._plain.close()
            raise
        self._infos = dict(zip(_unique_names(info.name for info in infos), infos, strict=True))
        self.sizes = {name: info.size for name, info in self._infos.items()}

    def open(self, name: str) -> BinaryIO:
        """Open a member."""
        member = self._tar.extractfile(self._infos[name])
        if member is None:
            raise OSError(name)
        return cast(BinaryIO, member)

    def close(self) -> None:
        """Close the archive; the system removes the temporary file, if there is one."""
        self._tar.close()
        self._plain.close()


def _plain_tar(path: Path) -> BinaryIO:
    """Return an uncompressed tar: the file itself, or a nameless temporary file with its content."""
    with path.open("rb") as handle:
        start = handle.read(6)
    codec = next((name for magic, name in _CODECS.items() if start.startswith(magic)), None)
    if codec is None:
        return path.open("rb")
    opener = import_module(codec).open
    packed_size = path.stat().st_size
    plain = cast(BinaryIO, tempfile.TemporaryFile(prefix="ironquant-"))  # noqa: SIM115
    try:
        with opener(path) as packed:
            while piece := packed.read(2**20):
                plain.write(piece)
                _refuse_bomb(path, [0, plain.tell()], packed_size, MAX_TAR_BYTES)
        plain.seek(0)
    except BaseException:
        plain.close()
        raise
    return plain


def _refuse_many(path: Path, n_members: int) -> None:
    if n_members > MAX_MEMBERS:
        raise InputError("archive_too_large", file=path.name)


def _refuse_bomb(path: Path, sizes: Sequence[int], packed: int, most: int = MAX_TOTAL_BYTES) -> None:
    """Refuse what unpacks to far more than images do."""
    _refuse_many(path, len(sizes))
    total = sum(sizes)
    bomb = total > FREE_BYTES and total > MAX_RATIO * packed
    if bomb or total > most:
        raise InputError("archive_too_large", file=path.name)


def _is_file(info: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    return not info.is_dir() and kind in (0, stat.S_IFREG)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member; Chinese Windows writes GBK without saying so."""
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _unique_names(names: Iterable[str]) -> list[str]:
    """Return names that lead nowhere outside the archive, each once."""
    result: dict[str, None] = {}
    for name in names:
        parts = [NEVER_IN_A_NAME.sub("_", part) for part in re.split(r"[\\/]+", name)]
        clean = "/".join(part for part in parts if part.strip(". ")) or "_"
        unique, number = clean, 1
        while unique in result:
            number += 1
            unique = f"{clean}~{number}"
        result[unique] = None
    return list(result)
