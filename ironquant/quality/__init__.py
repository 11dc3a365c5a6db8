"""Checks of protocol, images and measurements → findings."""

from ironquant.quality.checks import measurement_findings, protocol_findings
from ironquant.quality.mapchecks import comparison_finding, fat_fraction_finding, map_findings

__all__ = [
    "comparison_finding",
    "fat_fraction_finding",
    "map_findings",
    "measurement_findings",
    "protocol_findings",
]
