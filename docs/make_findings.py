"""Write the table of finding codes, ``docs/findings.md``, from the texts that render them.

python docs/make_findings.py [FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path

from ironquant.resources import load_table


def table() -> str:
    """Return the table as Markdown."""
    english, chinese = (load_table(f"texts/{lang}")["findings"] for lang in ("en", "zh"))
    lines = [
        "# Findings",
        "",
        "Codes are stable: they stand in `analysis.json`, on the command line and in the log. `{…}` are",
        "parameters. Made by `docs/make_findings.py` from `ironquant/resources/texts`.",
        "",
        "| code | English | 中文 |",
        "| --- | --- | --- |",
    ]
    lines += [f"| `{code}` | {english[code]} | {chinese[code]} |" for code in english]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("findings.md")
    target.write_text(table(), encoding="utf-8")
