"""Pictures as people choose them, and as people who mean harm do."""

import io
import zlib

from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

PLACE = b"Rowing club, left bank"


def drawn(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A red corner, top left, on a ground that is not flat."""
    image = Image.linear_gradient("L").resize((width, height)).convert(mode)
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 20) if "RGB" in mode else 40)
    return image


def saved(image: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def photograph(width: int = 640, height: int = 480, *, orientation: int = 1, kind: str = "JPEG") -> bytes:
    """From a camera that tells who took it, where, and which way up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Tattle Cameras"
    exif[0x013B] = PLACE.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: tuple(map(IFDRational, (51, 30, 12))), 3: "W", 4: (0.0, 7.0, 39.0)})
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + PLACE
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + PLACE + b"</x:xmpmeta>"
    more = {} if kind == "WEBP" else {"comment": PLACE}
    return saved(drawn(width, height), kind, exif=exif, xmp=xmp, **more)


def bomb(side: int = 50_000) -> bytes:
    """A PNG of a few hundred bytes that says it has `side` pixels each way."""
    small = saved(Image.new("1", (8, 8)), "PNG")
    header = b"IHDR" + side.to_bytes(4) + side.to_bytes(4) + small[24:29]
    return small[:12] + header + zlib.crc32(header).to_bytes(4) + small[33:]


def two_faced() -> bytes:
    """A GIF that a browser which guesses would take for a page."""
    return saved(drawn(80, 60), "GIF") + b"<html><script>alert(document.cookie)</script></html>"


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
