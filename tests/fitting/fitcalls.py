"""One way to call every model: complex signals and a field where a model asks for them."""

from typing import Any

import numpy as np

from ironquant import fit
from ironquant.core import Fit
from ironquant.fitting import MODELS

FIELD_T = 1.5


def fit_any(signal: Any, te_ms: Any, model: str, **arguments: Any) -> Fit:
    """Call `fit` with what the model needs; magnitude becomes complex of phase 0."""
    entry = MODELS[model]
    if entry.complex_signal:
        signal = np.asarray(signal).astype(np.complex128)
    if entry.needs_field:
        arguments.setdefault("field_t", FIELD_T)
    return fit(signal, te_ms, model, **arguments)
