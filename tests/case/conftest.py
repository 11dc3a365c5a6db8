"""One small examination, read and measured once; cases are made of it."""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from ironquant.analysis import analyze, propose
from ironquant.case import Case, save_case
from ironquant.core import Examination, ExaminationRef, Reading, Settings
from ironquant.dicom import read_examination, scan
from ironquant.export import to_json
from ironquant.iron import load_settings
from ironquant.phantom import write_phantom


@dataclass(frozen=True, eq=False)
class Measured:
    """An examination with everything that a case is made of."""

    ref: ExaminationRef
    examination: Examination
    reading: Reading
    settings: Settings
    analysis_json: bytes

    def save(self, path: Path, **changes) -> Path:
        """Archive it."""
        told = {"analysis_json": self.analysis_json, **changes}
        return save_case(path, self.ref, self.examination, self.reading, self.settings, **told)


def measured(path: Path, te_ms=None) -> Measured:
    """Read, propose and measure what lies under a path, as ``analyze`` does."""
    (ref,) = scan(path, te_ms=te_ms)
    examination, settings = read_examination(ref), load_settings("guangxi")
    reading = propose(examination, settings=settings)
    numbers = to_json(analyze(examination, reading, settings, maps=False))
    return Measured(ref, examination, reading, settings, numbers)


@pytest.fixture(scope="session")
def measure():
    """Call with a path, and echo times by hand where files do not tell them."""
    return measured


@pytest.fixture(scope="session")
def images(tmp_path_factory, phantom_of) -> Path:
    """A folder of DICOM files."""
    folder = tmp_path_factory.mktemp("case-images")
    write_phantom(phantom_of("demo", matrix=(96, 96)), folder)
    return folder / "DICOM"


@pytest.fixture(scope="session")
def patient(images) -> Measured:
    """The examination in the folder, measured."""
    return measured(images)


@pytest.fixture(scope="session")
def content_of():
    """Call with a case: a digest of everything that is in it."""

    def digest(case: Case) -> str:
        from ironquant.case.document import to_json as document_json
        from ironquant.case.document import to_reading_document

        found = hashlib.sha256()
        for series in case.examination.series:
            found.update(repr((series.key, series.te_ms, series.shape, series.affine.tolist())).encode())
            found.update(repr((series.description, series.findings, series.acquisition)).encode())
            found.update(series.signal.data)
        for shown in case.examination.maps:
            found.update(shown.values.data)
        told = (case.examination.patient, case.examination.study, case.examination.findings, case.state)
        found.update(repr(told).encode())
        found.update(document_json(to_reading_document(case.reading)))
        found.update(case.settings.sha256.encode())
        found.update(case.analysis_json or b"")
        return found.hexdigest()

    return digest


@pytest.fixture(scope="session")
def rewritten():
    """Call with a case, a target and changes by member (None: left out); the rest is copied."""

    def rewrite(source: Path, target: Path, changes) -> Path:
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
            for name in dict.fromkeys((*old.namelist(), *changes)):
                data = changes[name] if name in changes else old.read(name)
                if data is not None:
                    new.writestr(name, data)
        return target

    return rewrite
