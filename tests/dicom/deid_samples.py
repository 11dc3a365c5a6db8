"""What the tests of de-identification share."""

from __future__ import annotations

import json
from pathlib import Path

import pydicom
from dicom_samples import codes

from ironquant.dicom.deid import DeidentifyOptions, deidentify

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "real"
SETS = (
    "ge-mr750-r2star12",
    "philips-elition-dualecho",
    "siemens-xa30-enh-dualecho",
    "siemens-e11-dualecho-classic",
    "siemens-transfer-syntaxes",
    "siemens-r2star12-nifti",
)


def run(tmp_path, name="in", out="out", **options):
    return deidentify(tmp_path / name, tmp_path / out, tmp_path / "key.json", DeidentifyOptions(**options))


def headers(folder):
    return [pydicom.dcmread(path) for path in sorted(folder.rglob("*.dcm"))]


def key_of(tmp_path):
    return json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))


def all_bytes(folder):
    names = " ".join(path.as_posix() for path in folder.rglob("*")).encode()
    return names + b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def facts(refs):
    return [
        (
            ref.number,
            ref.flavour,
            ref.component,
            ref.te_ms,
            ref.shape,
            ref.readable,
            ref.organ_guess,
            codes(ref),
        )
        for exam in refs
        for ref in exam.series
    ]
