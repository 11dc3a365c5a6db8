"""Signatures against other programs: OpenSSL, poppler; keys, roles, images, time stamps, the plug point."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pypdf
import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper
from pypdfium2.raw import FPDF_PAGEOBJ_PATH
from synthetic import SETTINGS, analysis, organ_analysis

from ironquant.core import Patient, SigningError
from ironquant.export import write_report
from ironquant.export.signing_block import Issue, SignedBy
from ironquant.signing import Certificate, Role, new_key, open_key, read_certificates, sign_pdf, verify_pdf


def codes(verification) -> set[str]:
    return {finding.code for finding in verification.findings}


def run(*command, check=True) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout + done.stderr


def test_who_signed_when_and_in_which_role(final, trust, reader, reviewer):
    told = verify_pdf(final, trust)
    assert told.verified
    assert told.findings == ()
    assert [(check.role, check.certificate.name) for check in told.signatures] == [
        (Role.READER, reader.name),
        (Role.REVIEWER, reviewer.name),
    ]
    for check in told.signatures:
        assert check.intact
        assert check.trusted
        assert check.time_source == "signer"
        assert abs(check.signed_at - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)


def test_a_signature_is_appended(report, signed, final):
    assert signed.startswith(report)
    assert final.startswith(signed)
    counts = [len(pypdf.PdfReader(BytesIO(one)).pages) for one in (report, final)]
    assert counts[0] == counts[1]


def test_without_pinned_certificates_it_is_not_verified(final, trust):
    told = verify_pdf(final)
    assert not told.verified
    assert told.changes == ()
    assert codes(told) == {"signature_not_pinned"}
    half = verify_pdf(final, trust[:1])
    assert [check.trusted for check in half.signatures] == [True, False]
    assert not half.verified


@pytest.mark.tool("openssl")
@pytest.mark.parametrize("number", [0, 1])
def test_openssl_agrees(final, reader, reviewer, tmp_path, number):
    signature = PdfFileReader(BytesIO(final)).embedded_signatures[number]
    start, first, second, rest = map(int, signature.byte_range)
    covered = final[start : start + first] + final[second : second + rest]
    (tmp_path / "data").write_bytes(covered)
    (tmp_path / "cms").write_bytes(signature.pkcs7_content)
    person = (reader, reviewer)[number]
    verify = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms"]
    verify += ["-purpose", "any", "-CAfile", person.pem, "-out", tmp_path / "out", "-content"]
    assert "successful" in run(*verify, tmp_path / "data")
    (tmp_path / "other").write_bytes(covered[:-3] + b" " + covered[-2:])
    assert "successful" not in run(*verify, tmp_path / "other", check=False)


@pytest.mark.tool("pdfsig")
def test_poppler_agrees(final, tmp_path):
    (tmp_path / "final.pdf").write_bytes(final)
    told = run("pdfsig", tmp_path / "final.pdf", check=False)
    assert told.count("Signature Validation: Signature is Valid.") == 2
    assert told.count("ETSI.CAdES.detached") == 2
    assert "Total document signed" in told
    assert "CN=张三丰 医师" in told


@pytest.mark.tool("openssl")
def test_openssl_reads_the_key(reader, tmp_path):
    from conftest import PASSPHRASE

    (tmp_path / "pass").write_text(PASSPHRASE, encoding="utf-8")
    shown = run("openssl", "pkcs12", "-in", reader.p12, "-passin", f"file:{tmp_path / 'pass'}", "-nodes")
    assert "BEGIN PRIVATE KEY" in shown
    printed = run("openssl", "x509", "-in", reader.pem, "-noout", "-fingerprint", "-sha256")
    (certificate,) = read_certificates([reader.pem])
    assert (
        printed.partition("=")[2].strip().replace(":", "").lower() == Certificate.of(certificate).fingerprint
    )


def test_order_roles_and_keys(report, signed, final, reader, reviewer, person):
    both = person("李四")
    refused = [
        ("sign_order", report, reviewer, Role.REVIEWER),
        ("sign_role_of_key", signed, person("王五", Role.READER), Role.REVIEWER),
        ("sign_twice", signed, both, Role.READER),
        ("sign_twice", final, both, Role.REVIEWER),
        ("sign_same_key", sign_pdf(report, both.signer, Role.READER), both, Role.REVIEWER),
        ("attachment_missing", blank(), reader, Role.READER),
        ("pdf_unreadable", b"no PDF", reader, Role.READER),
    ]
    for code, pdf, who, role in refused:
        with pytest.raises(SigningError) as told:
            sign_pdf(pdf, who.signer, role)
        assert told.value.finding.code == code


def blank() -> bytes:
    writer, out = pypdf.PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


def test_what_was_changed_is_not_signed_over(signed, reviewer):
    at = signed.index(b"/Producer") + 20
    changed = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    with pytest.raises(SigningError) as told:
        sign_pdf(changed, reviewer.signer, Role.REVIEWER)
    assert told.value.finding.code == "signature_broken"


def test_a_wrong_passphrase_and_other_files(reader, tmp_path):
    (tmp_path / "text.p12").write_text("no key")
    for source, phrase in ((reader.p12, "wrong"), (tmp_path / "text.p12", ""), (tmp_path / "none.p12", "")):
        with pytest.raises(SigningError) as told:
            open_key(str(source), lambda phrase=phrase: phrase)
        assert told.value.finding.code == "key_unreadable"
    with pytest.raises(SigningError) as told:
        read_certificates([tmp_path / "text.p12"])
    assert told.value.finding.code == "certificate_unreadable"


@pytest.mark.parametrize(("name", "phrase"), [("", "x"), ("n" * 65, "x"), ("name", "")])
def test_keys_have_names_and_passphrases(name, phrase):
    with pytest.raises(SigningError):
        new_key(name, phrase)


def test_a_key_whose_time_is_over(report, tmp_path):
    p12, _ = new_key("旧", "x", years=0)
    (tmp_path / "old.p12").write_bytes(p12)
    with pytest.raises(SigningError) as told:
        sign_pdf(report, open_key(str(tmp_path / "old.p12"), lambda: "x"), Role.READER)
    assert told.value.finding.code == "sign_key_expired"


def authority(tmp_path):
    """A hospital's own root, issuing authority and physician, as PKCS#12 with the chain."""
    now = dt.datetime.now(dt.UTC)

    def issue(name, issuer, issuer_key, ca):
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder(subject_name=subject, issuer_name=issuer or subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=100))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), critical=True
            )
        )
        return builder.sign(issuer_key or key, hashes.SHA256()), key

    root, root_key = issue("Hospital Root", None, None, True)
    middle, middle_key = issue("Hospital Signing CA", root.subject, root_key, True)
    leaf, key = issue("Nguyễn Văn Ánh", middle.subject, middle_key, False)
    for name, certificate in (("root", root), ("middle", middle)):
        (tmp_path / f"{name}.der").write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    for name, chain in (("whole", [middle, root]), ("half", [middle])):
        encryption = serialization.BestAvailableEncryption(b"x")
        content = pkcs12.serialize_key_and_certificates(b"n", key, leaf, chain, encryption)
        (tmp_path / f"{name}.p12").write_bytes(content)


