"""Collect the strings of the window into the Qt Linguist files and build the catalogues from them.

    python docs/update_translations.py [FOLDER]

By default the files of the package are updated; with FOLDER, copies in that folder (the test compares
them with the committed ones). Translate with ``pyside6-linguist ironquant/resources/translations/*.ts``,
then run this again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from ironquant.resources import WINDOW
from ironquant.resources.languages import DEFAULT, LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "ironquant" / "gui"
QT_WORDS = ROOT / "docs" / "qt_words.py"
TRANSLATIONS = ROOT / "ironquant" / "resources" / "translations"


def tool(name: str) -> str:
    """Return the path of a tool of PySide6, beside this Python or on the path."""
    beside = Path(sys.executable).parent / name
    found = shutil.which(str(beside)) or shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is missing: install PySide6-Essentials")
    return found


def locales() -> tuple[str, ...]:
    """Return the locales that have a catalogue: all but that of the code."""
    return tuple(row.locale for row in LANGUAGES.values() if row.code != DEFAULT and WINDOW in row.covers)


def update(folder: Path = TRANSLATIONS) -> None:
    """Update every ``.ts`` and ``.qm`` in `folder`."""
    sources = [*sorted(str(path) for path in SOURCES.rglob("*.py")), str(QT_WORDS)]
    lupdate = [tool("pyside6-lupdate"), "-locations", "none", "-no-obsolete", "-source-language", "en_US"]
    for locale in locales():
        ts = folder / f"ironquant_{locale}.ts"
        if folder != TRANSLATIONS:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(TRANSLATIONS / ts.name, ts)
        run([*lupdate, "-target-language", locale, *sources, "-ts", str(ts)])
        run([tool("pyside6-lrelease"), str(ts), "-qm", str(ts.with_suffix(".qm"))])


def run(command: list[str]) -> None:
    """Run a tool; show what it says only if it fails."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(result.stdout + result.stderr)


if __name__ == "__main__":
    update(Path(sys.argv[1]) if len(sys.argv) > 1 else TRANSLATIONS)
