"""T2* → iron → grade, and the settings that choose how; all from tables."""

from ironquant.iron.assess import Assessment, assess
from ironquant.iron.calibrations import Calibration, alternatives, calibration, calibrations
from ironquant.iron.profiles import DEFAULT_PROFILE, load_settings, profile_names
from ironquant.iron.schemes import Scheme, scheme, schemes

__all__ = [
    "DEFAULT_PROFILE",
    "Assessment",
    "Calibration",
    "Scheme",
    "alternatives",
    "assess",
    "calibration",
    "calibrations",
    "load_settings",
    "profile_names",
    "scheme",
    "schemes",
]
