"""A region on its image, small enough for thousands in one page."""

from __future__ import annotations

import base64
import io

from PIL import Image, ImageDraw

from ironquant.batch.record import Thumbnail
from ironquant.core import OrganAnalysis
from ironquant.export.pictures import anatomy, outline, scene

SIDE_PT = 44.0
"""Width and height; three pixels per point."""
_JPEG_QUALITY = 82
_LINE = (255, 210, 0)


def thumbnails(organ: OrganAnalysis) -> list[Thumbnail]:
    """Return the reported region of an organ on its image; nothing where no images were measured."""
    shown, region = scene(organ, 1.0), organ.reported
    if shown is None:
        return []
    image = Image.fromarray(anatomy(shown.series, shown.view, (SIDE_PT, SIDE_PT)))
    draw = ImageDraw.Draw(image)
    for line in [] if region is None else outline(region, shown.series, shown.view.slice_index):
        points = [(float(x), float(y)) for x, y in shown.view.to_unit(line) * image.size]
        draw.line([*points, points[0]], fill=_LINE, width=1)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    site = "" if region is None else region.region.site
    return [Thumbnail(organ=str(organ.organ), site=site, jpeg=base64.b64encode(buffer.getvalue()).decode())]
