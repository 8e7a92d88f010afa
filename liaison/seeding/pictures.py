"""Drawn stand-ins for photos: nobody's yard is shown."""

import io
from functools import cache
from random import Random

from PIL import Image, ImageDraw

SIZE = (640, 480)
KINDS = 6


def scene(dice: Random) -> bytes:
    """One of a few JPEGs of a road or canal between fields."""
    return _drawn(dice.randrange(KINDS))


@cache
def _drawn(kind: int) -> bytes:
    width, height = SIZE
    horizon = 150 + 15 * kind
    image = Image.new("RGB", SIZE, (178, 206 + 4 * kind, 235))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, horizon, width, height), fill=(118 + 12 * kind, 158, 84))
    middle = width // 2 + 20 * (kind - KINDS // 2)
    ground = (150, 150, 148) if kind % 2 else (94, 140, 168)
    draw.polygon(
        [(middle - 12, horizon), (middle + 12, horizon), (middle + 170, height), (middle - 170, height)], ground
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