def test_certificates_of_an_authority(report, tmp_path):
    authority(tmp_path)
    root, middle = (read_certificates([tmp_path / f"{name}.der"]) for name in ("root", "middle"))
    whole = sign_pdf(report, open_key(str(tmp_path / "whole.p12"), lambda: "x"), Role.READER)
    half = sign_pdf(report, open_key(str(tmp_path / "half.p12"), lambda: "x"), Role.READER)
    for pdf, pinned in ((whole, root), (whole, middle), (half, middle)):
        told = verify_pdf(pdf, pinned)
        assert told.verified, told.findings
        assert told.signatures[0].certificate.name == "Nguyễn Văn Ánh"
    assert not verify_pdf(half, root).verified


def test_a_signature_image(report, reader, trust):
    out = BytesIO()
    Image.new("RGBA", (300, 100), (10, 10, 120, 128)).save(out, "PNG")
    pdf = sign_pdf(report, reader.signer, Role.READER, image=out.getvalue())
    assert verify_pdf(pdf, trust).verified
    fields = [entry.get_object() for entry in pypdf.PdfReader(BytesIO(pdf)).pages[0]["/Annots"]]
    drawn = {field["/T"]: field["/AP"]["/N"].get_data() for field in fields}
    assert b"Drawing" in drawn[Role.READER.field]
    assert b"Drawing" not in drawn[Role.REVIEWER.field]
    with pytest.raises(SigningError) as told:
        sign_pdf(report, reader.signer, Role.READER, image=b"no image")
    assert told.value.finding.code == "signature_image_unreadable"


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_each_signature_stands_in_the_frame_that_is_drawn_for_it(reader, tmp_path, paper):
    made = analysis(organ_analysis(), patient=Patient(id="P1"))
    settings = replace(SETTINGS, report=replace(SETTINGS.report, paper=paper))
    issue = Issue("preliminary", (SignedBy("reader", "A B"),))
    write_report(made, tmp_path / "r.pdf", settings=settings, issue=issue)
    pdf = sign_pdf((tmp_path / "r.pdf").read_bytes(), reader.signer, Role.READER)
    fields = [entry.get_object() for entry in pypdf.PdfReader(BytesIO(pdf)).pages[0]["/Annots"]]
    assert [field["/T"] for field in fields] == [role.field for role in Role]
    page = pypdfium2.PdfDocument(tmp_path / "r.pdf")[0]
    drawn = [shape.get_bounds() for shape in page.get_objects() if shape.type == FPDF_PAGEOBJ_PATH]
    for field in fields:
        x0, y0, x1, y1 = map(float, field["/Rect"])
        around = [box for box in drawn if box[0] < x0 < x1 < box[2] and box[1] < y0 < y1 < box[3]]
        assert min(box[3] - box[1] for box in around) < 70  # a frame at the foot, not the page


