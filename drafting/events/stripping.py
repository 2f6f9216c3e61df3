"""A picture as it may be shown: upright, no larger than a page needs, written again without what cameras add. Pure."""

import contextlib
import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from ..errors import Invalid, TooLarge

LONGEST = 2000
"""Pixels of the longer side: sharp on a wide screen and on paper."""
HEAVY_BYTES = 1024 * 1024
"""A larger PNG is a photograph in the wrong format; as WebP it is a fifth of that, and lines are slow."""
QUALITY = 85
READ = ("PNG", "JPEG", "WEBP", "GIF")
WRITTEN = {"PNG": "png", "GIF": "png", "JPEG": "jpeg", "MPO": "jpeg", "WEBP": "webp"}
"""Kind by what the bytes are. Of what moves the first picture is kept: nobody can stop it on a page. MPO is what some
phones make of a JPEG."""
PHONE_KINDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")
WITH_ALPHA = frozenset(("LA", "La", "PA", "RGBA", "RGBa"))


@dataclass(frozen=True)
class Picture:
    """What is stored. `kind` is png, jpeg or webp; sizes are in pixels."""

    kind: str
    width: int
    height: int
    data: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256, hex."""
        return hashlib.sha256(self.data).hexdigest()


def strip(data: bytes, most_pixels: int) -> Picture:
    """The picture in `data`, whatever its name was, without place, camera, comments and hidden bytes.

    Raises Invalid if it is no PNG, JPEG, WebP or GIF or is damaged, TooLarge if it unfolds to more than `most_pixels`.
    """
    try:
        with Image.open(io.BytesIO(data), formats=READ) as opened:
            if opened.width * opened.height > most_pixels:
                raise TooLarge(_too_many(most_pixels))
            kind = WRITTEN[opened.format or ""]
            opened.draft(None, (LONGEST, LONGEST))  # a JPEG is not unfolded further than it is shown
            return _written(_upright(opened), kind)
    except Image.DecompressionBombError:
        raise TooLarge(_too_many(most_pixels)) from None
    except TooLarge:
        raise
    except Exception as error:  # Pillow raises OSError, SyntaxError, ValueError, EOFError and struct.error on junk
        raise Invalid(_why_not(data), field="picture") from error


def looks_like(file: Path, kind: str, width: int, height: int) -> bool:
    """Whether a file is a whole picture of this kind and size, no larger than we make them."""
    try:
        with Image.open(file, formats=READ) as opened:
            if (WRITTEN[opened.format or ""], *opened.size) != (kind, width, height) or max(width, height) > LONGEST:
                return False
            opened.load()
            return True
    except Exception:  # Pillow raises OSError, SyntaxError, ValueError, EOFError and struct.error on junk
        return False


def _too_many(most_pixels: int) -> str:
    return f"This picture has too many pixels: {most_pixels // 1_000_000} million are possible. Make it smaller."


def _why_not(data: bytes) -> str:
    beginning = data[:4096].lower()
    if b"<svg" in beginning:
        return "SVG drawings can hold programs and are not taken. Save it as PNG and choose that."
    if beginning[4:8] == b"ftyp" and beginning[8:12] in PHONE_KINDS:
        return "This is a HEIC or AVIF picture, which many browsers cannot show. Save it as JPEG and choose that."
    return "This is not a picture, or it is damaged. Choose a JPEG, PNG, WebP or GIF."


def _upright(opened: Image.Image) -> Image.Image:
    opened.load()
    with contextlib.suppress(Exception):  # what stands about the camera may be damaged; the picture is whole
        return ImageOps.exif_transpose(opened)
    return opened


def _written(image: Image.Image, kind: str) -> Picture:
    profile = image.info.get("icc_profile")
    image = _simple(image)
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    image = _in_srgb(image, profile)
    # Pillow hands comments on by itself; a new sheet knows nothing of the old one.
    sheet = Image.new(image.mode, image.size)
    sheet.paste(image)
    data = _bytes(sheet, kind)
    if kind == "png" and len(data) > HEAVY_BYTES:
        kind, data = "webp", _bytes(sheet, "webp")
    return Picture(kind, *sheet.size, data)


def _simple(image: Image.Image) -> Image.Image:
    """In grey, in colours, in colours with transparency, or in printers' inks."""
    if image.mode in WITH_ALPHA or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return rgba if rgba.getchannel("A").getextrema() != (255, 255) else rgba.convert("RGB")
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("L") if image.mode in ("1", "L") else image if image.mode == "CMYK" else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen reads them, since the profile goes."""
    into = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, TypeError, ValueError):  # a damaged profile
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"), outputMode=into)
            if changed is not None:
                return changed
    return image.convert(into) if image.mode == "CMYK" else image


def _bytes(sheet: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "jpeg":
        sheet.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    elif kind == "webp":
        sheet.save(out, "WEBP", quality=QUALITY)
    else:
        sheet.save(out, "PNG")
    return out.getvalue()
