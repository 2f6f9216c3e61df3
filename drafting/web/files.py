"""Large files that lie on the disk: sent piece by piece, asked about for nothing, never read whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from flask import Response, request

from ..errors import NotFound

PIECE_BYTES = 64 * 1024


def fetched(file: Path, etag: str, name: str, mimetype: str, *, public: bool) -> Response:
    """The file as a download called `name`. `etag` changes with its content. Raises NotFound if it is gone."""
    if request.if_none_match.contains(etag):
        response = Response(status=304)
    else:
        try:
            opened = file.open("rb")
        except FileNotFoundError:
            raise NotFound("This file was replaced a moment ago. Please try again.") from None
        response = Response(_pieces(opened), mimetype=mimetype)
        response.call_on_close(opened.close)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.set_etag(etag)
    response.headers["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    return response


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE_BYTES):
            yield piece
