"""The window without a display, with settings of its own."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
