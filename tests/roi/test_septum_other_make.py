"""The septum on hearts that the proposer was not made with: phantoms of another make (``othermake``).

The marks are those of the task: Dice with the core of the septum, what lies outside myocardium, T2*,
how many readable hearts get a proposal, how many images of something else get none.
"""

from collections.abc import Iterable

import numpy as np
import pytest
from othermake.judging import Judged, judge
from othermake.short_axis import heart
from othermake.wrong_anatomy import KINDS, wrong

from ironquant.analysis import propose
from ironquant.core import Examination, Organ, Patient, Study
from ironquant.resources import load_table
from ironquant.roi import propose_region

Seeds = Iterable[int]


def judged(seeds: Seeds, **drawn) -> list[Judged]:
    hearts = (heart(seed, **drawn) for seed in seeds)
    return [judge(item) for item in hearts if item.readable]


def assert_marks(found: list[Judged], *, seconds: float, proposed: float = 0.95) -> None:
    made = [item for item in found if not item.reason]
    assert len(made) >= proposed * len(found)
    assert np.median([item.dice for item in made]) >= 0.80
    assert np.mean([item.outside for item in made]) <= 0.03
    assert np.mean([item.right for item in made]) >= 0.90
    assert np.median([item.seconds for item in found]) <= seconds


def refused(seeds: Seeds) -> float:
    proposals = [propose_region(wrong(seed)[0], Organ.HEART) for seed in seeds]
    assert all(item.reason and item.confidence == 0.0 for item in proposals if item.region is None)
    return float(np.mean([item.region is None for item in proposals]))


def test_marks():
    found = judged(range(9000, 9070))
    # A short set settles the share only to its standard error, 2.6 %; the long one is held to the mark.
    assert_marks(found, seconds=1.0, proposed=0.95 - np.sqrt(0.95 * 0.05 / len(found)))


def test_what_is_no_heart_is_refused():
    assert refused(range(9000, 9000 + 10 * (len(KINDS) + 1))) >= 0.99


@pytest.mark.parametrize("black", [False, True])
def test_bright_and_black_blood_from_no_iron_to_severe(black):
    found = judged(range(9100, 9120), black=black, slices=1)
    made = [item for item in found if not item.reason]
    assert len(made) >= 0.9 * len(found)
    assert np.median([item.dice for item in made]) >= 0.80


def test_the_slice_lies_between_base_and_apex():
    found = judged(range(9200, 9212), slices=7)
    levels = np.array([item.level for item in found if not item.reason])
    assert np.mean((levels > 0.2) & (levels < 0.75)) >= 0.9


def test_the_reader_is_told_which_slice_and_why():
    series = heart(9300, style="full", slices=5).series
    reading = propose(Examination(Patient(id="P"), Study(instance_uid="1"), (series,)), organs=[Organ.HEART])
    (finding,) = [item for item in reading.organ(Organ.HEART).findings if item.code == "slice_chosen"]
    (region,) = (item for item in reading.organ(Organ.HEART).regions if item.reported)
    slices = np.linalg.inv(series.affine) @ np.append(region.contours[0].mean(axis=0), 1.0)
    assert finding.params["slice"] == round(slices[2]) + 1
    assert finding.params["n_slices"] == 5
    for language in ("en", "zh"):
        assert finding.params["reason"] in load_table(f"texts/{language}")["terms"]
    single = propose_region(heart(9300, style="full", slices=1).series, Organ.HEART)
    assert single.findings == ()


def test_the_table_of_confidence_rises():
    table = load_table("heart_confidence")
    for column in ("likelihood", "right"):
        values = np.array(table[column])
        assert np.all(np.diff(values) >= 0)
        assert (values.min(), values.max()) >= (0.0, 0.9)
        assert values.max() <= 1.0
    assert min(table["weights"].values()) >= 0.0


def calibration(
    confidence: np.ndarray, right: np.ndarray, edges: tuple[float, ...]
) -> list[tuple[float, ...]]:
    """Return mean confidence, share right and number by bins of confidence."""
    bins = np.digitize(confidence, edges)
    return [
        (confidence[bins == n].mean(), right[bins == n].mean(), int((bins == n).sum()))
        for n in np.unique(bins)
    ]


@pytest.mark.soak
def test_marks_on_four_hundred():
    found = judged(range(20_000, 20_400))
    assert_marks(found, seconds=1.0)
    assert max(item.seconds for item in found) <= 1.0
    assert refused(range(20_000, 20_400)) >= 0.99


@pytest.mark.soak
def test_confidence_is_the_share_of_right_values(monkeypatch: pytest.MonkeyPatch):
    """Hearts and as many other images, nothing refused for a low confidence alone."""
    import ironquant.roi.septum as septum

    monkeypatch.setattr(septum, "MIN_LIKELIHOOD", 0.02)
    monkeypatch.setattr(septum, "MIN_LIKELIHOOD_ODD_PLANE", 0.02)
    found = [(item.confidence, item.right) for item in judged(range(30_000, 30_300)) if not item.reason]
    others = (propose_region(wrong(seed)[0], Organ.HEART) for seed in range(30_000, 30_600))
    found += [(item.confidence, False) for item in others if item.region is not None]
    confidence, right = (np.array(column, dtype=float) for column in zip(*found, strict=True))
    rows = calibration(confidence, right, (0.5, 0.9))
    shares = [share for _, share, _ in rows]
    assert shares == sorted(shares)
    for told, share, number in rows:
        assert abs(told - share) <= 0.1 + 2.0 * np.sqrt(0.25 / number), rows
