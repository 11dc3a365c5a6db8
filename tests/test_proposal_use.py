"""What the reader made of a proposal is measured: overlap, T2*, time."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from ironquant import load_settings, propose
from ironquant.analysis import analyze_organ
from ironquant.core import Organ, OrganReading, Region, RegionEvent, working_seconds
from ironquant.roi import contour_to_patient

START = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
SETTINGS = load_settings("default")


def at(seconds, action="edited", who="Dr. Li"):
    return RegionEvent(action, who, START + dt.timedelta(seconds=seconds))


@pytest.fixture(scope="module")
def demo(phantom_of, examination_of):
    examination = examination_of(phantom_of("demo"))
    return examination, propose(examination).organ(Organ.HEART)


def used(demo, entry):
    return analyze_organ(demo[0], entry, SETTINGS)


def shifted(region, millimetres):
    """Move a region in its plane, along the columns of the short-axis image."""
    moved = tuple(contour + millimetres for contour in region.contours)
    return replace(region, contours=moved, source="edited")


def test_an_untouched_proposal(demo):
    organ = used(demo, demo[1])
    use = organ.proposal
    assert (use.outcome, use.dice, use.hausdorff_mm) == ("unreviewed", 1.0, 0.0)
    assert use.t2star_ms == organ.result.t2star_ms
    assert (use.difference_ms, use.difference_percent, use.seconds) == (0.0, 0.0, None)
    assert (use.proposer, use.confidence) == (demo[1].proposed.proposer, demo[1].proposed.confidence)


def test_an_edited_proposal(demo):
    examination, entry = demo
    series = examination.series_by_key(entry.series_key)
    step = series.affine[:3, 0] * 2.0
    region = shifted(entry.regions[0], step)
    organ = used(demo, replace(entry, regions=(region,)))
    use = organ.proposal
    before, after = used(demo, entry), organ
    assert use.outcome == "edited"
    one, other = before.reported.mask, after.reported.mask
    assert use.dice == pytest.approx(2.0 * (one & other).sum() / (one.sum() + other.sum()))
    np.testing.assert_array_equal(other[:, :, 2:], one[:, :, :-2])
    assert use.hausdorff_mm == pytest.approx(np.linalg.norm(step), rel=1e-6)
    values = after.result.t2star_ms.value, before.result.t2star_ms.value
    assert use.difference_ms == pytest.approx(values[0] - values[1])
    assert use.difference_percent == pytest.approx(200.0 * (values[0] - values[1]) / sum(values))


def test_a_region_drawn_anew_and_none_at_all(demo):
    examination, entry = demo
    series = examination.series_by_key(entry.series_key)
    middle = np.mean(np.argwhere(used(demo, entry).reported.mask[0]), axis=0)[::-1]
    box = middle + np.array([[-4.0, -4.0], [4.0, -4.0], [4.0, 4.0], [-4.0, 4.0]])
    drawn = Region(Organ.HEART, "septum", (contour_to_patient(box, 0, series),))
    assert used(demo, replace(entry, regions=(drawn,))).proposal.outcome == "replaced"
    refused = used(demo, replace(entry, regions=())).proposal
    assert (refused.outcome, refused.dice, refused.difference_ms) == ("refused", None, None)
    assert used(demo, OrganReading(Organ.HEART, entry.series_key, (drawn,))).proposal is None


def test_accepted_with_its_time(demo):
    proposed = replace(demo[1].proposed, history=(at(0, "proposed", "ironquant"),))
    accepted = replace(proposed, history=(*proposed.history, at(21, "accepted")))
    use = used(demo, replace(demo[1], regions=(accepted,), proposed=proposed)).proposal
    assert (use.outcome, use.seconds) == ("accepted", 21.0)


def test_nothing_is_measured_twice_while_a_region_is_dragged(demo):
    assert analyze_organ(demo[0], demo[1], SETTINGS, pixels=False).proposal is None


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        ((), None),
        ((at(0),), None),
        ((at(0), RegionEvent("edited"), at(10)), 10.0),
        ((at(30), at(0), at(10)), 30.0),
        ((at(0), at(15), at(15 + 3600), at(3620)), 15.0 + 120.0 + 5.0),
    ],
)
def test_pauses_are_no_work(events, seconds):
    assert working_seconds(events) == seconds
