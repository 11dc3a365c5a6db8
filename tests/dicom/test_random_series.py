"""Random series of every vendor from a second, independent generator: what is read is what was written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydicom.uid import generate_uid
from random_layouts import LAYOUTS, again, of_type, places
from random_series import classic_image, ds16, enhanced, item, random_truth, write

from ironquant.dicom import read_examination, scan

PLANES = ("transverse", "feet-first", "coronal", "oblique")
QUIET = {"magnitude_chosen", "organ_doubtful", "odd_even_difference"}
MAGNITUDE = ["ORIGINAL", "PRIMARY", "M", "ND"]


def read(path):
    (ref,) = scan(path)
    return ref, read_examination(ref).series


def same(train, truth, signal=None):
    np.testing.assert_allclose(train.te_ms, truth.te_ms, rtol=0, atol=1e-9)
    np.testing.assert_allclose(train.affine, truth.affine, rtol=0, atol=1e-3)
    np.testing.assert_allclose(train.signal, truth.stored if signal is None else signal, rtol=2e-6)


def alone(path, truth, signal=None, codes=()):
    """The one readable train, with nothing to say of it but `codes`."""
    ref, (train,) = read(path)
    same(train, truth, signal)
    told = {finding.code for finding in (*ref.findings, *train.findings)}
    assert told - QUIET == set(codes)
    return ref


def repeats(path, *truths):
    """As many trains as repeats, the last preferred."""
    ref, trains = read(path)
    assert len(trains) == len(truths)
    (preferred,) = (train for train in trains if not train.twin_of)
    same(preferred, truths[-1])
    for truth in truths:
        assert any(np.array_equal(train.signal, truth.stored) for train in trains)
    return ref


def magnitude(truth, number=5, maker="SIEMENS"):
    return of_type(truth, maker, MAGNITUDE, number)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_layout(tmp_path, layout, seed):
    rng = np.random.default_rng(seed)
    truth = random_truth(rng, PLANES[seed])
    written = layout(truth, rng)
    write(written.files, tmp_path, rng, written.syntax)
    ref = alone(tmp_path, truth, written.signal)
    others = [entry for entry in ref.series if not entry.readable]
    assert all(finding.code == "component_companion" for entry in others for finding in entry.findings)


def number(field, value):
    return lambda file, repeat, slice_, echo: setattr(file, field, value(repeat, slice_, echo))


def both(*marks):
    return lambda *where: [mark(*where) for mark in marks]


def day(repeat, slice_, echo):
    return f"2025020{3 + (repeat > 0)}"


MARKS = {
    "acquisition": number("AcquisitionNumber", lambda r, s, e: r + 1),
    "acquisition, slice by slice": number("AcquisitionNumber", lambda r, s, e: 3 * s + r + 1),
    "acquisition of every image": number("AcquisitionNumber", lambda r, s, e: 100 * r + 10 * s + e),
    "position": number("TemporalPositionIdentifier", lambda r, s, e: r + 1),
    "trigger": number("TriggerTime", lambda r, s, e: str(100 + 40 * r)),
    "time": number("AcquisitionTime", lambda r, s, e: f"1012{10 + 15 * r}.5"),
    "time of every slice": number("AcquisitionTime", lambda r, s, e: f"101{r}{10 + 9 * s}.5"),
    "time of every image": number("AcquisitionTime", lambda r, s, e: f"101{r}{10 + 9 * s}.{500 + 3 * e}"),
    "time, slice by slice": number("AcquisitionTime", lambda r, s, e: f"101{s}{10 + 9 * r}.{500 + 3 * e}"),
    "date and time": number("AcquisitionDateTime", lambda r, s, e: f"20250203101{r}{10 + s}.{500 + 3 * e}"),
    "content time": number("ContentTime", lambda r, s, e: f"101{r}{10 + s}.{500 + 3 * e}"),
    "midnight": both(
        number("AcquisitionDate", day),
        number("AcquisitionTime", lambda r, s, e: ["235950", "000010", "000040"][r]),
    ),
    "acquisition by echo, position": both(
        number("AcquisitionNumber", lambda r, s, e: e + 1),
        number("TemporalPositionIdentifier", lambda r, s, e: r + 1),
    ),
}


@pytest.mark.parametrize("mark", MARKS)
def test_repeats_in_one_series(tmp_path, mark):
    rng = np.random.default_rng(len(mark))
    first = random_truth(rng, n_echoes=6)
    truths = [first, again(first, rng), again(first, rng)]
    base = magnitude(first)
    files = []
    for repeat, truth in enumerate(truths):
        for s, e in places(truth):
            files.append(classic_image(truth, base, s, e))
            MARKS[mark](files[-1], repeat, s, e)
    write(files, tmp_path, rng)
    repeats(tmp_path, *truths)


@pytest.mark.parametrize("field", ["FrameAcquisitionNumber", "TemporalPositionIndex"])
def test_repeats_told_by_frames_of_one_file(tmp_path, field):
    rng = np.random.default_rng(1)
    first = random_truth(rng)
    truths = [first, again(first, rng)]
    base = magnitude(first)
    base.AcquisitionNumber = base.TemporalPositionIdentifier = 1  # of the whole file
    frames = [
        (s, e, truth.stored[s, :, :, e], {"FrameContentSequence": item(**{field: repeat + 1})})
        for repeat, truth in enumerate(truths)
        for s, e in places(truth)
    ]
    write([enhanced(first, base, rng, frames)], tmp_path, rng)
    repeats(tmp_path, *truths)


def test_repeats_told_by_nothing_but_their_files(tmp_path):
    rng = np.random.default_rng(2)
    first = random_truth(rng)
    base = magnitude(first)
    files = []
    for truth in (first, again(first, rng)):
        frames = [(s, e, truth.stored[s, :, :, e], {}) for s, e in places(truth)]
        files.append(enhanced(truth, base, rng, frames, content=False))
    write(files, tmp_path, rng)
    _, trains = read(tmp_path)
    assert len(trains) == 2


def test_repeats_told_by_nothing_are_not_mixed(tmp_path):
    rng = np.random.default_rng(3)
    first = random_truth(rng, n_echoes=8)
    base = magnitude(first)
    files = [classic_image(t, base, s, e) for t in (first, again(first, rng)) for s, e in places(t)]
    for count, file in enumerate(files):
        file.SOPInstanceUID = f"1.2.3.{count}"
    write(files, tmp_path, rng)
    alone(tmp_path, first, codes=["te_duplicate"])


def test_repeat_that_broke_off(tmp_path):
    rng = np.random.default_rng(4)
    whole = random_truth(rng, n_echoes=8, n_slices=1)
    broken = again(whole, rng)
    base = magnitude(whole)
    files = []
    for repeat, truth in enumerate((whole, broken)):
        for s, e in places(truth)[: 5 if repeat else None]:
            files.append(classic_image(truth, base, s, e))
            files[-1].AcquisitionTime = f"10{repeat}000.{e:03d}"
    write(files, tmp_path, rng)
    _, trains = read(tmp_path)
    (preferred,) = (train for train in trains if not train.twin_of)
    same(preferred, whole)
    assert sorted(len(train.te_ms) for train in trains) == [5, 8]


@pytest.mark.parametrize("seed", range(2))
def test_one_uid_for_all_images(tmp_path, seed):
    rng = np.random.default_rng(seed)
    truth = random_truth(rng)
    base = magnitude(truth)
    files = [classic_image(truth, base, s, e) for s, e in places(truth)]
    for file in files:
        file.SOPInstanceUID = truth.study
    write(files, tmp_path, rng)
    alone(tmp_path, truth)


@pytest.mark.parametrize("times", [(19.49, 19.51), (812.3, 819.0, 826.0, 840.0)])
def test_repetition_times_that_vary_do_not_split_a_stack(tmp_path, times):
    rng = np.random.default_rng(5)
    truth = random_truth(rng, n_slices=4)
    base = magnitude(truth)
    files = []
    for s, e in places(truth):
        files.append(classic_image(truth, base, s, e))
        files[-1].RepetitionTime = ds16(times[s % len(times)])
    write(files, tmp_path, rng)
    alone(tmp_path, truth)


def test_slices_placed_by_their_number_in_the_stack(tmp_path):
    rng = np.random.default_rng(6)
    truth = random_truth(rng, n_slices=3)
    frames = [(s, e, truth.stored[s, :, :, e], {}) for s, e in places(truth)]
    file = enhanced(truth, magnitude(truth), rng, frames)
    for group in file.PerFrameFunctionalGroupsSequence:
        del group.PlanePositionSequence
    write([file], tmp_path, rng)
    _, (train,) = read(tmp_path)
    np.testing.assert_array_equal(train.signal, truth.stored)
    assert "geometry_missing" in {finding.code for finding in train.findings}


def test_heart_and_liver_in_one_series(tmp_path):
    rng = np.random.default_rng(7)
    liver = random_truth(rng, description="T2*")
    heart = random_truth(rng, "oblique", n_slices=1)
    heart = replace(heart, **{k: getattr(liver, k) for k in ("study", "patient", "frame_of_reference")})
    series, files = generate_uid(), []
    for truth in (liver, heart):
        base = of_type(truth, "SIEMENS", MAGNITUDE, 5, series)
        base.SeriesDescription = "T2*"
        files += [classic_image(truth, base, s, e) for s, e in places(truth)]
    write(files, tmp_path, rng)
    _, trains = read(tmp_path)
    assert len(trains) == 2
    for train in trains:
        same(train, liver if train.shape == liver.shape[:3] else heart)
