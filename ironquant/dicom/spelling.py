"""Text whose character set the header names wrongly or not at all.

Consoles in China commonly write GB18030 or UTF-8 and name ISO_IR 100, or nothing; in Thailand TIS-620.
What the header names is believed unless it is Latin (which decodes anything) or does not decode.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydicom.charset import convert_encodings, decode_bytes, python_encoding

_IDEOGRAPH = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"
CJK = re.compile(_IDEOGRAPH)
_CHINESE_MARKS = re.compile(r"[\u3000-\u303f\uff00-\uffef·—…“”‘’×±℃Ⅰ-Ⅻ]")
_LONE_IN_WORD = re.compile(rf"[A-Za-z]{_IDEOGRAPH}(?!{_IDEOGRAPH})|(?<!{_IDEOGRAPH}){_IDEOGRAPH}[A-Za-z]")
_IN_WORD = re.compile(rf"[A-Za-z]{_IDEOGRAPH}|{_IDEOGRAPH}[A-Za-z]")
_THAI = r"\u0e01-\u0e3a\u0e40-\u0e4d"
_THAI_WORDS = re.compile(rf"(?:[ -~]|(?<![A-Za-z])[\u0e01-\u0e2e\u0e40-\u0e44][{_THAI}]+(?![A-Za-z]))+")
_UNTOLD = ("", "ISO_IR 6", "ISO 2022 IR 6", "ISO_IR 100", "ISO 2022 IR 100")
_JAPANESE_KOREAN_CHINESE = (
    "",
    "ISO 2022 IR 13",
    "ISO 2022 IR 87",
    "ISO 2022 IR 159",
    "ISO 2022 IR 149",
    "ISO 2022 IR 58",
)
_ESCAPE = re.compile(r"\x1b[ -/]+[0-~]")
_REPLACED = "\ufffd"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Also what turns the direction of writing: a name must not change how the line around it is shown."""
_CHINESE = ("GB18030", "GBK", "GB2312")


def names_character_set(character_sets: Sequence[str]) -> bool:
    """Whether SpecificCharacterSet names a set that not every text decodes in."""
    told = [name.strip().upper() for name in character_sets]
    return any(name not in _UNTOLD and name in python_encoding for name in told)


def spelled(written: bytes | None, decoded: str, character_sets: Sequence[str]) -> str:
    """Return the text of a header value.

    Parameters
    ----------
    written : bytes or None
        The value as it stands in the file, None where that is no longer known.
    decoded : str
        As decoded by what the header names.
    character_sets : sequence of str
        SpecificCharacterSet.
    """
    if written is None or written.isascii():
        if written is not None and b"\x1b" in written and set(character_sets) <= set(_UNTOLD):
            return _with_escapes(written) or decoded
        return _without_escapes(decoded)
    if not names_character_set(character_sets):
        return _guessed(written) or decoded
    if _is_unicode_after_all(written, decoded, character_sets):
        return _decoded(written, "utf-8")
    if _REPLACED in decoded:
        return _guessed(written) or written.decode("latin-1").strip(" \0")
    return _without_escapes(decoded)


def _without_escapes(text: str) -> str:
    """Take out escape sequences that pydicom left standing, as it does for ISO 2022 IR 58."""
    return _ESCAPE.sub("", text)


def _is_unicode_after_all(written: bytes, decoded: str, character_sets: Sequence[str]) -> bool:
    """Whether UTF-8 is called Chinese: by chance it decodes in GB18030 too, to rare characters."""
    if not {name.strip().upper() for name in character_sets} & {*_CHINESE}:
        return False
    unicode = _decoded(written, "utf-8")
    rare = [char for char in decoded if not char.isascii() and not _is_common(char)]
    return bool(rare) and any(char >= "\u0800" for char in unicode)


def printable(text: str) -> str:
    """Return text without control characters, which would act on a terminal; a space stands for them."""
    return _CONTROL.sub(" ", text).strip()


def repaired(text: str) -> str:
    """Undo Latin-1 decoding of text that is not Latin."""
    try:
        return _guessed(text.encode("latin-1")) or text
    except UnicodeEncodeError:
        return text


def _guessed(written: bytes) -> str:
    """Return text by the first character set in which it makes sense, empty where none does."""
    if written.isascii():
        return ""
    unicode, chinese, thai = (_decoded(written, name) for name in ("utf-8", "gb18030", "cp874"))
    if any(char >= "\u0800" for char in unicode):  # three bytes in a row that fit are no accident
        return unicode
    if chinese and _makes_sense(chinese):
        return chinese
    if unicode:
        return unicode
    return thai if _THAI_WORDS.fullmatch(thai) else ""


def _decoded(written: bytes, encoding: str) -> str:
    try:
        return written.decode(encoding).strip(" \0")
    except UnicodeDecodeError:
        return ""


def _makes_sense(chinese: str) -> bool:
    """Whether it is Chinese rather than Latin letters: the bytes of ``Müller`` happen to be valid GB18030."""
    foreign = [char for char in chinese if not char.isascii() and not _CHINESE_MARKS.match(char)]
    if not foreign or not all(map(CJK.match, foreign)) or _LONE_IN_WORD.search(chinese):
        return False
    common = all(_is_common(char) for char in foreign)
    return common or not _IN_WORD.search(chinese)


def _is_common(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _with_escapes(written: bytes) -> str:
    """Decode ISO 2022 text that names its sets by escape sequences alone."""
    try:
        encodings = convert_encodings(list(_JAPANESE_KOREAN_CHINESE))
        text = str(decode_bytes(written, encodings, set("\r\n\t\f^=\\")))
    except Exception:  # pydicom raises several kinds on sequences that it does not know
        return ""
    return "" if _REPLACED in text or "\x1b" in text else text.strip(" \0")
