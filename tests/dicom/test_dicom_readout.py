"""Bipolar read-outs: told from data and header, and not where fat or noise do the like."""

from __future__ import annotations

import numpy as np
import pytest
from dicom_samples import codes, only
from scanners import ge, siemens
from scanners.truth import truth
from scanners.writing import scattered

from ironquant.core import Organ
from ironquant.dicom import read_examination
from ironquant.dicom.readout import alternation


@pytest.mark.parametrize("case", ["demo", "severe", "field-3t", "steatosis", "low-snr"])
@pytest.mark.parametrize("organ", [Organ.HEART, Organ.LIVER])
@pytest.mark.parametrize("percent", [0.0, 6.0, -10.0])
def test_size_of_the_alternation_in_patients(phantom_of, case, organ, percent):
    images = phantom_of(case).organ(organ)
    odd = np.arange(len(images.te_ms)) % 2 == 0
    signal = images.signal * np.where(odd, 1 + percent / 100, 1.0).astype(np.float32)
    assert 100 * alternation(signal, images.te_ms) == pytest.approx(percent, abs=1.2)


def test_a_read_out_whose_odd_echoes_differ_is_told_with_its_size(tmp_path):
    even = truth(te_ms=tuple(1.2 + 1.1 * np.arange(8)), n_slices=2, shape=(24, 24))
    factor = np.where(np.arange(8) % 2 == 0, 1.0, 0.94)
    stored = np.round(even.stored * factor).astype(np.uint16)
    scattered(ge.classic(type(even)(**{**vars(even), "stored": stored})), tmp_path)
    (train,) = read_examination(only(tmp_path)).series
    (finding,) = [f for f in train.findings if f.code == "odd_even_difference"]
    assert finding.params["percent"] == pytest.approx(100 * (1 / 0.94 - 1), abs=0.5)
    assert "bipolar_readout" not in codes(train)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"read_out": 2}, True),
        ({"read_out": 1}, False),
        ({"protocol": "t2star_BiPolar_8e"}, True),
        ({"protocol": "t2star monopolar"}, False),
    ],
)
def test_the_header_tells(tmp_path, values, told):
    scattered(siemens.classic(truth(), **values), tmp_path)
    (train,) = read_examination(only(tmp_path)).series
    assert ("bipolar_readout" in codes(train)) is told
    assert "odd_even_difference" not in codes(train)


def test_few_echoes_tell_nothing():
    assert alternation(np.ones((1, 9, 9, 4), np.float32), (1.0, 2.0, 3.0, 4.0)) is None
    assert alternation(np.zeros((1, 9, 9, 8), np.float32), tuple(range(1, 9))) is None
