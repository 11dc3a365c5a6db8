"""Done and next: the following examinations are ready before they are asked for."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from ironquant.core import Organ
from ironquant.phantom import find_case, simulate, write_phantom

WAIT_MS = 60_000


@pytest.fixture(scope="module")
def list_of_five(tmp_path_factory):
    """Folders of five patients below one root."""
    root = tmp_path_factory.mktemp("five")
    for number, name in enumerate(("moderate", "severe", "normal", "mild", "demo")):
        write_phantom(simulate(replace(find_case(name), matrix=(112, 112), seed=number)), root / f"{number}")
    return root


@pytest.fixture
def listed(window, qtbot, list_of_five, settle):
    window.open_path(list_of_five)
    qtbot.waitUntil(lambda: len(window.controller.session.refs) == 5, timeout=WAIT_MS)
    settle(window)
    window.browser.examination_chosen.emit(0)
    qtbot.waitUntil(lambda: window.controller.session.current == 0, timeout=WAIT_MS)
    settle(window)
    return window


def press_next(window, qtbot):
    qtbot.keyClick(window.centre.panel.view, Qt.Key.Key_N)


def test_the_next_is_shown_at_once_with_its_results(listed, qtbot):
    session = listed.controller.session
    assert sorted(listed.controller._ahead._ready) == [1, 2, 3]
    first = session.examination
    start = time.perf_counter()
    press_next(listed, qtbot)
    seconds = time.perf_counter() - start
    # Nothing is waited for: shown and measured when the key comes back.
    assert session.current == 1
    assert session.examination is not first
    assert session.organs[Organ.LIVER].result is not None
    assert listed.results.cards[Organ.LIVER].number.text()
    print(f"next after {1000 * seconds:.0f} ms")


def test_what_is_left_behind_is_accepted(listed, qtbot, settle):
    press_next(listed, qtbot)
    settle(listed)
    listed.browser.examination_chosen.emit(0)
    settle(listed)
    assert listed.controller.session.state.accepted == {Organ.HEART, Organ.LIVER}


def test_three_are_held_and_the_last_is_the_last(listed, qtbot, settle):
    for current in range(1, 5):
        press_next(listed, qtbot)
        settle(listed)
        assert listed.controller.session.current == current
        held = sorted(listed.controller._ahead._ready)
        assert held == list(range(current + 1, min(current + 4, 5)))
    assert not listed.actions_["next"].isEnabled()


def test_another_profile_measures_the_next_by_it(listed, qtbot, settle):
    listed.controller.set_profile("guangxi")
    settle(listed)
    press_next(listed, qtbot)
    settle(listed)
    session = listed.controller.session
    assert session.settings.profile == "guangxi"
    assert session.analysis.profile == "guangxi"
    schemes = session.settings.organs[Organ.LIVER].schemes
    assert session.organs[Organ.LIVER].result.grade.scheme in schemes


def test_other_images_forget_what_was_ready(listed, qtbot, settle, phantom_folder):
    listed.open_path(phantom_folder)
    qtbot.waitUntil(lambda: len(listed.controller.session.refs) == 1, timeout=WAIT_MS)
    settle(listed)
    assert listed.controller._ahead._ready == {}
    assert listed.controller.session.examination.patient.id == "IQ-DEMO"