def test_no_connection_is_made(report, reader, trust, monkeypatch):
    def refuse(self, address):
        raise AssertionError(f"connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    signed = sign_pdf(report, reader.signer, Role.READER)
    assert verify_pdf(signed, trust).verified


class Stamps(BaseHTTPRequestHandler):
    """A time stamp service: OpenSSL answers."""

    folder = None
    broken = False

    def do_POST(self):
        (self.folder / "request").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        files = {name: self.folder / name for name in ("cnf", "request", "reply", "tsa.key", "tsa.pem")}
        answer = ["openssl", "ts", "-reply", "-config", files["cnf"], "-queryfile", files["request"]]
        answer += ["-out", files["reply"], "-inkey", files["tsa.key"], "-signer", files["tsa.pem"]]
        run(*answer)
        self.send_response(500 if self.broken else 200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write((self.folder / "reply").read_bytes())

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "serial").write_text("01")
    (folder / "cnf").write_text(
        "[req]\ndistinguished_name=dn\n[dn]\n[ext]\nextendedKeyUsage=critical,timeStamping\n"
        "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n"
        "[tsa]\ndefault_tsa=t\n[t]\n"
        f"serial={folder}/serial\ndefault_policy=1.2.3.4\ndigests=sha256\nsigner_digest=sha256\n"
        "ess_cert_id_alg=sha256\naccuracy=secs:1\n"
    )
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        folder / "tsa.key",
        "-out",
        folder / "tsa.pem",
        "-subj",
        "/CN=Time Stamp Service",
        "-days",
        "30",
        "-config",
        folder / "cnf",
        "-extensions",
        "ext",
    )
    Stamps.folder = folder
    server = HTTPServer(("127.0.0.1", 0), Stamps)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder / "tsa.pem"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def stamped(report, reader, service):
    return sign_pdf(report, reader.signer, Role.READER, timestamper=HTTPTimeStamper(service[0]))


@pytest.mark.tool("openssl")
def test_time_stamps(stamped, trust, service):
    told = verify_pdf(stamped, trust)
    assert told.verified
    assert told.signatures[0].time_source == "signer"  # the authority is not pinned
    pinned = (*trust, *read_certificates([service[1]]))
    (check,) = verify_pdf(stamped, pinned).signatures
    assert check.time_source == "time-stamp"
    assert abs(check.signed_at - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)


@pytest.mark.tool("openssl")
def test_bytes_changed_in_a_time_stamp(stamped, trust, service):
    from test_changes_reported import in_the_gap, missed

    pinned = (*trust, *read_certificates([service[1]]))
    assert missed(stamped, pinned, in_the_gap(stamped, 30, 11)) == []


@pytest.mark.soak
@pytest.mark.tool("openssl")
def test_500_bytes_changed_in_a_time_stamp(stamped, trust, service):
    from test_changes_reported import in_the_gap, missed

    pinned = (*trust, *read_certificates([service[1]]))
    assert missed(stamped, pinned, in_the_gap(stamped, 500, 13)) == []


@pytest.mark.tool("openssl")
def test_a_service_that_fails(report, reader, service, monkeypatch):
    monkeypatch.setattr(Stamps, "broken", True)
    for url in (service[0], "http://127.0.0.1:1"):
        with pytest.raises(SigningError) as told:
            sign_pdf(report, reader.signer, Role.READER, timestamper=HTTPTimeStamper(url))
        assert told.value.finding.code == "sign_time_stamp_failed"


def test_keys_of_another_package(report, reader, trust, monkeypatch):
    """What a package for smart cards would bring: found by its entry point, given address and passphrase."""
    asked = []

    def token(address, passphrase):
        asked.append((address, passphrase()))
        return reader.signer

    class Entry:
        name = "token"

        def load(self):
            return token

    def entries(*, group):
        assert group == "ironquant.signers"
        return (Entry(),)

    monkeypatch.setattr("ironquant.signing.keys.entry_points", entries)
    signer = open_key("token:slot 7", lambda: "1234")
    assert asked == [("slot 7", "1234")]
    assert verify_pdf(sign_pdf(report, signer, Role.READER), trust).verified
    with pytest.raises(SigningError) as told:
        open_key("card:7", lambda: "")
    assert told.value.finding.code == "key_kind_unknown"
