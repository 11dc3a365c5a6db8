"""Checks of protocol, images and measurements → findings."""

from ironquant.quality.checks import measurement_findings, protocol_findings

__all__ = ["measurement_findings", "protocol_findings"]
