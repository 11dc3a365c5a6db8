"""Echo times as people write them."""

from __future__ import annotations

import math
import re

MOST_ECHOES = 64


def echo_times_of(text: str) -> tuple[float, ...] | None:
    """Return the echo times (ms) of a list or of ``first:step:number``.

    Parameters
    ----------
    text : str
        ``1.2, 2.4 3.6`` or ``1.2:1.2:8``.

    Returns
    -------
    tuple of float or None
        None where the text is neither, or names a time that is none.
    """
    try:
        if ":" in text:
            first, step, number = text.split(":")
            count = min(int(number), MOST_ECHOES + 1)
            times = tuple(round(float(first) + float(step) * index, 4) for index in range(count))
        else:
            times = tuple(float(part) for part in re.split(r"[,;，；\s]+", text.strip(" ,;，；\t\n")))
    except ValueError:
        return None
    sound = 0 < len(times) <= MOST_ECHOES and all(0.0 < te < math.inf for te in times)
    return times if sound else None
