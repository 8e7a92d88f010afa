"""A signature as it may be kept: a small picture in black and white, and nothing else in the file."""

import base64
import binascii
import io
import warnings

from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from accounts.errors import Refused

LARGEST_SENT = 200 * 2**10
LARGEST_KEPT = 30 * 2**10
MOST_PIXELS = 2_000_000
WIDEST, HIGHEST = 600, 300
DATA_URL = "data:image/png;base64,"
AGAIN = "签名没有保存好，请重签，或写见证人。"
INK = 128
"""Darker than this is ink."""
ON_PAPER = "这张图里没有看到签名，请只拍签名的地方，拍得清楚些。"
LARGEST_SCAN = 15 * 2**20
SCAN_PIXELS = 60_000_000
AROUND, DARKER = 25, 24
"""On paper ink is what is this much darker than the mean of so many pixels around it: light falls unevenly."""


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
    return _kept(plain, empty="签名框里还没有写字。", large=AGAIN)


def from_paper(content: bytes) -> bytes:
    """A signature on paper, photographed or scanned, as a drawn one is kept. Refused when it is no picture of one."""
    if len(content) > LARGEST_SCAN:
        raise Refused("图片超过15MB，请拍小一些。", field="signature")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged by SCAN_PIXELS below
            image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        if image.width * image.height > SCAN_PIXELS:
            raise Refused("图片太大，请只拍签名的地方。", field="signature")
        ink = _on_paper(image)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise Refused("请选择签名的照片或扫描件（JPG、PNG）。", field="signature") from error
    return _kept(ink, empty=ON_PAPER, large=ON_PAPER)


def _on_paper(image: Image.Image) -> Image.Image:
    image.draft("L", (WIDEST * 2, HIGHEST * 2))
    grey = ImageOps.exif_transpose(image).convert("L")
    grey.thumbnail((WIDEST, HIGHEST))
    darker = ImageChops.subtract(grey.filter(ImageFilter.BoxBlur(AROUND)), grey)
    return darker.point(lambda much: 0 if much > DARKER else 255).convert("1")


def _kept(plain: Image.Image, *, empty: str, large: str) -> bytes:
    if plain.getextrema()[0] != 0:
        raise Refused(empty, field="signature")
    out = io.BytesIO()
    plain.save(out, "PNG", optimize=True)
    if out.tell() > LARGEST_KEPT:
        raise Refused(large, field="signature")
    return out.getvalue()


def _in_ink(image: Image.Image) -> Image.Image:
    """On white, no larger than it must be, each pixel ink or paper."""
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    grey = ground.convert("L")
    grey.thumbnail((WIDEST, HIGHEST))
    return grey.point(lambda shade: 255 if shade > INK else 0).convert("1")
