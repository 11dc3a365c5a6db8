"""One report, two signers; keys are made once."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyhanko.sign import Signer

from ironquant.signing import Role, new_key, open_key, read_certificates, sign_pdf

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "export"))  # the analyses made by hand
from synthetic import SETTINGS, analysis, liver, organ_analysis

from ironquant.core import Patient
from ironquant.export import write_report
from ironquant.export.signing_block import Issue, SignedBy

PASSPHRASE = "correct horse 电池"


@dataclass(frozen=True)
class Person:
    """A signer with files as `ironquant keygen` writes them."""

    name: str
    p12: Path
    pem: Path

    @property
    def signer(self) -> Signer:
        return open_key(str(self.p12), lambda: PASSPHRASE)


@pytest.fixture(scope="session")
def person(tmp_path_factory):
    """Call with a name, and a role if the key is for one only."""
    folder = tmp_path_factory.mktemp("keys")

    def make(name: str, role: Role | None = None) -> Person:
        p12, pem = new_key(name, PASSPHRASE, organisation="广西某某医院", role=role)
        files = [folder / f"{len(list(folder.iterdir()))}{ending}" for ending in (".p12", ".pem")]
        for file, content in zip(files, (p12, pem), strict=True):
            file.write_bytes(content)
        return Person(name, *files)

    return make


@pytest.fixture(scope="session")
def reader(person):
    return person("张三丰 医师", Role.READER)


@pytest.fixture(scope="session")
def reviewer(person):
    return person("Trần Thị Hồng")


@pytest.fixture(scope="session")
def trust(reader, reviewer):
    return read_certificates((reader.pem, reviewer.pem))


@pytest.fixture(scope="session")
def report(tmp_path_factory) -> bytes:
    """A report as it leaves the program."""
    path = tmp_path_factory.mktemp("report") / "report.pdf"
    made = analysis(organ_analysis(), liver(), patient=Patient(id="P1", name="王^小明"))
    issue = Issue("final", (SignedBy("reader", "张三丰"), SignedBy("reviewer", "Trần Thị Hồng")))
    write_report(made, path, lang="zh", settings=SETTINGS, issue=issue)
    return path.read_bytes()


@pytest.fixture(scope="session")
def signed(report, reader) -> bytes:
    return sign_pdf(report, reader.signer, Role.READER)


@pytest.fixture(scope="session")
def final(signed, reviewer) -> bytes:
    return sign_pdf(signed, reviewer.signer, Role.REVIEWER)
