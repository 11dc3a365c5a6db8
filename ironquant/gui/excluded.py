"""The pixels of a region that do not count, as small crosses on the image."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPen

from ironquant.core import RegionAnalysis
from ironquant.gui import style
from ironquant.gui.image_view import ImageView

_SIZE = 7
_WIDTH = 1.4


class ExcludedPixels:
    """Crosses over an image view: filled colour where the pixels are left out, dim where they are kept."""

    def __init__(self, view: ImageView) -> None:
        self._view = view
        self._crosses = pg.ScatterPlotItem(size=_SIZE, symbol="x", pxMode=True)
        self._crosses.setZValue(8)
        self._region: RegionAnalysis | None = None
        self._on = True
        view.box.addItem(self._crosses, ignoreBounds=True)

    def set_on(self, on: bool) -> None:
        """Show or hide the crosses."""
        self._on = on
        self.refresh()

    def show(self, region: RegionAnalysis | None) -> None:
        """Show the pixels of another region or measurement; None: nothing."""
        self._region = region
        self.refresh()

    def refresh(self) -> None:
        """Draw the crosses of the slice that is shown."""
        columns, rows = self.places()
        self._crosses.setData(columns, rows)
        left_out = self._region is not None and self._region.excluded_left_out
        self._crosses.setPen(QPen(style.colour("error" if left_out else "dim"), _WIDTH))
        self._crosses.setBrush(style.colour("error" if left_out else "dim"))

    def places(self) -> tuple[list[int], list[int]]:
        """Return columns and rows of the crosses that are shown."""
        region, series = self._region, self._view.series
        if not self._on or region is None or series is None or region.mask.shape != series.shape:
            return [], []
        rows, columns = np.nonzero(region.excluded[self._view.slice_index])
        return columns.tolist(), rows.tolist()
