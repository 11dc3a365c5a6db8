"""Errors of our own: what is wrong, in which file, what to do.

Every error carries a :class:`~ironquant.core.findings.Finding`, so the command line, the window and
the logs render it in the user's language by the same tables as any other finding.
"""

from __future__ import annotations

from collections.abc import Callable

from ironquant.core.findings import Finding, ParamValue


class IronQuantError(Exception):
    """Root of every error that IronQuant raises on purpose.

    Parameters
    ----------
    code : str
        Stable code; its text stands in ``resources/texts``.
    **params
        What the text needs (file, reason, numbers).
    """

    def __init__(self, code: str, **params: ParamValue) -> None:
        self.finding = Finding(code, "error", params)
        super().__init__(str(self.finding))

    def __reduce__(self) -> tuple[Callable[..., IronQuantError], tuple[type[IronQuantError], Finding]]:
        # An exception travels by its message; ours needs code and parameters (worker processes).
        return _restored, (type(self), self.finding)


def _restored(kind: type[IronQuantError], finding: Finding) -> IronQuantError:
    error = kind.__new__(kind)
    IronQuantError.__init__(error, finding.code, **finding.params)
    return error


class InputError(IronQuantError):
    """The images cannot be read, or are not what T2* needs."""


class SettingsError(IronQuantError):
    """A profile, calibration, scheme, model or other setting is unknown or invalid."""


class RegionError(IronQuantError):
    """A region does not fit the series it is meant for, or holds no pixel."""


class ClinicalDataError(IronQuantError):
    """A clinical number or word that the reader typed cannot be right."""


class FitArgumentError(IronQuantError):
    """`ironquant.fit` was called with arguments that contradict each other."""


class OutputError(IronQuantError):
    """A result could not be written."""


class CaseError(IronQuantError):
    """A case file is damaged, written by a newer version, or no case at all."""


class LibraryError(IronQuantError):
    """The library of earlier examinations is damaged, of a newer version, or cannot be reached."""


class SigningError(IronQuantError):
    """A report cannot be signed, or a key or certificate not be read."""


class CancelledError(IronQuantError):
    """The user cancelled a long task."""

    def __init__(self) -> None:
        super().__init__("cancelled")
