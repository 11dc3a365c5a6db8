"""Two patients in one folder: what the reader did on one is there when he comes back."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ironquant.core import EchoSeries, Examination, Organ, Patient, Study
from ironquant.gui.session import region_of
from ironquant.gui.work import fingerprint
from ironquant.phantom import find_case, simulate, write_phantom

WAIT_MS = 30_000
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def two_patients(tmp_path_factory):
    """Folders of two patients below one root."""
    root = tmp_path_factory.mktemp("two")
    for name in ("moderate", "severe"):
        write_phantom(simulate(replace(find_case(name), matrix=(144, 144))), root / name)
    return root


@pytest.fixture
def switch(qtbot, settle):
    """Choose an examination in the list and wait for it."""

    def choose(window, index):
        window.browser.examination_chosen.emit(index)
        qtbot.waitUntil(lambda: window.controller.session.current == index, timeout=WAIT_MS)
        settle(window)

    return choose


@pytest.fixture
def both(window, qtbot, two_patients, settle, switch):
    """A window with two patients listed, the first one open."""
    window.open_path(two_patients)
    qtbot.waitUntil(lambda: len(window.controller.session.refs) == 2, timeout=WAIT_MS)
    settle(window)
    switch(window, 0)
    window.centre.show_tab(0)
    return window


def _work(window, settle):
    """Draw on the heart, drop its last echo, accept the liver."""
    controller = window.controller
    drawn = replace(
        region_of(controller.session.entry(Organ.HEART)), source="manual", proposer="", confidence=None
    )
    controller.set_region(drawn)
    settle(window)
    used = controller.session.organs[Organ.HEART].regions[0].curve.echoes_used
    controller.toggle_echo(Organ.HEART, used[-1])
    settle(window)
    controller.accept(Organ.LIVER)
    return region_of(controller.session.entry(Organ.HEART)), used


def _shown(window):
    cards = window.results.cards.values()
    return [(card.number.text(), card.accept_button.text(), card.region_words.text()) for card in cards]


def test_coming_back_restores_everything_and_undo_goes_on(both, qtbot, settle, switch):
    session = both.controller.session
    drawn, used = _work(both, settle)
    before, left = session.history, _shown(both)
    switch(both, 1)
    assert session.history.past == ()
    assert session.state.accepted == frozenset()
    assert _shown(both) != left
    switch(both, 0)
    assert session.history is before
    assert _shown(both) == left
    assert both.centre.tabs.tabText(1).endswith("✓")
    assert session.organs[Organ.HEART].regions[0].curve.echoes_used == used[:-1]
    assert region_of(session.entry(Organ.HEART)) is drawn
    for _ in range(3):
        assert both.actions_["undo"].isEnabled()
        qtbot.keyClick(both, Qt.Key.Key_Z, CONTROL)
        settle(both)
    assert not both.actions_["undo"].isEnabled()
    assert region_of(session.entry(Organ.HEART)).source == "auto"
    assert session.organs[Organ.HEART].regions[0].curve.echoes_used == used
    switch(both, 1)
    switch(both, 0)
    assert len(session.history.future) == 3


def test_the_same_study_from_another_folder_is_as_it_was_left(both, qtbot, two_patients, tmp_path, settle):
    session = both.controller.session
    _work(both, settle)
    before, left, former = session.history, _shown(both), session.examination
    uid = former.study.instance_uid
    copy = tmp_path / "elsewhere"
    for name in ("moderate", "severe"):
        if uid in _studies(two_patients / name):
            shutil.copytree(two_patients / name, copy)
    both.open_path(copy)
    qtbot.waitUntil(lambda: session.examination not in (None, former), timeout=WAIT_MS)
    settle(both)
    assert len(session.refs) == 1
    assert session.history is before
    assert _shown(both) == left


def test_a_profile_chosen_meanwhile_holds_for_what_is_kept(both, settle, switch):
    session = both.controller.session
    _, used = _work(both, settle)
    switch(both, 1)
    both.controller.set_profile("guangxi")
    settle(both)
    switch(both, 0)
    assert session.organs[Organ.LIVER].result.iron.calibration == "xu2023_15"
    assert session.organs[Organ.HEART].regions[0].curve.echoes_used == used[:-1]
    assert session.state.accepted == {Organ.LIVER}


def test_a_profile_chosen_while_an_examination_opens_holds_for_it(both, qtbot, settle):
    session = both.controller.session
    both.controller.open_examination(1)
    both.controller.set_profile("guangxi")
    qtbot.waitUntil(lambda: session.current == 1, timeout=WAIT_MS)
    settle(both)
    assert session.organs[Organ.LIVER].result.iron.calibration == "xu2023_15"


def test_the_pixels_tell_two_patients_with_the_same_uids_apart():
    def make(level, patient="A", key="k"):
        signal = np.full((1, 4, 4, 3), level, dtype=np.float32)
        series = EchoSeries(key, key, "", signal, (1.0, 2.0, 3.0), np.eye(4))
        return Examination(Patient(id=patient), Study(instance_uid="2.25.1"), (series,))

    assert fingerprint(make(1.0)) == fingerprint(make(1.0))
    others = (make(2.0), make(1.0, patient="B"), make(1.0, key="other"))
    assert len({fingerprint(item) for item in (make(1.0), *others)}) == 4


def _studies(folder):
    from ironquant.dicom import scan

    return {ref.study.instance_uid for ref in scan(folder)}
