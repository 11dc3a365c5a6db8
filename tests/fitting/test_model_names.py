"""The names of the models that settings are checked by are those of the solvers."""

import pytest

from ironquant.core import MAGNITUDE_MODELS, MODEL_NAMES, SettingsError, require_magnitude_name
from ironquant.fitting import MODELS, require_magnitude_model
from ironquant.fitting.models import _MODELS


def test_every_solver_has_a_name_and_every_name_a_solver():
    assert tuple(MODELS) == MODEL_NAMES
    assert set(_MODELS) == set(MODEL_NAMES)


def test_models_for_magnitude_images_are_those_that_take_no_complex_signal():
    assert tuple(name for name, model in MODELS.items() if not model.complex_signal) == MAGNITUDE_MODELS


@pytest.mark.parametrize("check", [require_magnitude_name, require_magnitude_model])
@pytest.mark.parametrize(("name", "code"), [("cse", "model_complex"), ("magic", "model_unknown")])
def test_others_are_refused_in_words(check, name, code):
    with pytest.raises(SettingsError) as refused:
        check(name)
    assert refused.value.finding.code == code
