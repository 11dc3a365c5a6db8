"""Discarded Qt objects are taken apart by the window's thread, whoever allocates."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from ironquant.gui.garbage import Collector


class _Ring(QObject):
    """A Qt object in a cycle with itself, that tells which thread took it apart."""

    def __init__(self, told):
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: told.append(threading.current_thread()))


@pytest.fixture
def collector(qapp):
    made = Collector()
    yield made
    made.stop()


def allocate():
    """Make so many containers that automatic collection would be due many times."""
    return [[number] for number in range(200_000)]


def test_another_thread_collects_nothing(collector):
    told = []
    for _ in range(20):
        _Ring(told)
    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert told == []
    gc.collect()
    assert told == [threading.main_thread()] * 20


def test_the_window_collects_by_itself(collector, qtbot):
    told = []
    for _ in range(20):
        _Ring(told)
    kept = allocate()
    qtbot.waitUntil(lambda: len(told) == 20, timeout=5000)
    assert len(kept) == 200_000
    assert set(told) == {threading.main_thread()}


def test_what_lives_when_all_is_loaded_is_looked_at_no_more(collector):
    told = []
    kept = _Ring(told)
    collector.keep()
    try:
        assert not any(thing is kept for thing in gc.get_objects())
        _Ring(told)
        gc.collect()
        assert told == [threading.main_thread()]
    finally:
        gc.unfreeze()


def test_automatic_collection_comes_back_with_the_last_window(qapp):
    one, other = Collector(), Collector()
    assert not gc.isenabled()
    one.stop()
    assert not gc.isenabled()
    other.stop()
    assert gc.isenabled()
