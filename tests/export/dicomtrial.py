"""Examinations as DICOM files, what is written of them, and how a foreign reader sees it."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pydicom

from ironquant.analysis import analyze, propose
from ironquant.core import Analysis, ExaminationRef
from ironquant.dicom import read_examination, scan
from ironquant.export import Results, write_results
from ironquant.fitting import warm_up
from ironquant.iron import load_settings


@dataclass(frozen=True, eq=False)
class Trial:
    """Images in a folder, and their results."""

    source: Path
    ref: ExaminationRef
    analysis: Analysis
    written: Results

    @property
    def objects(self) -> dict[str, pydicom.Dataset]:
        """Every object by its file name."""
        paths = sorted((self.written.folder / "dicom").glob("*.dcm"))
        return {path.name: pydicom.dcmread(path) for path in paths}

    @property
    def numbers(self) -> dict:
        """The content of analysis.json."""
        return json.loads((self.written.folder / "analysis.json").read_text(encoding="utf-8"))


def analysed(source: Path, **reading) -> tuple[ExaminationRef, Analysis]:
    """Scan, read, propose and measure what lies in a folder."""
    (ref,) = scan(source)
    examination = read_examination(ref)
    return ref, analyze(examination, replace(propose(examination), **reading))


def tried(source: Path, out: Path, *, lang: str = "en", change=lambda analysis: analysis, **reading) -> Trial:
    """Write the results of the images in a folder."""
    warm_up(600.0)  # maps agree to the bit only by the same solver
    ref, analysis = analysed(source, **reading)
    analysis = change(analysis)
    written = write_results(analysis, out, lang=lang, settings=load_settings(), ref=ref)
    return Trial(source, ref, analysis, written)


def images_in(folder: Path) -> list[Path]:
    """Return the DICOM files below a folder."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and pydicom.misc.is_dicom(path))


def change_headers(folder: Path, change) -> None:
    """Let `change` work on the header of every image."""
    for path in images_in(folder):
        image = pydicom.dcmread(path)
        change(image)
        image.save_as(path, enforce_file_format=False)


def errors_of(path: Path) -> list[str]:
    """Return the errors that dciodvfy finds."""
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, errors="replace")
    return [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")]


def referred(dataset: pydicom.Dataset) -> set[tuple[str, str]]:
    """Return class and UID of everything that an object refers to, at any depth."""
    found = set()

    def visit(holder, element):
        if element.keyword == "ReferencedSOPInstanceUID":
            found.add((str(holder.get("ReferencedSOPClassUID")), str(element.value)))

    dataset.walk(visit)
    return found
