"""A signature as it may be kept: a small picture in black and white, and nothing else in the file."""

import base64
import binascii
import io
import warnings

from PIL import Image, UnidentifiedImageError

from accounts.errors import Refused

LARGEST_SENT = 200 * 2**10
LARGEST_KEPT = 30 * 2**10
MOST_PIXELS = 2_000_000
WIDEST, HIGHEST = 600, 300
DATA_URL = "data:image/png;base64,"
AGAIN = "签名没有保存好，请重签，或写见证人。"
INK = 128
"""Darker than this is ink."""


def read_drawn(sent: str) -> bytes:
    """The picture in a form's text, as the canvas writes it. Refused when it is none."""
    if not sent.startswith(DATA_URL) or len(sent) > LARGEST_SENT:
        raise Refused(AGAIN, field="signature")
    try:
        return base64.b64decode(sent[len(DATA_URL) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(AGAIN, field="signature") from error


def redrawn(content: bytes) -> bytes:
    """The signature drawn anew as PNG of at most 30 KB. Refused when it is no PNG, empty or beyond all measure."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged by MOST_PIXELS below
            image = Image.open(io.BytesIO(content), formats=("PNG",))
        if image.width * image.height > MOST_PIXELS:
            raise Refused(AGAIN, field="signature")
        plain = _in_ink(image)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise Refused(AGAIN, field="signature") from error
    if plain.getextrema()[0] != 0:
        raise Refused("签名框里还没有写字。", field="signature")
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    if out.tell() > LARGEST_KEPT:
        raise Refused(AGAIN, field="signature")
    return out.getvalue()


def _in_ink(image: Image.Image) -> Image.Image:
    """On white, no larger than it must be, each pixel ink or paper."""
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    grey = ground.convert("L")
    grey.thumbnail((WIDEST, HIGHEST))
    return grey.point(lambda shade: 255 if shade > INK else 0).convert("1")
