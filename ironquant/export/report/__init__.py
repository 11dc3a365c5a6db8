"""The standardized report: page 1 for the clinician, then figures and method, the course, the segments."""

from ironquant.export.report.compose import Report, compose, render_report, write_report

__all__ = ["Report", "compose", "render_report", "write_report"]
