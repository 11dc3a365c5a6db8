"""The one place of a signed PDF that its signature does not cover: the signature itself.

Hex digits in small letters, bytes after the signature or fields that no digest covers can be changed there,
and a library may still call the signature valid. So every byte must be the one that the signature dictates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final

from asn1crypto import cms, parser, x509

_TIME_STAMP: Final = "signature_time_stamp_token"
_BOOLEAN, _INTEGER, _BIT_STRING, _NULL, _OID, _ENUMERATED, _SEQUENCE, _SET = 1, 2, 3, 5, 6, 10, 16, 17
_DEEPEST: Final = 64


def padding_is_clean(pdf: bytes, byte_range: Sequence[int]) -> bool:
    """Whether the gap of a byte range holds one CMS object in capitals, padded by zeros, and nothing else."""
    start, first, second, _ = byte_range
    gap = pdf[start + first : second]
    try:
        content = bytes.fromhex(gap[1:-1].decode("ascii"))
        der = cms.ContentInfo.load(content).dump()
    except (ValueError, TypeError):
        return False
    return bool(gap == b"<" + der.hex().upper().ljust(len(gap) - 2, "0").encode() + b">")


def container_is_clean(content: bytes) -> bool:
    """Whether a CMS object holds one signature and nothing that it does not dictate.

    Parameters
    ----------
    content : bytes
        CMS object, zeros after it allowed; its signature is checked elsewhere.
    """
    try:
        info = cms.ContentInfo.load(content)
        data = info["content"]
        signed = info["content_type"].native == "signed_data" and is_der(info.dump())
        return bool(signed and _is_clean(data, stamp=False))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return False


def is_der(data: bytes, depth: int = 0) -> bool:
    """Whether elements of ASN.1 are encoded in the one way that DER leaves (ITU-T X.690, sections 10 and 11).

    What a schema tells besides, the order of sets under a tag of their own, is left open.

    Raises
    ------
    ValueError
        No ASN.1.
    """
    for piece in _pieces(data):
        class_, constructed, tag, _, content, _ = parser.parse(piece)
        if depth > _DEEPEST or parser.emit(class_, constructed, tag, content) != piece:
            return False
        if constructed:
            if class_ == 0 and tag not in (_SEQUENCE, _SET):
                return False
            in_order = (class_, tag) != (0, _SET) or list(_pieces(content)) == sorted(_pieces(content))
            if not in_order or not is_der(content, depth + 1):
                return False
        elif class_ == 0 and not _is_shortest(tag, content):
            return False
    return True


def _pieces(data: bytes) -> Iterator[bytes]:
    while data:
        size = parser.peek(data)
        yield data[:size]
        data = data[size:]


def _is_shortest(tag: int, content: bytes) -> bool:
    """Whether a value of a universal type has no longer or other form than it needs."""
    if tag == _BOOLEAN:
        return content in (b"\x00", b"\xff")
    if tag == _NULL:
        return not content
    if tag in (_INTEGER, _ENUMERATED):
        return len(content) == 1 or (len(content) > 1 and content[0] != (0xFF if content[1] & 0x80 else 0))
    if tag == _BIT_STRING:
        unused = content[0] if content else 8
        return unused < 8 and (len(content) > 1 or not unused) and not content[-1] & ((1 << unused) - 1)
    if tag == _OID:
        starts = zip(b"\x00" + content, content, strict=False)
        fresh = [after for before, after in starts if not before & 0x80]
        return bool(content) and not content[-1] & 0x80 and 0x80 not in fresh
    return True


def _is_clean(data: Any, *, stamp: bool) -> bool:
    (signer,) = data["signer_infos"]
    (digest,) = data["digest_algorithms"]
    encapsulated = data["encap_content_info"]
    certificates = [choice.chosen for choice in data["certificates"]]
    own = [entry for entry in certificates if _names(signer["sid"], entry)]
    kind = ("v3", "tst_info") if stamp else ("v1", "data")
    return (
        (data["version"].native, encapsulated["content_type"].native) == kind
        and (stamp or encapsulated["content"].native is None)
        and not data["crls"]
        and signer["version"].native == "v1"
        and digest.dump() == signer["digest_algorithm"].dump()
        and _protected(signer)
        and len(own) == 1
        and _belong_together(certificates)
        and _stamps_are_clean(signer, stamp)
        and _is_ordered(certificates)
        and _is_ordered(signer["signed_attrs"])
    )


def _is_ordered(entries: Iterable[Any]) -> bool:
    """Whether the members of a set whose tag does not tell that it is one stand in their order."""
    pieces = [entry.dump() for entry in entries]
    return pieces == sorted(pieces)


def _names(sid: Any, certificate: x509.Certificate) -> bool:
    chosen = sid.chosen
    if not isinstance(chosen, cms.IssuerAndSerialNumber):
        return False
    same = chosen["issuer"].dump() == certificate.issuer.dump()
    return bool(same and chosen["serial_number"].native == certificate.serial_number)


def _protected(signer: Any) -> bool:
    """Whether the algorithms are those that the signature itself covers, or leave nothing to choose."""
    attributes = {entry["type"].native: entry["values"] for entry in signer["signed_attrs"]}
    if "cms_algorithm_protection" in attributes:
        (told,) = attributes["cms_algorithm_protection"]
        return bool(
            told["digest_algorithm"].dump() == signer["digest_algorithm"].untag().dump()
            and told["signature_algorithm"].untag().dump() == signer["signature_algorithm"].dump()
        )
    named = (signer["digest_algorithm"], signer["signature_algorithm"])
    return all(entry["parameters"].native is None for entry in named)


def _belong_together(certificates: Sequence[x509.Certificate]) -> bool:
    """Whether every certificate beside the signer's has issued another, up to one that signed itself."""
    from cryptography import x509 as checked
    from cryptography.exceptions import InvalidSignature

    if len(certificates) == 1:  # the signature covers the hash of the signer's own
        return True
    loaded = [checked.load_der_x509_certificate(entry.dump()) for entry in certificates]
    issuers = {entry.issuer for entry in loaded}
    by_name = {entry.subject: entry for entry in loaded}
    if len(by_name) != len(loaded) or sum(entry.subject not in issuers for entry in loaded) > 1:
        return False
    try:
        for entry in loaded:
            entry.verify_directly_issued_by(by_name[entry.issuer])
    except (InvalidSignature, KeyError, ValueError, TypeError):
        return False
    return True


def _stamps_are_clean(signer: Any, stamp: bool) -> bool:
    unsigned = list(signer["unsigned_attrs"])
    if any(entry["type"].native != _TIME_STAMP or stamp for entry in unsigned) or len(unsigned) > 1:
        return False
    tokens = chain.from_iterable(entry["values"] for entry in unsigned)
    return all(
        token["content_type"].native == "signed_data" and _is_clean(token["content"], stamp=True)
        for token in tokens
    )
