"""State without widgets: undo, echoes, names of folders."""

from dataclasses import replace

import numpy as np

from ironquant.core import Curve, Finding, Organ, OrganReading, Reading, Region
from ironquant.gui.regions import with_region
from ironquant.gui.session import History, State, region_of, with_echo_toggled

TRIANGLE = (np.array([[0.0, 0, 0], [9.0, 0, 0], [0.0, 9, 0]]),)


def _curve(used):
    te = (1.0, 2.0, 3.0, 4.0, 5.0)
    return Curve(te, (5.0,) * 5, (1.0,) * 5, 10, None, 1, None, used, "auto")


def test_undo_and_redo_over_many_steps():
    states = [State(Reading(reader=str(number))) for number in range(300)]
    history = History(states[0])
    for state in states[1:]:
        history = history.push(state)
    for state in reversed(states[:-1]):
        history = history.undo()
        assert history.now is state
    assert history.undo() is history
    for state in states[1:]:
        history = history.redo()
        assert history.now is state
    assert history.redo() is history


def test_a_change_after_undo_forgets_what_was_undone():
    history = History(State(Reading(reader="a"))).push(State(Reading(reader="b"))).undo()
    history = history.push(State(Reading(reader="c")))
    assert history.future == ()
    assert history.undo().now.reading.reader == "a"


def test_a_changed_organ_is_no_longer_accepted():
    state = State().with_accepted(Organ.HEART).with_accepted(Organ.LIVER)
    changed = state.with_entry(OrganReading(Organ.HEART, "k"))
    assert changed.accepted == {Organ.LIVER}


def test_echoes_are_dropped_and_restored_but_three_stay():
    entry = OrganReading(Organ.HEART, "k")
    dropped = with_echo_toggled(entry, _curve((1, 2, 3, 4)), 2)
    assert dropped.echoes == (1, 3, 4)
    assert with_echo_toggled(dropped, _curve((1, 3, 4)), 3) is dropped
    assert with_echo_toggled(dropped, _curve((1, 3, 4)), 5).echoes == (1, 3, 4, 5)
    # The curve may still be the one of before the last choice.
    assert with_echo_toggled(
        OrganReading(Organ.HEART, "k", echoes=(1, 2, 3, 4)), _curve((1, 2, 3, 4, 5)), 5
    ).echoes == (1, 2, 3, 4, 5)


def test_a_new_region_replaces_the_reported_one_and_its_remarks():
    old = Region(Organ.HEART, "septum", TRIANGLE, "auto", "p", 0.4)
    other = replace(old, site="circle-1", reported=False)
    remark = Finding("region_low_confidence", "warning", {"confidence": 0.4})
    entry = OrganReading(Organ.HEART, "k", (old, other), findings=(remark,))
    new = Region(Organ.HEART, "septum", TRIANGLE, "manual")
    changed = with_region(entry, new)
    assert region_of(changed) is new
    assert changed.regions == (new, other)
    assert changed.findings == ()
