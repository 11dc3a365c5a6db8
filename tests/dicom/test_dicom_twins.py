"""Repeated breath-holds and filtered twins: both listed, one preferred, both say so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dicom_samples import only
from scanners import philips, siemens
from scanners.truth import truth
from scanners.writing import scattered

from ironquant.analysis import propose
from ironquant.core import Organ
from ironquant.dicom import read_examination

NORM = ("ORIGINAL", "PRIMARY", "M", "NORM", "ND")


def told(ref):
    return [(f.code, f.params["reason"]) for f in ref.findings if f.code.startswith("twin")]


def listed(path):
    return {ref.number: ref for ref in only(path).series}


@pytest.mark.parametrize("write", ["classic", "xa"])
def test_the_unfiltered_twin_is_preferred(tmp_path, write):
    expected = truth()
    if write == "classic":
        images = siemens.classic(expected, series=5, image_type=NORM) + siemens.classic(expected, series=6)
    else:
        images = siemens.xa(expected, series=5, kinds=("NORM", "DIS2D")) + siemens.xa(expected, series=6)
    refs = listed(scattered(images, tmp_path))
    assert (refs[5].readable, refs[6].readable) == (True, True)
    assert (refs[5].twin_of, refs[5].preferred, refs[6].preferred) == (refs[6].key, False, True)
    assert told(refs[5]) == [("twin_passed_over", "twin_unfiltered")]
    assert told(refs[6]) == [("twin_preferred", "twin_unfiltered")]


def test_filtered_twins_inside_one_series(tmp_path):
    expected = truth()
    images = siemens.classic(expected) + siemens.classic(expected.again(9), image_type=NORM)
    scattered(images, tmp_path)
    refs = only(tmp_path).series
    assert sorted(ref.preferred for ref in refs) == [False, True]
    (best,) = [ref for ref in refs if ref.preferred]
    (train,) = [train for train in read_examination(only(tmp_path)).series if train.key == best.key]
    np.testing.assert_array_equal(train.signal, expected.stored)


def test_the_later_breath_hold_is_preferred(tmp_path):
    expected = truth()
    images = [
        ds
        for number, time in ((5, "101000"), (6, "101200"), (7, "101100"))
        for ds in siemens.classic(expected, series=number, AcquisitionTime=time)
    ]
    refs = listed(scattered(images, tmp_path))
    assert [refs[number].preferred for number in (5, 6, 7)] == [False, True, False]
    assert told(refs[7]) == [("twin_passed_over", "twin_later")]
    assert len(only(tmp_path).readable_series) == 3


def test_a_broken_off_breath_hold_is_not_preferred_though_it_is_later(tmp_path):
    whole = truth(n_slices=4)
    part = replace(whole, stored=whole.stored[:2], heights=whole.heights[:2])
    images = siemens.classic(whole, series=5, AcquisitionTime="101000")
    images += siemens.classic(part, series=6, AcquisitionTime="101500")
    refs = listed(scattered(images, tmp_path))
    assert told(refs[6]) == [("twin_passed_over", "twin_slices")]
    assert refs[5].preferred


@pytest.mark.parametrize("change", ["place", "te", "flip", "blood", "matrix"])
def test_other_images_are_no_twins(tmp_path, change):
    first = truth()
    second = {
        "place": replace(first, origin=first.origin + np.array([0, 0, 4.0])),
        "te": first.with_te(te + 0.6 for te in first.te_ms),
        "matrix": truth(shape=(9, 8)),
    }.get(change, first)
    values = {"flip": {"FlipAngle": 35}, "blood": {"InversionTime": 600}}.get(change, {})
    images = siemens.classic(first, series=5) + siemens.classic(second, series=6, **values)
    refs = listed(scattered(images, tmp_path))
    assert [told(ref) for ref in refs.values()] == [[], []]


def test_the_proposal_measures_the_preferred_series(tmp_path):
    expected = truth(shape=(48, 48))
    images = siemens.classic(expected, series=5, image_type=NORM) + siemens.classic(expected, series=6)
    exam = only(scattered(images, tmp_path))
    keys = {ref.number: ref.key for ref in exam.series}
    reading = propose(read_examination(exam), organs=[Organ.LIVER])
    assert reading.organs[0].series_key == keys[6]
    alone = propose(read_examination(exam, series=[keys[5]]), organs=[Organ.LIVER])
    assert alone.organs[0].series_key == keys[5]


def test_twins_of_one_series_of_philips(tmp_path):
    expected = truth()
    images = philips.classic(expected, TemporalPositionIdentifier=1, AcquisitionTime="101010")
    images += philips.classic(expected.again(5), TemporalPositionIdentifier=2, AcquisitionTime="101110")
    scattered(images, tmp_path)
    exam = only(tmp_path)
    (best,) = [ref for ref in exam.readable_series if ref.preferred]
    assert len(exam.readable_series) == 2
    (train,) = [train for train in read_examination(exam).series if train.key == best.key]
    np.testing.assert_allclose(train.signal, philips.signal(expected.again(5)), rtol=2e-6)
