"""The Qt binding itself: some builds lose references of None and True where these are not immortal.

PySide6 6.12.0 does so on Python 3.11: after some thousand calls the interpreter ends with
``Fatal Python error: none_dealloc``. Such a build must not be installed.
"""

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel

CALLS = 100


class _Sender(QObject):
    sent = Signal(int)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from Python 3.12 on")
def test_calls_keep_the_references_of_none_and_true(qapp):
    label, sender = QLabel(), _Sender()
    sender.sent.connect(lambda number: None)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(CALLS):
        label.setText("x")
        sender.sent.emit(number)
    lost = before[0] - sys.getrefcount(None), before[1] - sys.getrefcount(True)
    assert max(lost) < CALLS // 2
