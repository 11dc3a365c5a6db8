"""Sign a report: each signature is a revision of its own that is appended to the file (PAdES)."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Final

from ironquant.core import SigningError
from ironquant.export.issuing import FINAL
from ironquant.export.report.places import signature_place
from ironquant.export.sealing import page_width, read_seal
from ironquant.signing.keys import Certificate
from ironquant.signing.roles import Role
from ironquant.signing.verification import verify_pdf

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import Signer
    from pyhanko.sign.timestamps import TimeStamper


_SIGNED_STATES: Final = {Role.READER: ("preliminary", *FINAL), Role.REVIEWER: FINAL}
"""A draft bears nobody's signature, and what is reviewed is final."""


def sign_pdf(
    pdf: bytes,
    signer: Signer,
    role: Role,
    *,
    image: bytes | None = None,
    timestamper: TimeStamper | None = None,
) -> bytes:
    """Append the signature of a role to a report.

    Parameters
    ----------
    pdf : bytes
        A report of ours: unsigned for the reader, signed by the reader for the reviewer.
    signer : pyhanko Signer
        As of `open_key`.
    image : bytes, optional
        Picture of the signature by hand.
    timestamper : pyhanko TimeStamper, optional
        Without it no connection is made, and the time is that of this computer.

    Returns
    -------
    bytes
        `pdf`, bit by bit, and what was appended.

    Raises
    ------
    SigningError
        The first change of `verify_pdf` for a report that is not what was made or signed before;
        ``sign_state_reader``, ``sign_state_reviewer``, ``sign_twice``, ``sign_order``, ``sign_same_key``,
        ``sign_role_of_key``, ``sign_key_expired``, ``sign_time_stamp_failed``,
        ``signature_image_unreadable``.
    """
    certificate = certificate_of(signer)
    now = dt.datetime.now().astimezone()
    _require_signable(pdf, certificate, role, now)
    return _appended(pdf, signer, certificate.name, role, now, image, timestamper)


def certificate_of(signer: Signer) -> Certificate:
    """Return what the certificate of a key says."""
    if signer.signing_cert is None:
        raise SigningError("sign_without_certificate")
    return Certificate.of(signer.signing_cert)


def _require_signable(pdf: bytes, certificate: Certificate, role: Role, now: dt.datetime) -> None:
    checked = verify_pdf(pdf)
    if checked.changes:
        raise SigningError(checked.changes[0].code, **checked.changes[0].params)
    signed = {entry.role: entry for entry in checked.signatures}
    state = read_seal(pdf).state
    if state and state not in _SIGNED_STATES[role]:
        raise SigningError(f"sign_state_{role}")
    if role in signed:
        raise SigningError("sign_twice", role=f"role_{role}")
    if role == Role.REVIEWER and Role.READER not in signed:
        raise SigningError("sign_order")
    if any(entry.certificate.fingerprint == certificate.fingerprint for entry in checked.signatures):
        raise SigningError("sign_same_key")
    require_own(certificate, role, now)


def require_own(certificate: Certificate, role: Role, now: dt.datetime) -> None:
    """Refuse a key that may not sign in a role, or not now.

    Raises
    ------
    SigningError
        ``sign_role_of_key``, ``sign_key_expired``.
    """
    if certificate.role not in (None, role):
        raise SigningError("sign_role_of_key", role=f"role_{certificate.role}")
    if not certificate.valid_at(now):
        raise SigningError("sign_key_expired", date=certificate.not_after.date().isoformat())


def _appended(
    pdf: bytes,
    signer: Signer,
    name: str,
    role: Role,
    now: dt.datetime,
    image: bytes | None,
    timestamper: TimeStamper | None,
) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, SimpleBoxLayoutRule
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError
    from pyhanko.stamp import StaticStampStyle

    from ironquant.signing.appearance import Appearance, draw_appearance

    place = signature_place(role.value, page_width(pdf))
    drawing = draw_appearance(place.width, place.height, name, now, image)
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    _add_fields(writer, pdf, role)
    metadata = PdfSignatureMetadata(
        field_name=role.field,
        name=name,
        reason=role.value,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=role == Role.READER,
    )
    layout = SimpleBoxLayoutRule(
        AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, inner_content_scaling=InnerScaling.NO_SCALING
    )
    style = StaticStampStyle(
        border_width=0,
        background=Appearance(drawing, place.width, place.height),
        background_layout=layout,
    )
    try:
        out = PdfSigner(metadata, signer, timestamper=timestamper, stamp_style=style).sign_pdf(writer)
    except (TimestampRequestError, TimeoutError):
        raise SigningError("sign_time_stamp_failed") from None
    return bytes(out.getvalue())


def _add_fields(writer: IncrementalPdfFileWriter, pdf: bytes, role: Role) -> None:
    """Add the fields of both roles before the first signature: afterwards they are only filled in."""
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    if role != Role.READER:
        return
    page = page_width(pdf)
    for each in Role:
        place = signature_place(each.value, page)
        right, top = place.left + place.width, place.bottom + place.height
        append_signature_field(
            writer,
            SigFieldSpec(
                each.field,
                on_page=0,
                box=(round(place.left), round(place.bottom), round(right), round(top)),
                empty_field_appearance=True,
                readable_field_name=each.value,
            ),
        )
