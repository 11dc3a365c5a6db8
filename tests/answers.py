"""What the pipeline answers to a digital patient."""

from ironquant import load_settings

DEFAULT, GUANGXI = load_settings("default"), load_settings("guangxi")


def organ_of(analysis, organ):
    return next(entry for entry in analysis.organs if entry.organ == organ)


def codes(organ):
    return {finding.code for finding in organ.findings}
