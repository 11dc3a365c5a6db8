"""`keygen`, `sign`, `verify` and `export` as a user meets them, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from ironquant.phantom import write_phantom
from ironquant.resources import resource_path

SCHEMA = json.loads(resource_path("schemas", "verification-1.schema.json").read_text(encoding="utf-8"))


class Desk:
    """A folder with a report and two keys."""

    def __init__(self, folder: Path, images: Path) -> None:
        self.folder = folder
        named = ("--state", "final", "--reader", "张三丰", "--reviewer", "Trần Thị Hồng")
        wanted = ("--lang", "zh", "--export", "csv", "--case", *named)
        done = self.run("analyze", images, "--out", "out", *wanted)
        assert done.returncode == 0, done.stderr
        (self.results,) = (folder / "out").iterdir()
        (folder / "pass").write_text("口令 one\n", encoding="utf-8")
        made = ("--passphrase-file", "pass", "--organisation", "广西某某医院")
        assert self.run("keygen", "reader.p12", "--name", "张三丰", "--role", "reader", *made).returncode == 0
        assert self.run("keygen", "reviewer.p12", "--name", "Trần Thị Hồng", *made).returncode == 0

    def run(self, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        home = {"XDG_CONFIG_HOME": str(self.folder / "config"), "LC_ALL": "C.UTF-8"}
        environment = {**os.environ, **home, **variables}
        return subprocess.run(
            [sys.executable, "-c", "from ironquant.cli.main import main; main()", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=self.folder,
            env=environment,
            timeout=300,
            check=False,
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory, phantom_of):
    folder = tmp_path_factory.mktemp("desk")
    write_phantom(phantom_of("demo", matrix=(96, 96)), folder / "images")
    return Desk(folder, folder / "images" / "DICOM")


@pytest.fixture(scope="module")
def signed(desk):
    """A report that both signed, one step after the other."""
    report = desk.folder / "signed.pdf"
    report.write_bytes((desk.results / "report.pdf").read_bytes())
    first = desk.run("sign", report, "--role", "reader", "--key", "reader.p12", "--passphrase-file", "pass")
    assert first.returncode == 0, first.stderr
    assert "张三丰" in first.stdout
    options = ("--role", "reviewer", "--key", "reviewer.p12")
    second = desk.run("sign", report, *options, IRONQUANT_PASSPHRASE="口令 one")
    assert second.returncode == 0, second.stderr
    return report


def test_keys(desk):
    assert (desk.folder / "reader.p12").stat().st_mode & 0o077 == 0
    assert (desk.folder / "reader.pem").read_text().startswith("-----BEGIN CERTIFICATE")
    again = desk.run("keygen", "reader.p12", "--name", "x", "--passphrase-file", "pass")
    assert again.returncode == 1
    assert "key_exists" in again.stderr


def test_verified_with_pinned_certificates_only(desk, signed):
    trust = ("--trust", "reader.pem", "--trust", "reviewer.pem")
    done = desk.run("verify", signed, *trust)
    assert done.returncode == 0, done.stderr
    for words in ("reader: 张三丰 (广西某某医院)", "reviewer: Trần Thị Hồng", "Verified"):
        assert words in done.stdout
    assert done.stderr == ""
    without = desk.run("verify", signed)
    assert without.returncode == 1
    assert without.stderr.count("signature_not_pinned") == 2
    assert "NOT verified" in without.stdout
    told = json.loads(desk.run("verify", signed, *trust, "--json").stdout)
    jsonschema.validate(told, SCHEMA)
    assert told["verified"] is True
    assert [entry["role"] for entry in told["signatures"]] == ["reader", "reviewer"]


def test_certificates_kept_beside_the_settings(desk, signed):
    kept = desk.folder / "config" / "ironquant" / "trust"
    kept.mkdir(parents=True)
    for name in ("reader.pem", "reviewer.pem"):
        (kept / name).write_bytes((desk.folder / name).read_bytes())
    assert desk.run("verify", signed).returncode == 0
    for file in kept.iterdir():
        file.unlink()


def test_a_changed_report(desk, signed):
    content = bytearray(signed.read_bytes())
    content[len(content) // 3] ^= 0x20
    changed = desk.folder / "changed.pdf"
    changed.write_bytes(content)
    done = desk.run("verify", changed, "--trust", "reader.pem", "--trust", "reviewer.pem")
    assert done.returncode == 1
    assert "signature_broken" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("verify", "reader.pem"), 1, "pdf_unreadable"),
        (("verify", "nothing.pdf"), 3, "unreadable_file"),
        (("verify", "pass", "--trust", "pass"), 1, "certificate_unreadable"),
        (
            ("sign", "REPORT", "--role", "reviewer", "--key", "reviewer.p12", "--passphrase-file", "pass"),
            1,
            "sign_order",
        ),
        (
            ("sign", "REPORT", "--role", "reader", "--key", "reader.p12", "--passphrase-file", "none"),
            1,
            "passphrase_unreadable",
        ),
        (("sign", "REPORT", "--role", "reader", "--key", "card:7"), 1, "key_kind_unknown"),
        (("export", "REPORT", "--to", "pdf", "--out", "x"), 2, "export_kind_unknown"),
        (("export", "pass", "--to", "csv", "--out", "x"), 3, "analysis_unreadable"),
        (("export", "nothing", "--to", "csv", "--out", "x"), 3, "path_missing"),
    ],
)
def test_what_is_refused(desk, arguments, code, said):
    report = desk.results / "report.pdf"
    before = report.read_bytes()
    done = desk.run(*(report if argument == "REPORT" else argument for argument in arguments))
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert report.read_bytes() == before


def test_the_same_forms_from_folder_case_and_report(desk, signed):
    sources = {"folder": desk.results, "case": desk.results / "case.iqcase", "report": signed}
    made = {}
    for name, source in sources.items():
        done = desk.run("export", source, "--to", "csv,tsv,xlsx,fhir", "--out", f"forms-{name}")
        assert done.returncode == 0, done.stderr
        folder = desk.folder / f"forms-{name}"
        made[name] = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert made["folder"] == made["report"] == made["case"]
    assert made["folder"]["regions.csv"] == (desk.results / "regions.csv").read_bytes()
