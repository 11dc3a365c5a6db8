"""Make the list of Thai words by which lines of the report are broken.

Thai is written without spaces between words. The list is that of PyThaiNLP (CC0 1.0):

    uv pip install --no-deps --target /tmp/pythainlp pythainlp
    python docs/make_thai_words.py /tmp/pythainlp/pythainlp/corpus/words_th.txt
"""

from __future__ import annotations

import gzip
import re
import sys
from pathlib import Path

OUT = Path(__file__).resolve().parents[1] / "ironquant" / "resources" / "thai_words.txt.gz"
WORD = re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]{1,24}")
OF_THE_FIELD = ["เอคโค", "สไลซ์", "พัลส์", "เฟอร์ริติน", "ดีเฟอรอกซามีน", "ดีเฟอริโพรน", "ดีเฟอราซิรอกซ์"]
"""Words of MRI and of chelation that the list lacks."""


def main(source: Path) -> None:
    """Write the words, sorted, in a file that is the same whenever it is made."""
    lines = source.read_text(encoding="utf-8").splitlines()
    words = sorted({line.strip() for line in lines if WORD.fullmatch(line.strip())}.union(OF_THE_FIELD))
    with OUT.open("wb") as handle, gzip.GzipFile("", "wb", 9, handle, mtime=0) as packed:
        packed.write("\n".join(words).encode())
    print(OUT.name, len(words), "words", f"{OUT.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
