"""One series per echo, from the generator of `random_series`: joined by place and protocol, not by words."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.uid import generate_uid
from random_layouts import again, of_type, places
from random_series import classic_image, ds16, enhanced, random_truth, write
from test_random_series import MAGNITUDE, alone, read, repeats, same

DESCRIPTIONS = [
    "T2* TE={te}",
    "T2star_TE{te}ms",
    "T2* liver {te} ms",
    "{te} T2*_liver",
    "liver {te}ms BH",
    "te {te} liver T2*",
    "GRE (TE: {te} ms)",
    "T2* liver [{te} ms]",
    "T2* liver ({te})",
    "T2* TE{n}={te}",
    "T2* TE {te} - {n}",
    "fl2d_te{under}_liver",
    "te{comma} T2* liver",
    "T2* TE: {round} msec",
    "{round}ms",
    "liver Echo {n}/{all}",
    "liver echo{n}of{all}",
    "liver(E{n:02d})",
    "liver {n}. echo",
    "liver {n}th echo",
    "Echo#{n}",
    "{n}_T2*",
    "T2* 肝脏 回波{n}",
    "第{n}回波",
]


def echo_series(truth, echo, number, maker="UIH", slices=None):
    base = of_type(truth, maker, MAGNITUDE, number)
    return [
        classic_image(truth, base, s, echo) for s in (range(truth.shape[0]) if slices is None else slices)
    ]


@pytest.mark.parametrize("description", DESCRIPTIONS)
def test_described_in_any_way(tmp_path, description):
    rng = np.random.default_rng(len(description))
    truth = random_truth(rng)
    files = []
    for echo in rng.permutation(truth.shape[3]).tolist():
        te = truth.te_ms[echo]
        words = description.format(
            te=te,
            n=echo + 1,
            all=truth.shape[3],
            under=str(te).replace(".", "_"),
            comma=str(te).replace(".", ","),
            round=round(te),
        )
        for file in echo_series(truth, echo, 5 + echo):
            file.SeriesDescription = words
            files.append(file)
    write(files, tmp_path, rng)
    alone(tmp_path, truth)


def test_enhanced(tmp_path):
    rng = np.random.default_rng(1)
    truth = random_truth(rng, "oblique")
    files = []
    for echo in range(truth.shape[3]):
        base = of_type(truth, "SIEMENS", MAGNITUDE, 50 + echo)
        base.SeriesDescription = f"t2star_liver_TE{echo + 1}"
        frames = [(s, echo, truth.stored[s, :, :, echo], {}) for s in range(truth.shape[0])]
        files.append(enhanced(truth, base, rng, frames))
    write(files, tmp_path, rng)
    alone(tmp_path, truth)


def test_every_series_with_a_frame_of_reference_of_its_own(tmp_path):
    rng = np.random.default_rng(2)
    truth = random_truth(rng)
    files = []
    for echo in range(truth.shape[3]):
        frame_of_reference = generate_uid()
        for file in echo_series(truth, echo, 5 + echo, "Hitachi, Ltd."):
            file.FrameOfReferenceUID = frame_of_reference
            files.append(file)
    write(files, tmp_path, rng)
    alone(tmp_path, truth)


@pytest.mark.parametrize("numbers", ["one", "echo by echo"])
def test_repeats(tmp_path, numbers):
    rng = np.random.default_rng(3)
    first = random_truth(rng)
    truths = [first, again(first, rng)]
    files = []
    for repeat, truth in enumerate(truths):
        for echo in range(truth.shape[3]):
            number = 7 if numbers == "one" else 3 + 2 * echo + repeat
            for file in echo_series(truth, echo, number):
                file.AcquisitionTime = f"1010{10 + 20 * repeat}.{echo:03d}"
                files.append(file)
    write(files, tmp_path, rng)
    repeats(tmp_path, *truths)


def test_one_echo_taken_again(tmp_path):
    rng = np.random.default_rng(4)
    truth = random_truth(rng, n_echoes=6)
    files, number = [], 5
    for echo in range(6):
        for repeat in range(2 if echo == 2 else 1):
            source = truth if repeat or echo != 2 else again(truth, rng)
            files += echo_series(source, echo, number)
            number += 1
    write(files, tmp_path, rng)
    ref, (train,) = read(tmp_path)
    same(train, truth)
    assert len(ref.series) == 2


def test_lost_slice_of_one_echo(tmp_path):
    rng = np.random.default_rng(5)
    truth = random_truth(rng, n_slices=3, n_echoes=6)
    files = []
    for echo in range(6):
        files += echo_series(truth, echo, 5 + echo, slices=(0, 2) if echo == 3 else None)
    write(files, tmp_path, rng)
    ref, (train,) = read(tmp_path)
    assert len(ref.series) == 1
    assert {finding.code for finding in train.findings} == {"missing_echo"}


def in_seconds(files):
    for file in files:
        file.EchoTime = ds16(float(file.EchoTime) / 1000)
    return files


def test_seconds(tmp_path):
    rng = np.random.default_rng(6)
    truth = random_truth(rng)
    files = [file for echo in range(truth.shape[3]) for file in echo_series(truth, echo, 5 + echo)]
    write(in_seconds(files), tmp_path, rng)
    alone(tmp_path, truth, codes=["te_seconds"])


def test_seconds_in_repeats_of_one_series(tmp_path):
    rng = np.random.default_rng(7)
    first = random_truth(rng)
    truths = [first, again(first, rng)]
    base = of_type(first, "UIH", MAGNITUDE)
    files = []
    for repeat, truth in enumerate(truths):
        for s, e in places(truth):
            files.append(classic_image(truth, base, s, e))
            files[-1].AcquisitionNumber = repeat + 1
    write(in_seconds(files), tmp_path, rng)
    ref = repeats(tmp_path, *truths)
    assert all("te_seconds" in {finding.code for finding in entry.findings} for entry in ref.series)
