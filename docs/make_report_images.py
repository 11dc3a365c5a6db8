"""Make the pictures of the report for the documentation from the sample patient (needs pdftoppm).

python docs/make_report_images.py [FOLDER]
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ironquant import analyze, load_settings, propose, read_examination, scan
from ironquant.export import write_report
from ironquant.phantom import find_case, simulate, write_phantom

IMAGES = Path(__file__).resolve().parent / "images"


def main(folder: Path) -> None:
    """Write ``report_en.png`` and ``report_zh.png``."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = load_settings()
    with TemporaryDirectory() as scratch:
        out = Path(scratch)
        write_phantom(simulate(find_case("demo")), out)
        (ref,) = scan(out / "DICOM")
        examination = read_examination(ref)
        result = analyze(examination, propose(examination), settings)
        for lang in ("en", "zh"):
            report = out / f"report_{lang}.pdf"
            write_report(result, report, lang=lang, settings=settings)
            picture = folder / f"report_{lang}"
            subprocess.run(
                ["pdftoppm", "-r", "100", "-png", "-singlefile", str(report), str(picture)], check=True
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
