"""Elements of ASN.1 in the one form of DER and in others (ITU-T X.690); OpenSSL writes the former."""

import subprocess

import pytest

from ironquant.signing.container import is_der

GOOD = {
    "integer": "02 01 00",
    "integer that needs its zero": "02 02 00 80",
    "negative integer": "02 01 80",
    "true": "01 01 FF",
    "null": "05 00",
    "bits": "03 02 04 F0",
    "no bits": "03 01 00",
    "object identifier": "06 03 55 04 03",
    "sequence of a set": "30 08 31 06 02 01 01 02 01 02",
    "two elements": "05 00 05 00",
    "nothing": "",
}
BAD = {
    "length in the long form": "02 81 01 00",
    "length with a leading zero": "04 82 00 81" + " 00" * 0x81,
    "integer with a zero more": "02 02 00 7F",
    "negative integer with a byte more": "02 02 FF 80",
    "integer without a byte": "02 00",
    "true that is not all ones": "01 01 01",
    "null with content": "05 01 00",
    "unused bits that are set": "03 02 04 FF",
    "more unused bits than there are": "03 01 03",
    "eight unused bits": "03 02 08 00",
    "number of an object that begins with zeros": "06 03 55 80 03",
    "number of an object without end": "06 02 55 84",
    "string in parts": "24 04 04 02 01 02",
    "set out of order": "31 06 02 01 02 02 01 01",
    "the same deeper": "A0 0A 30 08 31 06 02 01 02 02 01 01",
    "length without end": "30 80 05 00 00 00",
}


@pytest.mark.parametrize("name", GOOD)
def test_der_is_taken(name):
    assert is_der(bytes.fromhex(GOOD[name]))


@pytest.mark.parametrize("name", BAD)
def test_other_forms_are_not(name):
    assert not is_der(bytes.fromhex(BAD[name]))


def test_what_ends_too_early_is_an_error():
    with pytest.raises(ValueError, match="Insufficient data"):
        is_der(bytes.fromhex("30 05 02 01"))


def test_a_thousand_levels_are_refused_without_a_fuss():
    data = b"\x05\x00"
    for _ in range(1000):
        size = len(data)
        head = bytes([0x30, size]) if size < 128 else b"\x30\x82" + size.to_bytes(2, "big")
        data = (b"\x30\x81" + bytes([size]) if 128 <= size < 256 else head) + data
    assert not is_der(data)


@pytest.mark.tool("openssl")
@pytest.mark.parametrize("kind", ["rsa:2048", "ed25519"])
def test_what_openssl_writes_is_der(kind, tmp_path):
    command = ["openssl", "req", "-x509", "-newkey", kind, "-nodes", "-subj", "/CN=陈/O=Hospital"]
    command += ["-keyout", tmp_path / "key.pem", "-outform", "DER", "-out", tmp_path / "cert.der"]
    subprocess.run(command, check=True, capture_output=True)
    data = (tmp_path / "cert.der").read_bytes()
    assert is_der(data)
    longer = b"\x30\x83\x00" + data[2:4] + data[4:]
    assert data[:2] in (b"\x30\x82", b"\x30\x81")
    assert data[1] != 0x82 or not is_der(longer)
