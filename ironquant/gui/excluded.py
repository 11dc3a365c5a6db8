"""The pixels of a region that do not count, tinted on the image."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from ironquant.core import RegionAnalysis
from ironquant.gui import style
from ironquant.gui.image_view import ImageView

_OPACITY = 0.5


class ExcludedPixels:
    """Pixels over an image view: in a strong colour where they are left out, dim where they are kept."""

    def __init__(self, view: ImageView) -> None:
        self._view = view
        self._tint = pg.ImageItem(axisOrder="row-major")
        self._tint.setZValue(8)
        self._tint.setOpacity(_OPACITY)
        self._region: RegionAnalysis | None = None
        self._on = True
        view.box.addItem(self._tint, ignoreBounds=True)

    def set_on(self, on: bool) -> None:
        """Show or hide them."""
        self._on = on
        self.refresh()

    def show(self, region: RegionAnalysis | None) -> None:
        """Show the pixels of another region or measurement; None: nothing."""
        self._region = region
        self.refresh()

    def refresh(self) -> None:
        """Tint the pixels of the slice that is shown."""
        shown = self.shown()
        if self._region is None or shown is None or not shown.any():
            self._tint.clear()
            return
        colour = style.colour("image_error" if self._region.excluded_left_out else "image_info")
        rgba = np.zeros((*shown.shape, 4), dtype=np.uint8)
        rgba[shown] = (colour.red(), colour.green(), colour.blue(), 255)
        self._tint.setImage(rgba, levels=None, autoLevels=False)
        rows, columns = shown.shape
        right, down = self._moved(self._region)
        self._tint.setRect(QRectF(right - 0.5, down - 0.5, columns, rows))

    def _moved(self, region: RegionAnalysis) -> tuple[float, float]:
        """Return by how many (columns, rows) the region is moved on the echo that is shown."""
        assert self._view.series is not None
        shift = region.region.shift_on(self._view.echo + 1)
        right, down, _ = np.linalg.inv(self._view.series.affine[:3, :3]) @ shift
        return float(right), float(down)

    def shown(self) -> NDArray[np.bool_] | None:
        """Return which pixels of the slice are tinted, shape (row, column)."""
        region, series = self._region, self._view.series
        if not self._on or region is None or series is None or region.mask.shape != series.shape:
            return None
        return np.asarray(region.excluded[self._view.slice_index])
