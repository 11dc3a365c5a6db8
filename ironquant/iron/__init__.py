"""T2* → iron → grade, and the settings that choose how; all from tables."""

from ironquant.iron.assess import Assessment, assess
from ironquant.iron.calibrations import Calibration, alternatives, calibration, calibrations
from ironquant.iron.cuts import grade_cuts_ms
from ironquant.iron.followup import FollowUp, follow_up
from ironquant.iron.profiles import library_name, load_settings
from ironquant.iron.rules import Facts, holds
from ironquant.iron.schemes import Scheme, scheme, schemes
from ironquant.iron.settingsfiles import DEFAULT_PROFILE, profile_names

__all__ = [
    "DEFAULT_PROFILE",
    "Assessment",
    "Calibration",
    "Facts",
    "FollowUp",
    "Scheme",
    "alternatives",
    "assess",
    "calibration",
    "calibrations",
    "follow_up",
    "grade_cuts_ms",
    "holds",
    "library_name",
    "load_settings",
    "profile_names",
    "scheme",
    "schemes",
]
