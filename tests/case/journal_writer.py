"""Write readings into a journal as fast as it goes, until killed: ``python journal_writer.py FOLDER BYTES``.

Every reading carries its number; the number is told only after `Journal.write` has returned.
"""

import os
import sys
from pathlib import Path

import numpy as np

from ironquant.case.journal import Journal
from ironquant.core import Organ, OrganReading, Origin, Reading, Region


def reading(number: int) -> Reading:
    """A reading of which every part tells its number."""
    turn = np.linspace(0.0, 6.0, 5 + number % 60)
    points = np.stack([number + np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=-1)
    region = Region(Organ.LIVER, f"site-{number}", (points,))
    return Reading(
        (OrganReading(Organ.LIVER, "key", (region,)),), reader=str(number), impression=f"肝 {number}"
    )


def main() -> None:
    journal = Journal.open("images", Origin("/source"), folder=Path(sys.argv[1]), most_bytes=int(sys.argv[2]))
    os.write(1, b"open\n")
    number = 0
    while True:
        number += 1
        journal.write(reading(number))
        os.write(1, b"%d\n" % number)


if __name__ == "__main__":
    main()
