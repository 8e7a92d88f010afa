"""Photos as they may be kept: small, upright, and silent about place and device."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.errors import Refused

LARGEST_BYTES = 15 * 2**20
LARGEST_PIXELS = 60_000_000
LONGEST_SIDE = 1600
QUALITY = 82
KNOWN_FORMATS = ("JPEG", "PNG", "WEBP")
"""Told by the bytes themselves, whatever the file is called."""


def cleaned(content: bytes, *, longest: int = LONGEST_SIDE) -> bytes:
    """The photo as JPEG, at most `longest` pixels on its longer side, without metadata. Refused when it is no photo."""
    if len(content) > LARGEST_BYTES:
        raise Refused(f"照片有{len(content) / 2**20:.0f} MB，最大15 MB，请换一张或截取一部分。", field="photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged by LARGEST_PIXELS below
            image = Image.open(io.BytesIO(content), formats=KNOWN_FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise Refused("认不出这张照片，请上传 JPG、PNG 或 WebP 格式。", field="photo") from error
    if image.width * image.height > LARGEST_PIXELS:
        raise Refused("照片的像素太多，请换一张或截取一部分。", field="photo")
    return _rewritten(image, longest)


def _rewritten(image: Image.Image, longest: int) -> bytes:
    try:
        image.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(image)
        plain = _on_white(upright)
        plain.thumbnail((longest, longest))
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused("照片文件不完整，请重新拍照或换一张。", field="photo") from error
    kept = Image.new("RGB", plain.size)
    kept.paste(plain)  # pixels only: no EXIF, no comments, no colour profile
    out = io.BytesIO()
    kept.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    ground.alpha_composite(layered)
    return ground.convert("RGB")
