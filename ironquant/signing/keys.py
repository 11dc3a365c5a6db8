"""Keys and certificates: PKCS#12 files, keys of other packages, self-signed keys, pinned certificates.

A package that brings keys of another kind (a smart card or token, PKCS#11) names a function under the entry
point ``ironquant.signers``. ``--key NAME:ADDRESS`` calls it with the address and with what asks for the
passphrase; it returns a pyHanko ``Signer``. See `SignerMaker`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from ironquant.core import SigningError, write_bytes_atomic
from ironquant.signing.roles import Role

if TYPE_CHECKING:
    from asn1crypto import x509
    from cryptography.x509 import KeyUsage
    from pyhanko.sign import Signer, SimpleSigner

SIGNERS: Final = "ironquant.signers"
"""Group of entry points."""
VALID_YEARS: Final = 10
CERTIFICATE_KINDS: Final = (".pem", ".crt", ".cer", ".der")
_OTHER_KIND: Final = re.compile(r"([a-z][a-z0-9-]+):(.+)", re.DOTALL)
"""Two letters at least: C:\\key.p12 is a file."""

AskPassphrase = Callable[[], str]


class SignerMaker(Protocol):
    """What an entry point of the group ``ironquant.signers`` names."""

    def __call__(self, address: str, passphrase: AskPassphrase) -> Signer:
        """Return a pyHanko signer.

        Parameters
        ----------
        address : str
            What follows the name and the colon, such as the label of a token.
        passphrase : callable
            Asks the user for passphrase or PIN; called only where one is needed.

        Raises
        ------
        SigningError
            ``key_unreadable`` with ``file`` and ``reason``.
        """


@dataclass(frozen=True)
class Certificate:
    """What a certificate says of its holder.

    Attributes
    ----------
    name, organisation : str
        Empty where it does not say.
    role : Role or None
        The only role that it may sign in; None: it does not say.
    fingerprint : str
        SHA-256 of the certificate, 64 hex digits.
    not_before, not_after : datetime
    """

    name: str
    organisation: str
    role: Role | None
    fingerprint: str
    not_before: dt.datetime
    not_after: dt.datetime

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Certificate:
        """Return what a certificate says."""
        subject = certificate.subject.native
        title = _first(subject.get("title"))
        return cls(
            name=_first(subject.get("common_name")) or certificate.subject.human_friendly,
            organisation=_first(subject.get("organization_name")),
            role=Role(title) if title in tuple(Role) else None,
            fingerprint=certificate.sha256.hex(),
            not_before=certificate.not_valid_before,
            not_after=certificate.not_valid_after,
        )

    def valid_at(self, moment: dt.datetime) -> bool:
        """Whether a moment lies within the time for which it was issued."""
        return self.not_before <= moment <= self.not_after


def _first(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def new_key(
    name: str, passphrase: str, *, organisation: str = "", role: Role | None = None, years: int = VALID_YEARS
) -> tuple[bytes, bytes]:
    """Make a key (ECDSA, P-256) with a self-signed certificate, for a centre without an authority of its own.

    Parameters
    ----------
    name : str
        Of the physician, as it shall stand in the signature.
    role : Role, optional
        The only role that the key may sign in.

    Returns
    -------
    p12, certificate : bytes
        PKCS#12 file, encrypted; certificate to hand out (PEM).

    Raises
    ------
    SigningError
        ``key_without_name``, ``key_without_passphrase``.
    """
    from cryptography import x509 as made
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import pkcs12
    from cryptography.x509.oid import NameOID

    if not name.strip() or len(name) > 64:
        raise SigningError("key_without_name")
    if not passphrase:
        raise SigningError("key_without_passphrase")
    key = ec.generate_private_key(ec.SECP256R1())
    told = (
        (NameOID.COMMON_NAME, name.strip()),
        (NameOID.ORGANIZATION_NAME, organisation.strip()[:64]),
        (NameOID.TITLE, "" if role is None else role.value),
    )
    subject = made.Name([made.NameAttribute(oid, value) for oid, value in told if value])
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    certificate = (
        made.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(made.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=round(365.25 * years)))
        .add_extension(made.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_for_signatures(), critical=True)
        .add_extension(made.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(passphrase.encode())
    p12 = pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, None, encryption)
    return p12, certificate.public_bytes(serialization.Encoding.PEM)


def _for_signatures() -> KeyUsage:
    from cryptography.x509 import KeyUsage

    return KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def open_key(source: str, passphrase: AskPassphrase) -> Signer:
    """Return what signs.

    Parameters
    ----------
    source : str
        A PKCS#12 file, or ``NAME:ADDRESS`` for a key that another package brings.
    passphrase : callable
        Called only where one is needed.

    Raises
    ------
    SigningError
        ``key_unreadable``, ``key_kind_unknown``.
    """
    other = _OTHER_KIND.fullmatch(source)
    if other is not None and not Path(source).exists():
        makers = {entry.name: entry for entry in entry_points(group=SIGNERS)}
        if other[1] not in makers:
            raise SigningError("key_kind_unknown", name=other[1], known=", ".join(sorted(makers)) or "–")
        made: Signer = makers[other[1]].load()(other[2], passphrase)
        return made
    return _from_file(Path(source), passphrase)


def _from_file(file: Path, passphrase: AskPassphrase) -> Signer:
    from pyhanko.sign import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    try:
        data = file.read_bytes()
    except OSError:
        raise SigningError("key_unreadable", file=str(file), reason="reason_access") from None
    asked = passphrase().encode()
    try:
        loaded = SimpleSigner.load_pkcs12_data(data, (), asked)
        untyped: Any = SimpleCertificateStore
        store = untyped()
        store.register_multiple(_whole_chain(loaded))
        return SimpleSigner(loaded.signing_cert, loaded.signing_key, store)
    except Exception:  # the library raises many kinds of errors on damaged files
        raise SigningError("key_unreadable", file=file.name, reason="reason_passphrase") from None


def _whole_chain(signer: SimpleSigner) -> list[x509.Certificate]:
    """Return the issuers of a certificate up to the root; none where the file does not hold them all.

    A signature holds only certificates that can be checked by themselves.
    """
    chain: list[x509.Certificate] = []
    issuers = {entry.subject.sha256: entry for entry in signer.cert_registry}
    at = signer.signing_cert
    while at is not None and at.issuer.sha256 != at.subject.sha256:
        at = issuers.get(at.issuer.sha256)
        if at is None or at in chain:
            return []
        chain.append(at)
    return chain


def read_certificates(files: Iterable[Path]) -> tuple[x509.Certificate, ...]:
    """Return the certificates in files (PEM or DER).

    Raises
    ------
    SigningError
        ``certificate_unreadable``.
    """
    from pyhanko.keys import load_certs_from_pemder_data

    found: list[x509.Certificate] = []
    for file in files:
        try:
            found += load_certs_from_pemder_data(file.read_bytes())
            [certificate.not_valid_after for certificate in found]  # parsed only when asked
        except Exception:  # the library raises many kinds of errors on damaged files
            raise SigningError("certificate_unreadable", file=str(file)) from None
    return tuple(found)


def own_certificates() -> tuple[x509.Certificate, ...]:
    """Return the certificates pinned on this computer: the files in ``trust``, beside the user's settings."""
    files = sorted(_trust_folder().glob("*"))
    return read_certificates(file for file in files if file.suffix.lower() in CERTIFICATE_KINDS)


def pin_certificate(file: Path) -> Certificate:
    """Pin the certificate in a file on this computer from now on.

    Raises
    ------
    SigningError
        ``certificate_unreadable``.
    OutputError
    """
    found = read_certificates((file,))
    if not found:
        raise SigningError("certificate_unreadable", file=str(file))
    told = Certificate.of(found[0])
    write_bytes_atomic(_trust_folder() / f"{told.fingerprint[:16]}.pem", file.read_bytes())
    return told


def _trust_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir("ironquant", appauthor=False)) / "trust"


def shown_fingerprint(fingerprint: str) -> str:
    """Return a fingerprint in groups that can be read out on the telephone."""
    return " ".join(re.findall("....", fingerprint.upper()))
