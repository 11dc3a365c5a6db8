"""Work off the window's thread: order, late results, errors, cancelling, closing."""

import threading

import pytest

from ironquant.core import CancelledError, InputError
from ironquant.gui.tasks import TaskRunner

WAIT_MS = 5000


@pytest.fixture
def runner(qtbot):
    made = TaskRunner()
    yield made
    made.shutdown()


def _held(gate, answer, started=None):
    def work(progress, cancel):
        if started is not None:
            started.set()
        assert gate.wait(5)
        return answer

    return work


def _unexpected(finding):
    raise AssertionError(finding)


def test_work_runs_elsewhere_and_its_result_arrives_here(runner, qtbot):
    threads, results = [], []

    def done(result):
        threads.append(threading.get_ident())
        results.append(result)

    runner.start("a", lambda progress, cancel: threading.get_ident(), done, _unexpected)
    qtbot.waitUntil(lambda: bool(results), timeout=WAIT_MS)
    assert threads == [threading.get_ident()]
    assert results[0] != threads[0]


def test_a_newer_job_replaces_the_former_and_the_late_result_is_dropped(runner, qtbot):
    gate, results = threading.Event(), []
    runner.start("a", _held(gate, "late"), results.append, _unexpected)
    runner.start("a", lambda progress, cancel: "new", results.append, _unexpected)
    qtbot.waitUntil(lambda: results == ["new"], timeout=WAIT_MS)
    gate.set()
    qtbot.waitUntil(lambda: runner.idle, timeout=WAIT_MS)
    assert results == ["new"]


def test_a_following_channel_shows_the_running_job_and_then_only_the_newest(runner, qtbot):
    gate, started, results, ran = threading.Event(), threading.Event(), [], []

    def counted(number):
        def work(progress, cancel):
            ran.append(number)
            return number

        return work

    runner.start("a", _held(gate, 0, started), results.append, _unexpected, follow=True)
    assert started.wait(5)
    for number in range(1, 6):
        runner.start("a", counted(number), results.append, _unexpected, follow=True)
    gate.set()
    qtbot.waitUntil(lambda: results == [0, 5], timeout=WAIT_MS)
    assert ran == [5]


def test_a_dropped_channel_delivers_nothing_and_can_be_used_again(runner, qtbot):
    gate, results = threading.Event(), []
    runner.start("a", _held(gate, "old"), results.append, _unexpected, follow=True)
    runner.start("a", _held(gate, "waiting"), results.append, _unexpected, follow=True)
    runner.drop("a")
    runner.start("a", lambda progress, cancel: "new", results.append, _unexpected, follow=True)
    gate.set()
    qtbot.waitUntil(lambda: runner.idle, timeout=WAIT_MS)
    assert results == ["new"]


def test_errors_of_ours_arrive_as_their_finding(runner, qtbot):
    found = []

    def work(progress, cancel):
        raise InputError("no_images", file="folder")

    runner.start("a", work, _unexpected, found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    assert found[0].code == "no_images"
    assert found[0].params["file"] == "folder"


def test_unexpected_errors_arrive_in_words_and_the_log_holds_no_message(runner, qtbot, caplog):
    found = []

    def work(progress, cancel):
        raise RuntimeError("Zhang San")

    runner.start("a", work, _unexpected, found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    assert found[0].code == "unexpected_error"
    assert found[0].params["reason"] == "RuntimeError"
    assert "RuntimeError" in caplog.text
    assert "Zhang" not in caplog.text


def test_visible_work_shows_progress_and_can_be_cancelled(runner, qtbot):
    found, told, busy = [], [], []
    runner.progressed.connect(lambda *args: told.append(args))
    runner.busy_changed.connect(busy.append)
    reached = threading.Event()

    def work(progress, cancel):
        progress(0.5, "scan")
        reached.set()
        while True:
            cancel.check()
            threading.Event().wait(0.001)

    runner.start("a", work, _unexpected, found.append, visible=True)
    assert reached.wait(5)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT_MS)
    assert told == [("a", 0.5, "scan")]
    assert runner.busy
    runner.cancel_visible()
    qtbot.waitUntil(lambda: bool(found), timeout=WAIT_MS)
    assert found[0].code == CancelledError().finding.code
    assert busy == [True, False]


def test_shutdown_waits_for_the_thread_and_delivers_nothing(qtbot):
    runner = TaskRunner()
    results, ended, reached = [], threading.Event(), threading.Event()

    def work(progress, cancel):
        reached.set()
        while not cancel.cancelled:
            threading.Event().wait(0.001)
        ended.set()
        return "late"

    runner.start("a", work, results.append, results.append)
    assert reached.wait(5)
    runner.shutdown()
    assert ended.is_set()
    qtbot.wait(1)
    assert results == []
    runner.start("a", lambda progress, cancel: 1, results.append, results.append)
    assert results == []
